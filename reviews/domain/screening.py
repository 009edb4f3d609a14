"""Acts of screening: take recommended applications up, answer the checklist, say what each ministry decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import checks, times
from applications.checklist import screening_points
from applications.domain.examination import AnswerInput, write_answers
from applications.domain.results import keep_results
from applications.enums import Answer, ApplicationState, RulingKind, Severity, Stage
from applications.models import Application, Ruling, Snapshot
from applications.queries import whole
from applications.sections import SECTIONS, with_ties
from applications.states import APPLICATION
from portal.accounts.enums import Role
from portal.core import clock
from portal.core.commands import Act, command
from portal.core.errors import DomainError, NotAllowed, Stale
from portal.core.models import Run
from portal.core.punctuation import enumerated
from portal.core.scope import Actor
from portal.core.tasks import start_run
from portal.notifications.inbox import notify, recipients
from portal.programme.models import Batch
from reviews import queries
from reviews.enums import Ministry, ScreeningDecision
from reviews.models import Screening, ScreeningPoint


@dataclass(frozen=True)
class ScreeningInput:
    """What a ministry says: for a rejection rule and reason; for a correction reason, deadline and sections.

    snapshot: the submission that was read (None: the current one); answers: points of the checklist, by code.
    """

    decision: str
    rule: str = ""
    reason: str = ""
    due: datetime | None = None
    sections: Sequence[str] = ()
    snapshot: int | None = None
    answers: Mapping[str, AnswerInput] = field(default_factory=dict)


def take_up(*, by: Actor, batch: Batch) -> int:
    """Take up all recommended applications of a closed batch for screening; gives their number.

    Raises NotAllowed (only MIIT, only a closed batch); DomainError when none waits.
    """
    with command(by, "reviews.take_up", batch) as act:
        waiting = Application.objects.filter(batch=batch, state=ApplicationState.RECOMMENDED)
        taken = waiting.update(state=APPLICATION.target(ApplicationState.RECOMMENDED, "take_up"))
        if not taken:
            raise DomainError("nothing_waits", _("No recommended application waits in this batch."))
        act.record(batch, why=_("%(count)s applications") % {"count": taken})
        return taken


def keep_checklist(
    *, by: Actor, application: Application, snapshot: int, answers: Mapping[str, AnswerInput]
) -> Application:
    """Keep answers to points of the own ministry's checklist; colleagues go on from there.

    Raises NotAllowed; Stale when the unit submitted anew meanwhile; DomainError outside screening, for an unknown
    point, or one to be mended without words.
    """
    with command(by, "reviews.screen", application) as act:
        current = _current(application, snapshot, act)
        _keep_points(by, application, current, answers)
        return act.record(application, _("%(count)s points of the checklist answered") % {"count": len(answers)})


def screen(*, by: Actor, application: Application, what: ScreeningInput) -> Screening:
    """Record one ministry's decision on the current submission and take the step that follows from both.

    Pass: MIIT alone, unless MOF wants to reject; no point of the own checklist stands open. Correction: MIIT, with a
    deadline in the future and the sections it reopens (those that follow from them come with them). Reject: takes
    effect when the other ministry, by another person, rejects too. A correction that was not sent in its time is
    asked for anew, or the application rejected: it does not pass.
    Raises NotAllowed; WrongState outside screening; Stale when the unit submitted anew; DomainError when something is
    missing. Side effects: the checklist is kept; the application moves on; deadline and sections of a correction are
    set; the unit reads a ruling, and gets a letter.
    """
    with command(by, "reviews.screen", application) as act:
        ministry = ministry_of(by)
        current = _current(application, what.snapshot, act)
        _check(what, ministry)
        _keep_points(by, application, current, what.answers)
        if what.decision == ScreeningDecision.PASS:
            _refuse_uncorrected(current, ministry)
            _refuse_open_points(application, current, ministry)
        row = _record(by, application, current, what)
        _follow(by, application, row, act)
        return act.record(row, why=what.reason)


def pass_clean(*, by: Actor, application: Application) -> Screening:
    """Pass an application without findings, as one of several. No checklist is answered, and the record says so.

    Raises NotAllowed; WrongState outside screening; DomainError when it has findings now or a ministry has decided.
    Side effects as of `screen`.
    """
    with command(by, "reviews.pass_clean", application) as act:
        current = _current(application, None)
        _refuse_findings(by, application)
        row = _record(by, application, current, ScreeningInput(ScreeningDecision.PASS), in_bulk=True)
        _follow(by, application, row, act)
        return act.record(row, why=_("passed together with others without findings"))


def _refuse_findings(by: Actor, application: Application) -> None:
    """What speaks against a pass without a closer look: by the queue's own rule, and by the checks asked anew."""
    if not queries.clean(by, application.batch, ministry_of(by)).filter(pk=application.pk).exists():
        text = _("%(unit)s: a ministry has decided or found something, or a match waits for a judgement.")
        raise DomainError("not_clean", text % {"unit": application.unit})
    if any(finding.severity != Severity.INFORMS for finding in checks.run(whole(application))):
        raise DomainError("not_clean", _("%(unit)s: there are findings now.") % {"unit": application.unit})


