"""One dossier as a document, in Chinese whoever asks: what was submitted last, with a chart and the decisions on it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from applications import canonical, presentation, queries
from applications.models import Application, Figure, Snapshot
from applications.queries import sections
from applications.richtext.printing import Fetch
from applications.sections.projects import investment_chart
from portal.core import charts, clock
from portal.core.errors import DomainError
from portal.core.files import read
from portal.core.money import WAN, ZERO
from portal.core.scope import Actor
from portal.core.shapes import Dossier, Drawing, Section, Table
from portal.reports.catalogue import Cover, Document, Order, Part
from portal.reports.papered import tables_of
from portal.reports.tabled import Found, parts

OFFICIAL = "zh-hans"


def dossier_name(order: Order) -> str:
    """For instance 2026-3-350200-厦门市."""
    application = order.values["application"]
    with translation.override(OFFICIAL):
        return f"{application.number or _('draft of the dossier')}-{application.unit.name_zh}"


def dossier(order: Order) -> Iterator[Part]:
    """The submission that was asked for, else the last; before the first submission the draft, marked as such."""
    with order.acting() as by:
        rows = rows_of(by, order.values["application"].pk, order.values.get("submission"))
        rules = rows.application.batch.rule_set
    data = rows.data()
    version = str(rules.version) if rules else ""
    if order.format == "pdf":
        yield Cover(steps=1, rules=version)
        yield Document("dossier", data)
        return
    yield from parts(Found(tables_of(data), rules=version))


@dataclass(frozen=True)
class Rows:
    """What the database says of a dossier. Charts and texts are made of it later, outside its transaction."""

    application: Application
    snapshot: Snapshot | None
    content: dict[str, Any]
    decisions: list[Any]
    figures: dict[int, Figure]

    @property
    def name(self) -> str:
        """For instance 2026-3-350200-厦门市."""
        return f"{self.application.number}-{self.application.unit.name_zh}"

    def data(self) -> dict[str, Any]:
        """The data of its document, in Chinese."""
        with translation.override(OFFICIAL):
            found = document(self.application, self.snapshot, self.content, self.decisions, _from(self.figures))
        return dict(found)


def rows_of(by: Actor, pk: int, number: int | None = None) -> Rows:
    """A dossier as it was submitted last, or by the submission of that number."""
    application = queries.dossier(by, pk)
    snapshot = application.snapshots.get(number=number) if number else queries.current_snapshot(application)
    return Rows(
        application,
        snapshot,
        json.loads(snapshot.content) if snapshot else canonical.content(application),
        [row for row in application.recommendations.all() if snapshot and row.snapshot_id <= snapshot.pk],
        {row.pk: row for row in sections.figures(by).filter(application=application)},
    )


def page(values: dict[str, Any]) -> str:
    """The page of the dossier itself."""
    number = values.get("submission")
    if number:
        return reverse("applications:snapshot", args=[values["application"].pk, number])
    return reverse("applications:preview", args=[values["application"].pk])


def _from(figures: Mapping[int, Figure]) -> Fetch:
    """The content of figures, read from the storage when the document shows them."""

    def fetch(pk: int) -> tuple[str, int, int, bytes] | None:
        row = figures.get(pk)
        try:
            return (row.content_type, row.width, row.height, read(row)) if row is not None else None
        except DomainError:  # it is in the log; the document names the figure instead
            return None

    return fetch


def document(
    application: Application,
    snapshot: Snapshot | None,
    content: dict[str, Any],
    decisions: list[Any],
    fetch: Fetch = lambda _pk: None,
) -> Dossier:
    """The data of `dossier.typ`: particulars, all sections in words, charts beside their tables, the decisions.

    fetch: the content of a figure of the plan.
    """
    amount = presentation.wan(content["basics"]["amount_asked"])
    facts: list[tuple[str, str]] = [
        (_("Pilot unit"), content["unit"]["name_zh"]),
        (_("Province"), content["province"]["name_zh"]),
        (_("Batch"), application.batch.title_zh),
        (_("State"), application.get_state_display()),
        (_("Amount asked (ten thousand yuan)"), amount),
    ]
    if snapshot is None:
        facts.append((_("Submission"), _("not submitted yet: this is a draft")))
    else:
        when = snapshot.submitted_at.astimezone(clock.SHANGHAI)
        facts += [
            (_("Number of the application"), application.number),
            (
                _("Submission"),
                _("no. %(number)s, %(when)s") % {"number": snapshot.number, "when": f"{when:%Y-%m-%d %H:%M:%S}"},
            ),
            (_("Number of the receipt"), snapshot.receipt_no),
            (_("Digest (SHA-256)"), snapshot.sha256),
        ]
    parts = presentation.for_print(content, fetch)
    parts.insert(_after_projects(parts), _investment(content["projects"]))
    if decisions:
        parts.append(_decisions(decisions))
    return {
        "made_at": "",  # the writer's
        "title": content["basics"]["title"],
        "subtitle": content["unit"]["name_zh"],
        "batch": application.batch.title_zh,
        "digest": snapshot.sha256 if snapshot else "",
        "facts": facts,
        "sections": parts,
    }


def _after_projects(sections: list[Section]) -> int:
    return [section.get("code") for section in sections].index("projects") + 1


def _investment(projects: list[dict[str, Any]]) -> Section:
    """Investment by industry: chart and table of the same figures; by year: the chart (its table stands before)."""
    names: dict[str, str] = {}
    sums: dict[str, list[Decimal]] = {}
    for project in projects:
        code = project["industry"]["code"]
        names[code] = project["industry"]["name_zh"]
        total = sums.setdefault(code, [ZERO, ZERO, ZERO])
        for place, key in enumerate(("total_investment", "equipment_investment", "support_asked")):
            total[place] += Decimal(project[key])
    ordered = sorted(sums, key=lambda code: (-sums[code][0], code))
    table: Table = {
        "kind": "table",
        "caption": _("Investment by industry"),
        "columns": [
            {"label": _("Industry"), "share": 2},
            {"label": _("Total investment (ten thousand yuan)"), "align": "right"},
            {"label": _("Of this equipment (ten thousand yuan)"), "align": "right"},
            {"label": _("Support asked (ten thousand yuan)"), "align": "right"},
        ],
        "rows": [[names[code], *(presentation.wan(str(value)) for value in sums[code])] for code in ordered],
    }
    blocks: list[Any] = [table]
    if ordered:
        columns = zip(*sums.values(), strict=True)
        table["total"] = [_("Total"), *(presentation.wan(str(sum(column, ZERO))) for column in columns)]
        figures = [(names[code], sums[code][0] / WAN) for code in ordered]
        value = _("Total investment (ten thousand yuan)")
        chart: Drawing = {
            "kind": "chart",
            "caption": _("Investment by industry"),
            "spec": charts.bars(figures, label=_("Industry"), value=value, rest=_("other industries")),
            "alt": _("Lying bars: total investment by industry, the largest first; the figures stand in the table."),
        }
        blocks += [chart, investment_chart(projects)]
    return {"title": _("Investment by industry"), "blocks": blocks}


def _decisions(rows: list[Any]) -> Section:
    table: Table = {
        "kind": "table",
        "caption": _("Decisions of the province"),
        "columns": [
            {"label": _("Department"), "share": 2},
            {"label": _("Decision")},
            {"label": _("Opinion"), "share": 3},
            {"label": _("Person")},
            {"label": _("Time"), "share": 1.4},
        ],
        "rows": [
            [
                row.organisation.name_zh,
                row.get_decision_display(),
                row.opinion or presentation.DASH,
                row.person.name,
                clock.in_words(row.at),
            ]
            for row in rows
        ],
    }
    return {"title": _("Decisions of the province"), "blocks": [table]}
