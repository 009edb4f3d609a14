"""What the rules of the money ask: who somebody is to it, and how it stands. Each says why not."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from grants.enums import REVERSIBLE, CheckState, EntryKind, GivenBack, Level
from grants.enums_paying import HoldState
from grants.queries import unit_that_follows
from grants.queries.requests import judges, standing
from portal.accounts.enums import MIIT, MOF, Kind, Role
from portal.core.rules import says
from portal.core.scope import Actor

FINANCE: Final = (Role.FINANCE_MAKER, Role.FINANCE_CHECKER)


@says(_("Only the finance side of the Ministry of Finance does this."))
def is_mof_finance(actor: Actor, row: Any) -> bool:
    """The actor enters or checks money at MOF."""
    return actor.post(*FINANCE, code=MOF) is not None


@says(_("Only the finance department of the receiving province does this."))
def is_province_finance(actor: Actor, row: Any) -> bool:
    """The actor enters or checks money in the finance department of the row's province."""
    return row is None or actor.post(*FINANCE, kind=Kind.PROVINCIAL_FINANCE, province=row.province_id) is not None


@says(_("Only the finance bureau of the pilot unit does this."))
def is_unit_finance(actor: Actor, row: Any) -> bool:
    """The actor enters or checks money in the finance bureau of the row's unit, or of the unit that follows it."""
    if row is None or actor.post(*FINANCE, kind=Kind.UNIT_FINANCE, unit=row.unit_id) is not None:
        return True
    if actor.post(*FINANCE, kind=Kind.UNIT_FINANCE) is None:
        return False
    return actor.post(*FINANCE, kind=Kind.UNIT_FINANCE, unit=unit_that_follows(row.unit_id) or "-") is not None


@says(_("Only the finance department that made this entry takes it back."))
def is_finance_of_entry(actor: Actor, row: Any) -> bool:
    """The actor enters or checks money at the level of the entry (or of the entry a reversal is about)."""
    if row is None:
        return True
    entry = getattr(row, "entry", row)
    from_province = entry.kind == EntryKind.RETURN and entry.return_paper.source == GivenBack.PROVINCE
    if entry.kind == EntryKind.PASS_ON or from_province:
        return bool(is_province_finance(actor, entry))
    of_unit = entry.kind in (EntryKind.PAYMENT, EntryKind.USE, EntryKind.RETURN, EntryKind.RECOVERY)
    return bool((is_unit_finance if of_unit else is_mof_finance)(actor, entry))


@says(_("Only an entry that rests on a paper of its own is taken back, and only once."))
def is_reversible(actor: Actor, entry: Any) -> bool:
    """The entry rests on a paper and was not taken back yet."""
    return entry is None or (entry.kind in REVERSIBLE and not hasattr(entry, "reversed_by"))


@says(_("A change of the plan ended this project: no payment is entered or confirmed any more."))
def is_in_plan(actor: Actor, row: Any) -> bool:
    """The supported project (or the one a payment is for) was not taken out of the plan."""
    return row is None or getattr(row, "grant_project", row).ended_at is None


@says(_("Only the finance bureau and the drafters of the pilot unit prepare its payments."))
def is_of_the_unit(actor: Actor, row: Any) -> bool:
    """The actor works in the bureau, or drafts for the row's unit or for the unit that follows it."""
    if row is None or is_unit_finance(actor, row) or actor.post(Role.DRAFTER, unit=row.unit_id) is not None:
        return True
    if actor.post(Role.DRAFTER) is None:
        return False
    return actor.post(Role.DRAFTER, unit=unit_that_follows(row.unit_id) or "-") is not None


@says(_("A payment was entered from this request: it is not changed any more."))
def is_open_request(actor: Actor, row: Any) -> bool:
    """No payment was entered from the request yet."""
    return row is None or row.is_open


@says(_("Other national money was found at this project: its payments are stopped."))
def is_not_held(actor: Actor, row: Any) -> bool:
    """No hold stops the payments of the supported project (or of the one the row is for)."""
    return row is None or standing(getattr(row, "grant_project", row)) is None


@says(_("A hold is raised by the ministries, the province, or the finance bureau of the unit."))
def raises_holds(actor: Actor, row: Any) -> bool:
    """The actor is an officer of a ministry or of the row's province, or of the finance bureau of its unit."""
    if row is None or is_miit_officer(actor, row) or is_mof_officer(actor, row):
        return True
    if actor.post(Role.PROVINCIAL_OFFICER, province=row.province_id) is not None:
        return True
    return bool(is_unit_finance(actor, row))


@says(_("Only officers of both ministries decide a hold."))
def judges_holds(actor: Actor, row: Any) -> bool:
    """The actor is an officer of MIIT or of MOF."""
    return judges(actor) != ""


@says(_("You raised this hold: another person of your ministry judges it."))
def is_not_author(actor: Actor, row: Any) -> bool:
    """Somebody else raised the hold."""
    return row is None or row.raised_by_id != actor.id


