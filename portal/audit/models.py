"""The trail: events, and the chain that fixes their order.

Both are written by functions of the database that belong to the owner; no role may change, remove or truncate a row.
Actor and object are values, not foreign keys, so that the trail outlives both.
"""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.rls import NATION, ORGANISATIONS, PROVINCES, UNITS, USER, RowSecurity, has_role

REFUSE = """
    raise exception 'the audit trail is append-only'
        using errcode = 'restrict_violation', constraint = 'audit_is_append_only';
"""
_READS = (
    f"({has_role('audit_admin')} or actor = {USER} or (not is_identity and ("
    f"({NATION} and {has_role('auditor')}) or (province <> '' and province = {PROVINCES} and {has_role('auditor')})"
    f" or (unit <> '' and unit = {UNITS}) or organisation = {ORGANISATIONS})))"
)


def append_only(name: str) -> list[pgtrigger.Trigger]:
    """Triggers that refuse update, delete and truncate to every role."""
    return [
        pgtrigger.Trigger(
            name=f"{name}_rows_stay",
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete,
            func=REFUSE,
        ),
        pgtrigger.Trigger(
            name=f"{name}_table_stays",
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            level=pgtrigger.Statement,
            func=REFUSE,
        ),
    ]


class Event(models.Model):
    """One act: who, for which organisation, from where, on what, before and after, why, and whether it was done."""

    at = models.DateTimeField(_("time"))
    actor = models.BigIntegerField(_("person"), null=True)
    actor_name = models.CharField(_("name"), max_length=80, blank=True)
    organisation = models.BigIntegerField(_("organisation"), null=True)
    address = models.CharField(_("network address"), max_length=45, blank=True)
    request_id = models.CharField(_("request"), max_length=40, blank=True)
    act = models.CharField(_("act"), max_length=60)
    outcome = models.CharField(_("outcome"), max_length=8)
    object_type = models.CharField(_("kind of object"), max_length=60, blank=True)
    object_id = models.CharField(_("object"), max_length=40, blank=True)
    province = models.CharField(_("province"), max_length=6, blank=True)
    unit = models.CharField(_("pilot unit"), max_length=20, blank=True)
    is_identity = models.BooleanField(_("about accounts"), default=False)
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    why = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        indexes = [
            models.Index(fields=["object_type", "object_id"]),
            models.Index(fields=["actor", "-at"]),
            models.Index(fields=["-at"]),
            models.Index(fields=["province", "-id"], name="audit_event_of_province"),
            models.Index(fields=["act", "-id"], name="audit_event_of_act"),
        ]
        constraints = [RowSecurity(name="audit_event_rows", read=_READS)]
        triggers = append_only("audit_event")

    def __str__(self) -> str:
        return f"{clock.in_words(self.at)} {self.act}"


class Link(models.Model):
    """One link of the chain: SHA-256 over the digest before it and the event, in the order of commits."""

    seq = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, models.PROTECT, related_name="link", db_constraint=False)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("link of the chain")
        verbose_name_plural = _("links of the chain")
        constraints = [RowSecurity(name="audit_link_rows", read=has_role("audit_admin", "auditor", "clockwork"))]
        triggers = append_only("audit_link")

    def __str__(self) -> str:
        return str(self.seq)


from portal.audit.evidence.models import EvidenceBundle, TrailSeal  # noqa: E402
from portal.audit.findings.models_engagement import Engagement, Member  # noqa: E402 - models of the workspace
from portal.audit.findings.models_finding import Finding, FindingVersion  # noqa: E402
from portal.audit.findings.models_papers import Answer, Evidence, FollowUp, Handover, Proof  # noqa: E402
from portal.audit.instruments.models_leads import AnalysisResult, Lead  # noqa: E402 - models of the instruments
from portal.audit.instruments.models_samples import Sample, SampleEvaluation, SampleResult  # noqa: E402
from portal.audit.instruments.models_saved import SavedQuery  # noqa: E402

__all__ = [
    "AnalysisResult",
    "Answer",
    "Engagement",
    "Event",
    "Evidence",
    "EvidenceBundle",
    "Finding",
    "FindingVersion",
    "FollowUp",
    "Handover",
    "Lead",
    "Link",
    "Member",
    "Proof",
    "Sample",
    "SampleEvaluation",
    "SampleResult",
    "SavedQuery",
    "TrailSeal",
    "append_only",
]
