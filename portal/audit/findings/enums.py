"""Choices of the audit workspace: engagements, findings and the papers on them."""

from __future__ import annotations

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EngagementState(TextChoices):
    """States of an engagement."""

    PLANNED = "planned", pgettext_lazy("engagement", "planned")
    UNDER_WAY = "under_way", pgettext_lazy("engagement", "under way")
    REPORTING = "reporting", pgettext_lazy("engagement", "reporting")
    CLOSED = "closed", pgettext_lazy("engagement", "closed")


class FindingState(TextChoices):
    """States of a finding, from the draft to its closing."""

    DRAFT = "draft", pgettext_lazy("finding", "draft")
    SHOWN = "shown", pgettext_lazy("finding", "waits for a reply")
    REPLIED = "replied", pgettext_lazy("finding", "replied")
    RECTIFYING = "rectifying", pgettext_lazy("finding", "to be rectified")
    REPORTED = "reported", pgettext_lazy("finding", "rectification reported")
    FOLLOWED = "followed", pgettext_lazy("finding", "found rectified")
    CLOSED = "closed", pgettext_lazy("finding", "closed")
    DROPPED = "dropped", pgettext_lazy("finding", "dropped")


class Grade(TextChoices):
    """How much a finding weighs."""

    MINOR = "minor", pgettext_lazy("grade", "minor")
    SERIOUS = "serious", pgettext_lazy("grade", "serious")
    GRAVE = "grave", pgettext_lazy("grade", "grave")


class Stance(TextChoices):
    """What an audited body says to a finding."""

    ACCEPTED = "accepted", pgettext_lazy("reply", "accepted")
    PARTLY = "partly", pgettext_lazy("reply", "accepted in part")
    CONTESTED = "contested", pgettext_lazy("reply", "contested")


class AnswerKind(TextChoices):
    """What an audited body hands in."""

    REPLY = "reply", _("reply")
    REPORT = "report", _("report on the rectification")


class Outcome(TextChoices):
    """What a follow-up found."""

    MENDED = "mended", pgettext_lazy("follow-up", "rectified")
    OPEN = "open", pgettext_lazy("follow-up", "not yet rectified")


class EvidenceKind(TextChoices):
    """What a piece of evidence is a copy of."""

    ROW = "row", _("record of the portal")
    FILE = "file", _("file of the portal")
    UPLOAD = "upload", _("file brought by the auditors")


# Findings on which something is still to be done.
OPEN_STATES: Final = tuple(state for state in FindingState if state not in (FindingState.CLOSED, FindingState.DROPPED))
# Roles of portal.accounts (which this app does not import): who reads what is addressed to a body, and who answers.
READS_FOR_BODY: Final = (
    "drafter",
    "signatory",
    "provincial_officer",
    "officer",
    "finance_maker",
    "finance_checker",
    "soe_officer",
)
ANSWERS_FOR_BODY: Final = tuple(role for role in READS_FOR_BODY if role != "drafter")
