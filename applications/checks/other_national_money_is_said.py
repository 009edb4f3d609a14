"""Projects with other national money are pointed out."""

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
    gettext_lazy("Other national money"),
    source="财建〔2024〕16号",
    severity=Severity.INFORMS,
    section="projects",
)
def other_national_money_is_said(dossier: Application, rules: RuleSet) -> Text | None:
    """They may stand in the plan; officers compare them with other funds."""
    named = [row.name for row in dossier.projects.all() if row.other_national_money]
    if not named:
        return None
    return _("With other national money, so without support here: %(projects)s.") % {"projects": listed(named)}
