"""Projects whose share of support stands out."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from statistics import median
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grants.analytics.common import share
from grants.models import GrantProject
from grants.queries import within
from portal.audit.instruments.analyses import Analysis, Asked, Column, Line, Parameter

# Makes the median of absolute deviations comparable with a standard deviation (Iglewicz and Hoaglin 1993).
SCALE: Final = 0.6745


def scores(values: list[float]) -> list[float]:
    """The modified z-score of each value; nought for all where more than half are the same."""
    if not values:
        return []
    middle = median(values)
    spread = median(abs(value - middle) for value in values)
    return [SCALE * (value - middle) / spread if spread else 0.0 for value in values]


def find(asked: Asked) -> Iterator[Line]:
    """Supported projects by share of support in the investment: far from the others, or at the ceiling."""
    rows = list(
        within(GrantProject.objects.filter(total_investment__gt=0), asked.by.scope)
        .select_related("unit", "province")
        .order_by("pk")
    )
    shares = [share(row.approved_support, row.total_investment) for row in rows]
    if not rows:
        return
    asked.tell(_("Projects looked at"), f"{len(rows):,}")
    asked.tell(_("Share in the middle (%)"), median(shares))
    score_of = scores([float(one) for one in shares])
    for row, found, score in zip(rows, shares, score_of, strict=True):
        at_ceiling = found >= asked.number("ceiling")
        if abs(score) < float(asked.number("score")) and not at_ceiling:
            continue
        yield Line(
            key=f"project:{row.pk}",
            title=row.name,
            url=reverse("grants:project", args=[row.pk]),
            amount=row.approved_support,
            cells={
                "project": row.name,
                "unit": str(row.unit),
                "enterprise": row.enterprise_name,
                "investment": row.total_investment,
                "amount": row.approved_support,
                "share": found,
                "score": f"{score:+.2f}",
            },
        )


ANALYSIS: Final = Analysis(
    name="support_outliers",
    title=_("Shares of support that stand out"),
    rule=_("Supported projects whose share of support in the investment is far from the others, or at the ceiling."),
    source=_(
        "B. Iglewicz and D. C. Hoaglin, How to Detect and Handle Outliers (1993): modified z-score, 3.5; ceiling of"
        " 20 %: 财建〔2024〕16号."
    ),
    caution=_("Methods of support differ: an interest subsidy is a small share by nature."),
    parameters=(
        Parameter("score", _("Modified z-score of at least"), "number", Decimal("3.5"), least="1", most="100"),
        Parameter("ceiling", _("Or a share of at least (%)"), "percent", Decimal("19.99"), most="100"),
    ),
    columns=(
        Column("project", _("Project")),
        Column("unit", _("Pilot unit")),
        Column("enterprise", _("Leading enterprise")),
        Column("investment", _("Total investment"), "yuan"),
        Column("amount", _("Approved support"), "yuan"),
        Column("share", pgettext_lazy("of a whole", "Share"), "percent"),
        Column("score", _("Modified z-score"), "code"),
    ),
    find=find,
)
