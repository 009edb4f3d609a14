"""Xiamen's award with one paper of each kind that waits for its checker, after a round that came to its final list."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.core import clock
from tests import factories_assessing as assess
from tests import factories_grants as make_grants
from tests import factories_reviews as make_reviews

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


def _assessing(world: Any, who: dict[str, Any], award: Any, project: Any) -> dict[str, dict[str, Any]]:
    """A self-evaluation being filled in, a panel at work with two callers on it, an acceptance, a rectification."""
    team = {
        "drafter": world.person("drafter"),
        "signatory": world.person("signatory"),
        "industry": world.person("industry"),
        "members": [world.person("reviewer.miit"), world.person("reviewer.expert"), world.person("officer.mof")],
    }
    draft, signed = assess.filled(team, award, year=2025), assess.signed(team, award, kind="mid")
    begun, sent = assess.acceptance(team, project), None
    with world.acting("officer.mof"):
        second = award.projects.exclude(pk=project.pk).first()
        proof = begun.files.first().pk if begun else None
    sent = assess.acceptance(team, second, sent=True) if second else begun
    panel = assess.panel(who, team, award, kind="mid")
    mend = assess.result(who, award, "rectify")
    mended = assess.mended(who, mend, confirmed=False)
    draft_one, work, mine = {"pk": draft.pk}, {"pk": panel.pk}, {"pk": begun.pk}
    return {
        "grants:assessing": {"award_id": award.pk},
        "grants:start_evaluation": {"pk": award.pk},
        "grants:evaluation": {"pk": signed.pk},
        "grants:fill_evaluation": draft_one,
        "grants:sign_evaluation": draft_one,
        "grants:verify_evaluation": {"pk": signed.pk},
        "grants:open_panel": {"pk": award.pk},
        "grants:panel": work,
        "grants:score_panel": work,
        "grants:close_panel": work,
        "grants:enter_rectification": {"pk": mend.pk},
        "grants:rectification": {"pk": mended.pk},
        "grants:start_acceptance": {"pk": project.pk},
        "grants:acceptance": {"pk": sent.pk},
        "grants:fill_acceptance": mine,
        "grants:send_acceptance": mine,
        "grants:evidence": {"pk": proof},
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
    world.kept |= {"award": award, "payment": payment}
    assessing = _assessing(world, who, award, project)
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
        **assessing,
        "oversight:province": {"code": "350000"},
        "oversight:payment": paid,
    }
