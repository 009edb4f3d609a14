"""One row of each kind in the sections of Xiamen's open dossier."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any

from applications.domain import clusters, targets
from applications.enums import TargetCode
from applications.models import Application, Figure, Risk, WordImport
from portal.core import clock
from portal.core.scope import Actor
from portal.programme.models import Industry
from tests import uploads
from tests.access.objects import contain

DIGEST = "0" * 64
PICTURE = uploads.png()


def rows(by: Actor, found: Application) -> dict[str, Any]:
    """Ids of a park, an indicator, a risk, a figure, a Word file that was read."""
    park = clusters.ClusterInput(
        "汽车产业园", "park", "national", Industry.objects.get(code="C36"), 9, Decimal(1), "带动"
    )
    own = targets.IndicatorInput(
        TargetCode.OWN, Decimal(1), Decimal(2), name="专精特新企业数", formula="计数", unit="家"
    )
    figure = Figure.objects.create(
        application=found,
        file_name="a.png",
        content_type="image/png",
        size=len(PICTURE),
        sha256=hashlib.sha256(PICTURE).hexdigest(),
        storage_key="files/figure",
        uploaded_by_id=by.id,
        uploaded_at=clock.now(),
        width=1,
        height=1,
    )
    contain(figure, PICTURE)
    piece = {"title": "总体思路", "html": "<p>甲</p>", "chapter": "overall"}
    reading = WordImport.objects.create(
        application=found, file_name="a.docx", sha256=DIGEST, pieces=[piece], read_by_id=by.id
    )
    return {
        "cluster": clusters.add_cluster(by=by, application=found, what=park).pk,
        "indicator": targets.set_indicator(by=by, application=found, what=own, version=found.version).pk,
        "risk": Risk.objects.filter(application=found).latest("pk").pk,
        "figure": figure.pk,
        "reading": reading.pk,
    }


def make(world: Any) -> dict[str, dict[str, Any]]:
    kept = dict(world.kept["rows"])
    with world.acting("drafter") as by:
        found = Application.objects.get(pk=world.kept["xiamen"].pk)
        kept |= rows(by, found)
    pk = found.pk
    one = {"pk": pk}

    def row(kind: str) -> dict[str, Any]:
        return {"pk": pk, "row": kept[kind]}

    alone = ("edits", "foundation", "clusters", "add_cluster", "targets", "add_indicator", "funding", "funding_unit")
    alone += ("funding_secured", "plan", "add_figure", "word", "safety", "safety_record", "add_risk")
    return {
        **{f"applications:{name}": one for name in alone},
        "applications:duty": {"pk": pk, "section": "plan"},
        "applications:figure": {"row": kept["figure"]},
        "applications:cluster": row("cluster"),
        "applications:remove_cluster": row("cluster"),
        "applications:indicator": row("indicator"),
        "applications:remove_indicator": row("indicator"),
        "applications:funding_project": row("project"),
        "applications:word_preview": row("reading"),
        "applications:chapter": {"pk": pk, "code": "tasks"},
        "applications:risk": row("risk"),
        "applications:remove_risk": row("risk"),
    }
