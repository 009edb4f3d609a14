"""Choices of the money."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CheckState(TextChoices):
    """States of what one person enters and another checks."""

    ENTERED = "entered", pgettext_lazy("money", "to be checked")
    CONFIRMED = "confirmed", pgettext_lazy("money", "confirmed")
    REFUSED = "refused", pgettext_lazy("money", "refused")


# What counts against a limit: confirmed, and entered but not yet checked.
COUNTED = (CheckState.ENTERED, CheckState.CONFIRMED)


class Tranche(IntegerChoices):
    """The two tranches of an award."""

    FIRST = 1, _("first tranche")
    SECOND = 2, _("second tranche")


class Place(TextChoices):
    """Where the money of an award lies."""

    SOURCE = "source", pgettext_lazy("money", "appropriation")
    CENTRAL = "central", pgettext_lazy("money", "with the Ministry of Finance")
    PROVINCE = "province", pgettext_lazy("money", "with the province")
    UNIT = "unit", pgettext_lazy("money", "with the pilot unit")
    PROJECT = "project", pgettext_lazy("money", "paid to the project")


class EntryKind(TextChoices):
    """Kinds of entry in the ledger."""

    AWARD = "award", pgettext_lazy("ledger", "award")
    ISSUE = "issue", pgettext_lazy("ledger", "issue to the province")
    PASS_ON = "pass_on", pgettext_lazy("ledger", "pass-on to the pilot unit")
    PAYMENT = "payment", pgettext_lazy("ledger", "payment to a project")
    REVERSAL = "reversal", pgettext_lazy("ledger", "reversal")


class Result(TextChoices):
    """Results of the final assessment."""

    PASSED = "passed", pgettext_lazy("assessment", "passed")
    FAILED = "failed", pgettext_lazy("assessment", "failed")


class DocumentKind(TextChoices):
    """Kinds of file that belong to money."""

    AWARD = "award", _("award document")
    ISSUE = "issue", _("document of the issue")
    PASS_ON = "pass_on", _("document of the pass-on")
    VOUCHER = "voucher", _("voucher of the payment")
    ASSESSMENT = "assessment", _("assessment report")
