"""Money stands in years in which its project is carried out."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import Severity
from applications.models import Application, FundingLine, Project
from portal.core.errors import Text
from portal.core.punctuation import listed
from portal.programme.models import RuleSet


@check(
    gettext_lazy("Years of the funding plan"),
    source="own",
    severity=Severity.WARNS,
    section="funding",
)
def funding_fits_projects_years(dossier: Application, rules: RuleSet) -> Text | None:
    """Payments may follow a year behind the end; more wants a second look."""
    projects = {row.pk: row for row in dossier.projects.all()}
    wrong = sorted(
        {project.name for line in dossier.funding.all() if (project := _outside(line, projects)) is not None}
    )
    if not wrong:
        return None
    return _("Money stands outside the years of its project: %(projects)s.") % {"projects": listed(wrong)}


def _outside(line: FundingLine, projects: Mapping[int, Project]) -> Project | None:
    """The project of a line whose year is none of its own."""
    project = projects.get(line.project_id or 0)
    if project is None or project.starts_on.year <= line.year <= project.ends_on.year + 1:
        return None
    return project
