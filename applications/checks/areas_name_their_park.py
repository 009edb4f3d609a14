"""A project of mode area has a cluster or park of its industry."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import Mode, Severity
from applications.models import Application
from portal.core.errors import Text
from portal.core.punctuation import listed
from portal.programme.models import RuleSet


@check(
    gettext_lazy("Clusters and parks of area projects"),
    source="财建〔2024〕16号",
    severity=Severity.WARNS,
    section="clusters",
)
def areas_name_their_park(dossier: Application, rules: RuleSet) -> Text | None:
    """An area is a cluster or park: the dossier names it."""
    parks = {row.industry_id for row in dossier.clusters.all()}
    bare = [row.name for row in dossier.projects.all() if row.mode == Mode.AREA and row.industry_id not in parks]
    if not bare:
        return None
    return _("Name the cluster or park of these area projects: %(projects)s.") % {"projects": listed(bare)}
