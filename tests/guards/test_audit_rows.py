"""What no row of the audit can say: each check and each key of its tables, with triggers and policies out of the way.

The attacker is the administrator of the database with replication's rights: nothing but the constraint itself refuses.
"""

from __future__ import annotations

import psycopg
import pytest
from psycopg import sql

from tests import blanks, databases

pytestmark = pytest.mark.guard
HASH = "a" * 64
FILE = {"sha256": HASH, "file_name": "f.pdf", "storage_key": "k", "size": 1, "content_type": "application/pdf"}
FINDING = {"engagement_id": 1, "number": 1, "state": "draft"}
SHOWN = FINDING | {"state": "shown", "shown_at": "now", "shown_by_id": 1, "reply_due": "2026-01-01"}
ORDERED = SHOWN | {"state": "rectifying", "ordered_at": "now", "ordered_by_id": 1, "rectify_due": "2026-01-01"}
CLOSED = ORDERED | {"state": "closed", "closed_at": "now", "closed_by_id": 2, "closed_why": "w", "raised_by_id": 1}
VERSION = {"finding_id": 1, "number": 1, "title": "t", "text": "t", "law": "l", "advice": "a", "grade": "minor"}
ENGAGEMENT = {"title": "t", "objectives": "o", "reply_days": 30, "period_from": "2026-01-01", "period_to": "2026-02-01"}
REPLY = {"finding_id": 1, "kind": "reply", "stance": "accepted", "text": "x"}
REPORT = REPLY | {"kind": "report", "stance": "", "proofs": 1}
RECORD = {"kind": "row", "label": "x", "sha256": HASH, "snapshot": "{}", "storage_key": ""}
COPY = RECORD | {"kind": "file", "snapshot": "", "storage_key": "k", "size": 1}
MENDED = {"outcome": "mended", "text": "x"}
SEAL = {"root": HASH, "key": HASH, "signature": "b" * 128}
BUNDLE = FILE | {"uploaded_at": "2026-01-01", "kept_until": "2026-02-01", "content_type": "application/zip"}
HANDED = {"finding_id": 1, "organisation_id": 1, "note": "n"}
FILES = {"file_has_content": {"size": 0}, "file_has_digest": {"sha256": "x"}, "file_is_of_a_safe_kind": {
    "content_type": "text/html"}}  # fmt: skip
