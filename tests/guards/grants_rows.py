"""One good row of each table of money, what makes it a bad one, and what is tried on it: by the name that refuses it.

Values are SQL. What a row does not name gets a plain value of its column's type (`PLAIN`).
"""

from __future__ import annotations

from typing import Final

from tests.factories_grants import credit_code

Row = dict[str, str]
NOW, DAY, BEFORE = "'2026-01-02 10:00+08'", "'2026-01-02'", "'2025-12-31'"
PLAIN: Final = {
    "bigint": "1",
    "integer": "1",
    "smallint": "1",
    "numeric": "1",
    "boolean": "false",
    "date": DAY,
    "timestamp with time zone": NOW,
    "jsonb": "'{}'",
    "character varying": "''",
    "text": "''",
}
CODE: Final = f"'{credit_code(1)}'"
FILE: Final = {
    "size": "1",
    "file_name": "'a.pdf'",
    "storage_key": "'a'",
    "sha256": "repeat('0', 64)",
    "content_type": "'application/pdf'",
}
SIGNED: Final = {"state": "'entered'", "document_no": "'X1'"}
CHECKED: Final = {"state": "'confirmed'", "checker_id": "2", "checked_at": NOW}
RECEIVED: Final = {"received_on": DAY, "received_by_id": "1", "received_at": NOW}

