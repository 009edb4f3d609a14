"""Every enterprise of the roster belongs to a focus industry."""

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
    gettext_lazy("Enterprises of the focus industries"),
    source="工信厅联规函〔2025〕108号",
    severity=Severity.BLOCKS,
    section="enterprises",
)
def enterprises_are_of_the_focus(dossier: Application, rules: RuleSet) -> Text | None:
    """A focus industry was taken out while enterprises of it stand in the roster."""
    roster = getattr(dossier, "roster", None)
    if roster is None:
        return None
    focus = tuple(row.industry_id for row in dossier.industries.all())
    outside = [row for row in roster.figures["industries"] if not row["code"].startswith(focus)]
    if not outside:
        return None
    return _(
        "%(count)s enterprises of the roster belong to no focus industry (%(codes)s): correct or take them out."
    ) % {
        "count": sum(row["count"] for row in outside),
        "codes": listed(row["code"] for row in outside[:6]),
    }
