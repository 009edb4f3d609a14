"""What a person reads when a trigger of this app refused, by its name in the database."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Guard

_DECIDED = _("This was confirmed or refused already. Look at its page.")
_TO_COME = _("The day lies in the future.")
GUARDS: Final = {
    "open_file_stays": Guard(_("What was published as open data never changes; a new edition follows.")),
    "award_state": Guard(_DECIDED),
    "issue_state": Guard(_DECIDED),
    "pass_on_state": Guard(_DECIDED),
    "payment_state": Guard(_DECIDED),
    "assessment_state": Guard(_DECIDED),
    "reversal_state": Guard(_DECIDED),
    "year_close_state": Guard(_DECIDED),
    "money_only_by_finance": Guard(_("Only the finance department of this place enters and checks this money.")),
    "money_signed_by_oneself": Guard(_("Everyone signs in their own name.")),
    "money_paper_is_kept": Guard(_("What was entered is not changed: refuse it with a reason and enter it anew.")),
    "money_paper_has_file": Guard(
        _("The sealed file is missing: refuse this with a reason, and have it entered anew with its file.")
    ),
    "issue_paper_state": Guard(_DECIDED),
    "award_change_state": Guard(_DECIDED),
    "line_of_its_paper": Guard(_("A line says what its document says, and is entered together with it.")),
    "line_with_its_paper": Guard(_("This is a line of a document: the document is confirmed or refused as a whole.")),
    "issue_paper_adds_up": Guard(_("The total of the document is not the sum of its lines."), "total"),
    "partial_pass_on_says_why": Guard(_("Say why only a part is passed on."), "note"),
    "grants_arrival_pass_on_id_key": Guard(_("The arrival is confirmed already.")),
    "grants_payment_request_id_key": Guard(_("A payment was entered from this request: it is not changed any more.")),
    "arrival_of_confirmed_pass_on": Guard(_("Only a confirmed pass-on can have arrived.")),
    "arrival_after_pass_on": Guard(_("The day lies between the day of the pass-on and today."), "arrived_on"),
    "award_change_of_what_stands": Guard(_("The award is not what it was when this change was entered.")),
    "award_change_covers_what_is_issued": Guard(
        _("The award would be below what was issued of it. Take issues back first, or ask for no less."), "amount"
    ),
    "award_change_covers_support": Guard(
        _("The award would be below the support of its projects. Change the plan first."), "amount"
    ),
    "recovery_of_a_finding_at_hand": Guard(
        _("Choose an audit finding on this unit that was addressed or handed over to your department."), "finding"
    ),
    "award_targets_attached_once": Guard(_("The award has its performance targets already."), "attaches_targets"),
    "award_targets_of_a_plan": Guard(
        _("Neither the plan nor the dossier has targets with a baseline and a goal: there is nothing to attach."),
        "attaches_targets",
    ),
    "award_follows_final_list": Guard(_("Only a unit of the final list can be awarded.")),
    "award_within_cap": Guard(_("This is more than the rules of the batch allow for one pilot unit."), "amount"),
    "award_within_budget": Guard(_("The awards of the batch together would be above its budget."), "amount"),
    "award_passed_by_assessment": Guard(_("Only a confirmed final assessment opens the second tranche.")),
    "support_of_awarded_plan": Guard(_("This project does not belong to the awarded plan.")),
    "support_within_share": Guard(_("The support is above what was asked, or above the share of the investment.")),
    "support_within_award": Guard(_("The support of the projects together is above the award.")),
    "issue_of_confirmed_award": Guard(_("Money is issued only for a confirmed award.")),
    "second_tranche_after_assessment": Guard(
        _("The second tranche opens only after the final assessment was passed."), "tranche"
    ),
    "issue_within_tranche": Guard(_("This is more than the tranche still holds."), "amount"),
    "issue_received_once": Guard(_("The receipt of a confirmed issue is recorded once."), "received_on"),
    "issue_received_by_today": Guard(_("The day lies between the document's date and today."), "received_on"),
    "issue_received_by_the_bank": Guard(
        _("By your bank the money had come before this day: the line of the statement is matched to this issue."),
        "received_on",
    ),
    "return_received_by_today": Guard(_("The day lies between the document's date and today."), "received_on"),
    "step_after_its_beginning": Guard(_("What only a later step writes is not there from the beginning.")),
    "paper_dated_by_today": Guard(_("The document's date lies in the future."), "document_date"),
    "pass_on_by_today": Guard(_("The day lies between the receipt and today."), "passed_on"),
    "assessment_by_today": Guard(_TO_COME, "assessed_on"),
    "rectification_by_today": Guard(_TO_COME, "mended_on"),
    "acceptance_by_today": Guard(_TO_COME, "accepted_on"),
    "matching_by_today": Guard(_TO_COME, "arrived_on"),
    "spending_by_today": Guard(_("The period ends on or after the day it begins, and not in the future."), "period_to"),
    "pass_on_after_receipt": Guard(_("Record the receipt first; money is passed on after it came."), "passed_on"),
    "pass_on_within_issue": Guard(_("This is more than the province still holds of this issue."), "amount"),
    "support_of_planned_project": Guard(_("A change took this project out of the plan: it is not supported.")),
    "payment_of_living_project": Guard(
        _("A change of the plan ended this project: no payment is entered or confirmed any more.")
    ),
    "support_covers_what_is_paid": Guard(
        _("The support of this project would be below what was paid to it. Ask for no less than that.")
    ),
    "payment_of_request": Guard(_("A payment is entered from a payment request that is complete.")),
    "request_is_kept": Guard(_("A payment was entered from this request: it is not changed any more.")),
    "request_method_of_plan": Guard(
        _("The approved plan supports this project by another method. Another one needs a change of the plan."),
        "method",
    ),
    "payee_is_the_enterprise": Guard(
        _("The payee is no enterprise of the project by its code. Mend the request, or have the plan changed first."),
        "payee_code",
    ),
    "request_milestone_reached": Guard(_("The day of the milestone lies in the future."), "reached_on"),
    "request_denies_banned_uses": Guard(
        _("Answer for each banned use; a payment with a “yes” or without an answer is not entered.")
    ),
    "request_has_invoices": Guard(_("Add the invoices and contracts first.")),
    "request_has_evidence": Guard(_("Add evidence that the milestone is reached first.")),
    "payment_refused_on_ground": Guard(_("Choose the ground of the refusal."), "ground"),
    "payment_not_held": Guard(
        _("Other national money was found at this project: nothing is paid until both ministries have decided.")
    ),
    "hold_is_kept": Guard(_("What was found is not changed, nor what was decided.")),
    "hold_judged_by_ministries": Guard(_("Each ministry gives its own word on a hold.")),
    "funding_hold_state": Guard(_("This was decided already. Look at its page.")),
    "payments_within_support": Guard(_("This is more than is left of the approved support."), "amount"),
    "line_of_own_award": Guard(_("An entry moves the money of one award.")),
    "entry_balances": Guard(_("The entry is out of balance. Nothing was booked.")),
    "account_by_ledger_only": Guard(_("A balance changes by an entry in the ledger only.")),
    "line_on_its_way": Guard(_("This kind of entry does not move money between these places.")),
    "entry_in_closed_year": Guard(_("This year is closed: nothing more is booked in it.")),
    "entry_has_its_event": Guard(_("An entry without its record in the audit trail is not booked.")),
    "reversal_is_the_opposite": Guard(_("A reversal takes back exactly what its entry moved.")),
    "paper_reversed_by_its_entry": Guard(_("A paper is reversed together with its entry in the ledger.")),
    "reversal_of_a_paper": Guard(_("Only an entry that rests on a paper of its own is taken back.")),
    "reversal_of_the_last_step": Guard(
        _("A later step rests on this entry. Take that one back first, or refuse what still waits to be checked.")
    ),
    "year_is_over": Guard(_("A year is closed after its last day.")),
    "year_has_entries": Guard(_("Nothing was booked up to the end of this year: there is nothing to close.")),
    "years_in_turn": Guard(
        _("Years are closed in turn: an earlier one is still open, or a later one is closed already.")
    ),
    "year_verifies": Guard(
        _("The books do not verify, so the year stays open. Tell the auditors what verify_ledger says.")
    ),
    **{f"{name}_state": Guard(_DECIDED) for name in ("spending", "return", "matching", "recovery")},
    **{f"{name}_state": Guard(_DECIDED) for name in ("recovery_payment", "recovery_withdrawal")},
    "spending_within_project": Guard(_("This is more than lies with the project."), "amount"),
    "return_within_held": Guard(_("This is more than lies there to be given back."), "amount"),
    "return_received_once": Guard(_("The receipt of a confirmed return is recorded once."), "received_on"),
    "matching_of_own_award": Guard(_("Choose a project of this award."), "project"),
    "recovery_of_own_award": Guard(_("Choose the project of this demand."), "project"),
    "recovery_of_ended_project": Guard(_("Choose a project that a change took out of the plan."), "project"),
    "recovery_within_what_lies": Guard(_("This is more than there is to be demanded."), "amount"),
    "recovery_is_demanded": Guard(_("This demand is not confirmed, or it was withdrawn: nothing is paid on it.")),
    "recovered_within_demand": Guard(_("This is more than is still demanded."), "amount"),
    "recovery_is_outstanding": Guard(_("Nothing of this demand is outstanding: it is not withdrawn.")),
    "recovery_withdrawn_by_both": Guard(_("A demand is withdrawn by a withdrawal that maker and checker signed.")),
    "ledger_is_append_only": Guard(_("The ledger is only added to: nothing in it changes.")),
    "sum_by_ledger_only": Guard(_("The sums of the overviews follow the ledger; nobody else writes them.")),
    "bank_file_state": Guard(_("This file was read already. Look at its page.")),
    "bank_order_state": Guard(_("This set of payment orders is withdrawn already.")),
    "bank_line_of_own_paper": Guard(_("This paper does not move money on this account in this direction.")),
    "bank_line_of_confirmed_paper": Guard(_("Only a confirmed paper is paid by a line of a statement.")),
    "bank_lines_within_paper": Guard(_("The lines of this paper together would be above its amount."), "paper"),
    "bank_history_stays": Guard(
        _("What was decided on a line stays in its history; it is undone once, with a reason.")
    ),
    "bank_line_stays": Guard(_("A line of a statement stays as the bank gave it.")),
    "bank_statement_stays": Guard(_("What the bank gave and what was ordered stays as it is.")),
    "bank_order_of_own_paper": Guard(_("A finance department orders its own payments only."), "papers"),
    "bank_order_of_confirmed_paper": Guard(_("Only confirmed papers are ordered."), "papers"),
    "bank_order_adds_up": Guard(_("Number and total of a set are those of its papers.")),
    "bank_order_paid": Guard(_("The bank has paid an order of this set, so it is not withdrawn.")),
}
