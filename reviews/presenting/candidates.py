"""Frozen candidates as rows, and what changed from one set to the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.errors import Text
from portal.core.money import in_wan
from portal.core.punctuation import enumerated, listed
from portal.programme.enums import Region
from reviews.presenting.rules import differences
from reviews.queries.scenarios import Names


@dataclass(frozen=True)
class CandidateRow:
    """One candidate of a set, ready for page and file."""

    code: str
    unit: str
    province: str
    region: str
    score: Decimal
    amount: Decimal
    industries: str
    enterprises: str
    counts: bool
    place: tuple[str, str]


def candidate_rows(candidates: Iterable[Mapping[str, Any]], names: Names) -> list[CandidateRow]:
    """All candidates in administrative order."""
    rows = [candidate_row(row, names) for row in candidates]
    return sorted(rows, key=lambda row: row.place)


def candidate_row(row: Mapping[str, Any], names: Names) -> CandidateRow:
    """One candidate of a question or set."""
    return CandidateRow(
        code=row["id"],
        unit=names.unit(row["id"]),
        province=names.province(row["province"]),
        region=str(Region(row["region"]).label),
        score=Decimal(row["score"]),
        amount=Decimal(row["amount"]),
        industries=enumerated(names.industry(code) for code in row.get("sectors", ())),
        enterprises=enumerated(names.enterprise(code) for code in row.get("soes", ())),
        counts=row.get("counts_for_province", True),
        place=names.place(row["id"]),
    )


_FIELDS: Final[dict[str, Text]] = {
    "score": gettext_lazy("result"),
    "amount": gettext_lazy("amount (ten thousand yuan)"),
    "region": gettext_lazy("economic region"),
    "counts_for_province": gettext_lazy("counts for its province"),
    "sectors": gettext_lazy("focus industries"),
    "soes": gettext_lazy("central SOEs"),
}


def changed_since(before: Mapping[str, Any], after: Mapping[str, Any], names: Names) -> list[str]:
    """What differs between two frozen contents: who left, who came, whose figures and which rules changed."""
    old = {row["id"]: row for row in before["candidates"]}
    new = {row["id"]: row for row in after["candidates"]}
    told = [_("%(unit)s left") % {"unit": name} for name in names.in_order(old.keys() - new.keys())]
    told += [_("%(unit)s came") % {"unit": name} for name in names.in_order(new.keys() - old.keys())]
    for code in sorted(old.keys() & new.keys(), key=names.place):
        told += [
            _("%(unit)s: %(field)s %(after)s instead of %(before)s")
            % {
                "unit": names.unit(code),
                "field": label,
                "before": _words(field, old[code].get(field), names),
                "after": _words(field, new[code].get(field), names),
            }
            for field, label in _FIELDS.items()
            if old[code].get(field) != new[code].get(field)
        ]
    told += differences(before["rules"], after["rules"], names)
    if before["results_sha256"] != after["results_sha256"]:
        told.append(_("The results were signed anew."))
    return told


def _words(field: str, value: Any, names: Names) -> str:
    match field:
        case "amount":
            return in_wan(value)
        case "region":
            return str(Region(value).label)
        case "counts_for_province":
            return _("yes") if value else _("no")
        case "sectors":
            return listed(map(names.industry, value)) or "–"
        case "soes":
            return listed(map(names.enterprise, value)) or "–"
    return str(value)
