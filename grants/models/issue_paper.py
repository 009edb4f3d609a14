"""One document that issues a tranche to many units (资金下达文件); each of its lines is an issue to one of them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from grants import states
from grants.enums import Tranche
from grants.models.checked import Signed, checks, counted_once
from portal.core.models import StoredFile, file_checks
from portal.core.money import YuanField
from portal.core.rls import NATION, USER, RowSecurity


def _ministry(role: str, organisation: str = "organisation_id") -> str:
    """SQL: the caller holds the role in the Ministry of Finance."""
    return f"money_post({USER}, '{role}', 'ministry', null, null, {organisation})"


class IssueFile(StoredFile):
    """The sealed document of an issue paper. It is addressed to every province it names, so each of them reads it."""

    seen_at = ("grants:issue_papers",)

    class Meta:
        verbose_name = _("file of an issue document")
        verbose_name_plural = _("files of issue documents")
        constraints = [
            *file_checks("issue_file"),
            RowSecurity(
                name="issue_file_rows",
                read=f"({NATION} or id in (select p.document_id from grants_issuepaper p))",
                insert=f"(uploaded_by_id = {USER} and {_ministry('finance_maker', 'null')})",
            ),
        ]


class IssuePaper(Signed):
    """A document that issues one tranche of one batch. Its lines (issues) are entered with it and share its fate.

    total: what the document states (yuan); it equals the sum of the lines. Confirmed, all lines are booked at once;
    refused, all are refused. Read by the ministries, the national audit office, and whoever one of its lines concerns.
    """

    batch = models.ForeignKey("programme.Batch", models.PROTECT, related_name="issue_papers", verbose_name=_("batch"))
    tranche = models.PositiveSmallIntegerField(_("tranche"), choices=Tranche.choices)
    total = YuanField(_("total stated in the document (yuan)"))
    document = models.ForeignKey(
        IssueFile, models.PROTECT, null=True, blank=True, related_name="papers", verbose_name=_("file")
    )

    class Meta:
        verbose_name = _("issue document")
        verbose_name_plural = _("issue documents")
        ordering = ["-pk"]
        constraints = [
            counted_once(
                "issue_paper_document_once",
                ["batch", "tranche", "document_no"],
                _("This document is entered already. A refused one may be entered anew."),
            ),
            models.CheckConstraint(
                name="issue_paper_total_above_zero",
                condition=models.Q(total__gt=0),
                violation_error_message=_("The total is above zero."),
            ),
            *checks("issue_paper"),
            RowSecurity(
                name="issue_paper_rows",
                read=f"({NATION} or id in (select i.paper_id from grants_issue i where i.paper_id is not null))",
                insert=f"(maker_id = {USER} and {_ministry('finance_maker')})",
                update=_ministry("finance_checker"),
            ),
        ]
        triggers = [states.ISSUE_PAPER.guard()]

    def __str__(self) -> str:
        return self.document_no

    @property
    def about(self) -> Any:
        """The batch and the tranche, for letters; put into words when they are, in the language of each."""
        return format_lazy("{} · {}", self.batch, Tranche(self.tranche).label)
