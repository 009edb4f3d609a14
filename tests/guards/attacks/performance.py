"""Quarterly reports, evaluations, panels, acceptances, and what mends an assessment."""

from __future__ import annotations

from typing import Final

from tests.guards.attacks.rows import AWARD, PROJECT, WAITS, Attack, confirm, placed, signed, there
from tests.guards.grants_rows import CHECKED, DAY, NOW

_SIGNED = {"signed_by_id": "1", "signed_at": NOW}
_SENT = ("quarterreport", _SIGNED | {"state": "'submitted'"})
_DRAFT = ("quarterreport", {})
_EVALUATED = ("evaluation", _SIGNED | {"state": "'signed'", "total": "1", "band": "'good'"})
_CLOSED = ("panel", {"state": "'closed'", "closed_by_id": "1", "closed_at": NOW, "total": "1", "band": "'good'"})
_RECTIFY = (
    "assessment", CHECKED | {"result": "'rectify'", "rectify_what": "'x'", "rectify_by": "'2026-02-01'"}
)  # fmt: skip
_REPORTS: Final = [
    placed("quarterreport", "drafter", AWARD),
    Attack("quarterreport", "grants_2_begins", "drafter", {"year": "1999"}, "report_of_a_quarter_of_the_award",
           (AWARD,)),
    Attack("quarterreport", "grants_3_begun", "drafter", {}, given=(AWARD,),
           becomes=there("indicatoractual where report_id = 9 and key = 'digital'")),
    Attack("quarterreport", "grants_2_steps", "drafter", "update grants_quarterreport set summary = 'y'",
           "report_is_frozen", (_SENT,)),
    Attack("quarterreport", "grants_3_signed", "signatory", "update grants_quarterreport set state = 'submitted',"
           " signed_by_id = <signatory>, signed_at = now()", "report_is_complete", (AWARD, _DRAFT)),
    Attack("indicatoractual", "grants_2_steps", "drafter", "update grants_indicatoractual set note = 'y'",
           "report_is_frozen", (_SENT, ("indicatoractual", {}))),
    Attack("reportevidence", "grants_1_place", "drafter", {}, "report_is_frozen", (_SENT,)),
    Attack("progressfile", "grants_1_place", "drafter", {}, "report_is_frozen", (_SENT,)),
    Attack("progressfile", "pgtrigger_progress_file_is_kept", "drafter", "update grants_progressfile set size = 2",
           "progress_file_is_kept", (("progressfile", {}),)),
    Attack("enterpriseprogress", "grants_2_kept_new", "drafter", {}, "report_is_frozen", (_SENT,)),
    Attack("enterpriseprogress", "grants_2_kept_changed", "drafter", "update grants_enterpriseprogress set process_rate"
           " = 5", "report_is_frozen", (_SENT, ("enterpriseprogress", {}))),
]  # fmt: skip
_JUDGED: Final = [
    Attack("evaluation", "grants_1_evaluation", "drafter", {}, "evaluation_by_the_rules", (WAITS,)),
    Attack("evaluationscore", "grants_1_score", "drafter", {}, "evaluation_is_frozen", (_EVALUATED,)),
    Attack("panel", "grants_1_panel", "miit", {}, "panel_by_the_rules", (WAITS,)),
    Attack("panel", "grants_panel_draws", "miit", {}, given=(AWARD, PROJECT),
           becomes=there("sampledproject where panel_id = 9 and grant_project_id = 1")),
    Attack("panelmember", "grants_1_member", "miit", {}, "panel_is_kept", (AWARD, _CLOSED)),
    Attack("panelscore", "grants_1_score", "miit", {}, "panel_is_kept", (AWARD, _CLOSED)),
    Attack("sampleremark", "grants_1_remark", "miit", {}, "panel_is_kept", (AWARD, _CLOSED, ("sampledproject", {}))),
    placed("rectification", "miit", AWARD),
    signed("rectification", "miit"),
    Attack("rectification", "grants_3_limits", "miit", {}, "rectification_of_the_last_result", (AWARD,)),
    Attack("rectification", "grants_3_limits_still", "mof", confirm("rectification", "mof"),
           "rectification_of_the_last_result", (AWARD, ("rectification", {}))),
    Attack("rectification", "grants_book", "mof", confirm("rectification", "mof"),
           given=(AWARD, _RECTIFY, ("rectification", {"mended_on": DAY})),
           becomes="select assessment_passed_on is not null from grants_award"),
    Attack("acceptance", "grants_1_acceptance", "drafter", "update grants_acceptance set state = 'sent'",
           "acceptance_is_whole", (("acceptance", {}),)),
    Attack("equipment", "grants_1_equipment", "drafter", {}, "acceptance_is_frozen",
           (("acceptance", {"state": "'sent'"}),)),
    Attack("evidence", "grants_1_evidence", "drafter", {}, "evidence_before_the_signature", (_EVALUATED,)),
]  # fmt: skip
ATTACKS: Final = [*_REPORTS, *_JUDGED]
