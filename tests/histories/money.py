"""Acts on money: every command of the grants, tried by anybody on anything that is seen."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests import bank_files
from tests import factories_bank as bank_make
from tests import factories_grants as make
from tests.histories.stage import Act, NothingToDo, Stage, act

ACTS: dict[str, Act] = {}
ZERO = Decimal(0)


def _rows(name: str) -> Any:
    from django.apps import apps

    return apps.get_model("grants", name).objects.all()


def _left(paper: Any, children: Any) -> Decimal:
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

    row = s.one(_rows("award"), state="confirmed")
    near = (row.amount + 10_000_000, row.amount - 10_000_000, row.amount * 2)
    what = award_changes.AwardChangeInput(s.amount(*near), s.text(), s.paper(), s.maybe(0.1))
    return award_changes.enter_award_change(by=by, award=row, what=what)


@act(ACTS, "miit", weight=2)
def agree(s: Stage, by: Any) -> Any:
    from grants.domain import award_changes

    return award_changes.agree_award_change(by=by, award_change=s.one(_rows("awardchange"), state="entered"))


@act(ACTS, "mof_maker", weight=4)
def issue(s: Stage, by: Any) -> Any:
    from grants.domain import issues
    from grants.enums import Tranche

    row = s.one(_rows("award"), state="confirmed")
    tranche = s.chance.choice((1, 1, 2))
    what = issues.IssueInput(Tranche(tranche), s.amount(row.amount / 2, row.amount / 4), s.paper())
    return issues.enter_issue(by=by, award=row, what=what)


@act(ACTS, "mof_maker", weight=2)
def issue_paper(s: Stage, by: Any) -> Any:
    from grants.domain import issue_papers
    from grants.enums import Tranche
    from portal.programme.models import Batch

    batch = Batch.objects.get(pk=s.batch)
    found = list(_rows("award").filter(batch=batch))
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

    row = s.one(_rows("issue"), state="confirmed", received_on=None)
    return issues.receive(by=by, issue=row, received_on=s.day())


@act(ACTS, "province_maker", weight=5)
def pass_on(s: Stage, by: Any) -> Any:
    from grants.domain import issues

    row = s.one(_rows("issue"), state="confirmed", received_on__isnull=False)
    left = _left(row, row.pass_ons.all())
    what = issues.PassOnInput(s.amount(left, left / 2), s.day(), s.paper(file=s.maybe(0.5)), s.text())
    return issues.enter_pass_on(by=by, issue=row, what=what)


@act(ACTS, "unit_maker", "unit_checker", weight=3)
def arrive(s: Stage, by: Any) -> Any:
    from grants.domain import arrivals

    row = s.one(_rows("passon"), state="confirmed", arrival=None)
    return arrivals.confirm_arrival(by=by, pass_on=row, arrived_on=s.day())


def _project(s: Stage) -> Any:
    return s.one(_rows("grantproject").select_related("award__batch__rule_set"), end=None)


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

    project = _project(s)
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

    row = s.one(_rows("paymentrequest").select_related("award__batch__rule_set", "grant_project"), payment=None)
    step = s.chance.randrange(6)
    if step == 0:
        return requests.change_request(by=by, request=row, what=_asked(s, row.grant_project), read=s.text(""))
    if step == 1:
        return requests.add_invoice(by=by, request=row, what=_invoice(s))
    if step == 2:
        return requests.add_evidence(by=by, request=row, file=make.pdf("evidence.pdf"))
    if step == 3:
        found = row.invoices.first() or s.one(_rows("requestinvoice"))
        return requests.remove_invoice(by=by, request=row, invoice=found.pk)
    if step == 4:
        found = row.evidence.first() or s.one(_rows("evidencefile"))
        return requests.remove_evidence(by=by, request=row, file=found.pk)
    answers = [s.chance.choice(("no", "no", "no", "yes"))] * len(requests.banned_uses(row))
    return requests.answer_uses(by=by, request=row, answers=answers)


@act(ACTS, "unit_maker", "drafter")
def mend_request(s: Stage, by: Any) -> Any:
    from grants.domain import requests

    return requests.mend_request(by=by, payment=s.one(_rows("payment"), state__in=["refused", "reversed"]))


@act(ACTS, "unit_maker", weight=6)
def pay(s: Stage, by: Any) -> Any:
    from grants.domain import payments

    row = s.one(_rows("paymentrequest").select_related("award__batch__rule_set", "grant_project"), payment=None)
    return payments.enter_payment(by=by, request=row, paper=s.paper())


@act(ACTS, "miit", "mof", "industry", "unit_checker", weight=1)
def hold(s: Stage, by: Any) -> Any:
    from grants.domain import holds

    what = holds.HoldInput("national", s.text("A fund"), "F 7", s.amount(), s.text(), make.pdf("found.pdf"))
    return holds.raise_hold(by=by, project=_project(s), what=what)


@act(ACTS, "miit", "mof", weight=4)
def judge(s: Stage, by: Any) -> Any:
    from grants.domain import holds

    row = s.one(_rows("fundinghold"), state="open")
    word = s.chance.choice(("release", "release", "release", "uphold", "maybe"))
    return holds.judge_hold(by=by, hold=row, word=word, why=s.text())


@act(ACTS, "miit", weight=2)
def assess(s: Stage, by: Any) -> Any:
    from grants.domain import awards
    from grants.enums import Result

    row = s.one(_rows("award"), state="confirmed", assessment_passed_on=None)
    how = s.chance.choice(("passed", "reduced", "rectify", "failed", "for_good", "odd"))
    more: dict[str, Any] = {
        "rectify": {"rectify_what": s.text(), "rectify_by": make.today() + timedelta(days=s.chance.choice((30, 0, -9)))},
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

    row = s.one(_rows("assessment").select_related("award"), state="confirmed", result="rectify")
    what = rectifying.RectificationInput(s.day(), s.text(), s.paper())
    return rectifying.enter_rectification(by=by, assessment=row, what=what)


@act(ACTS, "unit_maker", weight=4)
def spend(s: Stage, by: Any) -> Any:
    from grants.domain import spending
    from grants.enums import Spent

    project = _project(s)
    near = [one.amount for one in project.payments.filter(state="confirmed")]
    what = spending.SpendingInput(
        s.amount(*near), s.text("E"), Spent.EQUIPMENT, s.text(), s.day(back=40), s.day(), s.paper()
    )
    return spending.enter_spending(by=by, project=project, what=what)


@act(ACTS, "unit_maker")
def match(s: Stage, by: Any) -> Any:
    from grants.domain import matching
    from grants.enums import Matching

    row = s.one(_rows("award"), state="confirmed")
    project = _project(s) if s.maybe(0.4) else None
    what = matching.MatchingInput(
        s.chance.choice((2025, 2026, 2027, 1990)), Matching.LOCAL, s.amount(), s.day(), s.paper(), project
    )
    return matching.enter_matching(by=by, award=row, what=what)


@act(ACTS, "unit_maker", "province_maker", weight=4)
def give_back(s: Stage, by: Any) -> Any:
    from grants.domain import returns
    from grants.enums import GivenBack
    from grants.models import Account

    row = s.one(_rows("award"), state="confirmed")
    source = s.chance.choice(list(GivenBack))
    balance = Account.objects.filter(award=row, project=None, place=source.value).values_list("balance", flat=True)
    of_issue = s.one(_rows("issue"), award=row) if s.maybe(0.4) else None
    what = returns.ReturnInput(source, s.amount(*balance), s.text(), s.paper(), of_issue)
    return returns.enter_return(by=by, award=row, what=what)


@act(ACTS, "province_maker", "mof_maker", weight=3)
def receive_return(s: Stage, by: Any) -> Any:
    from grants.domain import returns

    row = s.one(_rows("returnpaper"), state="confirmed", received_on=None)
    return returns.receive_return(by=by, return_paper=row, received_on=s.day())


@act(ACTS, "mof_maker", "province_maker", weight=3)
def demand(s: Stage, by: Any) -> Any:
    from grants.domain import recoveries
    from grants.enums import Ground

    row = s.one(_rows("award").select_related("batch__rule_set"), state="confirmed")
    project = _project(s) if s.maybe(0.5) else None
    ground = s.chance.choice(list(Ground))
    what = recoveries.DemandInput(
        ground,
        s.amount(row.amount / 2, row.amount / 4),
        make.today() + timedelta(days=s.chance.choice((30, 30, 1, 0, -5))),
        s.text(),
        s.paper(),
        project,
        s.chance.choice(("diverted", "diverted", "none", "")) if ground == Ground.VIOLATION else "",
        s.chance.choice(("", "2026-1")),
    )
    return recoveries.demand(by=by, award=row, what=what)


@act(ACTS, "unit_maker", weight=4)
def collect(s: Stage, by: Any) -> Any:
    from grants.domain import recoveries

    row = s.one(_rows("recovery"), state="confirmed")
    project = row.grant_project or (_project(s) if s.maybe(0.5) else None)
    if s.maybe(0.1):
        project = None
    what = recoveries.CollectedInput(s.amount(_left(row, row.payments.all())), s.paper(), project)
    return recoveries.enter_recovery_payment(by=by, recovery=row, what=what)


@act(ACTS, "mof_maker", "province_maker", weight=1)
def withdraw_demand(s: Stage, by: Any) -> Any:
    from grants.domain import recoveries

    row = s.one(_rows("recovery"), state="confirmed")
    return recoveries.enter_withdrawal(by=by, recovery=row, what=recoveries.WithdrawalInput(s.text(), s.paper()))


@act(ACTS, "mof_maker", "province_maker", "unit_maker", weight=3)
def reverse(s: Stage, by: Any) -> Any:
    from grants.domain import reversals

    row = s.one(_rows("entry"), reversed_by=None)
    return reversals.enter_reversal(by=by, entry=row, what=reversals.ReversalInput(s.text(), s.paper()))


@act(ACTS, "mof_maker", weight=1)
def close_year(s: Stage, by: Any) -> Any:
    from grants.domain import years

    year = make.today().year - s.chance.choice((1, 1, 0, 2))
    return years.enter_year_close(by=by, year=year, paper=s.paper())


# Of a table: the module of its commands, what they call it, whether its refusal has a ground.
CHECKED = {
    "award": ("awards", "award", "mof_checker"),
    "awardchange": ("award_changes", "award_change", "mof_checker"),
    "issue": ("issues", "issue", "mof_checker"),
    "issuepaper": ("issue_papers", "issue_paper", "mof_checker"),
    "passon": ("issues", "pass_on", "province_checker"),
    "payment": ("payments", "payment", "unit_checker"),
    "reversal": ("reversals", "reversal", "mof_checker province_checker unit_checker"),
    "spendingreport": ("spending", "spending", "unit_checker"),
    "matchingfunds": ("matching", "matching", "unit_checker"),
    "returnpaper": ("returns", "return", "unit_checker province_checker"),
    "recovery": ("recoveries", "recovery", "mof_checker province_checker"),
    "recoverypayment": ("recoveries", "recovery_payment", "unit_checker"),
    "recoverywithdrawal": ("recoveries", "withdrawal", "mof_checker province_checker"),
    "yearclose": ("years", "year_close", "mof_checker"),
    "assessment": ("awards", "assessment", "mof"),
    "rectification": ("rectifying", "rectification", "mof"),
}


def _check(table: str, module: str, called: str) -> Any:
    def does(s: Stage, by: Any) -> Any:
        from importlib import import_module

        acts = import_module(f"grants.domain.{module}")
        row = s.one(_rows(table), state="entered")
        key = {"return": "return_paper"}.get(called, called)
        if s.maybe(0.85):
            return getattr(acts, f"confirm_{called}")(by=by, **{key: row})
        ground = {"ground": s.chance.choice(("other", "invoice", "odd"))} if table == "payment" else {}
        return getattr(acts, f"refuse_{called}")(by=by, **{key: row}, **ground, why=s.text())

    does.__name__ = f"check_{table}"
    return does


for _table, (_module, _called, _who) in CHECKED.items():
    act(ACTS, *_who.split(), weight=2, table=f"grants_{_table}")(_check(_table, _module, _called))


@act(ACTS, "miit", weight=1)
def end_batch(s: Stage, by: Any) -> Any:
    from grants.domain import ending
    from portal.programme.models import Batch

    if s.maybe(0.6):
        raise NothingToDo

    return ending.assess(by=by, batch=Batch.objects.get(pk=s.batch))


@act(ACTS, "miit", weight=2)
def ask_archive(s: Stage, by: Any) -> Any:
    from grants.domain import ending
    from portal.programme.models import Batch

    batch = Batch.objects.get(pk=s.batch)
    doing = ending.ask_reopen if batch.state == "archived" or s.maybe(0.1) else ending.ask_archive
    return doing(by=by, batch=batch, why=s.text())


@act(ACTS, "mof", weight=3)
def sign_archive(s: Stage, by: Any) -> Any:
    from grants.domain import ending

    step = s.one(_rows("archivestep").select_related("batch"), state="asked")
    if s.maybe(0.8):
        return ending.sign_archive(by=by, step=step)
    return ending.refuse_archive(by=by, step=step, why=s.text())


# The bank


@act(ACTS, "unit_maker", "province_maker", "mof_maker", weight=2)
def statement(s: Stage, by: Any) -> Any:
    """A statement whose lines mostly pay what is confirmed."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from grants.domain import bank

    found = [-one.amount for one in _rows("payment")] + [-one.amount for one in _rows("passon")]
    lines = [
        (bank_make.day(s.chance.randrange(3)), f"{s.chance.choice(found or [Decimal('-5.00')])}", "Enterprise 1", "x")
        for _line in range(s.chance.randint(1, 3))
    ]
    account = f"35000{by.id:04}{s.chance.randrange(3)}"
    content = bank_files.statement(lines, account=account, opening=s.chance.choice(("1000000.00", "0.00")))
    organisation = next((post.organisation for post in by.posts), None)
    row = bank.bring(by=by, upload=SimpleUploadedFile("s.csv", content), organisation=organisation)
    judged = bank.judge(row)
    if judged.problems:
        return bank.turn_down(by=by, row=row, problems=judged.problems)
    return bank.take(by=by, row=row, found=judged.statements)


