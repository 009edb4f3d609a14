"""Acts on clusters and parks."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from applications.domain import rows
from applications.domain.editing import editing
from applications.models import Application, Cluster
from portal.core.errors import DomainError
from portal.core.scope import Actor
from portal.programme.models import Industry


@dataclass(frozen=True)
class ClusterInput:
    """A cluster or park; output in yuan."""

    name: str
    kind: str
    standing: str
    industry: Industry
    enterprises: int
    output: Decimal
    role: str


def _refuse_foreign_industry(application: Application, what: ClusterInput) -> None:
    if not application.industries.filter(industry=what.industry).exists():
        raise DomainError(
            "industry_not_in_focus",
            _("A cluster or park serves one of the focus industries: add the industry first."),
            "industry",
        )


def add_cluster(*, by: Actor, application: Application, what: ClusterInput) -> Cluster:
    """Add a cluster or park. Raises NotAllowed, WrongState; DomainError outside the focus industries."""
    with editing(by, application, "clusters"):
        _refuse_foreign_industry(application, what)
        return Cluster.objects.create(application=application, **vars(what))


def change_cluster(*, by: Actor, cluster: Cluster, what: ClusterInput, version: int) -> Cluster:
    """Change one; `version` is its own as it was read. Raises as `add_cluster`; Stale when somebody was faster."""
    with editing(by, cluster.application, "clusters"):
        _refuse_foreign_industry(cluster.application, what)
        return rows.write(cluster, vars(what), version=version, section="clusters")


def remove_cluster(*, by: Actor, cluster: Cluster, version: int | None = None) -> None:
    """Take one out, as it was read at `version`. Raises NotAllowed, WrongState, Stale."""
    with editing(by, cluster.application, "clusters") as act:
        rows.refuse_changed(cluster, version)
        act.why = _("“%(name)s” taken out") % {"name": cluster.name}
        Cluster.objects.filter(pk=cluster.pk).delete()
