"""Who may do what with money: finance makers enter, other finance checkers confirm; MIIT reads and never writes."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grants import rules_performance
from grants.leaves import (
    FINANCE,
    has_not_arrived,
    is_agreed,
    is_confirmed,
    is_finance_above,
    is_finance_of_account,
    is_finance_of_demand,
    is_finance_of_entry,
    is_finance_that_demands,
    is_finance_that_returns,
    is_in_plan,
    is_its_own_paper,
    is_miit_officer,
    is_mof_finance,
    is_mof_officer,
    is_not_agreed,
    is_not_author,
    is_not_held,
    is_not_maker,
    is_not_passed,
    is_not_received,
    is_of_the_unit,
    is_open_hold,
    is_open_request,
    is_province_finance,
    is_received,
    is_reversible,
    is_unit_finance,
    judges_holds,
    pays_by_order,
    raises_holds,
    sees_the_nation,
    sees_the_programme,
)
from portal.accounts.enums import Role
from portal.core.menu import Entry
from portal.core.rules import permit

_READERS: Final = (
    *FINANCE,
    Role.OFFICER,
    Role.PROVINCIAL_OFFICER,
    Role.DRAFTER,
    Role.SIGNATORY,
    Role.AUDITOR,
)


_mends = is_of_the_unit & is_open_request


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
        *FINANCE,
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
        _("See which years are closed"), *FINANCE, Role.OFFICER, Role.AUDITOR, when=sees_the_nation
    ),
    "grants.raise_hold": permit(
        _("Stop the payments of a project for other national money"),
        OFFICER,
        Role.PROVINCIAL_OFFICER,
        *FINANCE,
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
_FINANCE: Final = (Role.FINANCE_MAKER, Role.FINANCE_CHECKER)
# Whose daily work stands in which groups of the menu.
WORK: Final = (
    (_MONEY, _FINANCE),
    (_PAYING, _FINANCE),
    (rules_performance.GROUP, (Role.PROVINCIAL_OFFICER, Role.DRAFTER, Role.SIGNATORY)),
)
_LOOKING: Final = pgettext_lazy("menu", "Audit: look and test")
OVERSIGHT: Final = (Entry(_("From total to voucher"), "oversight:nation", _LOOKING, ("grants.oversee",), place=1),)
