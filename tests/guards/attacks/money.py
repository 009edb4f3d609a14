"""Awards, their changes and projects, issues, pass-ons, payments, assessments, the books and their corrections."""

from __future__ import annotations

from typing import Final

from tests.guards.attacks.rows import (
    AWARD,
    ELSEWHERE,
    PROJECT,
    RECEIPT,
    WAITS,
    Attack,
    account,
    booked,
    confirm,
    placed,
    signed,
    taken_back,
    there,
)
from tests.guards.grants_rows import CHECKED, NOW

_FILED = {"document_id": "1"}
_AGREED = {"agreed_by_id": "<miit>", "agreed_at": NOW}
_CHANGE = ("awardchange", _FILED | _AGREED | {"amount": "1100", "before": "1000"})
_PAPER = ("issuepaper", CHECKED)
_OPEN_PAPER = ("issuepaper", {"total": "1"})
_ISSUE = ("issue", CHECKED | RECEIPT | _FILED)
_LARGE_ISSUE = ("issue", CHECKED | RECEIPT | _FILED | {"amount": "5"})
_ENTRY = (
    "entry",
    {"id": "50", "kind": "'payment'", "payment_id": "1", "year": "2025", "number": "50", "event_id": "50"},
)
_PLAN = (
    "insert into applications_planversion (application_id, number, content, sha256, document_no, approved_by_id, at)"
    " values (1, {number}, '{{\"projects\": []}}', '', 'x', 1, now())"
)
_SUMMED = there("plansum where award_id = 1")


def _lines(entry: str = "50") -> tuple[tuple[str, dict[str, str]], ...]:
    return tuple(
        ("line", {"id": f"5{at}", "entry_id": entry, "account_id": f"5{at}", "amount": amount})
        for at, amount in ((0, "-5"), (1, "5"))
    )


