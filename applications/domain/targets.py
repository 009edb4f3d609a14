"""Acts on targets and indicators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from applications import period
from applications.domain.editing import editing
from applications.enums import PROGRAMME_TARGETS, TargetCode
from applications.models import Application, Target, TargetYear
from portal.core.errors import DomainError
from portal.core.scope import Actor


@dataclass(frozen=True)
class IndicatorInput:
    """An indicator: baseline, the end of some years, the end of the period. Name, formula and unit of one's own."""

    code: TargetCode
    baseline: Decimal
    goal: Decimal
    years: Mapping[int, Decimal] = field(default_factory=dict)
    name: str = ""
    formula: str = ""
    unit: str = "%"


@dataclass(frozen=True)
class TargetsInput:
    """The digital rate now and at the end (%), and the programme's indicators."""

    digital_base: Decimal | None
    digital_target: Decimal | None
    indicators: Sequence[IndicatorInput]


def edit_targets(*, by: Actor, application: Application, what: TargetsInput, version: int) -> Application:
    """Write the digital rates and the programme's indicators; one not named is taken out. The unit's own stay.

    Raises NotAllowed, WrongState, Stale; DomainError when a rate is not between 0 and 100 per cent.
    """
    with editing(by, application, "targets", version):
        application.digital_base, application.digital_target = what.digital_base, what.digital_target
        application.save(update_fields=["digital_base", "digital_target"])
        _drop(
            application.targets.filter(code__in=PROGRAMME_TARGETS).exclude(code__in=[r.code for r in what.indicators])
        )
        for row in what.indicators:
            _write(application, row, application.targets.filter(code=row.code).first())
    return application


def set_indicator(
    *, by: Actor, application: Application, what: IndicatorInput, version: int, row: Target | None = None
) -> Target:
    """Add an indicator of the unit's own, or change one. Raises NotAllowed, WrongState, Stale, DomainError."""
    if what.code != TargetCode.OWN:
        raise DomainError("indicator_of_the_programme", _("The programme's indicators stand in the list above."))
    with editing(by, application, "targets", version):
        return _write(application, what, row)


def remove_indicator(*, by: Actor, application: Application, row: Target, version: int | None) -> None:
    """Take an indicator of the unit's own out. Raises NotAllowed, WrongState, Stale."""
    with editing(by, application, "targets", version) as act:
        act.why = _("Indicator “%(name)s” taken out") % {"name": row}
        _drop(application.targets.filter(pk=row.pk, code=TargetCode.OWN))


def _drop(rows: object) -> None:
    rows.delete()  # type: ignore[attr-defined]  # a queryset of targets; their years go with them


def _write(application: Application, what: IndicatorInput, row: Target | None) -> Target:
    """Write an indicator with its years; one that is new, when `row` is None."""
    found = row or Target(application=application, code=what.code)
    for name in ("name", "formula", "unit", "baseline", "goal"):
        setattr(found, name, getattr(what, name))
    found.save()
    # Years beyond the period (from a file, from an earlier dossier) are none of what was read here: they stay.
    found.years.filter(year__in=period.plan(application.batch)[:-1]).exclude(year__in=what.years).delete()
    TargetYear.objects.bulk_create(
        [
            TargetYear(application=application, target=found, year=year, value=value)
            for year, value in what.years.items()
        ],
        update_conflicts=True,
        unique_fields=["target", "year"],
        update_fields=["value"],
    )
    return found
