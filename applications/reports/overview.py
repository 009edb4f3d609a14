"""The overview of a batch and its list. All sheets are counted from the same rows, read at one moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from django.db.models import Count, DecimalField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from applications import queries
from applications.enums import ApplicationState
from applications.models import Application, FocusIndustry, Project
from portal.core.money import WAN, ZERO
from portal.core.punctuation import listed
from portal.core.scope import Actor
from portal.programme.enums import Region
from portal.reports.catalogue import Bars, Column, Cover, Order, Part, Rows, Sheet

CHUNK: Final = 500
# What the province has recommended stays counted as recommended, whatever became of it, unless it was withdrawn.
RECOMMENDED: Final = frozenset(ApplicationState.values) - {
    ApplicationState.DRAFT,
    ApplicationState.AWAITING_SIGN_OFF,
    ApplicationState.WITH_PROVINCE,
    ApplicationState.RETURNED,
    ApplicationState.NOT_RECOMMENDED,
    ApplicationState.WITHDRAWN,
}


@dataclass(frozen=True)
class Line:
    """One application with what the sheets count. Amounts in yuan."""

    row: Application
    projects: int
    investment: Decimal
    support: Decimal
    industries: str


def read(by: Actor, values: dict[str, Any]) -> list[Line]:
    """The applications of the parameters in the reader's scope, by division: two queries."""
    rows = filtered(queries.applications(by), values).order_by("province", "unit", "pk")
    sums = Project.objects.filter(application=OuterRef("pk")).order_by().values("application")
    found = rows.annotate(
        projects_count=Coalesce(Subquery(sums.annotate(n=Count("pk")).values("n")), 0),
        investment=_sum(sums, "total_investment"),
        support=_sum(sums, "support_asked"),
    )
    named: dict[int, list[str]] = defaultdict(list)
    focus = FocusIndustry.objects.filter(application__in=rows.order_by().values("pk")).select_related("industry")
    for one in focus.order_by("application", "industry"):
        named[one.application_id].append(one.industry.name)
    return [
        Line(row, row.projects_count, row.investment, row.support, listed(named[row.pk]))  # type: ignore[attr-defined]  # annotated
        for row in found
    ]


def _sum(sums: QuerySet[Any, Any], field: str) -> Coalesce:
    return Coalesce(Subquery(sums.annotate(s=Sum(field)).values("s")), ZERO, output_field=DecimalField())


def filtered(rows: QuerySet[Application], values: dict[str, Any]) -> QuerySet[Application]:
    """The rows of the batch, region, province and state that were chosen."""
    wanted = Q(batch=values["batch"])
    if values["province"]:
        wanted &= Q(province=values["province"])
    if values["region"]:
        wanted &= Q(province__region=values["region"])
    if values["state"]:
        wanted &= Q(state=values["state"])
    return rows.filter(wanted)


def _begin(order: Order) -> tuple[list[Line], str]:
    with order.acting() as by:
        lines = read(by, order.values)
        rules = order.values["batch"].rule_set
    return lines, str(rules.version) if rules else ""


def overview(order: Order) -> Iterator[Part]:
    """Sheets by state, region and province, each with a chart, then each application."""
    lines, rules = _begin(order)
    yield Cover(steps=6 + 1 + len(lines) // CHUNK + 1, rules=rules, notes=[_notes()])
    states = [(str(state.label), state.value) for state in ApplicationState]
    yield _sheet("states", _("By state"), _("State"), Bars(_("Applications by state"), 0, (1,), lying=True))
    yield Rows(_counted(lines, states, lambda line: line.row.state, every=False))
    regions = [(str(region.label), region.value) for region in Region]
    yield _sheet("regions", _("By region"), _("Economic region"), Bars(_("Applications by region"), 0, (1, 2, 3)))
    yield Rows(_counted(lines, regions, lambda line: line.row.province.region, every=True))
    provinces = list(dict.fromkeys((line.row.province.name, line.row.province_id) for line in lines))
    chart = Bars(_("Amount asked by province (ten thousand yuan)"), 0, (4,), lying=True)
    yield _sheet("provinces", _("By province"), _("Province"), chart)
    yield Rows(_counted(lines, provinces, lambda line: line.row.province_id, every=False))
    yield from _each(lines)


def listing(order: Order) -> Iterator[Part]:
    """One sheet: a row for each application."""
    lines, rules = _begin(order)
    yield Cover(steps=1 + len(lines) // CHUNK + 1, rules=rules, notes=[_notes()])
    yield from _each(lines)


def _notes() -> str:
    return _(
        "Counted at the moment of making, of what the asker may see. Recommended: recommended by the province, "
        "whatever became of it later, unless it was withdrawn."
    )


def _sheet(name: str, title: str, first: str, chart: Bars) -> Sheet:
    return Sheet(
        name,
        title,
        [
            Column(first, width=26),
            Column(_("Applications"), "number", 12, total=True),
            Column(_("Of these recommended"), "number", 14, total=True),
            Column(_("Of these selected"), "number", 12, total=True),
            Column(_("Amount asked (ten thousand yuan)"), "wan", 20, total=True),
            Column(_("Total investment of projects (ten thousand yuan)"), "wan", 24, total=True),
        ],
        chart=chart,
    )


def _counted(
    lines: list[Line], groups: Iterable[tuple[str, str]], key: Callable[[Line], str], *, every: bool
) -> Iterator[Sequence[Any]]:
    """A row for each group in the given order; every: also those without an application."""
    members: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        members[key(line)].append(line)
    for label, value in groups:
        mine = members[value]
        if mine or every:
            yield [
                label,
                len(mine),
                sum(line.row.state in RECOMMENDED for line in mine),
                sum(line.row.state == ApplicationState.SELECTED for line in mine),
                sum((line.row.amount_asked for line in mine), ZERO) / WAN,
                sum((line.investment for line in mine), ZERO) / WAN,
            ]


def _each(lines: list[Line]) -> Iterator[Part]:
    yield Sheet(
        "applications",
        _("Applications"),
        [
            Column(_("Number"), width=18),
            Column(_("Pilot unit"), width=24),
            Column(_("Province"), width=18),
            Column(_("Economic region"), width=14),
            Column(_("State"), width=16),
            Column(_("Title"), width=40),
            Column(_("Focus industries"), width=40),
            Column(_("Amount asked (ten thousand yuan)"), "wan", 20, total=True),
            Column(_("Projects"), "number", 10, total=True),
            Column(_("Total investment of projects (ten thousand yuan)"), "wan", 24, total=True),
            Column(_("Support asked for projects (ten thousand yuan)"), "wan", 24, total=True),
            Column(_("First submitted"), "moment", 18),
            Column(_("Last submitted"), "moment", 18),
        ],
    )
    rest = iter(lines)
    while chunk := list(islice(rest, CHUNK)):
        yield Rows([_row(line) for line in chunk])


def _row(line: Line) -> Sequence[Any]:
    row = line.row
    return [
        row.number,
        row.unit.name,
        row.province.name,
        str(Region(row.province.region).label),
        row.get_state_display(),
        row.title,
        line.industries,
        row.amount_asked / WAN,
        line.projects,
        line.investment / WAN,
        line.support / WAN,
        row.first_submitted_at,
        row.submitted_at,
    ]
