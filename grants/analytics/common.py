"""What the analyses of the money share: counted payments in the asker's scope, addresses, the year."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grants.enums import COUNTED
from grants.models import Payment
from grants.queries import within
from portal.audit.instruments.analyses import Asked, Parameter

YEAR: Final = Parameter("year", _("Year"), "year", None, hint=_("Left empty: all years."))


def payments(asked: Asked) -> QuerySet[Payment]:
    """Payments that count (entered or confirmed), of the year asked for, by number."""
    rows = within(Payment.objects.filter(state__in=COUNTED), asked.by.scope)
    year = asked.year()
    if year is not None:
        rows = rows.filter(document_date__year=year)
    return rows.select_related("unit", "province", "grant_project").order_by("pk")


def payment_url(pk: int) -> str:
    """The page of a payment."""
    return reverse("oversight:payment", args=[pk])


def request_url(pk: int) -> str:
    """The page of a payment request."""
    return reverse("grants:request", args=[pk])


def share(part: Any, whole: Any) -> Decimal:
    """Per cent with two places; nought of nothing."""
    return (100 * Decimal(part) / Decimal(whole)).quantize(Decimal("0.01")) if whole else Decimal(0)
