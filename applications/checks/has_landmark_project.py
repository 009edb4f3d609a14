"""At least one landmark project."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import Severity
from applications.models import Application
from portal.core.errors import Text
from portal.core.money import in_wan
from portal.programme.models import RuleSet


@check(
    gettext_lazy("Landmark project"),
    source="工信厅联规函〔2025〕108号",
    severity=Severity.BLOCKS,
    section="projects",
)
def has_landmark_project(dossier: Application, rules: RuleSet) -> Text | None:
    """At least one project above the investment the rule set names."""
    for row in dossier.projects.all():
        if row.is_landmark and row.total_investment > rules.landmark_investment:
            return None
    return _("Name at least one landmark project with a total investment of more than %(least)s ten thousand yuan.") % {
        "least": in_wan(rules.landmark_investment)
    }