GOOD: Final[dict[str, Row]] = {
    "acceptance": {"state": "'draft'", "result": "'accepted'"},
    "arrival": {},
    "account": {"place": "'unit'", "balance": "0"},
    "assessment": SIGNED | {"result": "'passed'"},
    "award": SIGNED | {"document_no": "'财建〔2026〕1号'"},
    "awardchange": SIGNED | {"amount": "2", "before": "1", "reason": "'x'"},
    "awardtarget": {},
    "bankdecision": {"kind": "'match'", "payment_id": "1"},
    "bankfile": FILE | {"state": "'brought'"},
    "bankline": {"state": "'open'"},
    "bankorder": FILE | {"state": "'written'"},
    "bankorderitem": {"payment_id": "1"},
    "bankstatement": {},
    "document": FILE,
    "enterpriseprogress": {"digital_state": "'under_way'"},
    "entry": {"kind": "'award'", "checker_id": "2"},
    "equipment": {"name": "'x'"},
    "evaluation": {"state": "'draft'"},
    "evaluationscore": {"reason": "'x'"},
    "evidence": FILE | {"evaluation_id": "1", "kind": "'evidence'", "code": "'x'"},
    "evidencefile": FILE | {"request_id": "1"},
    "fundinghold": {"state": "'open'", "level": "'national'", "source": "'x'", "fund": "'x'", "note": "'x'"},
    "grantproject": {"project_id": "1"},
    "indicatoractual": {},
    "issue": SIGNED,
    "issuefile": FILE,
    "issuepaper": SIGNED,
    "line": {},
    "matchingfunds": SIGNED,
    "panel": {"state": "'open'", "seed": "'x'", "source": "'x'"},
    "panelmember": {},
    "panelscore": {},
    "passon": SIGNED,
    "payment": SIGNED | {"document_id": "1"},
    "plansum": {},
    "projectend": {},
    "paymentrefusal": {"ground": "'invoice'"},
    "paymentrequest": {"payee_code": CODE, "milestone": "'x'", "purpose": "'x'", "payee": "'x'"},
    "progressfile": FILE | {"state": "'brought'"},
    "quarterreport": {"state": "'draft'"},
    "recovery": SIGNED | {"ground": "'failed'", "reason": "'x'", "due_on": "'2026-02-01'"},
    "recoverypayment": SIGNED,
    "recoverywithdrawal": SIGNED | {"reason": "'x'"},
    "rectification": SIGNED | {"note": "'x'"},
    "reportevidence": FILE,
    "reportsnapshot": {},
    "requestinvoice": {"number": "repeat('1', 20)", "seller": "'x'", "seller_code": CODE},
    "returnpaper": SIGNED | {"source": "'unit'", "reason": "'x'"},
    "reversal": SIGNED | {"reason": "'x'"},
    "sampledproject": {},
    "sampleremark": {"text": "'x'"},
    "spendingreport": SIGNED | {"document_id": "1"},
    "supportrevision": {},
    "yearclose": SIGNED,
    "yearsum": {},
}
# Tables whose names of checks begin otherwise than the table is called.
_SIGNED_BY: Final = {
    "assessment": "assessment",
    "award": "award",
    "awardchange": "award_change",
    "issue": "issue",
    "issuepaper": "issue_paper",
    "matchingfunds": "matching",
    "passon": "pass_on",
    "payment": "payment",
    "recovery": "recovery",
    "recoverypayment": "recovery_payment",
    "recoverywithdrawal": "recovery_withdrawal",
    "rectification": "rectification",
    "returnpaper": "return",
    "reversal": "reversal",
    "spendingreport": "spending",
    "yearclose": "year_close",
}
_FILES: Final = {
    "bankfile": "bank_file",
    "bankorder": "bank_order",
    "document": "document",
    "evidence": "proof",
    "evidencefile": "evidence",
    "issuefile": "issue_file",
    "progressfile": "progress_file",
    "reportevidence": "report_evidence",
}
_AMOUNTS: Final = (
    "award", "awardchange", "issue", "matchingfunds", "passon", "payment", "recovery", "recoverypayment",
    "returnpaper", "spendingreport",
)  # fmt: skip
_OTHER: Final[list[tuple[str, str, Row]]] = [
    ("acceptance", "acceptance_decided_by_another", {"decided_by_id": "1"}),
    ("acceptance", "acceptance_invested_above_zero", {"invested": "0"}),
    ("acceptance", "acceptance_says_conditions", {"result": "'conditions'"}),
    ("account", "account_never_below_zero", {"balance": "-0.01"}),
    ("account", "account_never_below_zero", {"place": "'source'", "balance": "0.01"}),
    ("account", "account_project_fits_place", {"place": "'project'"}),
    ("account", "account_project_fits_place", {"project_id": "1"}),
    ("assessment", "assessment_for_good_failed", {"for_good": "true"}),
    ("assessment", "assessment_reduces_what_opens", {"result": "'failed'", "second_limit": "1"}),
    ("assessment", "assessment_reduces_what_opens", {"second_limit": "-1"}),
    ("assessment", "assessment_says_what_to_mend", {"result": "'rectify'", "rectify_by": DAY}),
    ("assessment", "assessment_says_what_to_mend", {"rectify_what": "'x'", "rectify_by": DAY}),
    ("award", "award_number_has_its_form", {"document_no": "'X1'"}),
    ("awardchange", "award_change_agreement_is_whole", {"agreed_at": NOW}),
    ("awardchange", "award_change_by_both_ministries", CHECKED),
    ("awardchange", "award_change_by_three_persons", {"agreed_by_id": "1", "agreed_at": NOW}),
    ("awardchange", "award_change_by_three_persons", CHECKED | {"agreed_by_id": "2", "agreed_at": NOW}),
    ("awardchange", "award_change_changes", {"amount": "1"}),
    ("awardchange", "award_change_says_why", {"reason": "''"}),
    ("bankdecision", "bank_aside_with_reason", {"kind": "'aside'", "payment_id": "null"}),
    ("bankdecision", "bank_decision_of_one_paper", {"pass_on_id": "1"}),
    ("bankdecision", "bank_decision_of_one_paper", {"payment_id": "null"}),
    ("bankdecision", "bank_undone_with_reason", {"ended_at": NOW, "ended_by_id": "1"}),
    ("bankline", "bank_line_amount_above_zero", {"amount": "0"}),
    ("bankorder", "bank_order_withdrawn_with_reason", {"state": "'withdrawn'", "withdrawn_by_id": "1"}),
    ("bankorderitem", "bank_item_of_one_paper", {"pass_on_id": "1"}),
    ("bankstatement", "bank_statement_period", {"ends": BEFORE}),
    ("enterpriseprogress", "progress_rate_between_0_and_100", {"process_rate": "100.01"}),
    ("enterpriseprogress", "progress_states_are_known", {"digital_state": "'x'"}),
    ("entry", "entry_checker_is_not_maker", {"checker_id": "1"}),
    ("entry", "entry_names_its_document", {"kind": "'issue'"}),
    ("entry", "entry_names_its_document", {"issue_id": "1"}),
    ("equipment", "equipment_counts", {"quantity": "0"}),
    ("evaluation", "evaluation_signed_whole", {"state": "'signed'"}),
    ("evaluationscore", "evaluation_score_says_why", {"reason": "''"}),
    (
        "evidence",
        "evidence_photo_is_a_picture",
        {"evaluation_id": "null", "acceptance_id": "1", "kind": "'photo'", "code": "''"},
    ),
    ("evidence", "proof_of_one_thing", {"acceptance_id": "1"}),
    ("evidencefile", "evidence_of_one_thing", {"hold_id": "1"}),
    ("evidencefile", "evidence_of_one_thing", {"request_id": "null"}),
    ("fundinghold", "hold_decided_by_both", {"state": "'released'", "decided_at": NOW}),
    ("fundinghold", "hold_not_judged_by_its_author", {"mof_by_id": "1"}),
    ("fundinghold", "hold_says_which_money", {"fund": "''"}),
    ("fundinghold", "hold_says_which_money", {"amount": "0"}),
    ("fundinghold", "hold_word_has_reason", {"miit_word": "'release'", "miit_by_id": "2", "miit_at": NOW}),
    ("fundinghold", "hold_word_has_reason", {"mof_why": "'x'"}),
    ("grantproject", "support_not_below_zero", {"approved_support": "-0.01"}),
    ("grantproject", "support_of_dossier_or_change", {"version_id": "1"}),
    ("grantproject", "support_of_dossier_or_change", {"plan_id": "2"}),
    ("issue", "issue_receipt_is_whole", {"received_on": DAY}),
    ("issue", "issue_received_after_its_date", RECEIVED | {"received_on": BEFORE}),
    ("issuepaper", "issue_paper_total_above_zero", {"total": "0"}),
    ("line", "line_amount_not_zero", {"amount": "0"}),
    ("panel", "panel_closed_whole", {"state": "'closed'"}),
    ("panel", "panel_has_a_published_seed", {"seed": "''"}),
    ("payment", "payment_has_voucher", {"document_id": "null"}),
    ("paymentrefusal", "refusal_ground_is_known", {"ground": "'x'"}),
    ("paymentrequest", "request_amount_above_zero", {"amount": "0"}),
    ("paymentrequest", "request_payee_code_is_valid", {"payee_code": "'913502000000000000'"}),
    ("paymentrequest", "request_says_what", {"milestone": "''"}),
    ("quarterreport", "report_investment_not_below_zero", {"investment_base": "0"}),
    ("quarterreport", "report_is_signed", {"state": "'submitted'"}),
    ("quarterreport", "report_quarter_is_one", {"quarter": "5"}),
    ("quarterreport", "report_returned_with_reason", {"state": "'returned'"}),
    ("quarterreport", "report_verifier_is_another", {"verified_by_id": "1"}),
    ("recovery", "recovery_fine_in_order", {"ground": "'violation'", "violation": "'x'", "fine_from": "2", "fine_to": "1"}),
    ("recovery", "recovery_leaves_time", {"due_on": DAY}),
    ("recovery", "recovery_names_its_finding", {"ground": "'finding'"}),
    ("recovery", "recovery_names_its_project", {"ground": "'ended'"}),
    ("recovery", "recovery_names_its_violation", {"ground": "'violation'"}),
    ("recovery", "recovery_says_what_was_found", {"reason": "''"}),
    ("recoverywithdrawal", "recovery_withdrawal_says_why", {"reason": "''"}),
    ("rectification", "rectification_says_what", {"note": "''"}),
    ("requestinvoice", "invoice_amount_above_zero", {"amount": "0"}),
    ("requestinvoice", "invoice_number_has_its_form", {"code": "'1234567890'"}),
    ("requestinvoice", "invoice_number_has_its_form", {"number": "repeat('1', 19)"}),
    ("requestinvoice", "invoice_seller_is_named", {"seller": "''"}),
    ("returnpaper", "return_of_issue_by_province", {"issue_id": "1"}),
    ("returnpaper", "return_receipt_is_whole", {"received_on": DAY}),
    ("returnpaper", "return_received_after_its_date", RECEIVED | {"received_on": BEFORE}),
    ("returnpaper", "return_says_why", {"reason": "''"}),
    ("reversal", "reversal_says_why", {"reason": "''"}),
    ("sampleremark", "sample_remark_says_something", {"text": "''"}),
    ("spendingreport", "spending_has_evidence", {"document_id": "null"}),
    ("spendingreport", "spending_period_in_order", {"period_to": BEFORE}),
]  # fmt: skip


