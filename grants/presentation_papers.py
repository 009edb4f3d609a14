"""Documents of many units, arrivals, targets and changes of awards as pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from applications.enums import TargetCode
from grants.enums import CheckState
from grants.models import AwardChange, AwardTarget, IssueFile, IssuePaper
from grants.presentation import Facts, amount, capitals, file_line, link, paper_facts, place_facts
from portal.core.money import ZERO
from portal.core.templatetags.portal_ui import moment


def file_link(file: IssueFile | None) -> SafeString | str:
    """The sealed file of a document; a dash when there is none."""
    return "–" if file is None else file_line(file, reverse("grants:issue_file", args=[file.pk]))


def issue_paper_facts(row: IssuePaper, *, seen: Decimal) -> Facts:
    """A document; `seen`: the sum of the lines the reader sees (yuan)."""
    facts: Facts = [
        (_("Batch"), row.batch),
        (_("Tranche"), row.get_tranche_display()),
        (_("Total stated in the document"), amount(row.total)),
    ]
    if seen != row.total:
        facts.append((_("Of it for what you see"), amount(seen)))
    return [*facts, (_("File"), file_link(row.document)), *paper_facts(row)]


@dataclass(frozen=True)
class Group:
    """The lines of one province, and their sum (yuan)."""

    province: Any
    lines: list[Any]
    sum: Decimal


def by_province(lines: Sequence[Any]) -> list[Group]:
    """Lines, which come by place, in their provinces."""
    found: dict[str, list[Any]] = {}
    for line in lines:
        found.setdefault(line.province_id, []).append(line)
    return [Group(rows[0].province, rows, sum((row.amount for row in rows), ZERO)) for rows in found.values()]


def target_name(row: AwardTarget) -> str:
    """The name of a target in words."""
    if row.code == "digital":
        return _("Enterprises digitally transformed")
    return row.name or str(dict(TargetCode.choices).get(row.code, row.code))


def targets(rows: Sequence[AwardTarget], changes: Sequence[AwardChange]) -> dict[str, Any] | None:
    """Targets as a table: years of all of them in order, each row with its values; nothing when there are none.

    attached_on: when a change of the award attached them, where it was not the award itself.
    """
    if not rows:
        return None
    by_change = (one for one in changes if one.attaches_targets and one.state == CheckState.CONFIRMED)
    attached = next(by_change, None)
    years = sorted({year for row in rows for year in row.years})
    shown = [(target_name(row), row, [(year, row.years.get(year)) for year in years]) for row in rows]
    return {"years": years, "rows": shown, "attached_on": attached.checked_at if attached else None}


def award_change_facts(row: AwardChange) -> Facts:
    """A change of an award: what it was, what it becomes, the difference, who agreed."""
    more = row.amount - row.before
    difference = amount(more) if more > ZERO else format_html('<span class="negative">{}</span>', amount(more))
    agreed = format_html("{} · {}", row.agreed_by, moment(row.agreed_at)) if row.agreed_by else _("not agreed yet")
    return [
        *place_facts(row),
        (_("Award"), link("grants:award", row.award_id, row.award.document_no)),
        (_("Amount before"), amount(row.before)),
        (_("New amount"), amount(row.amount)),
        (_("Amount in capitals"), capitals(row.amount)),
        (_("Difference"), difference if more else _("none: the amount stays")),
        *([(_("Performance targets"), _("attached with the confirmation"))] if row.attaches_targets else []),
        (_("Why it changes"), row.reason),
        (_("Agreed by MIIT"), agreed),
        *paper_facts(row),
    ]
