"""Lists of the auditor's instruments."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.audit.instruments import analyses
from portal.audit.instruments.models_samples import Method
from portal.audit.instruments.sources import SOURCES, has_amounts
from portal.audit.instruments.states import LeadState
from portal.audit.models import Sample
from portal.core.tables import Choice, Column, Search, link_to


def source_label(row: Any) -> str:
    """The source of a sample or query in words."""
    source = SOURCES.get(row.source)
    return str(source.label) if source else str(row.source)


def analysis_label(row: Any) -> str:
    """The analysis of a result or lead in words."""
    found = analyses.ANALYSES.get(row.analysis)
    return str(found.title) if found else str(row.analysis)


SAMPLES: Final = [
    Column("name", _("Sample"), header=True, sort="name", link=link_to("instruments:sample")),
    Column("source", _("Population"), value=source_label),
    Column("method", _("Method"), value="get_method_display", sort="method"),
    Column("size", pgettext_lazy("count of a sample", "Items"), kind="number", sort="size"),
    Column("tested", _("With a result"), kind="number", sort="tested"),
    Column("by_name", _("Drawn by"), sort="by_name"),
    Column("at", pgettext_lazy("sample", "Drawn"), kind="moment", sort="at"),
]
SAMPLE_FILTERS: Final = [Search("name", "by_name"), Choice("method", _("Method"), Method.choices)]
ITEMS: Final = [
    Column("place", _("No."), kind="number", value="place"),
    Column("title", pgettext_lazy("sample", "Item"), header=True, value="title", link=lambda row: row["open"]),
    Column("stratum", _("Stratum"), value="stratum"),
    Column("amount", _("Amount in the books"), kind="yuan", value="amount", total=True),
    Column("found", pgettext_lazy("sample", "Found"), value="found"),
    Column("audited", _("Amount found right"), kind="yuan", value="audited"),
    Column("error", pgettext_lazy("sample", "Misstatement"), kind="yuan", value="error"),
    Column("finding", pgettext_lazy("audit", "Finding"), value="finding", link=lambda row: row["finding_url"]),
    Column("note", _("Note"), value="note", on="file"),
    Column("key", _("Key in the population"), kind="code", value="key", on="file"),
    Column("person", _("Person"), value="person", on="file"),
    Column("at", _("Time"), kind="moment", value="at", on="file"),
]


def items_of(sample: Sample) -> list[Column]:
    """The columns of a sample's items; strata where it has some, amounts where its things have any."""
    without = set() if sample.method == Method.STRATIFIED else {"stratum"}
    if not has_amounts(sample.source):
        without |= {"amount", "audited", "error"}
    return [column for column in ITEMS if column.key not in without]


QUERIES: Final = [
    Column(
        "name",
        _("Query"),
        header=True,
        sort="name",
        link=lambda row: f"{reverse('instruments:query', args=[row.source])}?saved={row.pk}",
    ),
    Column("source", _("Looks through"), value=source_label),
    Column("by_name", _("Saved by"), sort="by_name"),
    Column("at", _("Saved"), kind="moment", sort="at"),
]
RESULTS: Final = [
    Column("analysis", _("Analysis"), header=True, value=analysis_label, link=link_to("instruments:result")),
    Column("found", _("Lines"), kind="number", sort="found"),
    Column("by_name", _("Asked by"), sort="by_name"),
    Column("at", _("As of"), kind="moment", sort="at"),
]
LEADS: Final = [
    Column("title", pgettext_lazy("audit", "Lead"), header=True, sort="title", link=link_to("instruments:lead")),
    Column("analysis", _("Analysis"), value=analysis_label, sort="analysis"),
    Column("amount", _("Amount"), kind="yuan", sort="amount", total=True),
    Column("state", _("State"), kind="state", sort="state"),
    Column("by_name", _("Made by"), sort="by_name"),
    Column("at", _("Made"), kind="moment", sort="at"),
]


def lead_filters() -> list[Any]:
    """State, analysis, words."""
    pairs = [(name, one.title) for name, one in analyses.ANALYSES.items()]
    return [
        Search("title", "by_name"),
        Choice("state", _("State"), LeadState.choices),
        Choice("analysis", _("Analysis"), pairs),
    ]