CHECKS = [
    ("audit_engagement", ENGAGEMENT, "engagement_says_what", {"objectives": ""}),
    ("audit_engagement", ENGAGEMENT, "engagement_says_what", {"title": ""}),
    ("audit_engagement", ENGAGEMENT, "engagement_period_in_order", {"period_to": "2025-12-31"}),
    ("audit_engagement", ENGAGEMENT, "engagement_leaves_days_to_reply", {"reply_days": 2}),
    ("audit_engagement", ENGAGEMENT, "engagement_leaves_days_to_reply", {"reply_days": 61}),
    ("audit_finding", FINDING, "finding_from_one_place", {"place": 1}),
    ("audit_finding", FINDING | {"sample_id": 1, "place": 1}, "finding_from_one_place", {"lead_id": 1}),
    ("audit_finding", SHOWN, "finding_shown_with_its_term", {"reply_due": None}),
    ("audit_finding", SHOWN, "finding_shown_with_its_term", {"shown_by_id": None}),
    ("audit_finding", ORDERED, "finding_ordered_with_its_day", {"rectify_due": None}),
    ("audit_finding", CLOSED, "finding_ends_with_reason", {"closed_why": ""}),
    ("audit_finding", CLOSED, "finding_closed_by_another", {"closed_by_id": 1}),
    ("audit_finding", SHOWN, "finding_stands_with_its_stamps", {"state": "draft"}),
    ("audit_finding", SHOWN, "finding_stands_with_its_stamps", {"state": "rectifying"}),
    ("audit_finding", CLOSED, "finding_stands_with_its_stamps", {"state": "followed"}),
    ("audit_findingversion", VERSION, "finding_says_what", {"law": ""}),
    ("audit_findingversion", VERSION, "finding_says_what", {"advice": ""}),
    ("audit_findingversion", VERSION, "finding_amount_above_zero", {"amount": 0}),
    ("audit_findingversion", VERSION, "finding_change_says_why", {"number": 2}),
    ("audit_answer", REPLY, "answer_says_what", {"text": ""}),
    ("audit_answer", REPLY, "reply_says_what_it_holds", {"stance": ""}),
    ("audit_answer", REPORT, "reply_says_what_it_holds", {"stance": "accepted"}),
    ("audit_answer", REPORT, "report_has_proof", {"proofs": 0}),
    ("audit_followup", MENDED, "follow_up_says_what", {"text": ""}),
    ("audit_followup", MENDED, "follow_up_gives_a_new_day", {"outcome": "open"}),
    ("audit_followup", MENDED, "follow_up_gives_a_new_day", {"new_due": "2026-01-01"}),
    ("audit_evidence", RECORD, "evidence_has_its_digest", {"sha256": "x"}),
    ("audit_evidence", RECORD, "evidence_has_its_digest", {"label": ""}),
    ("audit_evidence", RECORD, "evidence_is_a_record_or_a_file", {"snapshot": ""}),
    ("audit_evidence", RECORD, "evidence_is_a_record_or_a_file", {"storage_key": "k"}),
    ("audit_evidence", COPY, "evidence_is_a_record_or_a_file", {"size": 0}),
    ("audit_handover", HANDED, "handover_says_what_is_asked", {"note": ""}),
    ("audit_trailseal", SEAL, "trail_seal_has_digests", {"root": "x"}),
    ("audit_trailseal", SEAL, "trail_seal_has_digests", {"signature": "x"}),
    ("audit_evidencebundle", BUNDLE, "evidence_bundle_is_kept_a_while", {"kept_until": "2025-01-01"}),
    *(("audit_proof", FILE, f"audit_proof_{name}", changes) for name, changes in FILES.items()),
    *(("audit_evidencebundle", BUNDLE, f"evidence_bundle_{name}", changes) for name, changes in FILES.items()),
]
KEYS = [
    ("audit_finding", FINDING, "finding_number_once"),
    ("audit_finding", FINDING | {"lead_id": 7}, "finding_of_a_lead_once"),
    ("audit_findingversion", VERSION, "finding_version_once"),
    ("audit_handover", HANDED, "handover_once"),
]
# Of kinds of which `blanks` knows nothing empty.
MORE = {"date": "current_date", "timestamp with time zone": "now()", "uuid": "gen_random_uuid()"}


@pytest.fixture
def insert(db, monkeypatch):
    """`insert(table, values)` puts a row past all triggers, policies and foreign keys; all of it is undone."""
    for kind, empty in MORE.items():
        monkeypatch.setitem(blanks.EMPTY, kind, empty)
    from django.db import connection

    with psycopg.connect(databases.dsn("postgres", connection.settings_dict["NAME"])) as admin:
        admin.execute("set session_replication_role = replica")

        def put(table, values):
            named = ", ".join(values)
            more, empty = blanks.blanks(admin.execute, table, named)
            text = f"insert into {table} ({named}{more}) values ({', '.join(['%s'] * len(values))}{empty})"
            with admin.transaction():
                admin.execute(sql.SQL(text), list(values.values()))

        yield put
        admin.rollback()


@pytest.mark.parametrize(
    ("table", "whole", "name", "changes"), CHECKS, ids=[f"{c[2]}-{next(iter(c[3]))}" for c in CHECKS]
)
def test_a_row_says_what_it_has_to_say(insert, table, whole, name, changes):
    insert(table, whole)
    other = {"number": whole["number"] + 1} if table == "audit_finding" else {}
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        insert(table, whole | other | changes)
    assert refused.value.diag.constraint_name == name


@pytest.mark.parametrize(("table", "whole", "name"), KEYS, ids=[key[2] for key in KEYS])
def test_a_key_is_given_once(insert, table, whole, name):
    insert(table, whole)
    other = {"number": 2} if name == "finding_of_a_lead_once" else {}
    with pytest.raises(psycopg.errors.UniqueViolation) as refused:
        insert(table, whole | other)
    assert refused.value.diag.constraint_name == name
