"""The overview of the money as its page shows it: figures with their ways to the entries, the picture, the lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from applications.enums import SupportMethod
from grants.flow_picture import Link, Node, Picture, drawn
from grants.queries import flows
from grants.queries.flows import ALL, FIGURES, Asked, Part
from portal.core import units
from portal.core.money import ZERO
from portal.core.scope import Scope
from portal.core.tables import Choice, Column
from portal.core.tables.filters import Bound, bind
from portal.programme import queries as programme
from portal.programme.enums import Region

# Where awarded money may be; together they are what was awarded.
PLACES: Final = ("central", "province", "unit", "surplus", "recovered", "project", "used")
# How many rows the picture shows by name; the rest are one.
NAMED: Final = 7
_LEADS: Final = {"region": "region", "province": "province", "unit": "unit", "year": "year", "method": "method"}


class Asks(Choice):
    """A choice that the query has answered already: the list is given what fits."""

    def condition(self, value: str) -> None:
        """Nothing is left to ask."""


def divisions(asked: Asked) -> list[tuple[str, str]]:
    """By what the overview may be divided."""
    found = [
        ("province", _("Province")),
        ("region", _("Economic region")),
        ("unit", _("Pilot unit")),
        ("year", _("Year")),
        ("method", _("Method of support")),
    ]
    return [*found, ("project", _("Project"))] if asked.unit else found


def own_unit(scope: Scope, asked: Asked) -> Asked:
    """For those who see one unit: that unit, so that they begin at its projects."""
    alone = not scope.nation and not scope.provinces and len(scope.units) == 1
    return replace(asked, unit=next(iter(scope.units))) if alone else asked


def usual(scope: Scope, asked: Asked) -> str:
    """The division that is one level below what was asked for."""
    if asked.unit:
        return "project"
    return "unit" if asked.province or not scope.nation else "province"


def filters(scope: Scope, asked: Asked) -> list[Asks]:
    """The choices before every list of the overview; units are named once their province is chosen."""
    found = [Asks("region", _("Economic region"), Region.choices)] if scope.nation else []
    if scope.nation:
        found.append(Asks("province", _("Province"), programme.province_choices()))
    if asked.province or not scope.nation:
        found.append(Asks("unit", _("Pilot unit"), lambda: flows.units(scope, asked)))
    return [
        *found,
        Asks("batch", _("Batch"), lambda: flows.batches(scope)),
        Asks("year", _("Year"), lambda: [(year, year) for year in flows.years(scope)]),
        Asks("method", _("Method of support"), SupportMethod.choices),
    ]


def bound(scope: Scope, asked: Asked, by: str, query: Any) -> list[Bound]:
    """The form before the overview: the filters, and by what it is divided."""
    chosen = query.copy()
    chosen["by"], chosen["unit"] = by, asked.unit
    divides = Asks("by", _("Divided by"), divisions(asked))
    divides.is_always_set = True
    return bind([*filters(scope, asked), divides], chosen)


def entries_url(key: str, asked: Asked, **changes: str) -> str:
    """The list of the lines a figure is added up from."""
    return f"{reverse('grants:flow_entries', args=[key])}?{asked.query(**changes)}".rstrip("?")


def here(asked: Asked, **changes: str) -> str:
    """The overview of something else."""
    return f"{reverse('grants:flow')}?{asked.query(**changes)}".rstrip("?")


def tiles(sums: dict[str, Decimal], asked: Asked, keys: Sequence[str]) -> list[dict[str, Any]]:
    """Figures with the way to their entries. A method is told of projects alone, so others are not shown with one."""
    return [
        {
            "label": ALL[key].label,
            "value": units.digits(sums[key]),
            "unit": units.word(),
            "url": entries_url(key, asked),
            "tone": "bad" if sums[key] < 0 else "",
        }
        for key in keys
        if ALL[key].of_projects or not asked.method
    ]


def columns(asked: Asked, by: str) -> list[Column]:
    """The columns of the overview: where the money of each row is, and in files how far it came as well."""
    name = dict(divisions(asked))[by]
    first = Column("name", name, header=True, sort="name", link=lambda row: _lead(row, asked, by))
    wanted: tuple[str, ...] = ("awarded", *PLACES) if by != "project" else ("project", "used")
    if asked.method or by == "method":
        wanted = tuple(key for key in ("paid", "spent", "project", "used") if by != "project" or key in wanted)
    rest = [key for key in FIGURES if key not in wanted] if by != "project" else []
    return [first, *(_figure(key, asked, by) for key in wanted), *(_figure(key, asked, by, "file") for key in rest)]


def _figure(key: str, asked: Asked, by: str, on: Any = "both") -> Column:
    total = by != "year" or not FIGURES[key].is_standing

    def link(row: Part) -> str:
        if not row.sums[key]:
            return ""
        if by == "project":
            return reverse("grants:project", args=[row.key])
        return entries_url(key, asked, **{_LEADS[by]: row.key})

    return Column(key, FIGURES[key].label, kind="yuan", sort=key, total=total and on != "file", link=link, on=on)


def _lead(row: Part, asked: Asked, by: str) -> str:
    if by == "project":
        return reverse("grants:project", args=[row.key])
    return here(asked, **{_LEADS[by]: row.key})


def picture(sums: dict[str, Decimal], found: list[Part], asked: Asked, by: str, last: list[Part]) -> Picture | None:
    """From the ministry by what the overview is divided by to where the money is, and on to methods or projects.

    last: the projects (or, above them, the methods) that hold or used the money that was paid. Each place says the
    figure of its own entries: what was paid in all would count what came back twice.
    """
    middle = found if by in ("region", "province", "unit") and len(found) > 1 else []
    shift = 1 if middle else 0
    nodes = [_node("all", 0, _("Awarded"), sums["awarded"], entries_url("awarded", asked), "source")]
    links = []
    for part in _named(middle):
        url = here(asked, **{_LEADS[by]: part.key}) if part.key else ""
        nodes.append(_node(f"part {part.key}", 1, part.name, part.sums["awarded"], url))
        links.append(Link("all", f"part {part.key}", part.sums["awarded"]))
        links += [Link(f"part {part.key}", key, part.sums[key]) for key in PLACES]
    for key in PLACES:
        nodes.append(_node(key, 1 + shift, str(FIGURES[key].label), sums[key], entries_url(key, asked), key))
        links += [] if middle else [Link("all", key, sums[key])]
    for part in _named(last, *_PAID):
        if by == "project":
            url = reverse("grants:project", args=[part.key]) if part.key else ""
        else:
            url = here(asked, method=part.key) if part.key else ""
        nodes.append(_node(f"last {part.key}", 2 + shift, part.name, _at(part.sums, *_PAID), url, "used"))
        links += [Link(key, f"last {part.key}", part.sums[key]) for key in _PAID]
    return drawn(nodes, links)


# Where money is that was paid and did not come back.
_PAID: Final = ("project", "used")


def _at(sums: dict[str, Decimal], *keys: str) -> Decimal:
    return sum((sums[key] for key in keys), ZERO)


def _node(key: str, column: int, label: str, value: Decimal, url: str, tone: str = "") -> Node:
    return Node(key, column, label, f"{units.digits(value)} {units.word()}", value, url, tone)


def _named(found: list[Part], *of: str) -> list[Part]:
    """The largest rows in their own order, and the rest as one that has no key."""

    def size(part: Part) -> Decimal:
        return _at(part.sums, *of or ("awarded",))

    if len(found) <= NAMED + 1:
        return found
    largest = sorted(found, key=size, reverse=True)[:NAMED]
    keys = {part.key for part in largest}
    kept = [part for part in found if part.key in keys]
    others = [part for part in found if part.key not in keys]
    sums = {key: sum((part.sums[key] for part in others), ZERO) for key in FIGURES}
    return [*kept, Part("", _("%(count)s others") % {"count": len(others)}, sums)]
