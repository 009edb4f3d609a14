"""Projects that come from a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from django.utils.translation import gettext as _

from applications.domain.bulk import store, upsert
from applications.models import Application, Enterprise, Project, ProjectEnterprise
from applications.sheets.sheet import Row
from portal.core.errors import DomainError

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
    refuses. Raises DomainError for a code that is not in the roster.
    """
    if not rows:
        return 0
    enterprises = _enterprises(application, {code for row in rows for code in row["codes"]})
    count = store(_STORE, _TYPES, application, rows)
    projects = dict(Project.objects.filter(application=application).values_list("name", "pk"))
    wanted = {projects[row["name"]]: [enterprises[code] for code in row["codes"]] for row in rows}
    _name(application, wanted)
    return count


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
        raise DomainError("not_in_roster", text % {"codes": ", ".join(codes[:5])}, "codes")


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
