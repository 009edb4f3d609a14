"""The support of each project is within its share of the investment."""

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
    gettext_lazy("Support of each project"),
    source="财建〔2024〕16号",
    severity=Severity.BLOCKS,
    section="projects",
)
def support_is_within_share(dossier: Application, rules: RuleSet) -> Text | None:
    """The database holds it when a project is written; it is asked again of what is submitted."""
    share = rules.project_support_share
    over = [row.name for row in dossier.projects.all() if row.support_asked > row.total_investment * share]
    if not over:
        return None
    return _("At most %(share)s %% of a project's investment is supported; more is asked for: %(projects)s.") % {
        "share": f"{share * 100:g}",
        "projects": listed(over),
    }
