"""Choices of the end of a batch."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class StepKind(TextChoices):
    """What MIIT asks for and MOF countersigns."""

    ARCHIVE = "archive", pgettext_lazy("batch", "archiving")
    REOPEN = "reopen", pgettext_lazy("batch", "reopening")


class StepState(TextChoices):
    """How a request to archive or reopen a batch stands."""

    ASKED = "asked", pgettext_lazy("batch", "waits for MOF")
    SIGNED = "signed", pgettext_lazy("batch", "countersigned")
    REFUSED = "refused", pgettext_lazy("batch", "turned down")


class Open(TextChoices):
    """What keeps a batch from being archived; the codes are those of the database's `ending_open`."""

    PAPERS = "papers", _("Entries that wait for their checker")
    RECEIPTS = "receipts", _("Receipts that nobody has recorded yet")
    CENTRAL = "central", _("Money still to be issued by the Ministry of Finance")
    PROVINCE = "province", _("Money that lies with a province")
    UNIT = "unit", _("Money that lies unspent with a pilot unit")
    PROJECT = "project", _("Money paid to projects whose use was not reported")
    SURPLUS = "surplus", _("Surplus to be returned")
    DEMANDS = "demands", _("Demands on which something is outstanding")
    HOLDS = "holds", _("Stopped payments on which the ministries have not decided")
    PERFORMANCE = "performance", _("Reports, evaluations, acceptances and panels without an answer")
    CHANGES = "changes", _("Changes of plans under way")
    LISTED = "listed", _("Units under publicity")
    OBJECTIONS = "objections", _("Objections without an answer")
    FINDINGS = "findings", _("Audit findings that are not closed")
