"""Transformation projects."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.enums import ApprovalKind, ApprovalState, Mode, MoneyLevel, SupportMethod
from applications.models import Application, Project, ProjectEnterprise
from applications.sections.base import Child, Content, SectionKind, fields, named
from applications.sections.words import DASH, label_of, left, name_of, right, wan
from portal.core import charts
from portal.core.money import WAN, to_wan
from portal.core.punctuation import beside, enumerated, said_of
from portal.core.shapes import Drawing, Table


def _content(dossier: Application) -> Content:
    return {"projects": [_row(row) for row in sorted(dossier.projects.all(), key=lambda row: row.pk)]}


def _row(row: Project) -> Content:
    return {
        "industry": named(row.industry),
        **fields(row, "id", "name", "mode", "enterprise_name", "total_investment", "equipment_investment"),
        **fields(row, "support_asked", "method", "other_national_money", "other_money_note"),
        **fields(row, "starts_on", "ends_on", "is_landmark", "transformation_investment", "site", "safety_record"),
        "enterprises": [
            {"credit_code": one.enterprise.credit_code, "name": one.enterprise.name} for one in _by_key(row.taking_part)
        ],
        "money": [fields(one, "level", "fund", "amount") for one in _by_key(row.money)],
        "approvals": [fields(one, "kind", "state", "number", "day") for one in _by_key(row.approvals)],
        "milestones": [fields(one, "day", "what") for one in _by_key(row.milestones)],
    }


def _by_key(rows: Any) -> list[Any]:
    return sorted(rows.all(), key=lambda row: row.pk)


def _blocks(content: Content) -> list[Any]:
    rows = content["projects"]
    table: Table = {
        "kind": "table",
        "caption": _("Projects"),
        "columns": [
            left(_("Project"), 3),
            left(_("Mode")),
            left(_("Industry"), 2),
            left(_("Leading enterprise"), 2),
            right(_("Total investment (ten thousand yuan)"), 1.3),
            right(_("Of this equipment (ten thousand yuan)"), 1.3),
            right(_("Support asked (ten thousand yuan)"), 1.3),
            left(_("Method"), 1.3),
            left(_("Period"), 1.5),
        ],
        "rows": [_line(row) for row in rows],
    }
    if rows:
        sums = {
            key: wan(str(sum(Decimal(row[key]) for row in rows)))
            for key in ("total_investment", "equipment_investment", "support_asked")
        }
        table["total"] = [_("Total"), "", "", "", *sums.values(), "", ""]
    blocks: list[Any] = [table]
    if rows:
        blocks += [_details(rows), investment_table(rows)]
    return blocks


def _line(row: Content) -> list[str]:
    name = _("%(name)s (landmark project)") % {"name": row["name"]} if row["is_landmark"] else row["name"]
    method = label_of(SupportMethod, row["method"]) or DASH
    if row["other_national_money"]:
        method = _("other national money: %(note)s") % {"note": row["other_money_note"] or DASH}
    return [
        name,
        label_of(Mode, row["mode"]),
        name_of(row["industry"]),
        row["enterprise_name"],
        wan(row["total_investment"]),
        wan(row["equipment_investment"]),
        wan(row["support_asked"]),
        method,
        _("%(start)s to %(end)s") % {"start": row["starts_on"], "end": row["ends_on"]},
    ]


def _details(rows: list[Content]) -> Table:
    """What does not fit into the first table: who takes part, where, public money, approvals, milestones, record."""
    return {
        "kind": "table",
        "caption": _("Projects in detail"),
        "columns": [
            left(_("Project"), 2),
            left(_("Enterprises taking part"), 2),
            left(_("Site"), 1.5),
            right(_("Of this technological transformation (ten thousand yuan)"), 1.2),
            left(_("Other public money"), 2),
            left(_("Approvals"), 2),
            left(_("Milestones"), 2),
            left(_("Safety and environment record"), 2),
        ],
        "rows": [
            [
                row["name"],
                enumerated(f"{one['name']} {one['credit_code']}" for one in row["enterprises"]) or DASH,
                row["site"] or DASH,
                wan(row["transformation_investment"]),
                enumerated(_money(one) for one in row["money"]) or DASH,
                enumerated(_approval(one) for one in row["approvals"]) or DASH,
                enumerated(f"{one['day']} {one['what']}" for one in row["milestones"]) or DASH,
                row["safety_record"] or DASH,
            ]
            for row in rows
        ],
    }


def _money(one: Content) -> str:
    return _("%(level)s: %(fund)s, %(amount)s ten thousand yuan") % {
        "level": label_of(MoneyLevel, one["level"]),
        "fund": one["fund"],
        "amount": wan(one["amount"]),
    }


def _approval(one: Content) -> str:
    words = said_of(label_of(ApprovalKind, one["kind"]), label_of(ApprovalState, one["state"]))
    return beside(words, one["number"], one["day"])


def by_industry_and_year(rows: list[Content]) -> dict[tuple[str, int], Decimal]:
    """Total investment by industry and year, spread over the days of each project to whole ten thousand yuan.

    The sum up to each year is rounded, so that the years of a project add up to its total and none is below zero.
    """
    found: dict[tuple[str, int], Decimal] = {}
    for row in rows:
        start, end, total = (
            date.fromisoformat(row["starts_on"]),
            date.fromisoformat(row["ends_on"]),
            Decimal(row["total_investment"]),
        )
        days, before = (end - start).days + 1, Decimal(0)
        for year in range(start.year, end.year + 1):
            passed = (min(end, date(year, 12, 31)) - start).days + 1
            so_far = min(to_wan(total * passed / days), total) if year != end.year else total
            key = (row["industry"]["code"], year)
            found[key] = found.get(key, Decimal(0)) + so_far - before
            before = so_far
    return found


def money_of(row: Project) -> Content:
    """What of a project the investment by year is reckoned from."""
    return {"industry": named(row.industry), **fields(row, "total_investment", "starts_on", "ends_on")}


def investment_table(rows: list[Content]) -> Table:
    """The investment by industry and year, as the chart draws it."""
    sums = by_industry_and_year(rows)
    years = sorted({year for _code, year in sums})
    names = _names(rows)
    table: Table = {
        "kind": "table",
        "caption": _("Investment by industry and year (ten thousand yuan)"),
        "columns": [left(_("Industry"), 2), *(right(str(year)) for year in years), right(_("Total"))],
        "rows": [
            [
                name,
                *(wan(str(sums.get((code, year), 0))) for year in years),
                wan(str(sum(value for (one, _year), value in sums.items() if one == code))),
            ]
            for code, name in names.items()
        ],
        "note": _("Each project's investment is spread evenly over its period."),
    }
    each = [sum(value for (_code, one), value in sums.items() if one == year) for year in years]
    table["total"] = [_("Total"), *(wan(str(value)) for value in each), wan(str(sum(each)))]
    return table


def _names(rows: list[Content]) -> dict[str, str]:
    return dict(sorted({row["industry"]["code"]: name_of(row["industry"]) for row in rows}.items()))


def investment_chart(rows: list[Content]) -> Drawing:
    """The same as standing bars by year, in parts by industry (ten thousand yuan)."""
    sums, names = by_industry_and_year(rows), _names(rows)
    years = sorted({year for _code, year in sums})
    bars = [(str(year), names[code], sums.get((code, year), Decimal(0)) / WAN) for year in years for code in names]
    spec = charts.stacked(bars, label=_("Year"), value=_("Ten thousand yuan"), part=_("Industry"))
    alt = _("Standing bars by year, in parts by industry; the table beside it gives the figures.")
    return {"kind": "chart", "caption": _("Investment by industry and year"), "spec": spec, "alt": alt}


def _children() -> tuple[Child, ...]:
    taking_part = ProjectEnterprise.objects.select_related("enterprise").order_by("pk")
    parts = (Prefetch("taking_part", taking_part), "money", "approvals", "milestones")
    rows = Project.objects.select_related("industry").prefetch_related(*parts).order_by("pk")
    return (Prefetch("projects", rows),)


SECTION = SectionKind(
    "projects",
    gettext_lazy("Projects"),
    "applications:projects",
    _content,
    _blocks,
    _children,
    models={"projects": Project},
    rows={"projects": "id"},
    ties=("funding", "basics"),
)
