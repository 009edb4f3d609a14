"""The disbursement statement: the nation, each province, each unit and each project, from the sums of the books."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from grants.enums import CheckState
from grants.queries import flows
from grants.queries.awards import projects
from grants.queries.flows import FIGURES, MOVED, Part
from grants.reports.forms import asked
from portal.core.scope import Actor
from portal.reports.catalogue import Bars, Column, Order, Sheet
from portal.reports.tabled import Found, Table

# In the order in which money passes; what stands somewhere adds up to what was awarded.
SHOWN: Final = (
    "awarded",
    "issued",
    "passed",
    "paid",
    "spent",
    "central",
    "province",
    "unit",
    "surplus",
    "project",
    "used",
    "recovered",
)


def read(by: Actor, order: Order) -> Found:
    """Sums by province, by unit and by project. Four queries."""
    want = asked(order.values)
    everything = flows.totals(by.scope, want)
    nation = [Part("", _("In all"), everything)]
    notes = [
        _(
            "Net of what was reversed, from the sums of the books. What moved counts in the year chosen, what stands "
            "somewhere at its end."
        )
    ]
    provinces = flows.parts(by.scope, want, "province")
    # A method is told of projects alone: what was awarded by it is no nought, there is no such figure.
    keys = [key for key in SHOWN if FIGURES[key].of_projects or not want.method]
    charted = tuple(place for place, key in enumerate(keys, start=1) if key in MOVED and key != "spent")
    chart = Bars(_("How far the money came, by province (yuan)"), 0, charted)
    tables = [
        _table("nation", _("In all"), _("Level"), nation, keys),
        _table("provinces", _("By province"), _("Province"), provinces, keys, chart=chart),
        _table("units", _("By pilot unit"), _("Pilot unit"), flows.parts(by.scope, want, "unit"), keys),
    ]
    return Found([*tables, _projects(by, want)], notes=notes)


def _table(
    name: str, title: str, first: str, parts: Sequence[Part], keys: Sequence[str], chart: Bars | None = None
) -> Table:
    labels = [_("%(figure)s (yuan)") % {"figure": FIGURES[key].label} for key in keys]
    figures = [Column(label, "yuan", 20, total=True) for label in labels]
    sheet = Sheet(name, title, [Column(first, width=24), *figures], chart=chart)
    return Table(sheet, [[part.name, *(part.sums[key] for key in keys)] for part in parts])


def _projects(by: Actor, want: flows.Asked) -> Table:
    sheet = Sheet(
        "projects",
        _("By project, as it stands now"),
        [
            Column(_("Province"), width=16),
            Column(_("Pilot unit"), width=20),
            Column(_("Supported project"), width=34),
            Column(_("Leading enterprise"), width=28),
            Column(_("Approved support (yuan)"), "yuan", 20, total=True),
            Column(_("Paid (yuan)"), "yuan", 20, total=True),
            Column(_("Entered, not checked (yuan)"), "yuan", 20, total=True),
            Column(_("Left of the support (yuan)"), "yuan", 20, total=True),
        ],
        source=_("confirmed payments"),
    )
    found = want.within(projects(by.scope)).exclude(award__state=CheckState.REVERSED)
    if want.method:
        found = found.annotate(method=flows.method_of("pk")).filter(method=want.method)
    rows: list[list[str | Decimal]] = [
        [
            row.province.name,
            row.unit.name,
            row.name,
            row.enterprise_name,
            row.approved_support,
            row.paid,
            row.waiting,
            row.left,
        ]
        for row in found
    ]
    return Table(sheet, rows)
