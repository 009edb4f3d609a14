"""Taking evidence: frozen copies of records and files of the portal, and files the auditors bring."""

from __future__ import annotations

import hashlib

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from portal.audit.findings.domain.answering import KINDS
from portal.audit.findings.domain.findings import said
from portal.audit.findings.enums import EvidenceKind
from portal.audit.findings.objects import Thing
from portal.audit.models import Evidence, Finding
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.files import keep
from portal.core.scope import Actor


def take(*, by: Actor, finding: Finding, about: Thing, is_file: bool = False, is_shared: bool = False) -> Evidence:
    """Freeze a record of the portal, or one of its files, as it is now. The database takes the copy and its digest.

    Raises NotAllowed; DomainError for an object out of reach, or one without a file.
    """
    with command(by, "audit.take_evidence", finding) as act:
        row = Evidence(
            finding=finding,
            kind=EvidenceKind.FILE if is_file else EvidenceKind.ROW,
            label=about.label[:200],
            object_type=about.type,
            object_id=about.id,
            is_shared=is_shared,
            by_id=by.id,
            at=clock.now(),
        )
        row.save(force_insert=True)
        row.refresh_from_db()
        act.after = said(finding, evidence=row.pk, sha256=row.sha256)
        return act.record(row)


def bring(*, by: Actor, finding: Finding, label: str, file: UploadedFile, is_shared: bool = False) -> Evidence:
    """Keep a file the auditors brought: a photograph, a record of a talk. Raises NotAllowed, DomainError."""
    with command(by, "audit.take_evidence", finding) as act:
        if not label.strip():
            raise DomainError("evidence_has_its_digest", _("Say what it is."), "label")
        row = Evidence(
            finding=finding,
            kind=EvidenceKind.UPLOAD,
            label=label.strip(),
            is_shared=is_shared,
            by_id=by.id,
            at=clock.now(),
            **vars(keep(file, kinds=KINDS)),
        )
        row.save(force_insert=True)
        act.after = said(finding, evidence=row.pk, sha256=row.sha256)
        return act.record(row)


def holds(row: Evidence) -> bool:
    """Whether the digest of a frozen record is that of its text, computed anew."""
    return row.kind != EvidenceKind.ROW or hashlib.sha256(row.snapshot.encode()).hexdigest() == row.sha256
