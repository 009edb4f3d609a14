"""Two units of two provinces with at least two rows of nearly everything the API tells of money; by commands only."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from tests import factories_assessing as assess
from tests import factories_bank as make_bank
from tests import factories_ending as end
from tests import factories_grants as make
from tests import factories_performance as perform
from tests import factories_use as use

UNIT, OTHER = "350200", "360100"


def person(role: str, code: str, number: int = 1) -> Any:
    """As the fixture `cast`, where writes are kept."""
    from portal.accounts.cast import ensure_user
    from portal.accounts.models import User

    name = f"{role} {code} {number}"
    made = ensure_user(f"{role}.{number}@{code.lower()}.test", name, code, role)
    return User.objects.get(pk=made.pk)


def build(world: Any) -> SimpleNamespace:
    """Everything, in the clone of `world`."""
    from portal.core import clock

    who = make.live_people(UNIT)
    other = make.people(person, province="360000", unit=OTHER)
    for application, place in ((world.application, UNIT), (world.other, OTHER)):
        perform.planned(application, place=place)
    make.in_roster([world.application, world.other])
    last_year = datetime(make.today().year - 1, 12, 1, tzinfo=clock.SHANGHAI)
    with clock.at(last_year):
        award = make.awarded(who, application=world.application, amount="100000000.00")
        second = make.awarded(who, application=world.other, amount="90000000.00", number="财建〔2026〕11号")
    _moves(who, award)
    project = make.project(who, award)
    _payments(who, award, project)
    make.held_project(who, project=make.project(other, second), by="mof")
    _use(who, award, project)
    _bank(who, project)
    _reports(award)
    _assessing(who, award, second, project)
    _papers(who, award, second)
    make.entered_year_close(who, last_year.year)
    _ending(who)
    return SimpleNamespace(who=who, other=other, award=award, second=second, project=project)


def _ending(who: dict[str, Any]) -> None:
    """Another batch, which MIIT asks to archive for the second time."""
    from grants.domain import ending

    (application,) = make.selected([make.Plan(UNIT)], number=97, budget="1000.00")
    award = make.awarded(who, application=application, amount="100.00", number="财建〔2026〕97号")
    assess.result(who, award, "failed", for_good=True, number="工信部规函〔2026〕97号")
    batch = end.ended_batch(who, award)
    first = end.asked(who, batch)
    with make.acting(who["mof"]) as by:
        ending.refuse_archive(by=by, step=first, why="not yet")
    end.asked(who, batch)


def _moves(who: dict[str, Any], award: Any) -> None:
    from grants.domain import arrivals

    issue = make.issued(who, award=award, amount="40000000.00", received_on=make.today())
    make.entered_issue(who, award=award, amount="1.00", number="I2")
    arrived = make.passed_on(who, issue=issue, amount="30000000.00")
    make.entered_pass_on(who, issue=issue, amount="1.00", number="P2")
    with make.acting(who["unit_maker"]) as by:
        arrivals.confirm_arrival(by=by, pass_on=arrived, arrived_on=make.today())


def _payments(who: dict[str, Any], award: Any, project: Any) -> None:
    from grants.models import Entry

    make.asked(who, project=project, amount="1.00")
    rows = [make.paid(who, project=project, amount="500.00", number=f"V{n}") for n in range(3)]
    make.refused_payment(who, payment=make.entered_payment(who, project=project, amount="1.00", number="V8"))
    for place, row in enumerate(rows[1:]):
        with make.acting(who["unit_maker"]):
            entry = Entry.objects.get(payment=row)
        make.entered_reversal(who, entry=entry, by="unit", number=f"X{place}")


def _use(who: dict[str, Any], award: Any, project: Any) -> None:
    for n in range(2):
        use.entered_spending(who, project=project, amount="1.00", number=f"S{n}")
        use.entered_return(who, award=award, amount="1.00", source="unit", number=f"R{n}")
        use.entered_matching(who, award=award, amount="1.00", number=f"M{n}")
        demand = use.demanded(who, award=award, amount="9.00", number=f"D{n}")
        use.entered_collected(who, recovery=demand, amount="1.00", number=f"C{n}")
        use.entered_withdrawal(who, recovery=demand, number=f"W{n}")


def _bank(who: dict[str, Any], project: Any) -> None:
    from grants.domain import bank as domain
    from grants.domain import bank_orders

    for n in range(2):
        make_bank.statement(who["unit_maker"], ("-3.00", "", "fee"), ("-4.00", "", "fee"), account=f"350000{n}")
        paid = make.paid(who, project=project, amount="2.00", number=f"O{n}")
        with make.acting(who["unit_maker"]) as by:
            body = domain.treasury(by).organisation
            bank_orders.write(by=by, organisation=body, kind="payment", papers=[paid.pk])


def _reports(award: Any) -> None:
    team = perform.people(person)
    perform.signed(team, award, 1)
    perform.drafted(team, award, 2)
    perform.verified(team, award, 3) if make.today().month > 9 else perform.signed(team, award, 3)


def _assessing(who: dict[str, Any], award: Any, second: Any, project: Any) -> None:
    team = assess.people(person, unit=UNIT, province="350000")
    theirs = assess.people(person, unit=OTHER, province="360000")
    assess.filled(team, award, year=2025)
    assess.signed(team, award, kind="mid")
    assess.signed(theirs, second, kind="mid")
    assess.acceptance(team, project)
    with make.acting(who["mof"]):
        more, foreign = award.projects.exclude(pk=project.pk).get(), second.projects.get()
    assess.acceptance(team, more, sent=True)
    assess.acceptance(theirs, foreign, sent=True)
    row = assess.panel(who, team, award, kind="mid")
    assess.scored(row, team["members"][0])
    assess.panel(who, theirs, second, kind="mid")
    mend = assess.result(who, award, "rectify")
    assess.mended(who, mend, confirmed=False)
    mend = assess.result(who, second, "rectify", number="工信部规函〔2026〕10号")
    assess.mended(who, mend, confirmed=False, number="工信部规函〔2026〕20号")


def _papers(who: dict[str, Any], award: Any, second: Any) -> None:
    from grants.domain import award_changes, issue_papers
    from grants.enums import Tranche

    for n, row in enumerate((award, second)):
        what = award_changes.AwardChangeInput(Decimal("99000000.00") - n, "less", make.paper(f"C{n}", file=make.pdf()))
        with make.acting(who["mof_maker"]) as by:
            award_changes.enter_award_change(by=by, award=row, what=what)
        lines = [issue_papers.LineInput(one.pk, Decimal("2.00")) for one in (award, second)][: 2 - n]
        total = sum((line.amount for line in lines), Decimal(0))
        paper = issue_papers.IssuePaperInput(
            Tranche.FIRST, lines, total, make.paper(f"财建〔2026〕8{n}号", file=make.pdf())
        )
        with make.acting(who["mof_maker"]) as by:
            issue_papers.enter_issue_paper(by=by, batch=row.batch, what=paper)