@act(ACTS, "unit_maker", "province_maker", "mof_maker", weight=3)
def decide_line(s: Stage, by: Any) -> Any:
    from grants.domain import bank_lines

    line = s.one(_rows("bankline"))
    if s.maybe(0.25):
        return bank_lines.set_aside(by=by, line=line, why=s.text())
    kind = s.chance.choice(("payment", "payment", "passon", "issue"))
    return bank_lines.match_line(by=by, line=line, paper=s.one(_rows(kind), state="confirmed"), why=s.text())


@act(ACTS, "unit_maker", "province_maker", "mof_maker")
def undo_line(s: Stage, by: Any) -> Any:
    from grants.domain import bank_lines

    return bank_lines.undo(by=by, decision=s.one(_rows("bankdecision"), ended_at=None), why=s.text())


@act(ACTS, "unit_maker", "province_maker")
def order(s: Stage, by: Any) -> Any:
    from grants.domain import bank_orders

    kind = s.chance.choice(("payment", "payment", "pass_on"))
    rows = _rows(kind.replace("_", ""))
    papers = sorted({s.one(rows, state="confirmed").pk for _one in range(2)})
    organisation = next((post.organisation for post in by.posts), 0)
    return bank_orders.write(by=by, organisation=organisation, kind=kind, papers=papers)


@act(ACTS, "unit_maker", "province_maker", weight=1)
def withdraw_order(s: Stage, by: Any) -> Any:
    from grants.domain import bank_orders

    return bank_orders.withdraw(by=by, order=s.one(_rows("bankorder"), state="written"), why=s.text())
