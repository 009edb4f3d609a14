"""Clusters and parks."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from applications.enums_sections import ClusterKind, Standing
from applications.models import Application, Cluster
from applications.sections.base import Child, Content, SectionKind, fields, named
from applications.sections.words import label_of, left, name_of, right, wan
from portal.core.shapes import Table


def _content(dossier: Application) -> Content:
    names = ("id", "name", "kind", "standing", "enterprises", "output", "role")
    rows = sorted(dossier.clusters.all(), key=lambda row: row.pk)
    return {"clusters": [{"industry": named(row.industry), **fields(row, *names)} for row in rows]}


def _blocks(content: Content) -> list[Any]:
    table: Table = {
        "kind": "table",
        "caption": _("Clusters and parks"),
        "columns": [
            left(pgettext("park", "Name"), 3),
            left(_("Kind"), 2),
            left(_("Recognised as")),
            left(_("Industry"), 2),
            right(_("Enterprises above designated size")),
            right(_("Output in the last year (ten thousand yuan)"), 1.5),
            left(_("Part in the pilot"), 4),
        ],
        "rows": [
            [
                row["name"],
                label_of(ClusterKind, row["kind"]),
                label_of(Standing, row["standing"]),
                name_of(row["industry"]),
                f"{row['enterprises']:,}",
                wan(row["output"]),
                row["role"],
            ]
            for row in content["clusters"]
        ],
    }
    return [table]


def _children() -> tuple[Child, ...]:
    return (Prefetch("clusters", Cluster.objects.select_related("industry").order_by("pk")),)


SECTION = SectionKind(
    "clusters",
    gettext_lazy("Clusters and parks"),
    "applications:clusters",
    _content,
    _blocks,
    _children,
    rows={"clusters": "id"},
    models={"clusters": Cluster},
    optional=True,
    untouched=gettext_lazy("none named (optional)"),
)
