"""Acts on the dossier itself: begin it, write its sections."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from applications.domain.editing import editing
from applications.models import Application, FocusIndustry
from portal.accounts.enums import Role
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.scope import Actor
from portal.programme.models import Batch, Industry, PilotUnit


@dataclass(frozen=True)
class CreateInput:
    """Which unit applies in which batch."""

    batch: Batch
    unit: PilotUnit
    title: str


@dataclass(frozen=True)
class BasicsInput:
    """Title, summary, contacts and the amount asked (yuan)."""

    title: str
    summary: str
    contact_name: str
    contact_phone: str
    amount_asked: Decimal
    contact_email: str = ""
    lead_department: str = ""
    leader_name: str = ""
    leader_post: str = ""


@dataclass(frozen=True)
class IndustryInput:
    """A focus industry: share of the unit's output in per cent, what it rests on, and three further reasons."""

    industry: Industry
    share_of_output: Decimal
    why: str
    concentration: str = ""
    strategy: str = ""
    local_base: str = ""


def create(*, by: Actor, what: CreateInput) -> Application:
    """Begin the application of a unit in an open batch.

    Raises NotAllowed; DomainError when the unit is not the drafter's own, has an application in the batch already,
    or the batch takes none now: not before the day it names, not after its last second.
    """
    with command(by, "applications.create") as act:
        post = by.post(Role.DRAFTER, unit=what.unit.pk)
        if post is None:
            raise DomainError("other_unit", _("You draft for another pilot unit."), "unit")
        if not what.batch.takes_applications:
            raise _takes_none(what.batch)
        application = Application.objects.create(
            batch=what.batch,
            unit=what.unit,
            province_id=what.unit.province_id,
            organisation_id=post.organisation,
            title=what.title,
            created_by_id=by.id,
        )
        return act.record(application)


def _takes_none(batch: Batch) -> DomainError:
    if batch.is_awaited and batch.opens_at is not None:
        return DomainError(
            "application_in_open_batch",
            _("This batch takes applications from %(opens)s on.") % {"opens": clock.in_words(batch.opens_at)},
            "batch",
        )
    return DomainError("application_in_open_batch", _("This batch takes no applications now."), "batch")


def edit_basics(*, by: Actor, application: Application, what: BasicsInput, version: int) -> Application:
    """Write title, summary, contacts and amount. Raises NotAllowed, WrongState, Stale; DomainError above the cap."""
    with editing(by, application, "basics", version):
        rules = application.batch.rule_set
        if rules is not None and what.amount_asked > rules.grant_cap:
            raise DomainError(
                "application_amount_within_cap",
                _("The rules allow at most %(cap)s yuan for one pilot unit.") % {"cap": f"{rules.grant_cap:,.2f}"},
                "amount_asked",
            )
        for name, value in vars(what).items():
            setattr(application, name, value)
        application.save(update_fields=list(vars(what)))
    return application


def set_industry(
    *, by: Actor, application: Application, what: IndustryInput, version: int, row: FocusIndustry | None = None
) -> FocusIndustry:
    """Add a focus industry, or change one. Raises NotAllowed, WrongState, Stale; DomainError when it is there already.

    Raises DomainError, too, when the industry of a row changes while projects name it.
    """
    with editing(by, application, "industries", version) as act:
        if row is not None and row.industry_id != what.industry.pk:
            _refuse_used(application, row)
        found = row or FocusIndustry(application=application)
        for name, value in vars(what).items():
            setattr(found, name, value)
        found.save()
        return act.record(found)


def remove_industry(*, by: Actor, application: Application, row: FocusIndustry, version: int | None) -> None:
    """Take a focus industry out. Raises NotAllowed, WrongState, Stale; DomainError while projects name it."""
    with editing(by, application, "industries", version) as act:
        _refuse_used(application, row)
        act.why = _("Focus industry %(code)s taken out") % {"code": row.industry_id}
        row.delete()


def _refuse_used(application: Application, row: FocusIndustry) -> None:
    park = application.clusters.filter(industry_id=row.industry_id).values_list("name", flat=True).first()
    if park is not None:
        raise DomainError(
            "industry_in_use",
            _("The cluster or park “%(name)s” serves this industry: change it first.") % {"name": park},
            "industry",
        )
    name = application.projects.filter(industry_id=row.industry_id).values_list("name", flat=True).first()
    if name is not None:
        raise DomainError(
            "industry_in_use",
            _("The project “%(name)s” belongs to this industry: change the project first.") % {"name": name},
            "industry",
        )
