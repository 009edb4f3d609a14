"""Enterprises: what the database counts of the roster, and the digest of the roster itself, which is kept beside."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models import Application
from applications.roster.rates import EMPTY, EMPTY_SHA256, by_year, percent, rates
from applications.sections.base import Child, Content, SectionKind
from applications.sections.words import DASH, left, name_of, right, wan
from portal.core.shapes import Facts, Table


def _content(dossier: Application) -> Content:
    roster = getattr(dossier, "roster", None)
    figures = roster.figures if roster is not None else EMPTY
    return {"enterprises": {**figures, "sha256": roster.sha256 if roster is not None else EMPTY_SHA256}}


def rate(value: Decimal | None) -> str:
    """A rate, or a dash."""
    return DASH if value is None else f"{value}"


def _facts(figures: Content) -> Facts:
    found = rates(figures)
    pairs = [
        (_("Enterprises above designated size in the roster"), f"{figures['count']:,}"),
        (_("Revenue together (ten thousand yuan)"), wan(figures["revenue"])),
        (_("Chain leaders and leading enterprises"), f"{figures['chain_leaders']:,} / {figures['leading']:,}"),
        (_("Champions and “little giants”"), f"{figures['champions']:,} / {figures['little_giants']:,}"),
    ]
    for label, now, then in (
        (_("Digitally transformed, now and as planned (%)"), found.digital_now, found.digital_then),
        (_("Use digital R&D and design tools, now and as planned (%)"), found.tools_now, found.tools_then),
        (_("Key processes numerically controlled, now and as planned (%)"), found.process_now, found.process_then),
    ):
        pairs.append((label, f"{rate(now)} → {rate(then)}"))
    pairs += [
        (_("At the benchmark level of energy efficiency (%)"), rate(found.energy_benchmark)),
        (_("Digest of the roster (SHA-256)"), figures["sha256"]),
    ]
    return {"kind": "facts", "rows": pairs}


def industries_table(figures: Content, names: dict[str, str] | None = None) -> Table:
    """The roster by industry. names: of industries by code, where they are at hand."""
    return {
        "kind": "table",
        "caption": _("Enterprises by industry"),
        "columns": [
            left(_("Industry"), 2),
            right(_("Number of enterprises")),
            right(_("Revenue (ten thousand yuan)"), 1.5),
            right(_("Share of the five largest (%)"), 1.3),
            right(_("Chain leaders or leading")),
            right(_("Transformed now (%)")),
            right(_("Transformed as planned (%)")),
        ],
        "rows": [
            [
                f"{row['code']} {(names or {}).get(row['code'], '')}".strip(),
                f"{row['count']:,}",
                wan(row["revenue"]),
                rate(percent(row["largest"], row["revenue"])),
                f"{row['leaders']:,}",
                rate(percent(row["digital_now"], row["count"])),
                rate(percent(row["digital_then"], row["count"])),
            ]
            for row in figures["industries"]
        ],
    }


def years_table(figures: Content) -> Table:
    """How far the transformation is by the end of each planned year."""
    return {
        "kind": "table",
        "caption": _("Digital transformation as planned"),
        "columns": [left(_("By the end of")), right(_("Enterprises transformed")), right(_("Share (%)"))],
        "rows": [[str(year), f"{done:,}", rate(share)] for year, done, share in by_year(figures)],
    }


def _blocks(content: Content) -> list[Any]:
    figures = content.get("enterprises", {**EMPTY, "sha256": EMPTY_SHA256})
    names = {row["code"]: name_of(row) for row in content.get("industries", [])}
    blocks: list[Any] = [_facts(figures)]
    if figures["industries"]:
        blocks.append(industries_table(figures, names))
    if figures["years"]:
        blocks.append(years_table(figures))
    return blocks


def _children() -> tuple[Child, ...]:
    return ("roster",)


SECTION = SectionKind(
    "enterprises",
    gettext_lazy("Enterprises"),
    "applications:enterprises",
    _content,
    _blocks,
    _children,
    rows={"enterprises.industries": "code"},
    ties=("targets",),
)
