"""Reads on engagements and findings. Each begins with who asks; the policy is the net."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.db.models.expressions import RawSQL

from portal.audit.findings.enums import OPEN_STATES, EngagementState, FindingState
from portal.audit.findings.objects import Thing
from portal.audit.models import Answer, Engagement, Evidence, Finding, FollowUp, Handover, Member, Proof
from portal.audit.rules import AUDITOR
from portal.core.prepared import Prepared
from portal.core.scope import Actor


def _mine(name: str = "engagement_id") -> Q:
    return Q(**{f"{name}__in": RawSQL("select unnest(audit_engagements())", [])})


def engagements(actor: Actor) -> QuerySet[Engagement]:
    """Engagements of the auditor's scope and teams, the newest first, with `found` and `open` (findings in reach)."""
    if AUDITOR not in actor.roles:
        return Engagement.objects.none()
    rows = Engagement.objects.select_related("organisation", "created_by").order_by("-pk")
    if not actor.scope.nation:
        own = Q(organisation__in=actor.scope.organisations)
        rows = rows.filter(_mine("pk") | own | Q(province__in=actor.scope.provinces))
    return rows


def at_work(actor: Actor) -> list[Engagement]:
    """Engagements of the actor's teams that take findings, the newest first. One query."""
    if AUDITOR not in actor.roles:
        return []
    return _AT_WORK()


_AT_WORK: Final = Prepared(
    lambda: Engagement.objects.filter(
        _mine("pk"), state__in=(EngagementState.UNDER_WAY, EngagementState.REPORTING)
    ).order_by("-pk")
)


def to_start(actor: Actor) -> list[Engagement]:
    """Planned engagements that the actor leads. One query, and none for those who are no auditors."""
    if AUDITOR not in actor.roles:
        return []
    return _TO_START()


_TO_START: Final = Prepared(
    lambda: Engagement.objects.filter(
        pk__in=RawSQL("select unnest(audit_led())", []), state=EngagementState.PLANNED
    ).order_by("pk")
)


def covers(engagement: Engagement, about: Thing) -> bool:
    """Whether the object lies in the engagement's scope, as the database asks it too."""
    return (
        engagement.province in ("", about.province)
        and (not engagement.units or about.unit in engagement.units)
        and (not engagement.batches or about.batch in engagement.batches)
    )


def counted(rows: QuerySet[Engagement]) -> QuerySet[Any]:
    """With how many findings there are in reach, and how many of them are open."""
    return rows.annotate(
        found=Count("findings", distinct=True),
        open=Count("findings", filter=Q(findings__state__in=OPEN_STATES), distinct=True),
    )


def members(engagement: Engagement) -> QuerySet[Member]:
    """The team, those whose place ended last."""
    rows = Member.objects.filter(engagement=engagement).select_related("person", "organisation", "added_by")
    return rows.order_by(F("ended_at").asc(nulls_first=True), "-is_lead", "pk")


def findings(actor: Actor) -> QuerySet[Finding]:
    """Findings an auditor reads, the newest first: of the own teams all, of the scope those that were shown."""
    if AUDITOR not in actor.roles:
        return Finding.objects.none()
    rows = Finding.objects.select_related("engagement", "current", "body", "raised_by", "shown_by", "closed_by")
    seen = Q(shown_at__isnull=False)
    if not actor.scope.nation:
        seen &= Q(in_province__in=actor.scope.provinces)
    return rows.filter(_mine() | seen).order_by("-pk")


def addressed(actor: Actor) -> QuerySet[Finding]:
    """Findings shown to the actor's bodies or handed over to them, the newest first. The engagement is not read."""
    handed = Handover.objects.filter(finding=OuterRef("pk"), organisation__in=actor.scope.organisations)
    rows = Finding.objects.select_related("current", "body", "office").filter(shown_at__isnull=False)
    return rows.filter(Q(body__in=actor.scope.organisations) | Exists(handed)).order_by("-pk")


def late(rows: QuerySet[Finding], *, on: date) -> QuerySet[Finding]:
    """Those whose day has passed."""
    return rows.filter(
        Q(state=FindingState.SHOWN, reply_due__lt=on) | Q(state=FindingState.RECTIFYING, rectify_due__lt=on)
    )


def waiting_for_team(actor: Actor) -> QuerySet[Finding]:
    """Findings of the actor's teams on which something is to be done or watched. One query."""
    states = (*OPEN_STATES,)
    rows = Finding.objects.filter(_mine(), state__in=states).select_related("current", "body")
    return rows.order_by("pk")


def waiting_for_body(actor: Actor) -> QuerySet[Finding]:
    """Findings to which the actor's bodies owe a reply or a report. One query."""
    states = (FindingState.SHOWN, FindingState.RECTIFYING)
    rows = Finding.objects.filter(body__in=actor.scope.organisations, state__in=states, shown_at__isnull=False)
    return rows.select_related("current", "body").order_by("pk")


def answers(finding: Finding) -> list[Answer]:
    """What the body handed in, with its files. Two queries."""
    rows = Answer.objects.filter(finding=finding).select_related("by", "organisation")
    return list(rows.prefetch_related(Prefetch("files", Proof.objects.order_by("pk"))).order_by("pk"))


def follow_ups(finding: Finding) -> list[FollowUp]:
    """What follow-ups found."""
    return list(FollowUp.objects.filter(finding=finding).select_related("by").order_by("pk"))


def evidence(finding: Finding) -> list[Evidence]:
    """Evidence without the text of the records."""
    return list(Evidence.objects.filter(finding=finding).select_related("by").defer("snapshot").order_by("pk"))


def handovers(finding: Finding) -> list[Handover]:
    """To which bodies it was handed over."""
    return list(Handover.objects.filter(finding=finding).select_related("by", "organisation").order_by("pk"))


def evidence_of(found: Sequence[int] | QuerySet[Finding], pk: int) -> QuerySet[Evidence]:
    """One piece of evidence of findings in reach."""
    return Evidence.objects.filter(pk=pk, finding__in=found).select_related("finding", "by")


def proof_of(found: QuerySet[Finding], pk: int) -> QuerySet[Proof]:
    """One file of an answer to findings in reach."""
    return Proof.objects.filter(pk=pk, answer__finding__in=found).select_related("answer")


def register(actor: Actor) -> QuerySet[Finding]:
    """The register (整改台账) by engagement: the findings an auditor reads, or those addressed to one's bodies."""
    rows = findings(actor) if AUDITOR in actor.roles else addressed(actor)
    return rows.select_related("current", "body", "office").order_by("engagement_id", "number", "pk")


def answered(found: Sequence[Finding]) -> dict[int, list[Answer]]:
    """What the bodies handed in on these findings, by finding, in its order. One query."""
    by_finding: dict[int, list[Answer]] = {}
    for row in Answer.objects.filter(finding__in=found).order_by("pk"):
        by_finding.setdefault(row.finding_id, []).append(row)
    return by_finding


def followed(found: Sequence[Finding]) -> dict[int, list[FollowUp]]:
    """What follow-ups of these findings gave, by finding, in its order. One query."""
    by_finding: dict[int, list[FollowUp]] = {}
    for row in FollowUp.objects.filter(finding__in=found).order_by("pk"):
        by_finding.setdefault(row.finding_id, []).append(row)
    return by_finding
