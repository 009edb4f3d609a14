"""Where the money of a scope is and how it came there: sums of the books by place, and by what a reader asks for.

All figures are added up from the kept sums of years (`YearSum`), never from entries: one query, whatever the size.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any, Final

from django.db.models import BooleanField, CharField, ExpressionWrapper, F, Func, Q, QuerySet, Sum, Value
from django.utils.http import urlencode
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from applications.enums import SupportMethod
from grants.enums import OF_PROJECTS, SPENDABLE, EntryKind, Place
from grants.models import Account, Award, Line, YearSum
from grants.queries import within
from portal.core.errors import Text
from portal.core.money import ZERO
from portal.core.scope import Scope
from portal.programme.enums import Region
from portal.programme.models import Batch, PilotUnit


@dataclass(frozen=True)
class Figure:
    """A figure of the overview: the lines at its places, of some kinds (moved) or of every kind (what stands there)."""

    key: str
    label: Text
    places: tuple[Place, ...]
    kinds: tuple[EntryKind, ...] = ()

    @property
    def of_projects(self) -> bool:
        """Whether its lines belong to projects, so that a method can be asked for."""
        return set(self.places) <= set(OF_PROJECTS)

    @property
    def is_standing(self) -> bool:
        """Whether it is what stands at the place (until a year), not what moved (in a year)."""
        return not self.kinds

    def sums(self) -> Q:
        """The kept sums it is added up from."""
        return Q(place__in=self.places) & (Q(kind__in=self.kinds) if self.kinds else Q())

    def lines(self) -> Q:
        """The lines it is added up from; a reversal belongs to the kind it takes back."""
        where = Q(account__place__in=self.places)
        if self.kinds:
            where &= Q(entry__kind__in=self.kinds) | Q(entry__reverses__kind__in=self.kinds)
        return where


FIGURES: Final = {
    one.key: one
    for one in (
        Figure("awarded", _("Awarded"), (Place.CENTRAL,), (EntryKind.AWARD, EntryKind.CHANGE)),
        Figure("issued", _("Issued"), (Place.PROVINCE,), (EntryKind.ISSUE,)),
        Figure("passed", _("Passed on to units"), (Place.UNIT,), (EntryKind.PASS_ON,)),
        Figure("paid", _("Paid to projects"), (Place.PROJECT,), (EntryKind.PAYMENT,)),
        Figure("spent", _("Used by projects"), (Place.USED,), (EntryKind.USE,)),
        Figure("central", pgettext_lazy("flow", "With the Ministry of Finance"), (Place.CENTRAL,)),
        Figure("province", pgettext_lazy("flow", "With provinces"), (Place.PROVINCE,)),
        Figure("unit", pgettext_lazy("flow", "With pilot units"), SPENDABLE),
        Figure("carry_over", pgettext_lazy("flow", "Of this carried over"), (Place.CARRY_OVER,)),
        Figure("surplus", pgettext_lazy("flow", "Surplus"), (Place.SURPLUS,)),
        Figure("project", pgettext_lazy("flow", "With projects, not yet used"), (Place.PROJECT,)),
        Figure("used", pgettext_lazy("flow", "Used"), (Place.USED,)),
        Figure("recovered", pgettext_lazy("flow", "Recovered"), (Place.RECOVERED,)),
    )
}
# How far money came in all, what came back taken off: what stands at a place and wherever it went on from there. A line
# within such places has its counterpart among them, and both together are nought.
_GRANTED: Final = (*SPENDABLE, Place.SURPLUS, *OF_PROJECTS)
NETS: Final = {
    one.key: one
    for one in (
        Figure(
            "net_awarded",
            pgettext_lazy("flow", "Awarded, net"),
            (Place.CENTRAL, Place.RECOVERED, Place.PROVINCE, *_GRANTED),
        ),
        Figure("net_issued", pgettext_lazy("flow", "Issued, net"), (Place.PROVINCE, *_GRANTED)),
        Figure("net_passed", pgettext_lazy("flow", "Passed on to units, net"), _GRANTED),
        Figure("net_paid", pgettext_lazy("flow", "Paid to projects, net"), OF_PROJECTS),
    )
}
ALL: Final = FIGURES | NETS
MOVED: Final = tuple(key for key, one in FIGURES.items() if not one.is_standing)
STANDING: Final = tuple(key for key, one in FIGURES.items() if one.is_standing)


@dataclass(frozen=True)
class Asked:
    """What a reader asked to see: each empty for all. year: what moved in it, and what stood at its end."""

    region: str = ""
    province: str = ""
    unit: str = ""
    batch: str = ""
    year: str = ""
    method: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        """From an address; what makes no sense there is left aside."""

        def word(name: str) -> str:
            return query.get(name, "").replace("\x00", "").strip()[:20]

        def number(name: str) -> str:
            text = word(name)
            return text if text.isascii() and text.isdigit() and len(text) < 5 else ""

        return cls(
            region=word("region") if word("region") in Region.values else "",
            province=word("province"),
            unit=word("unit"),
            batch=number("batch"),
            year=number("year"),
            method=word("method") if word("method") in SupportMethod.values else "",
        )

    def within(self, rows: QuerySet[Any], batch: str = "award__batch__number") -> QuerySet[Any]:
        """The rows of the place and batch asked for."""
        asked = {
            "province__region": self.region,
            "province": self.province,
            "unit": self.unit,
            batch: int(self.batch) if self.batch else "",
        }
        return rows.filter(**{name: value for name, value in asked.items() if value})

    def moved_in(self, prefix: str = "") -> Q:
        """What moved in the year asked for."""
        return Q(**{f"{prefix}year": int(self.year)}) if self.year else Q()

    def stood_at(self, prefix: str = "") -> Q:
        """What had moved by the end of the year asked for."""
        return Q(**{f"{prefix}year__lte": int(self.year)}) if self.year else Q()

    def query(self, **changes: str) -> str:
        """The part of an address after "?" that asks for this, with some of it changed."""
        names = {field.name for field in fields(self)}
        asked = replace(self, **{name: value for name, value in changes.items() if name in names})
        more = {name: value for name, value in changes.items() if name not in names}
        pairs = {field.name: getattr(asked, field.name) for field in fields(asked)} | more
        return urlencode({name: value for name, value in pairs.items() if value})


def _grouped(scope: Scope, asked: Asked, *keys: str) -> Iterator[tuple[tuple[Any, ...], str, Decimal]]:
    """For each group its keys, and for each figure its sum. The database adds up by kind and place, once for all."""
    rows = asked.within(within(YearSum.objects.all(), scope)).filter(asked.stood_at())
    if asked.method:
        rows = rows.filter(method=asked.method)
    now = Value(True) if not asked.year else ExpressionWrapper(asked.moved_in(), output_field=BooleanField())
    found = rows.order_by().annotate(now=now).values_list(*keys, "kind", "place", "now").annotate(sum=Sum("amount"))
    for *group, kind, place, is_now, amount in found:
        for key in _OF[place, kind]:
            if is_now or ALL[key].is_standing:
                yield tuple(group), key, amount


# The figures that the sums of a place and a kind belong to.
_OF: Final = {
    (place.value, kind.value): [
        key for key, one in ALL.items() if place in one.places and (not one.kinds or kind in one.kinds)
    ]
    for place in Place
    for kind in EntryKind
}


@dataclass(frozen=True)
class Part:
    """One row of the overview: its key and name, and each figure by its key (yuan)."""

    key: str
    name: str
    sums: dict[str, Decimal]

    def __getattr__(self, key: str) -> Decimal:
        """A figure by its key, as the columns of lists read it."""
        if key.startswith("_") or key not in FIGURES:
            raise AttributeError(key)
        return self.sums[key]


# By what the overview can be divided: the fields of a row's key and of its name.
BY: Final[dict[str, tuple[str, ...]]] = {
    "region": ("province__region",),
    "province": ("province_id", "province__name_zh", "province__name_en"),
    "unit": ("unit_id", "unit__name_zh", "unit__name_en"),
    "year": ("year",),
    "method": ("method",),
}


def parts(scope: Scope, asked: Asked, by: str) -> list[Part]:
    """The overview divided by region, province, unit, year or method, in their order. One query."""
    groups: dict[tuple[Any, ...], dict[str, Decimal]] = {}
    for group, key, amount in _grouped(scope, asked, *BY[by]):
        groups.setdefault(group, dict.fromkeys(ALL, ZERO))[key] += amount
    found = [Part(str(group[0]), _name(group, by), groups[group]) for group in sorted(groups) if group[0] != ""]
    return _by_the_end(found) if by == "year" else found


def _name(group: tuple[Any, ...], by: str) -> str:
    key, *names = group
    if names:
        return str(names[1 if get_language() == "en" else 0])
    words: dict[str, Any] = dict({"region": Region.choices, "method": SupportMethod.choices}.get(by, ()))
    return str(words.get(key, key))


def _by_the_end(years: list[Part]) -> list[Part]:
    """What stands at the end of each year is what all years up to it moved there."""
    so_far = dict.fromkeys(STANDING, ZERO)
    found = []
    for part in years:
        so_far = {key: so_far[key] + part.sums[key] for key in STANDING}
        found.append(replace(part, sums=part.sums | so_far))
    return found


def total(found: list[Part], by: str) -> dict[str, Decimal]:
    """The figures of all parts together."""
    if by == "year":
        standing = found[-1].sums if found else dict.fromkeys(ALL, ZERO)
        moved = {key: sum((part.sums[key] for part in found), ZERO) for key in MOVED}
        return {key: standing[key] for key in FIGURES} | moved
    return {key: sum((part.sums[key] for part in found), ZERO) for key in FIGURES}


def totals(scope: Scope, asked: Asked) -> dict[str, Decimal]:
    """The figures of everything asked for. One query."""
    found = dict.fromkeys(ALL, ZERO)
    for _group, key, amount in _grouped(scope, asked):
        found[key] += amount
    return found


def projects(scope: Scope, asked: Asked) -> list[Part]:
    """The projects of the unit asked for, as they stand: what each holds and what it used. One query."""
    rows = asked.within(within(Account.objects.filter(place__in=OF_PROJECTS), scope))
    if asked.method:
        rows = rows.annotate(method=method_of("project_id")).filter(method=asked.method)
    found: dict[int, Part] = {}
    for pk, name, place, balance in rows.order_by("project_id").values_list(
        "project_id", "project__name", "place", "balance"
    ):
        part = found.setdefault(pk, Part(str(pk), name, dict.fromkeys(ALL, ZERO)))
        part.sums[place] = balance
    return list(found.values())


def method_of(project: str) -> Func:
    """The method of the supported project in that column, as the database tells it when it keeps the sums."""
    return Func(F(project), function="money_method", output_field=CharField())


def lines(scope: Scope, figure: Figure, asked: Asked) -> QuerySet[Line]:
    """The lines a figure is added up from, the newest first, each with its entry and account."""
    rows = asked.within(within(Line.objects.filter(figure.lines()), scope), "entry__award__batch__number")
    rows = rows.filter(asked.stood_at("entry__") if figure.is_standing else asked.moved_in("entry__"))
    if asked.method:
        rows = rows.annotate(method=method_of("account__project_id")).filter(method=asked.method)
    return rows.select_related(
        "entry__reversed_by", "entry__reverses", "account__project", "unit", "province"
    ).order_by("-pk")


def years(scope: Scope) -> list[int]:
    """The years in which something was booked in the scope, the newest first."""
    rows = within(YearSum.objects.all(), scope).order_by("-year")
    return list(rows.values_list("year", flat=True).distinct())


def batches(scope: Scope) -> list[tuple[int, str]]:
    """The batches in which something was awarded in the scope: number and title."""
    rows = Batch.objects.filter(pk__in=within(Award.objects.all(), scope).values("batch")).order_by("-number")
    return [(row.number, str(row)) for row in rows]


def units(scope: Scope, asked: Asked) -> list[tuple[str, str]]:
    """The units of the province asked for (of the scope, when none is) that were awarded something."""
    rows = within(Award.objects.all(), scope).filter(**({"province": asked.province} if asked.province else {}))
    return [(row.pk, str(row)) for row in PilotUnit.objects.filter(pk__in=rows.values("unit")).order_by("code")]