def start_passing(*, by: Actor, batch: Batch, applications: Iterable[int], back: str = "") -> Run:
    """Start the run that passes these applications of a batch. Raises NotAllowed; DomainError when none is chosen."""
    with command(by, "reviews.pass_clean", batch):
        chosen = sorted(set(applications))
        if not chosen:
            raise DomainError("nothing_chosen", _("Choose at least one application."), "chosen")
        params = {"batch": batch.pk, "applications": chosen}
        return start_run(by=by, task="reviews.pass_clean", params=params, key=f"reviews.pass:{batch.pk}", back=back)


def ministry_of(by: Actor) -> str:
    """The code of the ministry whose officer this is; MIIT for someone who is both. Raises NotAllowed."""
    for code in Ministry.values:
        if by.post(Role.OFFICER, code=code):
            return str(code)
    raise NotAllowed("not_allowed", _("Only an officer of MIIT or MOF does this."))


def _current(application: Application, read: int | None, act: Act | None = None) -> Snapshot:
    """The submission in screening, when it is the one that was read. act: takes an application back into screening
    whose unit let the deadline of its correction pass.
    """
    if act is not None and times.lapsed(application):
        act.to(application, APPLICATION, "lapse")
        application.save(update_fields=["state"])
    if application.state != ApplicationState.SCREENING:
        APPLICATION.target(application.state, "pass")
    found = Snapshot.objects.filter(application=application).order_by("-number")[0]
    if read not in (None, found.pk):
        raise Stale("snapshot", _("The unit has submitted anew meanwhile: read that submission."))
    return found


def _keep_points(by: Actor, application: Application, snapshot: Snapshot, answers: Mapping[str, AnswerInput]) -> None:
    ministry = ministry_of(by)
    write_answers(
        by,
        screening_points(application, ministry),
        ScreeningPoint.objects.filter(snapshot=snapshot, ministry=ministry),
        answers,
        lambda code: ScreeningPoint(application=application, snapshot=snapshot, ministry=ministry, code=code),
    )


def _refuse_uncorrected(snapshot: Snapshot, ministry: str) -> None:
    """MOF's pass takes its own rejection back and nothing more: it is refused nowhere."""
    if ministry == Ministry.MIIT and Ruling.objects.filter(snapshot=snapshot, kind=RulingKind.CORRECTION).exists():
        text = _("The unit has not sent the correction: give it a later deadline, or reject.")
        raise DomainError("pass_after_its_correction", text, "decision")


def _refuse_open_points(application: Application, snapshot: Snapshot, ministry: str) -> None:
    rows = ScreeningPoint.objects.filter(snapshot=snapshot, ministry=ministry).exclude(answer=Answer.MEND)
    good = set(rows.values_list("code", flat=True))
    left = [point for point in screening_points(application, ministry) if point.code not in good]
    if left:
        text = _("Points of the checklist stand against a pass: %(points)s.")
        named = {"points": enumerated(point.name for point in left)}
        raise DomainError("pass_needs_checklist", text % named, f"{left[0].code}_answer")


def _record(
    by: Actor, application: Application, snapshot: Snapshot, what: ScreeningInput, *, in_bulk: bool = False
) -> Screening:
    ministry = ministry_of(by)
    correction = what.decision == ScreeningDecision.CORRECTION
    points = ScreeningPoint.objects.filter(snapshot=snapshot, ministry=ministry)
    return Screening.objects.create(
        application=application,
        snapshot=snapshot,
        ministry=ministry,
        decision=what.decision,
        rule=what.rule,
        reason=what.reason,
        due=what.due if correction else None,
        sections=with_ties(what.sections) if correction else [],
        answers={row.code: {"answer": row.answer, "comment": row.comment} for row in points},
        in_bulk=in_bulk,
        person_id=by.id,
    )


