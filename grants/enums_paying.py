"""Choices of payment requests, refusals and holds."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class Ground(TextChoices):
    """On what ground a payment is refused."""

    INVOICE = "invoice", pgettext_lazy("refusal", "invoice or contract does not fit")
    DUPLICATE = "duplicate", pgettext_lazy("refusal", "invoice counts elsewhere")
    MILESTONE = "milestone", pgettext_lazy("refusal", "milestone not reached or not proven")
    PAYEE = "payee", pgettext_lazy("refusal", "payee or account is wrong")
    AMOUNT = "amount", pgettext_lazy("refusal", "amount is wrong")
    BANNED_USE = "banned_use", pgettext_lazy("refusal", "banned use")
    PAPERS = "papers", pgettext_lazy("refusal", "papers are missing or unreadable")
    OTHER = "other", pgettext_lazy("refusal", "other ground")


class Answer(TextChoices):
    """Whether money of the request goes to a banned use."""

    NO = "no", pgettext_lazy("banned use", "no")
    YES = "yes", pgettext_lazy("banned use", "yes")


class HoldWord(TextChoices):
    """What a ministry says of other national money that was found."""

    RELEASE = "release", pgettext_lazy("hold", "release: payments go on")
    UPHOLD = "uphold", pgettext_lazy("hold", "uphold: no further payment")


class HoldState(TextChoices):
    """States of a hold."""

    OPEN = "open", pgettext_lazy("hold", "payments stopped, to be decided")
    RELEASED = "released", pgettext_lazy("hold", "released")
    UPHELD = "upheld", pgettext_lazy("hold", "upheld: no further payment")


# While one of these stands, no payment of the project is entered or confirmed.
STOPS = (HoldState.OPEN, HoldState.UPHELD)
