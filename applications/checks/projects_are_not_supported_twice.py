"""A project with other national money is not supported again."""

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
    gettext_lazy("No second national support"),
    source="财建〔2024〕16号",
    severity=Severity.BLOCKS,
    section="projects",
)
def projects_are_not_supported_twice(dossier: Application, rules: RuleSet) -> Text | None:
    """Other national money and support exclude each other."""
    twice = [row.name for row in dossier.projects.all() if row.other_national_money and row.support_asked > 0]
    if not twice:
        return None
    return _("These projects have other national money and ask for support: %(projects)s. Ask 0 for them.") % {
        "projects": listed(twice)
    }