def _follow(by: Actor, application: Application, row: Screening, act: Act) -> None:
    """Keep what the checks say now, and take the step that follows from what both ministries say."""
    keep_results(by=by, dossier=whole(application), snapshot=row.snapshot, stage=Stage.SCREENING)
    step = _step(row)
    if step is None:
        return
    if step != "pass":
        _rule(by, row, step)
    act.to(application, APPLICATION, step)
    if step == "ask_correction":
        application.correction_until, application.reopened = row.due, row.sections
    application.save(update_fields=["state", "correction_until", "reopened"])
    _tell(by, application)


def _rule(by: Actor, row: Screening, step: str) -> None:
    """What the unit reads: the correction as it is asked for, or both ministries' rules and reasons."""
    if step == "ask_correction":
        values: dict[str, Any] = {"kind": RulingKind.CORRECTION, "sections": row.sections, "due": row.due}
        said = [row]
    else:
        values = {"kind": RulingKind.REJECTION}
        rows = Screening.objects.filter(snapshot=row.snapshot_id, decision=ScreeningDecision.REJECT)
        latest = {one.ministry: one for one in rows.order_by("pk")}
        said = [latest[code] for code in Ministry.values]
    Ruling.objects.create(
        application_id=row.application_id,
        snapshot_id=row.snapshot_id,
        rule=enumerated(dict.fromkeys(one.rule for one in said if one.rule)),
        reason="\n\n".join(dict.fromkeys(one.reason for one in said)),
        person_id=by.id,
        **values,
    )


def _tell(by: Actor, application: Application) -> None:
    text = {
        ApplicationState.CORRECTION: gettext_lazy(
            "The ministries ask for a correction of the application of %(unit)s, by %(until)s."
        ),
        ApplicationState.REJECTED: gettext_lazy("The ministries rejected the application of %(unit)s in screening."),
        ApplicationState.IN_REVIEW: gettext_lazy("The application of %(unit)s has passed screening and is in review."),
    }[ApplicationState(application.state)]
    people = recipients(Role.DRAFTER, Role.SIGNATORY, unit=application.unit_id)
    words: dict[str, Any] = {"unit": application.unit, "until": application.correction_until or ""}
    notify(people, text, by=by, url=reverse("applications:detail", args=[application.pk]), **words)


def _check(what: ScreeningInput, ministry: str) -> None:
    if what.decision != ScreeningDecision.PASS and not what.reason:
        raise DomainError("reason", _("Say why, so that the unit knows."), "reason")
    if what.decision == ScreeningDecision.REJECT and not what.rule:
        raise DomainError("rule", _("Name the rule the rejection rests on."), "rule")
    if what.decision == ScreeningDecision.CORRECTION:
        if ministry != Ministry.MIIT:
            raise DomainError("ministry", _("MIIT asks for corrections; tell your colleagues there."), "decision")
        if what.due is None or what.due <= clock.now():
            raise DomainError("due", _("Give a deadline in the future."), "due")
        if not what.sections:
            raise DomainError("sections", _("Choose the sections that are to be corrected."), "sections")
        if unknown := [code for code in what.sections if code not in SECTIONS]:
            raise DomainError("sections", _("Unknown section: %(code)s.") % {"code": unknown[0]}, "sections")


def _step(row: Screening) -> str | None:
    """The act that follows from what both ministries say last about this submission."""
    other = (
        Screening.objects.filter(application=row.application_id, snapshot=row.snapshot_id)
        .exclude(ministry=row.ministry)
        .order_by("-pk")
        .first()
    )
    others = other.decision if other else None
    if row.decision == ScreeningDecision.CORRECTION:
        return "ask_correction"
    if row.decision == ScreeningDecision.REJECT:
        if other is None or others != ScreeningDecision.REJECT:
            return None
        if other.person_id == row.person_id:
            raise DomainError("reject_needs_both", _("A rejection needs both ministries, by two people."))
        return "reject"
    # MIIT passes; MOF's own pass takes a rejection back and lets a standing pass of MIIT take effect.
    passed = row.ministry == Ministry.MIIT or others == ScreeningDecision.PASS
    return "pass" if passed and others != ScreeningDecision.REJECT else None