def _common() -> list[tuple[str, str, Row]]:
    """What every paper that is checked, every file and every amount has."""
    found: list[tuple[str, str, Row]] = []
    for table, name in _SIGNED_BY.items():
        found += [
            (table, f"{name}_checker_is_not_maker", CHECKED | {"checker_id": "1"} | _agreed(table)),
            (table, f"{name}_checked_by_someone", {"checker_id": "2"}),
            (table, f"{name}_checked_by_someone", {"state": "'confirmed'"} | _agreed(table)),
            (table, f"{name}_refused_with_reason", CHECKED | {"state": "'refused'"}),
            (table, f"{name}_refused_with_reason", {"refused_why": "'x'"}),
            (table, f"{name}_has_document_number", {"document_no": "''"}),
        ]
    for table, name in _FILES.items():
        found += [
            (table, f"{name}_file_has_content", {"size": "0"}),
            (table, f"{name}_file_has_digest", {"sha256": "'x'"}),
            (table, f"{name}_file_is_of_a_safe_kind", {"content_type": "'text/html'"}),
        ]
    return found + [(table, f"{_SIGNED_BY[table]}_amount_above_zero", {"amount": "0"}) for table in _AMOUNTS]


def _agreed(table: str) -> Row:
    return {"agreed_by_id": "3", "agreed_at": NOW} if table == "awardchange" else {}


