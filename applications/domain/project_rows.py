"""Projects that come from a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from applications.domain.bulk import store, upsert
from applications.enums_sections import FundingSource
from applications.models import Application, Enterprise, Project, ProjectEnterprise
from applications.sheets.sheet import Row
from portal.core.errors import DomainError
from portal.core.money import ZERO
from portal.core.punctuation import listed

_TYPES: Final = {
    "name": "text",
    "mode": "text",
    "industry_id": "text",
    "enterprise_name": "text",
    "total_investment": "numeric",
    "equipment_investment": "numeric",
    "transformation_investment": "numeric",
    "support_asked": "numeric",
    "method": "text",
    "other_national_money": "boolean",
    "other_money_note": "text",
    "starts_on": "date",
    "ends_on": "date",
    "is_landmark": "boolean",
    "site": "text",
    "safety_record": "text",
}
_STORE: Final = upsert("applications_project", "name", _TYPES, all_differ=True)


def store_projects(application: Application, rows: Sequence[Row]) -> int:
    """Insert projects or bring them up to date by name; gives how many. Inside an act on the dossier.

    The rows were judged against the rules of the batch, and each is new or differs; what slips through the database
    refuses. Raises DomainError for a code that is not in the roster, and for a project that would ask for less than the
    funding plan gives it.
    """
    if not rows:
        return 0
    enterprises = _enterprises(application, {code for row in rows for code in row["codes"]})
    asked = {row["name"]: row["support_asked"] for row in rows}
    standing = Project.objects.select_for_update().filter(application=application, name__in=asked)
    refuse_below_central({pk: asked[name] for pk, name in standing.values_list("pk", "name")})
    count = store(_STORE, _TYPES, application, rows)
    projects = dict(Project.objects.filter(application=application).values_list("name", "pk"))
    wanted = {projects[row["name"]]: [enterprises[code] for code in row["codes"]] for row in rows}
    _name(application, wanted)
    return count


def refuse_below_central(support: Mapping[int, Decimal]) -> None:
    """Say in figures what the database would refuse by name. support: yuan each project would ask for, by its key.

    Raises DomainError for one to which the funding plan gives more central money.
    """
    central = Sum("funding__amount", filter=Q(funding__source=FundingSource.CENTRAL), default=ZERO)
    rows = Project.objects.filter(pk__in=support).annotate(given=central).order_by("pk")
    for pk, name, given in rows.values_list("pk", "name", "given"):
        if given > support[pk]:
            text = _("“%(name)s” has %(given)s yuan of central money in the funding plan: lower it there first.")
            said = {"name": name, "given": f"{given:,.2f}"}
            raise DomainError("funding_central_within_support", text % said, "support_asked")


def _enterprises(application: Application, codes: set[str]) -> dict[str, int]:
    """Enterprises of the roster by their codes. Raises DomainError for one that is not in it."""
    rows = Enterprise.objects.filter(application=application, credit_code__in=codes)
    found = dict(rows.values_list("credit_code", "pk"))
    refuse_missing(sorted(codes - found.keys()))
    return found


def refuse_missing(codes: Sequence[str]) -> None:
    """Raise DomainError when there are codes that the roster does not have."""
    if codes:
        text = _("These codes are not in the roster: %(codes)s. Add the enterprises first.")
        raise DomainError("not_in_roster", text % {"codes": listed(codes[:5])}, "codes")


def _name(application: Application, wanted: dict[int, list[int]]) -> None:
    """Name the enterprises that take part, in order, where others stand."""
    standing: dict[int, list[int]] = {project: [] for project in wanted}
    rows = ProjectEnterprise.objects.filter(project__in=wanted).order_by("pk")
    for project, enterprise in rows.values_list("project", "enterprise"):
        standing[project].append(enterprise)
    changed = {project: found for project, found in wanted.items() if standing[project] != found}
    ProjectEnterprise.objects.filter(project__in=changed).delete()
    ProjectEnterprise.objects.bulk_create(_taking_part(application, changed))


def _taking_part(application: Application, wanted: dict[int, list[int]]) -> Iterable[ProjectEnterprise]:
    return [
        ProjectEnterprise(application_id=application.pk, project_id=project, enterprise_id=enterprise)
        for project, found in wanted.items()
        for enterprise in found
    ]
