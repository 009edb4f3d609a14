"""Who may do what with money: finance makers enter, other finance checkers confirm; MIIT reads and never writes."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grants import rules_performance
from grants.enums import REVERSIBLE, CheckState, EntryKind, GivenBack, Level
from grants.enums_paying import HoldState
from grants.queries import unit_that_follows
from grants.queries.requests import judges, standing
from portal.accounts.enums import MIIT, MOF, Kind, Role
from portal.core.menu import Entry
from portal.core.rules import permit, says
from portal.core.scope import Actor

_FINANCE: Final = (Role.FINANCE_MAKER, Role.FINANCE_CHECKER)
_READERS: Final = (
    *_FINANCE,
    Role.OFFICER,
    Role.PROVINCIAL_OFFICER,
    Role.DRAFTER,
    Role.SIGNATORY,
    Role.AUDITOR,
)


@says(_("Only the finance side of the Ministry of Finance does this."))
def is_mof_finance(actor: Actor, row: Any) -> bool:
    """The actor enters or checks money at MOF."""
    return actor.post(*_FINANCE, code=MOF) is not None


@says(_("Only the finance department of the receiving province does this."))
def is_province_finance(actor: Actor, row: Any) -> bool:
    """The actor enters or checks money in the finance department of the row's province."""
    return row is None or actor.post(*_FINANCE, kind=Kind.PROVINCIAL_FINANCE, province=row.province_id) is not None


@says(_("Only the finance bureau of the pilot unit does this."))
def is_unit_finance(actor: Actor, row: Any) -> bool:
    """The actor enters or checks money in the finance bureau of the row's unit, or of the unit that follows it."""
    if row is None or actor.post(*_FINANCE, kind=Kind.UNIT_FINANCE, unit=row.unit_id) is not None:
        return True
    if actor.post(*_FINANCE, kind=Kind.UNIT_FINANCE) is None:
        return False
    return actor.post(*_FINANCE, kind=Kind.UNIT_FINANCE, unit=unit_that_follows(row.unit_id) or "-") is not None


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


_mends = is_of_the_unit & is_open_request


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


