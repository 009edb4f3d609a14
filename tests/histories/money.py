"""Acts on money on its way there: every command of the grants, tried by anybody on anything that is seen."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests import factories_grants as make
from tests.histories.stage import Act, NothingToDo, Stage, act

ACTS: dict[str, Act] = {}
ZERO = Decimal(0)


def rows_of(name: str) -> Any:
    from django.apps import apps

    return apps.get_model("grants", name).objects.all()


def left_of(paper: Any, children: Any) -> Decimal:
    return Decimal(paper.amount - sum((one.amount for one in children if one.state in ("entered", "confirmed")), ZERO))


@act(ACTS, "mof_maker", weight=3)
def award(s: Stage, by: Any) -> Any:
    from applications.models import Application
    from grants.domain import awards

    row = s.one(Application.objects.select_related("batch__rule_set"), state="selected")
    what = awards.AwardInput(s.amount(Decimal("100000000.00"), Decimal("200000000.00")), s.paper())
    return awards.enter_award(by=by, application=row, what=what)


@act(ACTS, "mof_maker", weight=2)
def change_award(s: Stage, by: Any) -> Any:
    from grants.domain import award_changes

    row = s.one(rows_of("award"), state="confirmed")
    near = (row.amount + 10_000_000, row.amount - 10_000_000, row.amount * 2)
    what = award_changes.AwardChangeInput(s.amount(*near), s.text(), s.paper(), s.maybe(0.1))
    return award_changes.enter_award_change(by=by, award=row, what=what)


@act(ACTS, "miit", weight=2)
def agree(s: Stage, by: Any) -> Any:
    from grants.domain import award_changes

    return award_changes.agree_award_change(by=by, award_change=s.one(rows_of("awardchange"), state="entered"))


@act(ACTS, "mof_maker", weight=4)
def issue(s: Stage, by: Any) -> Any:
    from grants.domain import issues
    from grants.enums import Tranche

    row = s.one(rows_of("award"), state="confirmed")
    tranche = s.chance.choice((1, 1, 2))
    what = issues.IssueInput(Tranche(tranche), s.amount(row.amount / 2, row.amount / 4), s.paper())
    return issues.enter_issue(by=by, award=row, what=what)


@act(ACTS, "mof_maker", weight=2)
def issue_paper(s: Stage, by: Any) -> Any:
    from grants.domain import issue_papers
    from grants.enums import Tranche
    from portal.programme.models import Batch

    batch = Batch.objects.get(pk=s.batch)
    found = list(rows_of("award").filter(batch=batch))
    if not found:
        raise NothingToDo
    lines = [
        issue_papers.LineInput(one.pk, s.amount(one.amount / 4))
        for one in s.chance.sample(found, s.chance.randint(1, len(found)))
    ]
    if s.maybe(0.05):
        lines *= 2
    total = sum((one.amount for one in lines), ZERO) + (1 if s.maybe(0.05) else 0)
    what = issue_papers.IssuePaperInput(Tranche(s.chance.choice((1, 1, 2))), lines, total, s.paper())
    return issue_papers.enter_issue_paper(by=by, batch=batch, what=what)


@act(ACTS, "province_maker", weight=5)
def receive(s: Stage, by: Any) -> Any:
    from grants.domain import issues

    row = s.one(rows_of("issue"), state="confirmed", received_on=None)
    return issues.receive(by=by, issue=row, received_on=s.day())


@act(ACTS, "province_maker", weight=5)
def pass_on(s: Stage, by: Any) -> Any:
    from grants.domain import issues

    row = s.one(rows_of("issue"), state="confirmed", received_on__isnull=False)
    left = left_of(row, row.pass_ons.all())
    what = issues.PassOnInput(s.amount(left, left / 2), s.day(), s.paper(file=s.maybe(0.5)), s.text())
    return issues.enter_pass_on(by=by, issue=row, what=what)


@act(ACTS, "unit_maker", "unit_checker", weight=3)
def arrive(s: Stage, by: Any) -> Any:
    from grants.domain import arrivals

    row = s.one(rows_of("passon"), state="confirmed", arrival=None)
    return arrivals.confirm_arrival(by=by, pass_on=row, arrived_on=s.day())


def project_of(s: Stage) -> Any:
    return s.one(rows_of("grantproject").select_related("award__batch__rule_set"), end=None)


def _asked(s: Stage, project: Any) -> Any:
    from grants.queries.requests import planned

    near = (project.approved_support, project.approved_support / 2)
    changes: dict[str, Any] = {"reached_on": s.day(), "purpose": s.text()}
    if s.maybe(0.03) or not planned(project.pk).payees:
        changes["payee_code"] = "91350200MA0000001X"
    return make.request_input(project, str(s.amount(*near)), **changes)


@act(ACTS, "unit_maker", "drafter", weight=4)
def ask(s: Stage, by: Any) -> Any:
    """A whole request, each of its steps by the command."""
    from grants.domain import requests

    project = project_of(s)
    row = requests.prepare_request(by=by, project=project, what=_asked(s, project))
    if s.maybe(0.95):
        requests.add_invoice(by=by, request=row, what=_invoice(s))
    if s.maybe(0.95):
        requests.add_evidence(by=by, request=row, file=make.pdf("evidence.pdf"))
    if s.maybe(0.95):
        requests.answer_uses(by=by, request=row, answers=["no"] * len(requests.banned_uses(row)))
    return row


def _invoice(s: Stage) -> Any:
    number = f"{s.chance.randrange(8):020}" if s.maybe(0.3) else f"{s.chance.randrange(10**9):020}"
    return make.invoice_input(number=number, dated=s.day(), amount=s.amount(Decimal("300000000.00")))


@act(ACTS, "unit_maker", "drafter", weight=2)
def mend_parts(s: Stage, by: Any) -> Any:
    """One step on a request that is there."""
    from grants.domain import requests

    row = s.one(rows_of("paymentrequest").select_related("award__batch__rule_set", "grant_project"), payment=None)
    step = s.chance.randrange(6)
    if step == 0:
        return requests.change_request(by=by, request=row, what=_asked(s, row.grant_project), read=s.text(""))
    if step == 1:
        return requests.add_invoice(by=by, request=row, what=_invoice(s))
    if step == 2:
        return requests.add_evidence(by=by, request=row, file=make.pdf("evidence.pdf"))
    if step == 3:
        found = row.invoices.first() or s.one(rows_of("requestinvoice"))
        return requests.remove_invoice(by=by, request=row, invoice=found.pk)
    if step == 4:
        found = row.evidence.first() or s.one(rows_of("evidencefile"))
        return requests.remove_evidence(by=by, request=row, file=found.pk)
    answers = [s.chance.choice(("no", "no", "no", "yes"))] * len(requests.banned_uses(row))
    return requests.answer_uses(by=by, request=row, answers=answers)


@act(ACTS, "unit_maker", "drafter")
def mend_request(s: Stage, by: Any) -> Any:
    from grants.domain import requests

    return requests.mend_request(by=by, payment=s.one(rows_of("payment"), state__in=["refused", "reversed"]))


@act(ACTS, "unit_maker", weight=6)
def pay(s: Stage, by: Any) -> Any:
    from grants.domain import payments

    row = s.one(rows_of("paymentrequest").select_related("award__batch__rule_set", "grant_project"), payment=None)
    return payments.enter_payment(by=by, request=row, paper=s.paper())


@act(ACTS, "miit", "mof", "industry", "unit_checker", weight=1)
def hold(s: Stage, by: Any) -> Any:
    from grants.domain import holds

    what = holds.HoldInput("national", s.text("A fund"), "F 7", s.amount(), s.text(), make.pdf("found.pdf"))
    return holds.raise_hold(by=by, project=project_of(s), what=what)


@act(ACTS, "miit", "mof", weight=4)
def judge(s: Stage, by: Any) -> Any:
    from grants.domain import holds

    row = s.one(rows_of("fundinghold"), state="open")
    word = s.chance.choice(("release", "release", "release", "uphold", "maybe"))
    return holds.judge_hold(by=by, hold=row, word=word, why=s.text())


@act(ACTS, "miit", weight=2)
def assess(s: Stage, by: Any) -> Any:
    from grants.domain import awards
    from grants.enums import Result

    row = s.one(rows_of("award"), state="confirmed", assessment_passed_on=None)
    how = s.chance.choice(("passed", "reduced", "rectify", "failed", "for_good", "odd"))
    more: dict[str, Any] = {
        "rectify": {
            "rectify_what": s.text(),
            "rectify_by": make.today() + timedelta(days=s.chance.choice((30, 0, -9))),
        },
        "reduced": {"second_limit": s.amount(row.amount / 4)},
        "for_good": {"for_good": True},
        "odd": {"for_good": True, "second_limit": s.amount(), "rectify_what": "x"},
    }.get(how, {})
    result = {"reduced": "passed", "for_good": "failed", "odd": "passed"}.get(how, how)
    what = awards.AssessmentInput(Result(result), s.day(), s.paper(), **more)
    return awards.enter_assessment(by=by, award=row, what=what)


@act(ACTS, "miit", weight=2)
def rectify(s: Stage, by: Any) -> Any:
    from grants.domain import rectifying

    row = s.one(rows_of("assessment").select_related("award"), state="confirmed", result="rectify")
    what = rectifying.RectificationInput(s.day(), s.text(), s.paper())
    return rectifying.enter_rectification(by=by, assessment=row, what=what)
