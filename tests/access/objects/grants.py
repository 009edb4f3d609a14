"""Xiamen's award with one paper of each kind that waits for its checker, after a round that came to its final list."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.core import clock
from tests import factories_grants as make_grants
from tests import factories_reviews as make_reviews
from tests import factories_use as make_use

BOTH = {"350200": "200000000.00", "330200": "200000000.00"}
GIVEN = {"350200": "90.00", "330200": "80.00"}
CALLERS = {
    "mof_maker": "maker.mof",
    "mof_checker": "checker.mof",
    "province_maker": "maker.province",
    "province_checker": "checker.province",
    "unit_maker": "maker.unit",
    "unit_checker": "checker.unit",
    "miit": "officer.miit",
    "mof": "officer.mof",
}


def _assessment(world: Any, award: Any) -> Any:
    from grants.domain import awards
    from grants.enums import Result

    what = awards.AssessmentInput(Result.PASSED, make_grants.today(), make_grants.paper("A"))
    with world.acting("officer.miit") as by:
        return awards.enter_assessment(by=by, award=award, what=what)


def _use(world: Any, who: dict[str, Any], award: Any, project: Any) -> dict[str, dict[str, Any]]:
    """One paper of each kind of use, return, matching money and recovery that waits for its checker."""
    make_grants.paid(who, project=project, amount="100.00", number="V0")
    spending = make_use.entered_spending(who, project=project, amount="1.00")
    received = make_use.given_back(who, award=award, amount="1.00", source="unit")
    entered = make_use.entered_return(who, award=award, amount="1.00", source="unit", number="R2")
    matching = make_use.entered_matching(who, award=award, amount="1.00")
    recovery = make_use.entered_recovery(who, award=award, amount="1.00")
    demanded = make_use.demanded(who, award=award, amount="9.00", number="D2")
    collected = make_use.entered_collected(who, recovery=demanded, amount="1.00")
    other = make_use.demanded(who, award=award, amount="1.00", number="D3")
    withdrawal = make_use.entered_withdrawal(who, recovery=other)
    one = {"pk": award.pk}
    return {
        "grants:enter_spending": {"pk": project.pk},
        "grants:spending": {"pk": spending.pk},
        "grants:enter_return": one,
        "grants:return": {"pk": entered.pk},
        "grants:receive_return": {"pk": received.pk},
        "grants:matching_of": one,
        "grants:enter_matching": one,
        "grants:matching_record": {"pk": matching.pk},
        "grants:enter_recovery": one,
        "grants:recovery": {"pk": recovery.pk},
        "grants:enter_recovery_payment": {"pk": demanded.pk},
        "grants:withdraw": {"pk": demanded.pk},
        "grants:recovery_payment": {"pk": collected.pk},
        "grants:withdrawal": {"pk": withdrawal.pk},
    }


def make(world: Any) -> dict[str, dict[str, Any]]:
    from grants.models import Entry, GrantProject

    who = {name: world.person(caller) for name, caller in CALLERS.items()}
    batch = make_reviews.final_batch(BOTH, given=GIVEN, places=2, number=815)
    selected = make_reviews.application(batch, "350200").pk
    last_year = make_grants.today().year - 1
    with clock.at(datetime(last_year, 12, 1, tzinfo=clock.SHANGHAI)):
        award = make_grants.awarded(who, application=selected, amount="200000000.00")
    received = make_grants.issued(who, award=award, amount="60000000.00", received_on=make_grants.today())
    make_grants.passed_on(who, issue=received, amount="50000000.00")
    unreceived = make_grants.issued(who, award=award, amount="10000000.00", number="I2")
    entered = make_grants.entered_issue(who, award=award, amount="1.00", number="I3")
    pass_on = make_grants.entered_pass_on(who, issue=received, amount="1.00", number="P2")
    with world.acting("officer.mof"):
        project = GrantProject.objects.filter(award=award).first()
        entry = Entry.objects.get(award=award, kind="pass_on")
        account = award.accounts.get(place="unit")
    payment = make_grants.entered_payment(who, project=project, amount="1.00", number="V1")
    reversal = make_grants.entered_reversal(who, entry=entry, by="province")
    close = make_grants.entered_year_close(who, last_year)
    more = _use(world, who, award, project)
    world.kept |= {"award": award, "payment": payment}
    one, paid = {"pk": award.pk}, {"pk": payment.pk}
    return {
        "grants:enter_award": {"pk": make_reviews.application(batch, "330200").pk},
        "grants:award": one,
        "grants:ledger": one,
        "grants:enter_issue": one,
        "grants:enter_assessment": one,
        "grants:assessment": {"pk": _assessment(world, award).pk},
        "grants:issue": {"pk": entered.pk},
        "grants:receive": {"pk": unreceived.pk},
        "grants:enter_pass_on": {"pk": received.pk},
        "grants:pass_on": {"pk": pass_on.pk},
        "grants:project": {"pk": project.pk},
        "grants:enter_payment": {"pk": project.pk},
        "grants:payment": paid,
        "grants:account": {"pk": account.pk},
        "grants:entry": {"pk": entry.pk},
        "grants:enter_reversal": {"pk": entry.pk},
        "grants:reversal": {"pk": reversal.pk},
        "grants:close_year": {"year": last_year},
        "grants:year_close": {"pk": close.pk},
        "grants:document": {"pk": payment.document_id},
        **more,
        "oversight:province": {"code": "350000"},
        "oversight:payment": paid,
    }