_checks_mof = is_mof_finance & is_not_maker
_refuses_for_miit = is_miit_officer & is_not_maker & is_not_agreed
_checks_province = is_province_finance & is_not_maker
_checks_unit = is_unit_finance & is_not_maker
_judges = is_mof_officer & is_not_maker
_checks_entry = is_finance_of_entry & is_not_maker
MAKER, CHECKER, OFFICER, DRAFTER = Role.FINANCE_MAKER, Role.FINANCE_CHECKER, Role.OFFICER, Role.DRAFTER
MAY: Final = {
    "grants.view": permit(_("See awards and payments"), *_READERS),
    "grants.see_standing": permit(
        _("See how the programme stands"), Role.OFFICER, Role.AUDITOR, when=sees_the_programme
    ),
    "grants.oversee": permit(
        _("Follow the money from the total to the voucher"),
        *_FINANCE,
        Role.OFFICER,
        Role.PROVINCIAL_OFFICER,
        Role.AUDITOR,
    ),
    "grants.enter_award": permit(_("Enter an award"), MAKER, when=is_mof_finance),
    "grants.confirm_award": permit(_("Confirm an award"), CHECKER, when=_checks_mof),
    "grants.refuse_award": permit(_("Refuse an award"), CHECKER, when=_checks_mof),
    "grants.enter_issue": permit(_("Enter the issue of a tranche"), MAKER, when=is_mof_finance & is_confirmed),
    "grants.confirm_issue": permit(_("Confirm the issue of a tranche"), CHECKER, when=_checks_mof & is_its_own_paper),
    "grants.refuse_issue": permit(_("Refuse the issue of a tranche"), CHECKER, when=_checks_mof & is_its_own_paper),
    "grants.receive": permit(
        _("Record the receipt of an issue"), MAKER, when=is_province_finance & is_confirmed & is_not_received
    ),
    "grants.enter_pass_on": permit(
        _("Enter a pass-on to the pilot unit"), MAKER, when=is_province_finance & is_confirmed & is_received
    ),
    "grants.confirm_pass_on": permit(_("Confirm a pass-on"), CHECKER, when=_checks_province),
    "grants.refuse_pass_on": permit(_("Refuse a pass-on"), CHECKER, when=_checks_province),
    "grants.prepare_request": permit(
        _("Prepare a payment request"), DRAFTER, MAKER, when=is_of_the_unit & is_in_plan & is_not_held
    ),
    "grants.change_request": permit(_("Change a payment request"), DRAFTER, MAKER, when=_mends),
    "grants.add_invoice": permit(_("Add an invoice to a payment request"), DRAFTER, MAKER, when=_mends),
    "grants.bring_invoices": permit(_("Bring invoices from a file"), DRAFTER, MAKER, when=_mends),
    "grants.remove_invoice": permit(_("Take an invoice out of a payment request"), DRAFTER, MAKER, when=_mends),
    "grants.add_evidence": permit(_("Add evidence to a payment request"), DRAFTER, MAKER, when=_mends),
    "grants.remove_evidence": permit(_("Take evidence out of a payment request"), DRAFTER, MAKER, when=_mends),
    "grants.answer_uses": permit(_("Answer for the banned uses"), DRAFTER, MAKER, when=_mends),
    "grants.mend_request": permit(
        _("Mend a refused payment in a new request"), DRAFTER, MAKER, when=is_of_the_unit & is_in_plan & is_not_held
    ),
    "grants.enter_payment": permit(
        _("Enter a payment to a project"), MAKER, when=is_unit_finance & is_open_request & is_in_plan & is_not_held
    ),
    "grants.confirm_payment": permit(_("Confirm a payment"), CHECKER, when=_checks_unit & is_in_plan & is_not_held),
    "grants.refuse_payment": permit(_("Refuse a payment"), CHECKER, when=_checks_unit),
    "grants.enter_assessment": permit(
        _("Record the result of a final assessment"), OFFICER, when=is_miit_officer & is_confirmed & is_not_passed
    ),
    "grants.confirm_assessment": permit(_("Confirm the result of a final assessment"), OFFICER, when=_judges),
    "grants.refuse_assessment": permit(_("Refuse the result of a final assessment"), OFFICER, when=_judges),
    "grants.enter_reversal": permit(_("Enter a reversal"), MAKER, when=is_finance_of_entry & is_reversible),
    "grants.confirm_reversal": permit(_("Confirm a reversal"), CHECKER, when=_checks_entry),
    "grants.refuse_reversal": permit(_("Refuse a reversal"), CHECKER, when=_checks_entry),
    "grants.enter_year_close": permit(_("Enter the closing of a year"), MAKER, when=is_mof_finance),
    "grants.confirm_year_close": permit(_("Close a year"), CHECKER, when=_checks_mof),
    "grants.refuse_year_close": permit(_("Refuse the closing of a year"), CHECKER, when=_checks_mof),
    "grants.see_years": permit(
        _("See which years are closed"), *_FINANCE, Role.OFFICER, Role.AUDITOR, when=sees_the_nation
    ),
    "grants.raise_hold": permit(
        _("Stop the payments of a project for other national money"),
        OFFICER,
        Role.PROVINCIAL_OFFICER,
        *_FINANCE,
        when=raises_holds & is_not_held,
    ),
    "grants.judge_hold": permit(
        _("Decide on other national money"), OFFICER, when=judges_holds & is_open_hold & is_not_author
    ),
    "grants.bring_statement": permit(_("Bring a bank statement"), MAKER, when=is_finance_of_account),
    "grants.import_statement": permit(_("Import a bank statement"), MAKER, when=is_finance_of_account),
    "grants.match_lines": permit(_("Match the open bank lines anew"), MAKER, when=is_finance_of_account),
    "grants.match_line": permit(_("Match a bank line to a paper"), MAKER, when=is_finance_of_account),
    "grants.set_line_aside": permit(_("Set a bank line aside"), MAKER, when=is_finance_of_account),
    "grants.undo_line": permit(_("Undo a decision on a bank line"), MAKER, when=is_finance_of_account),
    "grants.write_orders": permit(_("Write payment orders for the bank"), MAKER, when=pays_by_order),
    "grants.withdraw_orders": permit(_("Withdraw payment orders"), MAKER, when=is_finance_of_account),
    "grants.enter_issue_paper": permit(_("Enter a document that issues to many units"), MAKER, when=is_mof_finance),
    "grants.confirm_issue_paper": permit(_("Confirm an issue document with all its lines"), CHECKER, when=_checks_mof),
    "grants.refuse_issue_paper": permit(_("Refuse an issue document with all its lines"), CHECKER, when=_checks_mof),
    "grants.confirm_arrival": permit(
        _("Confirm that a pass-on has arrived"), MAKER, CHECKER, when=is_unit_finance & is_confirmed & has_not_arrived
    ),
    "grants.enter_award_change": permit(_("Enter a change of an award"), MAKER, when=is_mof_finance & is_confirmed),
    "grants.agree_award_change": permit(
        _("Agree to a change of an award"), OFFICER, when=is_miit_officer & is_not_maker & is_not_agreed
    ),
    "grants.confirm_award_change": permit(_("Confirm a change of an award"), CHECKER, when=_checks_mof & is_agreed),
    "grants.refuse_award_change": permit(
        _("Refuse a change of an award"), CHECKER, OFFICER, when=_checks_mof | _refuses_for_miit
    ),
    "grants.enter_spending": permit(_("Enter a spending report"), MAKER, when=is_unit_finance),
    "grants.confirm_spending": permit(_("Confirm a spending report"), CHECKER, when=_checks_unit),
    "grants.refuse_spending": permit(_("Refuse a spending report"), CHECKER, when=_checks_unit),
    "grants.enter_return_unit": permit(
        _("Give money of the unit back to the province"), MAKER, when=is_unit_finance & is_confirmed
    ),
    "grants.enter_return_province": permit(
        _("Give money of the province back to the ministry"), MAKER, when=is_province_finance & is_confirmed
    ),
    "grants.confirm_return": permit(_("Confirm a return"), CHECKER, when=is_finance_that_returns & is_not_maker),
    "grants.refuse_return": permit(_("Refuse a return"), CHECKER, when=is_finance_that_returns & is_not_maker),
    "grants.receive_return": permit(
        _("Record the receipt of a return"), MAKER, when=is_finance_above & is_confirmed & is_not_received
    ),
    "grants.enter_matching": permit(_("Enter matching money"), MAKER, when=is_unit_finance & is_confirmed),
    "grants.confirm_matching": permit(_("Confirm matching money"), CHECKER, when=_checks_unit),
    "grants.refuse_matching": permit(_("Refuse matching money"), CHECKER, when=_checks_unit),
    "grants.enter_recovery": permit(_("Demand money back"), MAKER, when=is_finance_that_demands & is_confirmed),
    "grants.confirm_recovery": permit(_("Confirm a demand"), CHECKER, when=is_finance_of_demand & is_not_maker),
    "grants.refuse_recovery": permit(_("Refuse a demand"), CHECKER, when=is_finance_of_demand & is_not_maker),
    "grants.enter_recovery_payment": permit(
        _("Enter a payment on a demand"), MAKER, when=is_unit_finance & is_confirmed
    ),
    "grants.confirm_recovery_payment": permit(_("Confirm a payment on a demand"), CHECKER, when=_checks_unit),
    "grants.refuse_recovery_payment": permit(_("Refuse a payment on a demand"), CHECKER, when=_checks_unit),
    "grants.enter_withdrawal": permit(
        _("Enter the withdrawal of a demand"), MAKER, when=is_finance_of_demand & is_confirmed
    ),
    "grants.confirm_withdrawal": permit(
        _("Confirm the withdrawal of a demand"), CHECKER, when=is_finance_of_demand & is_not_maker
    ),
    "grants.refuse_withdrawal": permit(
        _("Refuse the withdrawal of a demand"), CHECKER, when=is_finance_of_demand & is_not_maker
    ),
    "grants.check": permit(_("See what waits to be checked"), CHECKER, OFFICER),
}
# Acts on the quarterly reports are added to these.
MAY.update(rules_performance.MAY)
# Looks at files and exports that stand in the trail.
LOOKS: Final = {
    "grants.view_file": _("Opened a file of the money"),
    "grants.export": _("Took an export of the money"),
    "grants.view_enterprise": _("Looked at the page of an enterprise"),
    "grants.book": _("Booked an entry in the ledger"),
    "grants.start_running": _("The batch is running: the first award is confirmed"),
}
_MONEY, _PAYING, _BACK = _("Money"), _("Payments and use"), _("Returns and recoveries")
MENU: Final = (
    Entry(_("How the programme stands"), "grants:standing", "", ("grants.see_standing",), nation=True),
    Entry(_("Where the money is"), "grants:flow", _MONEY, ("grants.view",)),
    Entry(_("To be checked"), "grants:to_check", _MONEY, ("grants.check",)),
    Entry(_("Awards"), "grants:awards", _MONEY, ("grants.view",)),
    Entry(_("Issue documents"), "grants:issue_papers", _MONEY, ("grants.view",)),
    Entry(_("Waiting to be passed on"), "grants:waiting", _MONEY, ("grants.view",)),
    Entry(_("Years of the ledger"), "grants:years", _MONEY, ("grants.see_years",), nation=True),
    Entry(_("Projects and payments"), "grants:projects", _PAYING, ("grants.view",)),
    Entry(_("Payment requests"), "grants:requests", _PAYING, ("grants.view",)),
    Entry(_("Other national money"), "grants:holds", _PAYING, ("grants.view",)),
    Entry(_("Bank statements"), "grants:bank", _PAYING, ("grants.view",)),
    Entry(_("Spending"), "grants:spending_reports", _PAYING, ("grants.view",)),
    Entry(_("Matching money"), "grants:matching", _PAYING, ("grants.view",)),
    Entry(_("Returns"), "grants:returns", _BACK, ("grants.view",)),
    Entry(_("Recoveries"), "grants:recoveries", _BACK, ("grants.view",)),
    *rules_performance.MENU,
)
_LOOKING: Final = pgettext_lazy("menu", "Audit: look and test")
OVERSIGHT: Final = (Entry(_("From total to voucher"), "oversight:nation", _LOOKING, ("grants.oversee",), place=1),)