@says(_("This was decided already. Look at its page."))
def is_open_hold(actor: Actor, row: Any) -> bool:
    """The hold waits for a decision."""
    return row is None or row.state == HoldState.OPEN


@says(_("Only an officer of MIIT records the result."))
def is_miit_officer(actor: Actor, row: Any) -> bool:
    """The actor is an MIIT programme officer."""
    return actor.post(Role.OFFICER, code=MIIT) is not None


@says(_("Only an officer of MOF confirms the result."))
def is_mof_officer(actor: Actor, row: Any) -> bool:
    """The actor is an MOF programme officer."""
    return actor.post(Role.OFFICER, code=MOF) is not None


@says(_("You entered this yourself: another person checks it."))
def is_not_maker(actor: Actor, row: Any) -> bool:
    """Someone else entered the row."""
    return row is None or row.maker_id != actor.id


@says(_("How the programme stands is for the ministries and the national audit office."))
def sees_the_programme(actor: Actor, row: Any) -> bool:
    """The actor sees the whole nation."""
    return actor.scope.nation


@says(_("The years of the ledger are seen by the ministries and the national audit office."))
def sees_the_nation(actor: Actor, row: Any) -> bool:
    """The actor reads money of the whole country."""
    return actor.scope.nation


@says(_("The award is not confirmed."))
def is_confirmed(actor: Actor, row: Any) -> bool:
    """The row was confirmed."""
    return row is None or row.state == CheckState.CONFIRMED


@says(_("The receipt is recorded already."))
def is_not_received(actor: Actor, issue: Any) -> bool:
    """The province has not recorded the receipt yet."""
    return issue is None or issue.received_on is None


@says(_("Record the receipt of the money first."))
def is_received(actor: Actor, issue: Any) -> bool:
    """The province has recorded the receipt."""
    return issue is None or issue.received_on is not None


@says(_("The final assessment was passed already."))
def is_not_passed(actor: Actor, award: Any) -> bool:
    """No final assessment was passed yet."""
    return award is None or award.assessment_passed_on is None


@says(_("Only the finance department that holds this bank account does this."))
def is_finance_of_account(actor: Actor, row: Any) -> bool:
    """The actor enters money for a finance body; for a row, for the body it belongs to."""
    where = {} if row is None else {"organisation": row.organisation_id}
    return any(
        actor.post(Role.FINANCE_MAKER, **where, **kind) is not None
        for kind in ({"code": MOF}, {"kind": Kind.PROVINCIAL_FINANCE}, {"kind": Kind.UNIT_FINANCE})
    )


@says(_("The ministry issues money through the treasury: there are no payment orders to write."))
def pays_by_order(actor: Actor, row: Any) -> bool:
    """The actor enters money for a province or a unit."""
    kinds = (Kind.PROVINCIAL_FINANCE, Kind.UNIT_FINANCE)
    return any(actor.post(Role.FINANCE_MAKER, kind=kind) is not None for kind in kinds)


@says(_("The arrival is confirmed already."))
def has_not_arrived(actor: Actor, pass_on: Any) -> bool:
    """The unit has not confirmed the pass-on yet."""
    return pass_on is None or getattr(pass_on, "arrival", None) is None


@says(_("This is a line of a document: the document is confirmed or refused as a whole."))
def is_its_own_paper(actor: Actor, issue: Any) -> bool:
    """The issue is no line of a document of many units."""
    return issue is None or issue.paper_id is None


@says(_("The Ministry of Industry and Information Technology has to agree first."))
def is_agreed(actor: Actor, change: Any) -> bool:
    """MIIT agreed to the change."""
    return change is None or change.agreed_by_id is not None


@says(_("The Ministry of Industry and Information Technology agreed already."))
def is_not_agreed(actor: Actor, change: Any) -> bool:
    """MIIT has not agreed to the change yet."""
    return change is None or change.agreed_by_id is None


@says(_("Only the finance department at which the money lies gives it back."))
def is_finance_that_returns(actor: Actor, row: Any) -> bool:
    """The actor enters or checks money at the level that gives back."""
    if row is None:
        return True
    return bool((is_province_finance if row.source == GivenBack.PROVINCE else is_unit_finance)(actor, row))


@says(_("Only the finance department of the level above records the receipt."))
def is_finance_above(actor: Actor, row: Any) -> bool:
    """The actor enters money at the level to which it was given back."""
    if row is None:
        return True
    return bool((is_mof_finance if row.source == GivenBack.PROVINCE else is_province_finance)(actor, row))


@says(_("Only finance departments of the ministry and of the province demand money back."))
def is_finance_that_demands(actor: Actor, row: Any) -> bool:
    """The actor enters or checks money at MOF or in the province of the row."""
    return bool(is_mof_finance(actor, row)) or bool(is_province_finance(actor, row))


@says(_("Only the finance department that made the demand does this."))
def is_finance_of_demand(actor: Actor, row: Any) -> bool:
    """The actor enters or checks money in the department that made the demand."""
    if row is None:
        return True
    return bool((is_mof_finance if row.level == Level.MINISTRY else is_province_finance)(actor, row))
