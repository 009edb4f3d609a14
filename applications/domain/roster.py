"""Acts on the roster of enterprises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from applications.domain.bulk import store, upsert
from applications.domain.editing import editing
from applications.domain.rows import refuse_changed
from applications.models import Application, Enterprise, ProjectEnterprise
from applications.sheets.enterprises import ENTERPRISES
from applications.sheets.problems import Wrong, words
from applications.sheets.sheet import Ground, Row
from portal.core.errors import DomainError, Stale
from portal.core.scope import Actor

SECTION: Final = "enterprises"


@dataclass(frozen=True)
class EnterpriseInput:
    """An enterprise; revenue in yuan, rates in per cent, industry by its code."""

    credit_code: str
    name: str
    industry: str
    revenue: Decimal
    is_chain_leader: bool
    is_leading: bool
    is_champion: bool
    is_little_giant: bool
    digital_state: str
    digital_year: int | None
    has_rd_tools: bool
    rd_tools_year: int | None
    process_rate: Decimal | None
    process_goal: Decimal | None
    energy_level: str


def _fields(what: EnterpriseInput) -> dict[str, Any]:
    return {("industry_id" if name == "industry" else name): value for name, value in vars(what).items()}


def _refuse(what: EnterpriseInput, ground: Ground) -> None:
    """Judge it as a row of a file would be judged. Raises DomainError beside its field."""
    row = dict(vars(what))
    try:
        ENTERPRISES.by_key["credit_code"].value(row["credit_code"], [])
    except Wrong as wrong:
        raise DomainError("enterprise_code_is_valid", words(wrong.code, wrong.params), "credit_code") from wrong
    for name, code, params in ENTERPRISES.across(row, ground):
        raise DomainError(code, words(code, params), name)


def add_enterprise(*, by: Actor, application: Application, what: EnterpriseInput, ground: Ground) -> Enterprise:
    """Put an enterprise into the roster. ground: from `queries.ground_of`.

    Raises NotAllowed, WrongState; DomainError when its code is none or is there already, or its industry is none of
    the focus industries.
    """
    with editing(by, application, SECTION) as act:
        _refuse(what, ground)
        return act.record(Enterprise.objects.create(application=application, **_fields(what)))


def change_enterprise(
    *, by: Actor, enterprise: Enterprise, what: EnterpriseInput, version: int, ground: Ground
) -> Enterprise:
    """Change an enterprise; `version` is its own as it was read.

    Raises NotAllowed, WrongState; Stale when somebody changed or removed it meanwhile; DomainError as `add_enterprise`.
    """
    application = enterprise.application
    with editing(by, application, SECTION) as act:
        fresh = Enterprise.objects.select_for_update().filter(pk=enterprise.pk).first()
        if fresh is None:
            raise Stale("gone", _("Somebody took this enterprise out of the roster meanwhile."))
        if fresh.version != version:
            enterprise.version = fresh.version
            raise Stale(
                "changed_meanwhile",
                _("%(name)s changed this enterprise meanwhile. Compare, then save again what should stand.")
                % {"name": application.touched.get(SECTION, {}).get("name", "")},
            )
        _refuse(what, ground)
        for name, value in _fields(what).items():
            setattr(fresh, name, value)
        fresh.version += 1
        fresh.save()
        return act.record(fresh)


def remove_enterprise(*, by: Actor, enterprise: Enterprise, version: int | None = None) -> None:
    """Take an enterprise out of the roster, as it was read at `version`. Raises NotAllowed, WrongState, Stale."""
    with editing(by, enterprise.application, SECTION) as act:
        refuse_changed(enterprise, version)
        _refuse_taking_part(ProjectEnterprise.objects.filter(enterprise=enterprise))
        act.why = _("Enterprise %(code)s taken out") % {"code": enterprise.credit_code}
        Enterprise.objects.filter(pk=enterprise.pk).delete()


def _refuse_taking_part(rows: QuerySet[ProjectEnterprise]) -> None:
    """Raise DomainError when one of these enterprises takes part in a project."""
    first = rows.select_related("project", "enterprise").first()
    if first is not None:
        raise DomainError(
            "enterprise_in_project",
            _("%(enterprise)s takes part in the project “%(project)s”: take it out there first.")
            % {"enterprise": first.enterprise.name, "project": first.project.name},
        )


def empty_roster(*, by: Actor, application: Application, version: int | None) -> int:
    """Take all enterprises out, to begin anew; gives their number. Raises NotAllowed, WrongState, Stale."""
    with editing(by, application, SECTION, version) as act:
        _refuse_taking_part(ProjectEnterprise.objects.filter(application=application))
        count, _each = Enterprise.objects.filter(application=application).delete()
        act.why = _("All %(count)s enterprises taken out") % {"count": count}
        return count


_TYPES: Final = {
    "credit_code": "text",
    "name": "text",
    "industry_id": "text",
    "revenue": "numeric",
    "is_chain_leader": "boolean",
    "is_leading": "boolean",
    "is_champion": "boolean",
    "is_little_giant": "boolean",
    "digital_state": "text",
    "digital_year": "smallint",
    "has_rd_tools": "boolean",
    "rd_tools_year": "smallint",
    "process_rate": "numeric",
    "process_goal": "numeric",
    "energy_level": "text",
}
_STORE: Final = upsert("applications_enterprise", "credit_code", _TYPES)


def store_enterprises(application: Application, rows: Sequence[Row]) -> int:
    """Insert or bring up to date by code, in one statement; gives how many changed. Inside an act on the dossier."""
    return store(_STORE, _TYPES, application, rows)
