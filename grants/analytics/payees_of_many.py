"""The same enterprise paid by several pilot units or for several projects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from grants.analytics.common import YEAR, payment_url, payments
from portal.audit.instruments.analyses import Analysis, Asked, Column, Line, Parameter
from portal.core.punctuation import listed


def find(asked: Asked) -> Iterator[Line]:
    """Group the payments by credit code of the payee (by its name where a payment rests on no request)."""
    groups: dict[str, list[Any]] = defaultdict(list)
    rows = payments(asked).values(
        "pk",
        "amount",
        "payee",
        "request__payee_code",
        "grant_project_id",
        "grant_project__name",
        "unit__name_zh",
        "unit_id",
        "document_date",
    )
    for row in rows.iterator(2_000):
        groups[row["request__payee_code"] or row["payee"]].append(row)
    least = int(asked.number("units"))
    for code, group in sorted(groups.items()):
        units = {row["unit_id"] for row in group}
        projects = {row["grant_project_id"] for row in group}
        if len(units) < least and (least > 1 or len(projects) < 2):
            continue
        total = sum((row["amount"] for row in group), Decimal(0))
        yield Line(
            key=f"payee:{code}",
            title=group[0]["payee"],
            url=payment_url(group[0]["pk"]),
            amount=total,
            cells={
                "payee": group[0]["payee"],
                "code": code,
                "units": len(units),
                "names": listed((row["unit__name_zh"] for row in group), 4),
                "projects": len(projects),
                "amount": total,
                "years": listed((row["document_date"].year for row in group), 4),
            },
        )


ANALYSIS: Final = Analysis(
    name="payees_of_many",
    title=_("Enterprises paid in several places"),
    rule=_(
        "One enterprise, by its credit code, that is paid by several pilot units; with 1, also for several projects."
    ),
    source=_("财建〔2024〕16号: a project supported with other national money may not be supported again."),
    caution=_("A group may run real projects in several cities; look whether sites and equipment differ."),
    parameters=(
        Parameter("units", _("At least so many pilot units"), "number", Decimal(2), least="1", most="50"),
        YEAR,
    ),
    columns=(
        Column("payee", _("Payee")),
        Column("code", _("Credit code"), "enterprise"),
        Column("units", _("Pilot units"), "number"),
        Column("names", _("Names of the units")),
        Column("projects", _("Projects"), "number"),
        Column("amount", _("Paid"), "yuan"),
        Column("years", _("Years")),
    ),
    find=find,
)
