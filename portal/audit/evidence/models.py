"""Seals of the trail's head, and bundles of evidence that were taken away. Nothing of either changes."""

from __future__ import annotations

import uuid
from typing import Any, Final

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.inspection import ZIP
from portal.core.models import Run, StoredFile, file_checks
from portal.core.rls import USER, RowSecurity, has_role

_DIGEST: Final = r"^[0-9a-f]{64}$"


# Its content was removed, once; nothing else of a row ever changes.
_REMOVED: Final = """
        if tg_op = 'UPDATE' and old.removed_at is null and new.removed_at is not null
           and to_jsonb(new) - 'removed_at' = to_jsonb(old) - 'removed_at' then
            return new;
        end if;"""


def _stays(name: str, but: str = "") -> list[pgtrigger.Trigger]:
    refuse = f"""
        raise exception 'what was sealed or taken away never changes'
            using errcode = 'restrict_violation', constraint = '{name}';
    """
    return [
        pgtrigger.Trigger(
            name=name, when=pgtrigger.Before, operation=pgtrigger.Update | pgtrigger.Delete, func=but + refuse
        ),
        pgtrigger.Trigger(
            name=f"{name}_whole",
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            level=pgtrigger.Statement,
            func=refuse,
        ),
    ]


class TrailSeal(models.Model):
    """The end of the chain at one moment, signed by the portal; the same stands in a file to be kept outside.

    root: over all links up to it, as a tree (`portal.audit.merkle`). before: digest of the seal before it. time_stamp:
    the token of an authority by RFC 3161 (base64), where one is set.
    """

    at = models.DateTimeField(_("time"), unique=True)
    seq = models.BigIntegerField(_("links"))
    digest = models.CharField(_("last digest"), max_length=64, blank=True)
    root = models.CharField(_("digest over all links"), max_length=64)
    before = models.CharField(_("digest of the seal before"), max_length=64, blank=True, unique=True)
    key = models.CharField(_("public key"), max_length=64)
    signature = models.CharField(_("signature"), max_length=128)
    time_stamp = models.TextField(_("time stamp (RFC 3161)"), blank=True)
    stamped_at = models.DateTimeField(_("time of the time stamp"), null=True, blank=True)

    class Meta:
        verbose_name = _("seal of the trail")
        verbose_name_plural = _("seals of the trail")
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                name="trail_seal_has_digests",
                condition=Q(root__regex=_DIGEST, key__regex=_DIGEST, signature__regex=r"^[0-9a-f]{128}$"),
                violation_error_message=_("A seal is signed and states its digests."),
            ),
            RowSecurity(
                name="trail_seal_rows",
                read=has_role("audit_admin", "auditor", "clockwork"),
                insert=has_role("clockwork"),
            ),
        ]
        triggers = _stays("trail_seal_stays")

    def __str__(self) -> str:
        return clock.in_words(self.at)


class EvidenceBundle(StoredFile):
    """A bundle that was taken away: what was asked, the end of the chain it was made at, and what it holds.

    problems: how many files were not whole when it was made; the bundle names them. The content goes when `kept_until`
    is over; the row stays with its digests, so that a copy kept elsewhere is known again.
    """

    seen_at = ("audit:bundle", "id")
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.OneToOneField(Run, models.PROTECT, related_name="evidence_bundle", verbose_name=_("work"))
    selection: Any = models.JSONField(_("selection"), default=dict)
    words: Any = models.JSONField(_("selection in words"), default=list)
    as_of = models.DateTimeField(_("as of"))
    head_seq = models.BigIntegerField(_("links"))
    head_digest = models.CharField(_("last digest"), max_length=64, blank=True)
    root = models.CharField(_("digest over all links"), max_length=64)
    manifest_sha256 = models.CharField(_("digest of the manifest"), max_length=64)
    entries = models.PositiveIntegerField(_("entries"))
    documents = models.PositiveIntegerField(_("files"))
    events = models.PositiveIntegerField(_("events"))
    problems = models.PositiveIntegerField(_("files that are not whole"), default=0)
    kept_until = models.DateTimeField(_("kept until"))
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)

    class Meta:
        verbose_name = _("evidence bundle")
        verbose_name_plural = _("evidence bundles")
        ordering = ["-uploaded_at"]
        indexes = [
            models.Index(fields=["uploaded_by_id", "-uploaded_at"], name="evidence_of_asker"),
            models.Index(fields=["storage_key"], name="evidence_key"),
            models.Index(fields=["kept_until"], condition=Q(removed_at=None), name="evidence_kept"),
        ]
        constraints = [
            *file_checks("evidence_bundle", ZIP),
            models.CheckConstraint(
                name="evidence_bundle_is_kept_a_while",
                condition=Q(kept_until__gt=F("uploaded_at")),
                violation_error_message=_("Evidence is kept for a while."),
            ),
            RowSecurity(
                name="evidence_bundle_rows",
                read=f"(uploaded_by_id = {USER} or {has_role('clockwork')})",
                insert=f"(uploaded_by_id = {USER} and {has_role('auditor')})",
                update=has_role("clockwork"),
            ),
        ]
        triggers = _stays("evidence_bundle_stays", _REMOVED)

    @property
    def is_there(self) -> bool:
        """Whether the content is still kept."""
        return self.removed_at is None
