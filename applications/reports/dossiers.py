"""The dossiers of a batch, each as a document, in one ZIP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from applications import queries
from applications.reports.dossier import OFFICIAL, data_of
from applications.reports.overview import filtered
from portal.core import clock, pdf
from portal.reports.catalogue import Cover, Member, Order, Part
from portal.reports.tabled import version_of


def dossiers(order: Order) -> Iterator[Part]:
    """One document for each application that was submitted, by administrative division; each in its own transaction."""
    batch = order.values["batch"]
    with order.acting() as by:
        rows = filtered(queries.applications(by), order.values).exclude(number="")
        keys = list(rows.order_by("province", "unit", "pk").values_list("pk", flat=True))
        rules = version_of(batch)
    yield Cover(
        steps=len(keys),
        rules=rules,
        notes=[_("Each dossier as it was submitted last.")],
        filters=[(_("Dossiers"), str(len(keys)))],
    )
    for key in keys:
        with order.acting() as by:
            name, data = data_of(by, key)
        yield Member(f"{name}.pdf", _set(order, data))


def _set(order: Order, data: dict[str, Any]) -> bytes:
    """One document; the moment as of which it is read is the only time in it."""
    made = data | {
        "made_at": order.as_of.astimezone(clock.SHANGHAI).replace(microsecond=0).isoformat(),
        "site": str(settings.SITE_NAME),
        "demonstration": settings.DEMONSTRATION,
    }
    with translation.override(OFFICIAL):
        return pdf.render("dossier", made)
