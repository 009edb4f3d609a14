"""What is known of a file beside its row: whether the scanner let it pass, and what its seals came to."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import pgettext

from applications.models import Attachment, SealCheck
from portal.core.models import FileScan, ScanState
from portal.core.seals import SealState

Tag = tuple[str, str, str]
_TONES = {
    SealState.VALID: "good",
    SealState.UNTRUSTED: "wait",
    SealState.CHANGED: "bad",
    SealState.BROKEN: "bad",
}


def with_verdicts(rows: QuerySet[Attachment]) -> QuerySet[Attachment]:
    """Adds `scan` (state of the scanner's verdict or None) and `seal` (state of the last verification or None)."""
    scan = FileScan.objects.filter(pk=OuterRef("sha256")).values("state")
    seal = SealCheck.objects.filter(attachment=OuterRef("pk")).order_by("-pk").values("state")[:1]
    return rows.annotate(scan=Subquery(scan), seal=Subquery(seal))


def scan_of(row: Any) -> str:
    """The state of the scanner's verdict; what no scanner has seen waits, when there is one. Empty: there is none."""
    return str(row.scan or (ScanState.WAITING if settings.SCANNER_URL else ""))


def is_fit(row: Any) -> bool:
    """Whether the file is handed out."""
    return scan_of(row) in {"", ScanState.CLEAN}


def tags(row: Any) -> list[Tag]:
    """What people see of a file's verdicts: (state, label, tone) of the tag `status_tag`."""
    found: list[Tag] = []
    scan = scan_of(row)
    if scan == ScanState.QUARANTINED:
        found.append((scan, str(ScanState.QUARANTINED.label), "bad"))
    elif scan == ScanState.WAITING:
        found.append((scan, str(ScanState.WAITING.label), "wait"))
    if row.seal and row.seal != SealState.NONE:
        found.append(seal_tag(row.seal))
    return found or [("kept", pgettext("file", "kept"), "plain")]


def seal_tag(seal: str) -> Tag:
    """The tag of what the seals of a file came to."""
    state = SealState(seal)
    return (state.value, str(state.label), _TONES.get(state, "plain"))
