"""Kinds of violation as the batch's rules name them, each with its source and the range of the fine."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from grants.models import Award
from portal.core.errors import DomainError
from portal.core.money import to_fen
from portal.programme.defaults import VIOLATIONS


@dataclass(frozen=True)
class Violation:
    """One kind: code, words, the article it rests on; the fine in per cent of the amount, None where none is given."""

    code: str
    name: str
    source: str
    fine_from: Decimal | None
    fine_to: Decimal | None


def violations(award: Award) -> list[Violation]:
    """The kinds in the rule set of the award's batch; older rule sets have those of today's defaults."""
    rules = award.batch.rule_set
    rows = (rules.details if rules else {}).get("violations", VIOLATIONS)
    language = "en" if get_language() == "en" else "zh"
    return [
        Violation(row["code"], row[f"name_{language}"], row["source"], _percent(row, "from"), _percent(row, "to"))
        for row in rows
    ]


def _percent(row: dict[str, str | None], end: str) -> Decimal | None:
    value = row.get(f"fine_{end}")
    return None if value is None else Decimal(value)


def violation_of(award: Award, code: str) -> Violation | None:
    """The kind of that code, or None."""
    return next((one for one in violations(award) if one.code == code), None)


def fine_of(award: Award, code: str, amount: Decimal) -> tuple[Decimal, Decimal] | None:
    """The range of the fine in yuan for an amount, or None where the rule gives none.

    Raises DomainError when the rules know no such kind.
    """
    found = violation_of(award, code)
    if found is None:
        raise DomainError("recovery_names_its_violation", _("Choose the kind of violation."), "violation")
    if found.fine_from is None or found.fine_to is None:
        return None
    return to_fen(amount * found.fine_from / 100), to_fen(amount * found.fine_to / 100)
