"""The same enterprise in the rosters of several pilot units."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from applications.analytics.common import dossier_url, dossiers
from applications.models import Enterprise
from portal.audit.instruments.analyses import Analysis, Asked, Column, Line, Parameter
from portal.core.punctuation import listed


def find(asked: Asked) -> Iterator[Line]:
    """Credit codes in rosters of several units, whatever the batch; the same unit in two batches is no line."""
    rows = Enterprise.objects.filter(application__in=dossiers(asked).values("pk"))
    least = int(asked.number("units"))
    several = (
        rows.order_by()
        .values("credit_code")
        .annotate(units=Count("application__unit", distinct=True))
        .filter(units__gte=least)
        .order_by("-units", "credit_code")
    )
    codes = {row["credit_code"]: row["units"] for row in several}
    found: dict[str, list[Any]] = {code: [] for code in codes}
    for row in (
        rows.filter(credit_code__in=several.order_by().values("credit_code"))
        .order_by("pk")
        .values("credit_code", "name", "application_id", "application__unit__name_zh", "application__batch__year")
        .iterator(2_000)
    ):
        found[row["credit_code"]].append(row)
    for code, group in found.items():
        if not group:
            continue
        yield Line(
            key=f"enterprise:{code}",
            title=group[0]["name"],
            url=dossier_url(group[0]["application_id"]),
            cells={
                "name": group[0]["name"],
                "code": code,
                "units": codes[code],
                "names": listed((row["application__unit__name_zh"] for row in group), 4),
                "years": listed((row["application__batch__year"] for row in group), 4),
            },
        )


ANALYSIS: Final = Analysis(
    name="duplicate_enterprises",
    title=_("Enterprises in several rosters"),
    rule=_("One credit code in the rosters of several pilot units, in one batch or over the years."),
    source=_("财建〔2024〕16号: a project supported with other national money may not be supported again."),
    caution=_("A group may list works in several cities under one code; the roster alone is no support."),
    parameters=(Parameter("units", _("At least so many pilot units"), "number", Decimal(2), least="2", most="50"),),
    columns=(
        Column("name", _("Enterprise")),
        Column("code", _("Credit code"), "enterprise"),
        Column("units", _("Pilot units"), "number"),
        Column("names", _("Names of the units")),
        Column("years", _("Years")),
    ),
    find=find,
)
