"""Each project belongs to a focus industry."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import Severity
from applications.models import Application
from portal.core.errors import Text
from portal.core.punctuation import listed
from portal.programme.models import RuleSet


@check(
    gettext_lazy("Projects belong to focus industries"),
    source="工信厅联规函〔2025〕108号",
    severity=Severity.WARNS,
    section="projects",
    fields=("industry",),
)
def projects_are_of_focus_industries(dossier: Application, rules: RuleSet) -> Text | None:
    """A grant is for the focus industries; their groups belong to their division."""
    codes = tuple(row.industry_id for row in dossier.industries.all())
    outside = [row.name for row in dossier.projects.all() if not row.industry_id.startswith(codes)]
    if not codes or not outside:
        return None
    return _("In no focus industry: %(projects)s.") % {"projects": listed(outside)}