BAD: Final = _OTHER + _common()
# A second row beside the good one: the name, what both have, what the second has besides (past other unique keys).
TWICE: Final[list[tuple[str, str, Row, Row]]] = [
    ("account", "account_once", {}, {}),
    ("assessment", "assessment_one_at_a_time", {}, {}),
    ("assessment", "assessment_one_at_a_time", {}, CHECKED),
    ("award", "award_once_per_application", {}, {}),
    ("awardchange", "award_change_one_at_a_time", {}, {}),
    ("awardtarget", "award_target_once", {}, {}),
    ("bankdecision", "bank_line_decided_once", {}, {}),
    ("bankline", "bank_line_counted_once", {}, {}),
    ("bankorder", "bank_order_number_once", {}, {}),
    ("bankorderitem", "bank_pass_on_ordered_once", {"payment_id": "null", "pass_on_id": "1"}, {}),
    ("bankorderitem", "bank_payment_ordered_once", {}, {}),
    ("bankstatement", "bank_statement_once", {}, {}),
    ("enterpriseprogress", "progress_once_per_report", {}, {}),
    ("entry", "entry_number_once", {}, {"kind": "'issue'", "issue_id": "1", "event_id": "2"}),
    ("entry", "entry_one_of_an_award", {}, {"number": "2", "event_id": "2"}),
    ("evaluation", "evaluation_once", {}, {}),
    ("evaluationscore", "evaluation_score_once", {}, {}),
    ("fundinghold", "hold_once_per_project", {}, {}),
    ("grantproject", "support_once_per_project", {}, {}),
    ("indicatoractual", "indicator_once_per_report", {}, {}),
    ("issue", "issue_document_once", {}, {}),
    ("issuepaper", "issue_paper_document_once", {}, {}),
    ("matchingfunds", "matching_document_once", {}, {}),
    ("panel", "panel_one_at_a_time", {}, {}),
    ("panelmember", "panel_member_once", {}, {}),
    ("panelscore", "panel_score_once", {}, {}),
    ("passon", "pass_on_document_once", {}, {}),
    ("payment", "payment_voucher_once", {}, {}),
    ("quarterreport", "report_once_per_quarter", {}, {}),
    ("recovery", "recovery_document_once", {}, {}),
    ("recoverypayment", "recovery_payment_once", {}, {}),
    ("recoverywithdrawal", "recovery_withdrawn_once", {}, {}),
    ("rectification", "rectification_once", {}, {}),
    ("reportsnapshot", "report_snapshot_once", {}, {}),
    ("requestinvoice", "invoice_once_in_nation", {"counted": "true"}, {"request_id": "2"}),
    ("requestinvoice", "invoice_once_in_request", {}, {}),
    ("returnpaper", "return_document_once", {}, {}),
    ("reversal", "reversal_once_per_entry", {}, {}),
    ("sampledproject", "sampled_project_once", {}, {}),
    ("sampleremark", "sample_remark_once", {}, {}),
    ("spendingreport", "spending_report_once", {}, {}),
    ("supportrevision", "support_revision_once", {}, {}),
    ("yearclose", "year_close_once", {}, {}),
    ("yearsum", "year_sum_once", {}, {}),
]  # fmt: skip
# What stays: the trigger, what is tried past everything else, and the name under which it is refused.
_KEPT: Final = (
    "arrival", "awardchange", "awardtarget", "document", "entry", "issuefile", "issuepaper", "line", "matchingfunds",
    "projectend", "recovery", "recoverypayment", "recoverywithdrawal", "returnpaper", "reversal", "spendingreport",
    "supportrevision", "yearclose",
)  # fmt: skip
_UNCHANGED: Final = (
    "arrival", "awardtarget", "document", "entry", "issuefile", "line", "projectend", "supportrevision",
)  # fmt: skip
_NOT_REMOVED: Final = ("assessment", "award", "grantproject", "issue", "passon", "payment")
DELETE, TRUNCATE, UPDATE = "delete from grants_{}", "truncate grants_{} cascade", "update grants_{} set id = id"
STAYS: Final[list[tuple[str, str, str, str]]] = [
    *((table, "grants_stay", DELETE, "ledger_is_append_only") for table in _KEPT),
    *((table, "grants_stay_whole", TRUNCATE, "ledger_is_append_only") for table in _KEPT),
    *((table, "grants_stay", UPDATE, "ledger_is_append_only") for table in _UNCHANGED),
    *((table, "grants_stay", DELETE, "ledger_is_append_only") for table in _NOT_REMOVED),
    ("account", "grants_stay_whole", TRUNCATE, "ledger_is_append_only"),
    ("evidencefile", "grants_2_stays", UPDATE, "ledger_is_append_only"),
    ("fundinghold", "grants_stay", DELETE, "ledger_is_append_only"),
    ("paymentrefusal", "grants_stay", DELETE, "ledger_is_append_only"),
    ("paymentrefusal", "grants_stay", UPDATE, "ledger_is_append_only"),
    ("bankdecision", "grants_2_guard", DELETE, "bank_history_stays"),
    ("bankline", "grants_2_guard", DELETE, "bank_line_stays"),
    ("bankorder", "grants_2_stay", DELETE, "bank_statement_stays"),
    ("bankorderitem", "grants_2_stay", DELETE, "bank_statement_stays"),
    ("bankorderitem", "grants_2_guard", "update grants_{} set order_id = 2", "bank_statement_stays"),
    ("bankstatement", "grants_2_stay", DELETE, "bank_statement_stays"),
    ("bankstatement", "grants_2_stay", UPDATE, "bank_statement_stays"),
    ("reportsnapshot", "pgtrigger_report_snapshot_stays", DELETE, "report_snapshot_stays"),
    ("reportsnapshot", "pgtrigger_report_snapshot_stays", UPDATE, "report_snapshot_stays"),
    ("reportsnapshot", "pgtrigger_report_snapshot_stays_whole", TRUNCATE, "report_snapshot_stays"),
    ("evidence", "grants_1_evidence", DELETE, "evidence_stays"),
    ("evidence", "grants_1_evidence", UPDATE, "evidence_stays"),
]
