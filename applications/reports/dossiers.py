"""The dossiers of a batch, each as a document, in one ZIP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from applications import queries
from applications.reports.dossier import rows_of
from applications.reports.overview import filtered
from portal.core import clock, pdf
from portal.core.files import PDF, clean_name
from portal.core.press import Press
from portal.reports.catalogue import Cover, Member, Order, Part
from portal.reports.tabled import version_of

FEW: Final = 8


def dossiers(order: Order) -> Iterator[Part]:
    """One document for each application that was submitted, by administrative division; each in its own transaction.

    Documents are set by all cores; each is given on when those before it were, so that progress is even.
    """
    batch = order.values["batch"]
    with order.acting() as by:
        submitted = filtered(queries.applications(by), order.values).exclude(number="")
        keys = list(submitted.order_by("province", "unit", "pk").values_list("pk", flat=True))
        rules = version_of(batch)
    yield Cover(
        steps=len(keys),
        rules=rules,
        notes=[_("Each dossier as it was submitted last.")],
        filters=[(_("Dossiers"), str(len(keys)))],
    )
    names: list[str] = []

    def papers() -> Iterator[tuple[str, dict[str, Any]]]:
        """Template and data of each, read one after the other while earlier ones are set."""
        for key in keys:
            with order.acting() as by:
                rows = rows_of(by, key)
            names.append(clean_name(f"{rows.name}.pdf", PDF))
            yield "dossier", _whole(order, rows.data())

    # A few are set here: the processes take longer to begin than that.
    with Press() if len(keys) > FEW else nullcontext() as press:
        made = press.all(papers()) if press else (pdf.render(template, data) for template, data in papers())
        for place, content in enumerate(made):
            yield Member(names[place], content)


def _whole(order: Order, data: dict[str, Any]) -> dict[str, Any]:
    """The data of one document; the moment as of which it is read is the only time in it."""
    return data | {
        "made_at": order.as_of.astimezone(clock.SHANGHAI).replace(microsecond=0).isoformat(),
        "site": str(settings.SITE_NAME),
        "demonstration": settings.DEMONSTRATION,
    }