_AWARDS: Final = [
    Attack("award", "grants_1_place", "mof_maker", {}, "award_follows_final_list",
           ("update applications_application set state = 'not_selected'",)),
    signed("award", "mof_maker"),
    Attack("award", "grants_2_assessed", "mof_checker", "update grants_award set assessment_passed_on = '2026-01-02'",
           "award_passed_by_assessment", (AWARD,)),
    taken_back("award", "mof_checker"),
    Attack("award", "grants_2_file", "mof_checker", confirm("award", "mof_checker"), "money_paper_has_file", (WAITS,)),
    Attack("award", "grants_3_limits", "mof_maker", {"amount": "9000000000"}, "award_within_cap"),
    Attack("award", "grants_book", "mof_checker", confirm("award", "mof_checker"), given=(WAITS,),
           becomes=there("entry where kind = 'award'"), also=(("account", "grants_1_place"),
           ("entry", "grants_1_place"), ("line", "grants_1_place"))),
    Attack("award", "grants_keep_targets", "mof_checker", confirm("award", "mof_checker"), given=(WAITS,),
           becomes=there("awardtarget where award_id = 1 and code = 'digital'")),
    Attack("awardchange", "grants_1_place", "mof_maker", {"amount": "9000000000"}, "award_within_cap", (AWARD,)),
    signed("awardchange", "mof_maker"),
    Attack("awardchange", "grants_2_file", "mof_checker", confirm("awardchange", "mof_checker"),
           "money_paper_has_file", (("awardchange", _AGREED),)),
    Attack("awardchange", "grants_5_file", "mof_maker", {}, "money_paper_has_file"),
    Attack("awardchange", "grants_3_targets", "mof_maker", {"attaches_targets": "true"},
           "award_targets_attached_once", (AWARD, ("awardtarget", {}))),
    Attack("awardchange", "grants_book_targets", "mof_checker", confirm("awardchange", "mof_checker"),
           given=(AWARD, ("awardchange", _AGREED | {"attaches_targets": "true"})),
           becomes=there("awardtarget where award_id = 1 and code = 'digital'")),
    Attack("awardchange", "grants_book", "mof_checker", confirm("awardchange", "mof_checker"), given=(AWARD, _CHANGE),
           becomes=there("entry where kind = 'change'"), also=(("account", "grants_1_place"),
           ("entry", "grants_1_place"), ("line", "grants_1_place"))),
    placed("grantproject", "mof_checker", AWARD),
    Attack("grantproject", "grants_3_limits", "mof_checker", {"total_investment": "1000", "approved_support": "500"},
           "support_within_share", (AWARD,)),
    Attack("grantproject", "grants_3_planned", "mof_checker", {}, "support_of_planned_project",
           (AWARD, _PLAN.format(number=1))),
    Attack("grantproject", "grants_9_sum", "mof_checker", {}, given=(AWARD,), becomes=_SUMMED),
    Attack("grantproject", "grants_stay_by_plan", "owner", "update grants_grantproject set approved_support = 5",
           "ledger_is_append_only", (PROJECT,)),
    placed("assessment", "miit", AWARD),
    signed("assessment", "miit"),
    Attack("assessment", "grants_3_limits", "miit", {}, "assessment_not_after_the_pass", (WAITS,)),
    Attack("assessment", "grants_book", "mof", confirm("assessment", "mof"), given=(AWARD, ("assessment", {})),
           becomes="select assessment_passed_on is not null from grants_award"),
]  # fmt: skip
_ISSUES: Final = [
    placed("issue", "mof_maker", AWARD),
    Attack("issue", "grants_1_paper", "mof_maker", {"paper_id": "1"}, "line_of_its_paper", (AWARD, _PAPER)),
    signed("issue", "mof_maker"),
    Attack("issue", "grants_2_receipt", "province_maker", "update grants_issue set received_on = '2026-01-05'",
           "issue_received_once", (_ISSUE,)),
    taken_back("issue", "mof_checker"),
    Attack("issue", "grants_2_paper", "mof_checker", confirm("issue", "mof_checker"), "line_with_its_paper",
           (_OPEN_PAPER, ("issue", {"paper_id": "1"}))),
    Attack("issue", "grants_2_file", "mof_checker", confirm("issue", "mof_checker"), "money_paper_has_file",
           (("issue", {}),)),
    Attack("issue", "grants_5_file", "mof_maker", {}, "money_paper_has_file"),
    Attack("issue", "grants_3_limits", "mof_maker", {}, "issue_of_confirmed_award", (WAITS,)),
    Attack("issue", "grants_4_reduced", "mof_maker", {"tranche": "2", "amount": "2"}, "second_tranche_within_reduction",
           (AWARD, ("assessment", CHECKED | {"second_limit": "1"}))),
    booked("issue", "mof_checker", "issue", account("central")),
    Attack("issue", "issue_paper_adds_up", "mof_maker", {"paper_id": "1", "amount": "5"}, "issue_paper_adds_up",
           (_OPEN_PAPER,)),
    signed("issuepaper", "mof_maker"),
    Attack("issuepaper", "grants_2_file", "mof_checker", confirm("issuepaper", "mof_checker"), "money_paper_has_file",
           (_OPEN_PAPER,)),
    Attack("issuepaper", "issue_paper_adds_up", "mof_maker", {}, "issue_paper_adds_up"),
    Attack("issuepaper", "grants_book", "mof_checker", confirm("issuepaper", "mof_checker"),
           given=(_OPEN_PAPER, ("issue", {"paper_id": "1"})), becomes="select state = 'confirmed' from grants_issue"),
    placed("passon", "province_maker", AWARD, _ISSUE),
    signed("passon", "province_maker"),
    taken_back("passon", "province_checker"),
    Attack("passon", "grants_3_limits", "province_maker", {"amount": "2"}, "pass_on_within_issue", (AWARD, _ISSUE)),
    Attack("passon", "grants_3_partial", "province_maker", {}, "partial_pass_on_says_why", (AWARD, _LARGE_ISSUE)),
    Attack("passon", "grants_3_returned", "province_maker", {"amount": "2"}, "pass_on_within_issue", (AWARD, _ISSUE)),
    booked("passon", "province_checker", "pass_on", account("province")),
    Attack("arrival", "grants_1_place", "unit_maker", {}, "arrival_of_confirmed_pass_on", (("passon", {}),)),
]  # fmt: skip
_PAYMENTS: Final = [
    placed("payment", "unit_maker", AWARD, PROJECT),
    signed("payment", "unit_maker"),
    taken_back("payment", "unit_checker"),
    Attack("payment", "grants_3_limits", "unit_maker", {"amount": "101"}, "payments_within_support", (PROJECT,)),
    Attack("payment", "grants_3_living", "unit_maker", {}, "payment_of_living_project", (PROJECT, ("projectend", {}))),
    Attack("payment", "grants_3_living_still", "unit_checker", confirm("payment", "unit_checker"),
           "payment_of_living_project", (PROJECT, ("projectend", {}), ("payment", {}))),
    booked("payment", "unit_checker", "payment", PROJECT, account("unit")),
    Attack("payment", "grants_9_sum", "unit_checker", "update grants_payment set state = 'reversed'",
           given=(AWARD, ("payment", CHECKED)), becomes=_SUMMED),
]  # fmt: skip
_BOOKS: Final = [
    Attack("account", "grants_1_place", "owner", ELSEWHERE, given=(AWARD,),
           becomes="select unit_id = '350200' from grants_account where id = 9"),
    Attack("account", "grants_4_guard", "owner", "update grants_account set balance = 7", "account_by_ledger_only",
           (account("unit"),)),
    Attack("counter", "grants_stay_whole", "owner", "truncate grants_counter", "ledger_is_append_only"),
    Attack("entry", "grants_1_place", "owner", ELSEWHERE, given=(AWARD,),
           becomes="select unit_id = '350200' from grants_entry where id = 9"),
    Attack("entry", "grants_2_guard", "owner", {}, "entry_has_its_event"),
    Attack("entry", "entry_balances", "owner", {}, "entry_balances"),
    Attack("line", "grants_1_place", "owner", {"entry_id": "50", "account_id": "50"}, "line_of_own_award",
           (_ENTRY, account("unit", award_id="2"))),
    Attack("line", "grants_9_sum", "owner", {"entry_id": "50", "account_id": "50"},
           given=(_ENTRY, account("unit")), becomes=there("yearsum where award_id = 1")),
    Attack("line", "entry_balances", "owner", {"entry_id": "50", "account_id": "50"}, "entry_balances", (_ENTRY,)),
    Attack("yearsum", "grants_stay", "owner", {}, "sum_by_ledger_only"),
    Attack("yearsum", "grants_stay_whole", "owner", "truncate grants_yearsum", "sum_by_ledger_only"),
    Attack("plansum", "grants_stay", "owner", {}, "sum_by_ledger_only"),
    Attack("plansum", "grants_stay_whole", "owner", "truncate grants_plansum", "sum_by_ledger_only"),
    Attack("reversal", "grants_1_place", "unit_maker", {"entry_id": "50", "amount": "7"}, given=(_ENTRY, *_lines()),
           becomes="select amount = 5 from grants_reversal where id = 9"),
    signed("reversal", "unit_maker", entry_id="50"),
    Attack("reversal", "grants_3_limits", "unit_maker", {"entry_id": "51"}, "reversal_of_a_paper"),
    Attack("reversal", "grants_3_changed", "mof_maker", {"entry_id": "51"}, "reversal_of_the_last_step",
           (AWARD, ("entry", {"id": "51", "kind": "'award'", "payment_id": "null"}), ("awardchange", CHECKED | _AGREED))),
    Attack("reversal", "grants_book", "unit_checker", confirm("reversal", "unit_checker"),
           given=(AWARD, _ENTRY, ("payment", CHECKED), ("reversal", {"entry_id": "50"}), account("unit", "0"),
                  account("project", "5", "51", payments="1"), *_lines()),
           becomes="select state = 'reversed' from grants_payment", also=(("entry", "grants_1_place"),
           ("line", "grants_1_place"))),
    Attack("yearclose", "grants_1_fresh", "mof_maker", {"entries": "7"},
           becomes="select entries = 0 from grants_yearclose where id = 9"),
    signed("yearclose", "mof_maker"),
    Attack("yearclose", "grants_3_limits", "mof_maker", {"year": "2999"}, "year_is_over"),
    Attack("yearclose", "grants_4_close", "mof_checker", confirm("yearclose", "mof_checker"), "year_is_over",
           (("yearclose", {"year": "2999"}),)),
    Attack("yearclose", "grants_book", "mof_checker", confirm("yearclose", "mof_checker"),
           given=(AWARD, ("yearclose", {"year": "2025"}), account("unit", "5"), _ENTRY,
                  ("line", {"id": "50", "entry_id": "50", "account_id": "50", "amount": "5"})),
           becomes=there("entry where kind = 'carry_over'"), also=(("account", "grants_1_place"),
           ("entry", "grants_1_place"), ("line", "grants_1_place"))),
]  # fmt: skip
# Versions of the plan, which move the money of their projects.
_PLANS: Final = [
    Attack("planversion", "grants_plan_ends_projects", "owner", _PLAN.format(number=2), given=(AWARD, PROJECT),
           becomes=there("projectend where grant_project_id = 1")),
    Attack("planversion", "grants_plan_moves_support", "owner", _PLAN.format(number=2).replace("[]", "{rows}").replace(
               "{rows}", '[{"id": 1, "name": "x", "enterprise_name": "x", "total_investment": "900",'
               ' "support_asked": "50", "other_national_money": false}]'),
           given=(AWARD, PROJECT, _PLAN.format(number=1).replace(
               "[]", '[{"id": 1, "name": "x", "enterprise_name": "x", "total_investment": "1000",'
               ' "support_asked": "100", "other_national_money": false}]')),
           becomes="select approved_support = 50 from grants_grantproject"),
    Attack("planversion", "grants_plan_sums", "owner", _PLAN.format(number=2), given=(AWARD, PROJECT), becomes=_SUMMED),
]  # fmt: skip
ATTACKS: Final = [*_AWARDS, *_ISSUES, *_PAYMENTS, *_BOOKS, *_PLANS]
