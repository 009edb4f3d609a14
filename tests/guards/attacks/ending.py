"""The end of a batch: its own steps, and that nothing is written about an archived one."""

from __future__ import annotations

from typing import Final

from grants.functions_archived import OF_AWARDS
from tests.guards.attacks.rows import AWARD, WAITS, Attack

_ASSESSED: Final = "update programme_batch set state = 'assessed'"
_ARCHIVED: Final = "update programme_batch set state = 'archived'"
_STEP: Final = ("archivestep", {"batch_id": "1"})
_CHANGE: Final = (
    "insert into applications_changerequest (application_id, number, kind, state, base_id, subject, proposed,"
    " proposed_sha256, grounds, asked_by_id, asked_at, support_before, support_after, total_before, total_after,"
    " decision_why, document_no) values (1, 1, 'change', 'asked', 1, '', '{}', '', 'x', 1, now(), 0, 0, 0, 0, '', '')"
)
_PLAN: Final = (
    "insert into applications_planversion (application_id, number, content, sha256, document_no, approved_by_id, at)"
    " values (1, 1, '{}', '', 'x', 1, now())"
)
_OBJECTION: Final = (
    "insert into reviews_objection (id, batch_id, name, contact, grounds, digest, lodged_at, receipt_no, state, due_on,"
    " handler_ministry, extended_why, answer) values (gen_random_uuid(), 1, 'x', 'x', 'x', repeat('0', 64), now(), 'x',"
    " 'lodged', current_date, '', '', '')"
)
_LISTED: Final = (
    "insert into reviews_publicentry (batch_id, application_id, unit_id, province_id, name_zh, name_en, state,"
    " publicity_from, publicity_to, published_at, changed_at, dropped_why) values (1, 1, '350200', '350000', 'x', 'x',"
    " 'listed', current_date, current_date, now(), now(), '')"
)
_STANDS: Final = "grants_1_stands"


def _late(table: str, what: str, *given: str) -> Attack:
    """Something is written about a batch that is archived."""
    return Attack(table, _STANDS, "owner", what, "batch_is_archived", (*given, _ARCHIVED))


ATTACKS: Final = [
    Attack("programme_batch", "grants_ending_step", "miit", _ASSESSED, "batch_assessed_after_all_results", (WAITS,)),
    Attack("archivestep", "grants_2_guard", "owner", {"batch_id": "1", "asked_by_id": "<auditor>"},
           "archive_asked_by_miit", (_ASSESSED,)),
    Attack("archivestep", "grants_book", "owner",
           "update grants_archivestep set state = 'signed', decided_by_id = 2, decided_at = now()",
           given=(_ASSESSED, _STEP), becomes="select state = 'archived' from programme_batch where id = 1"),
    Attack("award", _STANDS, "owner", {}, "batch_is_archived", (_ARCHIVED,)),
    *(Attack(table, _STANDS, "owner", {}, "batch_is_archived", (AWARD, _ARCHIVED)) for table in OF_AWARDS),
    _late("applications_application", "update applications_application set title = 'other'"),
    _late("planversion", _PLAN),
    _late("applications_changerequest", _CHANGE),
    _late("reviews_objection", _OBJECTION),
    _late("reviews_publicentry", _LISTED),
]  # fmt: skip
