"""Lists of engagements and findings: pages and files read the same."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.audit.findings import queries
from portal.audit.findings.enums import EngagementState, FindingState, Grade
from portal.audit.findings.outside import TIES
from portal.audit.models import Finding
from portal.core import clock
from portal.core.middleware import PortalRequest
from portal.core.tables import Choice, Column, Day, Search, Table, link_to


class _Late(Choice):
    """Findings whose day has passed."""

    def condition(self, value: str) -> Q | None:
        """One of the two days that run has passed."""
        today = clock.today()
        return Q(state=FindingState.SHOWN, reply_due__lt=today) | Q(
            state=FindingState.RECTIFYING, rectify_due__lt=today
        )


def engagements_table(request: PortalRequest) -> Table:
    """Engagements in reach."""
    columns = [
        Column("title", _("Engagement"), link=link_to("auditing:engagement"), header=True, sort="title"),
        Column("notice_no", _("Number of the audit notice"), sort="notice_no"),
        Column("organisation", _("Audit office"), sort="organisation__code"),
        Column("period_from", _("Period from"), kind="date", sort="period_from"),
        Column("period_to", _("Period to"), kind="date", sort="period_to"),
        Column("found", pgettext("audit", "Findings"), kind="number", sort="found"),
        Column("open", pgettext("findings", "Open"), kind="number", sort="open"),
        Column("state", pgettext("list", "State"), kind="state", sort="state"),
    ]
    filters = [
        Search("title", "notice_no"),
        Choice("state", pgettext("list", "State"), EngagementState.choices),
    ]
    rows = queries.counted(queries.engagements(request.actor))
    empty = _("No engagement is planned yet. Plan the first: what is to be looked into, in which period and scope.")
    name = _("Audit engagements")
    return Table(request, rows, name="engagements", columns=columns, filters=filters, label=name, empty=empty)


def _columns(route: str) -> list[Column]:
    return [
        Column("number", _("Number"), value=str, link=link_to(route), sort=("engagement", "number")),
        Column("title", _("Title"), value="current.title", link=link_to(route), header=True, sort="current__title"),
        Column("matter", _("Engagement"), sort="matter", on="file"),
        Column("body", _("Audited body"), sort="body__code"),
        Column("object", _("Object concerned"), value="object_label", on="file"),
        Column("grade", _("Grade"), value=lambda row: row.current.get_grade_display() if row.current else ""),
        Column("law", _("Law or rule"), value="current.law", on="file"),
        Column("article", _("Article"), value="current.article", on="file"),
        Column(
            "amount", _("Amount"), value="current.amount", kind="yuan", sort="current__amount", total="current__amount"
        ),
        Column("reply_due", _("Reply by"), kind="date", sort="reply_due", on="file"),
        Column("rectify_due", _("Rectified by"), kind="date", sort="rectify_due", on="file"),
        Column("due", pgettext("finding", "Due"), kind="due", on="page"),
        Column("late", _("Overdue"), value="is_late", kind="yes", on="file"),
        Column("advice", _("What is to be done"), value="current.advice", on="file"),
        Column("ended", pgettext("finding", "Ended"), value="closed_at", kind="moment", on="file"),
        Column("state", pgettext("list", "State"), kind="state", sort="state"),
    ]


def _batch() -> Choice:
    return Choice("batch", _("Batch"), TIES.batches, field="in_batch")


def _filters() -> list[Any]:
    return [
        Search("current__title", "matter", "object_label", "body__name_zh", "body__name_en"),
        Choice("state", pgettext("list", "State"), FindingState.choices),
        Choice("grade", _("Grade"), Grade.choices, field="current__grade"),
        Choice("province", _("Province"), TIES.provinces, field="in_province"),
        _batch(),
        _Late("late", _("Overdue"), [("yes", _("only what is overdue"))]),
        Day("from", _("To be rectified from"), "rectify_due"),
        Day("to", _("To be rectified until"), "rectify_due", until=True),
    ]


def register_table(request: PortalRequest, rows: QuerySet[Finding] | None = None, *, name: str = "findings") -> Table:
    """The register of findings and their rectification (整改台账), or those of one engagement."""
    found = queries.findings(request.actor) if rows is None else rows
    empty = _("No finding is in your reach yet. Findings are raised in an engagement that is under way.")
    return Table(
        request,
        found.order_by("-pk"),
        name=name,
        columns=_columns("auditing:finding"),
        filters=_filters() if rows is None else [],
        label=_("Findings register"),
        empty=empty,
    )


def addressed_table(request: PortalRequest) -> Table:
    """What is addressed to the reader's bodies."""
    filters = [
        Search("current__title", "matter"),
        Choice("state", pgettext("list", "State"), [pair for pair in FindingState.choices if pair[0] != "draft"]),
        *([_batch()] if request.actor.scope.nation else []),
        _Late("late", _("Overdue"), [("yes", _("only what is overdue"))]),
    ]
    return Table(
        request,
        queries.addressed(request.actor),
        name="addressed",
        columns=_columns("auditing:answered"),
        filters=filters,
        label=_("Audit findings addressed to us"),
        empty=_("No audit finding is addressed to your body."),
    )
