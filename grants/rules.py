"""Who may do what with money: finance makers enter, other finance checkers confirm; MIIT reads and never writes."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from grants import rules_performance
from grants.enums import REVERSIBLE, CheckState, EntryKind
from grants.queries import unit_that_follows
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
    if entry.kind == EntryKind.PASS_ON:
        return bool(is_province_finance(actor, entry))
    return bool((is_unit_finance if entry.kind == EntryKind.PAYMENT else is_mof_finance)(actor, entry))


@says(_("Only the entry of an award, issue, pass-on or payment is taken back, and only once."))
def is_reversible(actor: Actor, entry: Any) -> bool:
    """The entry rests on a paper and was not taken back yet."""
    return entry is None or (entry.kind in REVERSIBLE and not hasattr(entry, "reversed_by"))


@says(_("A change of the plan ended this project: no payment is entered or confirmed any more."))
def is_in_plan(actor: Actor, row: Any) -> bool:
    """The supported project (or the one a payment is for) was not taken out of the plan."""
    return row is None or getattr(row, "grant_project", row).ended_at is None


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


_checks_mof = is_mof_finance & is_not_maker
_checks_province = is_province_finance & is_not_maker
_checks_unit = is_unit_finance & is_not_maker
_judges = is_mof_officer & is_not_maker
_checks_entry = is_finance_of_entry & is_not_maker
MAKER, CHECKER, OFFICER = Role.FINANCE_MAKER, Role.FINANCE_CHECKER, Role.OFFICER
MAY: Final = {
    "grants.view": permit(_("See awards and payments"), *_READERS),
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
    "grants.confirm_issue": permit(_("Confirm the issue of a tranche"), CHECKER, when=_checks_mof),
    "grants.refuse_issue": permit(_("Refuse the issue of a tranche"), CHECKER, when=_checks_mof),
    "grants.receive": permit(
        _("Record the receipt of an issue"), MAKER, when=is_province_finance & is_confirmed & is_not_received
    ),
    "grants.enter_pass_on": permit(
        _("Enter a pass-on to the pilot unit"), MAKER, when=is_province_finance & is_confirmed & is_received
    ),
    "grants.confirm_pass_on": permit(_("Confirm a pass-on"), CHECKER, when=_checks_province),
    "grants.refuse_pass_on": permit(_("Refuse a pass-on"), CHECKER, when=_checks_province),
    "grants.enter_payment": permit(_("Enter a payment to a project"), MAKER, when=is_unit_finance & is_in_plan),
    "grants.confirm_payment": permit(_("Confirm a payment"), CHECKER, when=_checks_unit & is_in_plan),
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
    "grants.check": permit(_("See what waits to be checked"), CHECKER, OFFICER),
}
# Acts on the quarterly reports are added to these.
MAY.update(rules_performance.MAY)
# Looks at files and exports that stand in the trail.
LOOKS: Final = {
    "grants.view_file": _("Opened a file of the money"),
    "grants.export": _("Took an export of the money"),
    "grants.book": _("Booked an entry in the ledger"),
    "grants.start_running": _("The batch is running: the first award is confirmed"),
}
_MONEY = _("Money")
MENU: Final = (
    Entry(_("Awards"), "grants:awards", _MONEY, ("grants.view",)),
    Entry(_("To be checked"), "grants:to_check", _MONEY, ("grants.check",)),
    Entry(_("Waiting to be passed on"), "grants:waiting", _MONEY, ("grants.view",)),
    Entry(_("Projects and payments"), "grants:projects", _MONEY, ("grants.view",)),
    Entry(_("Years of the ledger"), "grants:years", _MONEY, ("grants.see_years",)),
    *rules_performance.MENU,
    Entry(_("From total to voucher"), "oversight:nation", _("Audit"), ("grants.oversee",)),
)
