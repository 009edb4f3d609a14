"""Acts on money that was paid: its use, its way back, every checker, the end of a batch, the bank."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests import bank_files
from tests import factories_bank as bank_make
from tests import factories_grants as make
from tests.histories.money import ACTS, left_of, project_of, rows_of
from tests.histories.stage import NothingToDo, Stage, act


@act(ACTS, "unit_maker", weight=4)
def spend(s: Stage, by: Any) -> Any:
    from grants.domain import spending
    from grants.enums import Spent

    project = project_of(s)
    near = [one.amount for one in project.payments.filter(state="confirmed")]
    what = spending.SpendingInput(
        s.amount(*near), s.text("E"), Spent.EQUIPMENT, s.text(), s.day(back=40), s.day(), s.paper()
    )
    return spending.enter_spending(by=by, project=project, what=what)


@act(ACTS, "unit_maker")
def match(s: Stage, by: Any) -> Any:
    from grants.domain import matching
    from grants.enums import Matching

    row = s.one(rows_of("award"), state="confirmed")
    project = project_of(s) if s.maybe(0.4) else None
    what = matching.MatchingInput(
        s.chance.choice((2025, 2026, 2027, 1990)), Matching.LOCAL, s.amount(), s.day(), s.paper(), project
    )
    return matching.enter_matching(by=by, award=row, what=what)


@act(ACTS, "unit_maker", "province_maker", weight=4)
def give_back(s: Stage, by: Any) -> Any:
    from grants.domain import returns
    from grants.enums import GivenBack
    from grants.models import Account

    row = s.one(rows_of("award"), state="confirmed")
    source = s.chance.choice(list(GivenBack))
    balance = Account.objects.filter(award=row, project=None, place=source.value).values_list("balance", flat=True)
    of_issue = s.one(rows_of("issue"), award=row) if s.maybe(0.4) else None
    what = returns.ReturnInput(source, s.amount(*balance), s.text(), s.paper(), of_issue)
    return returns.enter_return(by=by, award=row, what=what)


@act(ACTS, "province_maker", "mof_maker", weight=3)
def receive_return(s: Stage, by: Any) -> Any:
    from grants.domain import returns

    row = s.one(rows_of("returnpaper"), state="confirmed", received_on=None)
    return returns.receive_return(by=by, return_paper=row, received_on=s.day())


@act(ACTS, "mof_maker", "province_maker", weight=3)
def demand(s: Stage, by: Any) -> Any:
    from grants.domain import recoveries
    from grants.enums import Ground

    row = s.one(rows_of("award").select_related("batch__rule_set"), state="confirmed")
    project = project_of(s) if s.maybe(0.5) else None
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

    row = s.one(rows_of("recovery"), state="confirmed")
    project = row.grant_project or (project_of(s) if s.maybe(0.5) else None)
    if s.maybe(0.1):
        project = None
    what = recoveries.CollectedInput(s.amount(left_of(row, row.payments.all())), s.paper(), project)
    return recoveries.enter_recovery_payment(by=by, recovery=row, what=what)


@act(ACTS, "mof_maker", "province_maker", weight=1)
def withdraw_demand(s: Stage, by: Any) -> Any:
    from grants.domain import recoveries

    row = s.one(rows_of("recovery"), state="confirmed")
    return recoveries.enter_withdrawal(by=by, recovery=row, what=recoveries.WithdrawalInput(s.text(), s.paper()))


@act(ACTS, "mof_maker", "province_maker", "unit_maker", weight=3)
def reverse(s: Stage, by: Any) -> Any:
    from grants.domain import reversals

    row = s.one(rows_of("entry"), reversed_by=None)
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
        row = s.one(rows_of(table), state="entered")
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

    step = s.one(rows_of("archivestep").select_related("batch"), state="asked")
    if s.maybe(0.8):
        return ending.sign_archive(by=by, step=step)
    return ending.refuse_archive(by=by, step=step, why=s.text())


# The bank


@act(ACTS, "unit_maker", "province_maker", "mof_maker", weight=2)
def statement(s: Stage, by: Any) -> Any:
    """A statement whose lines mostly pay what is confirmed."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from grants.domain import bank

    found = [-one.amount for one in rows_of("payment")] + [-one.amount for one in rows_of("passon")]
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

    line = s.one(rows_of("bankline"))
    if s.maybe(0.25):
        return bank_lines.set_aside(by=by, line=line, why=s.text())
    kind = s.chance.choice(("payment", "payment", "passon", "issue"))
    return bank_lines.match_line(by=by, line=line, paper=s.one(rows_of(kind), state="confirmed"), why=s.text())


@act(ACTS, "unit_maker", "province_maker", "mof_maker")
def undo_line(s: Stage, by: Any) -> Any:
    from grants.domain import bank_lines

    return bank_lines.undo(by=by, decision=s.one(rows_of("bankdecision"), ended_at=None), why=s.text())


@act(ACTS, "unit_maker", "province_maker")
def order(s: Stage, by: Any) -> Any:
    from grants.domain import bank_orders

    kind = s.chance.choice(("payment", "payment", "pass_on"))
    rows = rows_of(kind.replace("_", ""))
    papers = sorted({s.one(rows, state="confirmed").pk for _one in range(2)})
    organisation = next((post.organisation for post in by.posts), 0)
    return bank_orders.write(by=by, organisation=organisation, kind=kind, papers=papers)


@act(ACTS, "unit_maker", "province_maker", weight=1)
def withdraw_order(s: Stage, by: Any) -> Any:
    from grants.domain import bank_orders

    return bank_orders.withdraw(by=by, order=s.one(rows_of("bankorder"), state="written"), why=s.text())
