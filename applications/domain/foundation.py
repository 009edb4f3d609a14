"""Acts on the foundation: what the unit's industry is, year by year and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from applications.domain.editing import editing
from applications.enums_sections import StatementCode
from applications.models import Application, FoundationYear, Statement
from portal.core.scope import Actor


@dataclass(frozen=True)
class YearInput:
    """One year; money in yuan, growth in per cent."""

    year: int
    output: Decimal
    growth: Decimal
    investment: Decimal
    enterprises: int


@dataclass(frozen=True)
class FoundationInput:
    """The years that are known, and the texts; an empty text is taken out."""

    years: Sequence[YearInput]
    statements: Mapping[StatementCode, str] = field(default_factory=dict)


def edit_foundation(*, by: Actor, application: Application, what: FoundationInput, version: int) -> Application:
    """Write the years and the texts; a year not named is taken out. Raises NotAllowed, WrongState, Stale."""
    with editing(by, application, "foundation", version):
        application.foundation.exclude(year__in=[row.year for row in what.years]).delete()
        FoundationYear.objects.bulk_create(
            [FoundationYear(application=application, **vars(row)) for row in what.years],
            update_conflicts=True,
            unique_fields=["application", "year"],
            update_fields=["output", "growth", "investment", "enterprises"],
        )
        write_statements(application, what.statements)
    return application


def write_statements(application: Application, texts: Mapping[StatementCode, str]) -> None:
    """Write texts of the dossier, inside `editing`; an empty one is taken out."""
    application.statements.filter(code__in=[code for code, text in texts.items() if not text]).delete()
    Statement.objects.bulk_create(
        [Statement(application=application, code=code, text=text) for code, text in texts.items() if text],
        update_conflicts=True,
        unique_fields=["application", "code"],
        update_fields=["text"],
    )
