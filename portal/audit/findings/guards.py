"""What the policies and triggers of the audit workspace share."""

from __future__ import annotations

from typing import Final

import pgtrigger

from portal.audit.findings.enums import READS_FOR_BODY
from portal.core.rls import NATION, ORGANISATIONS, PROVINCES, has_role

AUDITOR: Final = has_role("auditor")
# Engagements in whose team the caller is, and those of them the caller leads: functions of the owner.
OF_TEAM: Final = "any((select audit_engagements())::bigint[])"
LED: Final = "any((select audit_led())::bigint[])"
# A finding is read by its team; once it was shown also by auditors in scope, by the audited body, and by bodies it was
# handed over to.
READS_FINDING: Final = (
    f"(({AUDITOR} and (engagement_id = {OF_TEAM}"
    f" or (shown_at is not null and ({NATION} or in_province = {PROVINCES}))))"
    f" or (shown_at is not null and {has_role(*READS_FOR_BODY)}"
    f" and (body_id = {ORGANISATIONS} or id = any((select audit_handed())::bigint[]))))"
)
# Papers are read by who reads their finding: the policy of the finding decides inside.
OF_FINDING: Final = "exists (select 1 from audit_finding f where f.id = finding_id)"
BY_TEAM: Final = f"exists (select 1 from audit_finding f where f.id = finding_id and f.engagement_id = {OF_TEAM})"


def refuse(name: str, words: str) -> str:
    """SQL: refuse under this name."""
    return f"raise exception '{words}' using errcode = 'check_violation', constraint = '{name}';"


def stay(name: str, *, fixed: bool = True) -> list[pgtrigger.Trigger]:
    """Triggers: a row is never removed, and where `fixed` never changed, by any role."""
    words = refuse("audit_objects_stay", "what an audit wrote is never removed, and papers are never changed")
    return [
        pgtrigger.Trigger(
            name=f"{name}_stays",
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete if fixed else pgtrigger.Delete,
            func=words,
        ),
        pgtrigger.Trigger(
            name=f"{name}_stays_whole",
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            level=pgtrigger.Statement,
            func=words,
        ),
    ]
