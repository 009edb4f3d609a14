"""Results of analyses and leads in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from portal.audit.instruments import places
from portal.audit.instruments.analyses import ANALYSES, Analysis
from portal.audit.instruments.analyses import Column as AnalysisColumn
from portal.audit.models import AnalysisResult, Lead
from portal.core.tables import Column
from portal.core.templatetags.portal_ui import moment


def value_of(column: AnalysisColumn, value: Any) -> Any:
    """A kept cell as the table takes it: figures as figures, days as days."""
    if value is None or value == "":
        return None
    match column.kind:
        case "yuan" | "percent":
            return Decimal(str(value))
        case "number":
            return int(value) if isinstance(value, int) else Decimal(str(value))
        case "date":
            return date.fromisoformat(value)
        case "moment":
            return datetime.fromisoformat(value)
        case _:
            return value


def columns_of(analysis: Analysis) -> list[Column]:
    """The columns of an analysis as a list shows them; the first leads to the object."""
    shown = []
    for place, column in enumerate(analysis.columns):
        shown.append(
            Column(
                column.key,
                column.label,
                value=_reader(column),
                kind="code" if column.kind == "enterprise" else column.kind,
                sort=column.key,
                header=place == 0,
                link=(lambda line: line["url"]) if place == 0 else _leads(column),
            )
        )
    return shown


def _leads(column: AnalysisColumn) -> Callable[[Any], str] | None:
    if column.kind != "enterprise":
        return None
    return lambda line: places.enterprise(str(line["cells"].get(column.key) or ""))


def _reader(column: AnalysisColumn) -> Any:
    return lambda line: value_of(column, line["cells"].get(column.key))


def result_facts(result: AnalysisResult, analysis: Analysis) -> list[tuple[str, Any]]:
    """Parameters, figures, when and by whom."""
    given = {one.name: str(one.label) for one in analysis.parameters}
    rows: list[tuple[str, Any]] = [(label, result.values.get(name) or _("all")) for name, label in given.items()]
    rows += [(label, value) for label, value in result.facts]
    return [*rows, (_("Lines"), f"{result.found:,}"), (_("As of"), moment(result.at)), (_("Asked by"), result.by_name)]


def lead_facts(lead: Lead) -> list[tuple[str, Any]]:
    """What the line said."""
    analysis = ANALYSES.get(lead.analysis)
    columns = {column.key: column for column in analysis.columns} if analysis else {}
    rows: list[tuple[str, Any]] = [(_("Analysis"), analysis.title if analysis else lead.analysis)]
    for key, label, value in lead.facts:
        column = columns.get(key)
        words = str(column.label) if column else label
        rows.append((words, _shown(column.kind if column else "text", value)))
    return rows


def _shown(kind: str, value: Any) -> Any:
    if kind == "yuan" and value is not None:
        return f"{Decimal(value):,.2f}"
    url = places.enterprise(str(value or "")) if kind == "enterprise" else ""
    return format_html('<a href="{}">{}</a>', url, value) if url else value


def lead_events(lead: Lead) -> list[dict[str, Any]]:
    """What happened to it, the newest first."""
    events = [{"what": _("Made a lead"), "at": lead.at, "who": lead.by_name}]
    if lead.decided_at:
        events.append(
            {"what": lead.get_state_display(), "at": lead.decided_at, "who": lead.decided_by_name, "note": lead.why}
        )
    return events[::-1]
