"""Acts from the open batch to the final list: dossiers, provinces, screening, reviews, selection, publicity."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests import factories_applications as make
from tests import factories_reviews as review_make
from tests.histories import listing
from tests.histories.listing import batch_of, every
from tests.histories.stage import Act, NothingToDo, Stage, act

ACTS: dict[str, Act] = {}
UNITS = ("350200", "330200", "420100", "510100")


def _applications() -> Any:
    return every("applications.Application").select_related("batch__rule_set", "unit", "province")


@act(ACTS, "drafter", weight=3, phase="open closed")
def edit(s: Stage, by: Any) -> Any:
    from applications.domain import dossier

    row = s.one(_applications(), state__in=["draft", "returned", "correction"])
    what = dossier.BasicsInput(
        s.text("试点方案"), s.text(), "联系人", "0592-0000000", s.amount(Decimal("100000000.00")),
        lead_department="市工信局", leader_name="负责人",
    )  # fmt: skip
    return dossier.edit_basics(by=by, application=row, what=what, version=row.version - s.maybe(0.1))


@act(ACTS, "drafter", weight=1, phase="open")
def invite(s: Stage, by: Any) -> Any:
    from applications.domain import partners
    from portal.accounts.models import Organisation

    row = s.one(_applications(), state__in=["draft", "returned"])
    what = partners.InviteInput(s.one(Organisation.objects.filter(code__in=["YQ001", "YQ002"])), task=s.text())
    return partners.invite_partner(by=by, application=row, what=what)


@act(ACTS, "drafter", weight=4, phase="open")
def uninvite(s: Stage, by: Any) -> Any:
    from applications.domain import partners

    return partners.withdraw_partner(
        by=by, partner=s.one(every("applications.Partner").select_related("application__batch")), why=s.text()
    )


@act(ACTS, "soe", "soe.2", weight=4, phase="open")
def part(s: Stage, by: Any) -> Any:
    """One step on the part of an enterprise."""
    from applications.domain import parts

    mine = s.one(every("applications.Partner").select_related("application__batch"), state="invited")
    own = every("applications.Part").filter(pk=mine.pk).first()
    version = own.version if own else 0
    how = s.chance.randrange(6)
    if how in (0, 1):
        what = parts.PartInput(s.text("装备"), s.amount(), letter=make.kept("l.pdf") if s.maybe(0.9) else None)
        return parts.write(by=by, partner=mine, what=what, version=version)
    if how == 2:
        return parts.ask(by=by, partner=mine)
    if how == 3:
        return parts.decline(by=by, partner=mine, why=s.text())
    if how == 4:
        return parts.reconsider(by=by, partner=s.one(every("applications.Partner")), why=s.text())
    return parts.confirm(by=by, partner=mine, version=version)


@act(ACTS, "drafter", weight=6, phase="open closed")
def ask_sign_off(s: Stage, by: Any) -> Any:
    from applications.domain import submission

    row = s.one(_applications(), state__in=["draft", "returned", "correction"])
    return submission.request_sign_off(by=by, application=row)


@act(ACTS, "signatory", weight=6, phase="open closed")
def submit(s: Stage, by: Any) -> Any:
    from applications import queries
    from applications.domain import submission

    row = s.one(_applications(), state="awaiting_sign_off")
    if s.maybe(0.15):
        return submission.send_back(by=by, application=row, why=s.text())
    asked = queries.open_sign_off(row)
    sha256 = asked.content_sha256 if asked and s.maybe(0.95) else "0" * 64
    return submission.submit(by=by, application=row, sha256=sha256)


@act(ACTS, "signatory", "drafter", weight=1, phase="open closed")
def leave(s: Stage, by: Any) -> Any:
    from applications.domain import submission

    if s.maybe(0.5):
        return submission.recall(by=by, application=s.one(_applications(), state="with_province"), why=s.text())
    if s.maybe(0.7):
        raise NothingToDo
    return submission.withdraw(by=by, application=s.one(_applications()), why=s.text())


@act(ACTS, "industry", "treasury", weight=8, phase="open closed")
def recommend(s: Stage, by: Any) -> Any:
    from applications import queries
    from applications.checklist import points_of
    from applications.domain import recommendation
    from applications.enums import Side, Verdict

    row = s.one(_applications(), state="with_province")
    seen = queries.current_snapshot(row)
    if seen is None:
        raise NothingToDo
    mine = Side.INDUSTRY if any(post.code.startswith("GX") for post in by.posts) else Side.FINANCE
    side = mine if s.maybe(0.95) else s.chance.choice(list(Side))
    verdict = s.chance.choice((Verdict.RECOMMEND, Verdict.RECOMMEND, Verdict.RECOMMEND, *Verdict))
    answers = {point.code: make.FULFILLED for point in points_of(row, side)} if s.maybe(0.95) else {}
    letter = make.letter(by, row) if s.maybe(0.95) else None
    what = recommendation.RecommendInput(seen, side, verdict, s.text(), letter=letter, answers=answers)
    return recommendation.recommend(by=by, application=row, what=what)


@act(ACTS, "miit", weight=1, phase="open")
def close_batch(s: Stage, by: Any) -> Any:
    from portal.core import clock
    from portal.programme.domain import batch as batches

    row = batch_of(s)
    if row.state == "open" and _applications().filter(batch=row, state="recommended").count() < 3:
        raise NothingToDo
    with clock.at(row.deadline + timedelta(seconds=s.chance.choice((1, 1, -5)))):
        return batches.close(by=by, batch=row)


@act(ACTS, "miit", weight=3, phase="closed")
def take_up(s: Stage, by: Any) -> Any:
    from reviews.domain import screening

    return screening.take_up(by=by, batch=batch_of(s))


@act(ACTS, "miit", "mof", weight=6, phase="closed reviewing")
def screen(s: Stage, by: Any) -> Any:
    from portal.core import clock
    from reviews.domain import screening
    from reviews.enums import ScreeningDecision as D

    row = s.one(_applications(), state="screening")
    said = s.chance.choice((D.PASS, D.PASS, D.PASS, D.PASS, *D))
    more: dict[str, Any] = {}
    if said == D.PASS:
        more["answers"] = review_make.fulfilled(row, "MIIT" if any(one.code == "MIIT" for one in by.posts) else "MOF")
    elif said == D.CORRECTION:
        due = clock.now() + timedelta(days=s.chance.choice((7, 7, -1)))
        more = {"sections": ("basics",), "reason": s.text(), "due": due}
    else:
        more = {"rule": s.text(), "reason": s.text()}
    return screening.screen(by=by, application=row, what=screening.ScreeningInput(said, **more))


@act(ACTS, "miit", weight=6, phase="closed reviewing")
def assign(s: Stage, by: Any) -> Any:
    from reviews.domain import assigning

    batch = batch_of(s)
    profile = s.one(every("reviews.ReviewerProfile").select_related("user"))
    row = s.one(_applications(), state="in_review")
    if batch.state == "closed" or s.maybe(0.3):
        assigning.record_conflicts(batch)
        return assigning.assign(by=by, batch=batch, pairs=[(row.pk, profile.user_id, 50)])
    return assigning.assign_one(by=by, application=row, profile=profile)


def _assignment(s: Stage, **likely: Any) -> Any:
    rows = every("reviews.Assignment").select_related("application__unit", "reviewer", "batch__rule_set")
    return s.one(rows, **likely)


@act(ACTS, "member1", "member2", "member3", "member4", weight=8, phase="reviewing")
def declare(s: Stage, by: Any) -> Any:
    from reviews.domain import interests

    has = s.maybe(0.12)
    what = interests.InterestInput(has, "employment" if has else "", s.text() if has else "")
    return interests.declare(by=by, assignment=_assignment(s, state="assigned"), what=what)


@act(ACTS, "member1", "member2", "member3", "member4", weight=12, phase="reviewing")
def score(s: Stage, by: Any) -> Any:
    from reviews.domain import scoring

    row = _assignment(s, state="declared")
    kept = every("reviews.Review").filter(assignment=row).first()
    value = s.chance.choice(("80.00", "70.50", "90.25", "50.00", "101.00", "-1.00"))
    what = review_make.scores(row.batch, value, version=(kept.version if kept else 0) - s.maybe(0.05))
    doing = s.chance.choice((scoring.submit, scoring.submit, scoring.keep_draft, scoring.autosave))
    return doing(by=by, assignment=row, what=what)


@act(ACTS, "miit", weight=1, phase="reviewing")
def reopen(s: Stage, by: Any) -> Any:
    from reviews.domain import scoring

    row = s.one(every("reviews.Review").select_related("assignment__batch", "application__unit", "reviewer"))
    return scoring.reopen(by=by, review=row, reason=s.text())


@act(ACTS, "miit", weight=1, phase="reviewing")
def relieve(s: Stage, by: Any) -> Any:
    from reviews.domain import relieving

    instead = s.one(every("reviews.ReviewerProfile").select_related("user")) if s.maybe(0.5) else None
    return relieving.relieve(by=by, assignment=_assignment(s, state="assigned"), reason=s.text(), instead=instead)


@act(ACTS, "miit", "mof", weight=8, phase="reviewing")
def sign_results(s: Stage, by: Any) -> Any:
    from reviews import queries
    from reviews.domain import locking

    batch = batch_of(s)
    sha256 = queries.result_digest(batch) if s.maybe(0.95) else "0" * 64
    return locking.sign(by=by, batch=batch, sha256=sha256)


@act(ACTS, "miit", weight=3, phase="deciding")
def select(s: Stage, by: Any) -> Any:
    """Freeze the candidates, ask for a selection; it is computed and worked out here and now."""
    from django.db import transaction

    from portal.core.models import Run
    from portal.core.scope import acting_as
    from reviews.domain import freezing, selecting

    batch = batch_of(s)
    if s.maybe(0.3) or not every("reviews.CandidateSet").filter(batch=batch).exists():
        return freezing.freeze(by=by, batch=batch)
    scenario = selecting.select(by=by, batch=batch, what=selecting.SelectionInput({}, ""))
    run = Run.objects.get(pk=scenario.run)

    def compute() -> None:
        review_make.run_now(run)
        with acting_as(by.id):
            todo = list(Run.objects.filter(task="reviews.study", state="queued"))
        for one in todo:
            review_make.run_now(one)

    transaction.on_commit(compute)
    return scenario


@act(ACTS, "miit", "mof", weight=5, phase="deciding")
def propose(s: Stage, by: Any) -> Any:
    from reviews.domain import deciding

    row = s.one(every("reviews.Scenario").select_related("batch__rule_set"))
    return deciding.propose(
        by=by, scenario=row, what=deciding.ProposalInput(s.text("综合平衡"), s.chance.choice((0, 1, 2)))
    )


@act(ACTS, "miit", "mof", weight=10, phase="deciding")
def sign_decision(s: Stage, by: Any) -> Any:
    from reviews.domain import deciding

    row = s.one(every("reviews.Decision").select_related("batch"), state="proposed")
    if s.maybe(0.08):
        return deciding.withdraw(by=by, decision=row, why=s.text())
    ministry = next((one.code for one in by.posts if one.code in ("MIIT", "MOF")), "MIIT")
    return deciding.sign(by=by, decision=row, ministry=ministry, sha256=row.sha256 if s.maybe(0.95) else "0" * 64)


@act(ACTS, "miit", "mof", weight=6, phase="deciding")
def publish(s: Stage, by: Any) -> Any:
    from portal.core import clock
    from reviews.domain import publicity

    row = s.one(every("reviews.Decision").select_related("batch__rule_set"), state="adopted")
    with clock.at(clock.now() - timedelta(days=s.chance.choice((0, 5, 40)))):
        return publicity.publish(by=by, decision=row)


act(ACTS, "nobody", "nobody.2", weight=3, phase="publicity final")(listing.lodge)
act(ACTS, "miit", "mof", weight=8, phase="publicity final")(listing.answer)
act(ACTS, "miit", "mof", weight=3, phase="publicity")(listing.release)
act(ACTS, "miit", "mof", weight=4, phase="publicity final")(listing.move_up)
act(ACTS, "miit", "mof", weight=3, phase="publicity final")(listing.finalise)
