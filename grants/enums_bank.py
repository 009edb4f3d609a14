"""Choices of bank files."""

from __future__ import annotations

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class BankFileKind(TextChoices):
    """Kinds of statement files."""

    CSV = "csv", "CSV"
    CAMT = "camt", "camt.053"


class BankFileState(TextChoices):
    """States of a file from the bank."""

    BROUGHT = "brought", pgettext_lazy("bank file", "being read")
    TAKEN = "taken", pgettext_lazy("bank file", "imported")
    REFUSED = "refused", pgettext_lazy("bank file", "has errors")


class Direction(TextChoices):
    """Where a movement went, seen from the account."""

    DEBIT = "debit", pgettext_lazy("bank", "out")
    CREDIT = "credit", pgettext_lazy("bank", "in")


class LineState(TextChoices):
    """What became of a line."""

    OPEN = "open", pgettext_lazy("bank line", "open")
    MATCHED = "matched", pgettext_lazy("bank line", "matched")
    ASIDE = "aside", pgettext_lazy("bank line", "set aside")


class Decided(TextChoices):
    """Kinds of decision on a line."""

    MATCH = "match", pgettext_lazy("bank line", "matched")
    ASIDE = "aside", pgettext_lazy("bank line", "set aside")


class How(TextChoices):
    """By what a decision came about; the values are those of `grants.bank.matching`."""

    NUMBER = "number", _("amount and number agree")
    NAME = "name", _("amount and name agree")
    PERSON = "person", _("a person")


class Why(TextChoices):
    """Why a line stays open; the values are those of `grants.bank.matching`."""

    NO_PAPER = "no_paper", _("no confirmed paper of this amount")
    SEVERAL = "several", _("several papers fit")
    SHARED = "shared", _("another line fits the same paper")
    OTHER_AMOUNT = "other_amount", _("the number fits a paper of another amount")
    OTHER_NUMBER = "other_number", _("amount and number point to different papers")
    ONLY_AMOUNT = "only_amount", _("only the amount fits")
    OTHER_DAY = "other_day", _("amount and name fit, the day does not")
    UNDONE = "undone", _("a decision was undone")


# Why a matched line is looked at again; no state of its own, it follows from the paper.
TAKEN_BACK: Final = "taken_back"
QUEUE: Final = [*Why.choices, (TAKEN_BACK, _("its paper was taken back"))]


class OrderState(TextChoices):
    """States of a set of payment orders."""

    WRITTEN = "written", pgettext_lazy("bank order", "written")
    WITHDRAWN = "withdrawn", pgettext_lazy("bank order", "withdrawn")
