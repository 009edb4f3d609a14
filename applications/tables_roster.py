"""Lists of the roster, of files that were brought, and of what is wrong in them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from applications import queries
from applications.enums import DigitalState, EnergyLevel
from applications.imports import report
from applications.models import Application
from applications.sheets.sheet import Sheet
from portal.core.middleware import PortalRequest
from portal.core.punctuation import listed
from portal.core.rules import may
from portal.core.tables import Choice, Column, Search, Table

_TITLES = (
    ("is_chain_leader", gettext_lazy("chain leader")),
    ("is_leading", gettext_lazy("leading")),
    ("is_champion", gettext_lazy("champion")),
    ("is_little_giant", gettext_lazy("little giant")),
)


def _value(row: Any, name: str) -> Any:
    return row[name] if isinstance(row, dict) else getattr(row, name)


def _titles(row: Any) -> str:
    return listed(str(label) for name, label in _TITLES if _value(row, name))


def _digital(row: Any) -> str:
    state = str(DigitalState(_value(row, "digital_state")).label)
    year = _value(row, "digital_year")
    return _("%(state)s, planned %(year)s") % {"state": state, "year": year} if year else state


def _energy(row: Any) -> str:
    level = _value(row, "energy_level")
    return str(EnergyLevel(level).label) if level else ""


def _shared(industry: str) -> list[Column]:
    return [
        Column("industry", gettext_lazy("Industry"), value=industry, sort="industry_id"),
        Column("titles", gettext_lazy("Titles"), value=_titles),
        Column("digital_state", gettext_lazy("Digital transformation"), value=_digital, sort="digital_state"),
        Column("has_rd_tools", gettext_lazy("R&D tools"), kind="yes"),
        Column("process_rate", gettext_lazy("Process control now"), kind="percent", sort="process_rate"),
        Column("process_goal", gettext_lazy("Process control planned"), kind="percent", sort="process_goal"),
        Column("energy_level", gettext_lazy("Energy efficiency"), value=_energy),
    ]


def enterprises(request: PortalRequest, application: Application) -> Table:
    """The roster as it stands."""
    edits = application.is_open_in("enterprises") and bool(may(request.actor, "applications.edit", application))

    def address(row: Any) -> str:
        return reverse("applications:enterprise", args=[application.pk, row.pk])

    columns = [
        Column(
            "name",
            gettext_lazy("Enterprise"),
            header=True,
            link=address if edits else None,
            sort=("name", "credit_code"),
        ),
        Column("credit_code", gettext_lazy("Credit code"), kind="code", sort="credit_code"),
        Column("revenue", gettext_lazy("Revenue"), kind="wan", sort="revenue", total=True),
        *_shared("industry_id"),
    ]
    filters = [
        Search("credit_code", "name"),
        Choice("industry", gettext_lazy("Industry"), lambda: _focus(application), field="industry__code__startswith"),
        Choice("digital_state", gettext_lazy("Digital transformation"), DigitalState.choices),
    ]
    return Table(
        request,
        queries.enterprises_of(application),
        name="enterprises",
        columns=columns,
        filters=filters,
        label=_("Enterprises"),
        empty=_("No enterprise is in the roster yet."),
    )


def _focus(application: Application) -> list[tuple[str, Any]]:
    return [(row.code, str(row)) for row in queries.focus_industries_of(application)]


def submitted(request: PortalRequest, rows: list[dict[str, Any]]) -> Table:
    """The roster as it was submitted."""
    for row in rows:
        for name in ("revenue", "process_rate", "process_goal"):
            row[name] = None if row[name] is None else Decimal(row[name])
    columns = [
        Column("name", gettext_lazy("Enterprise"), header=True),
        Column("credit_code", gettext_lazy("Credit code"), kind="code"),
        Column("revenue", gettext_lazy("Revenue"), kind="wan", total=True),
        *[Column(one.key, one.label, one.value, one.kind) for one in _shared("industry")],
    ]
    return Table(
        request,
        rows,
        name="submitted-enterprises",
        columns=columns,
        label=_("Enterprises"),
        empty=_("The submission has no roster."),
    )


def judged(request: PortalRequest, found: dict[str, Any], sheet: Sheet) -> tuple[Table, Table, Table]:
    """The judgement of a file (`imports.report`): what is wrong, what was understood, and both as one file."""
    kinds = {"problems": _("What is wrong"), "remarks": _("What was understood")}
    rows = {name: report.problems(found.get(name, []), sheet) for name in kinds}
    everything = [row | {"kind": label} for name, label in kinds.items() for row in rows[name]]
    problems, remarks = (problems_of(request, rows[name], name=f"import-{name}", label=kinds[name]) for name in kinds)
    return problems, remarks, problems_of(request, everything, name="import-findings", label="")


def problems_of(
    request: PortalRequest, rows: list[dict[str, Any]], *, name: str, label: str, is_once: bool = False
) -> Table:
    """What is wrong in a file, or was understood and is said: where, what stands there, how to mend it."""
    columns = [
        Column("kind", pgettext_lazy("finding of an import", "Kind"), on="file"),
        Column("cell", gettext_lazy("Cell"), kind="code", header=True, value=lambda row: row["cell"] or row["sheet"]),
        Column("row", gettext_lazy("Row"), kind="number", value=lambda row: row["row"] or None),
        Column("zh", gettext_lazy("Column"), value=lambda row: f"{row['zh']} {row['en']}".strip()),
        Column("value", gettext_lazy("What stands there")),
        Column("text", gettext_lazy("How to mend it")),
        Column("sheet", gettext_lazy("Sheet"), on="file"),
    ]
    return Table(request, rows, name=name, columns=columns, label=label, empty=_("Nothing was found."), is_once=is_once)
