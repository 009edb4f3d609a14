"""Acts on the funding plan."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from applications import period
from applications.domain.editing import editing
from applications.domain.foundation import write_statements
from applications.enums_sections import FundingSource, StatementCode
from applications.models import Application, FundingLine, Project
from applications.unplaced import NO_PLACE
from portal.core.errors import DomainError, Stale
from portal.core.money import ZERO
from portal.core.punctuation import listed
from portal.core.scope import Actor

Amounts = Mapping[tuple[int, FundingSource], Decimal]


def plan_project(
    *, by: Actor, application: Application, project: Project | None, amounts: Amounts, version: int
) -> Application:
    """Write the money of one project by year and source, in the place of what stood; None: of the unit as a whole.

    Raises NotAllowed, WrongState; Stale, also when the project has no such year any more; DomainError when more central
    money stands there than the project asks for, or central money for no project.
    """
    with editing(by, application, "funding", version) as act:
        fresh = Project.objects.filter(pk=project.pk).first() if project is not None else None
        if project is not None and fresh is None:
            raise Stale("gone", _("Somebody removed this project meanwhile."))
        given = {key: amount for key, amount in amounts.items() if amount}
        _refuse_other_years(application, fresh, given)
        _refuse_central(fresh, given)
        act.why = project.name if project is not None else _("For the unit as a whole")
        FundingLine.objects.filter(application=application, project=project).delete()
        FundingLine.objects.bulk_create(
            FundingLine(application=application, project=project, year=year, source=source, amount=amount)
            for (year, source), amount in given.items()
        )
    return application


def _refuse_other_years(application: Application, project: Project | None, given: Amounts) -> None:
    """Raise Stale for money in a year that went while it was typed: left out in silence, it would be lost."""
    planned = FundingLine.objects.filter(application=application, project=project).values_list("year", flat=True)
    years = period.of_money(application.batch, project, planned)
    lost = [f"{year} {source.label} {given[year, source]:,.2f}" for year, source in sorted(given) if year not in years]
    if lost:
        text = _(
            "The period was changed meanwhile: these amounts have no place any more (%(amounts)s). Write them beside "
            "another year, or take them out; nothing was saved."
        )
        raise Stale(NO_PLACE, text % {"amounts": listed(lost)})


def _refuse_central(project: Project | None, given: Amounts) -> None:
    """Say in figures what the database would refuse by name."""
    central = sum((amount for (_year, source), amount in given.items() if source == FundingSource.CENTRAL), ZERO)
    if central and project is None:
        raise DomainError(
            "funding_central_names_project", _("The central reward goes to projects: write it beside a project.")
        )
    if project is not None and central > project.support_asked:
        raise DomainError(
            "funding_central_within_support",
            _("The project asks for %(asked)s yuan of support; %(given)s yuan of central money stand here.")
            % {"asked": f"{project.support_asked:,.2f}", "given": f"{central:,.2f}"},
        )


def say_how_secured(*, by: Actor, application: Application, text: str, version: int) -> Application:
    """Write how local and own money is secured. Raises NotAllowed, WrongState, Stale."""
    with editing(by, application, "funding", version):
        write_statements(application, {StatementCode.FUNDING_SECURED: text})
    return application
