"""Nothing in the projects looks like a banned use."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import Severity
from applications.models import Application
from portal.core.errors import Text
from portal.core.punctuation import listed
from portal.programme.models import RuleSet

# Words that point to a banned use of the rule set; people judge what is meant.
WORDS: Final = ("福利", "办公楼", "办公用房", "楼堂馆所", "日常运转", "人员经费", "平衡预算", "土建", "基础设施")


@check(
    gettext_lazy("Banned uses of the money"),
    source="财建〔2024〕16号",
    severity=Severity.WARNS,
    section="projects",
    fields=("name",),
)
def banned_uses_are_not_named(dossier: Application, rules: RuleSet) -> Text | None:
    """Benefits, running costs, office buildings, the balance of a budget; infrastructure is paid locally."""
    asking = [row.name for row in dossier.projects.all() if row.support_asked > 0]
    named = [name for name in asking if any(word in name for word in WORDS)]
    if not named:
        return None
    return _("These projects ask for support and sound like a banned use: %(projects)s. Ask nothing for them.") % {
        "projects": listed(named)
    }
