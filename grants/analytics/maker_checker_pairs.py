"""Makers and checkers who always work together, or check faster than one can read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from statistics import median
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grants.analytics.common import YEAR, payments, share
from portal.audit.instruments.analyses import Analysis, Asked, Column, Line, Parameter


def find(asked: Asked) -> Iterator[Line]:
    """Pairs of people over the confirmed payments of the scope."""
    groups: dict[tuple[int, int], list[Any]] = defaultdict(list)
    made: Counter[int] = Counter()
    rows = payments(asked).filter(checker__isnull=False).select_related("unit", "maker", "checker", "organisation")
    for row in rows.iterator(2_000):
        groups[row.maker_id, row.checker_id or 0].append(row)
        made[row.maker_id] += 1
    for (maker, checker), group in sorted(groups.items()):
        seconds = sorted((row.checked_at - row.made_at).total_seconds() for row in group if row.checked_at)
        quick = sum(one < float(asked.number("seconds")) for one in seconds)
        together = share(len(group), made[maker])
        often = len(group) >= asked.number("payments") and together >= asked.number("share")
        if not often and 2 * quick < max(len(group), 2):
            continue
        first = group[0]
        yield Line(
            key=f"pair:{maker}:{checker}:{asked.year() or 'all'}",
            title=f"{first.maker} / {first.checker}",
            url=reverse("oversight:province", args=[first.province_id]),
            amount=sum((row.amount for row in group), Decimal(0)),
            cells={
                "maker": str(first.maker),
                "checker": str(first.checker),
                "organisation": str(first.organisation),
                "payments": len(group),
                "share": together,
                "quick": quick,
                "middle": int(median(seconds)) if seconds else None,
                "amount": sum((row.amount for row in group), Decimal(0)),
            },
        )


ANALYSIS: Final = Analysis(
    name="maker_checker_pairs",
    title=_("Pairs of maker and checker"),
    rule=_(
        "Two people of whom one nearly always checks what the other enters, or of whose checks half are quicker than"
        " anyone reads a voucher."
    ),
    source=_(
        "财会〔2012〕21号, internal control of public bodies: duties that exclude one another are parted; ISA 240."
    ),
    caution=_("A bureau with two finance people has no other pair. Quick checks may follow a talk across the desk."),
    parameters=(
        Parameter("payments", _("At least so many payments"), "number", Decimal(10), least="1"),
        Parameter("share", _("At least this share of the maker's (%)"), "percent", Decimal(90), most="100"),
        Parameter("seconds", _("Quick: below so many seconds"), "number", Decimal(60), least="1", most="86400"),
        YEAR,
    ),
    columns=(
        Column("maker", _("Entered by")),
        Column("checker", _("Checked by")),
        Column("organisation", _("Organisation")),
        Column("payments", _("Payments"), "number"),
        Column("share", _("Share of the maker's"), "percent"),
        Column("quick", _("Checked quickly"), "number"),
        Column("middle", _("Seconds in the middle"), "number"),
        Column("amount", _("Sum"), "yuan"),
    ),
    find=find,
)
