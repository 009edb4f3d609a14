"""The project's `migrate`: what stands one behind the other is done together, in the same order, and ends the same."""

from __future__ import annotations

from django.db import models
from django.db.migrations.operations import AddField, AddIndex, AlterField, CreateModel
from django.db.migrations.state import ProjectState

from portal.core.management.commands.migrate import Row, rows

PLAN = [
    CreateModel("Place", [("id", models.BigAutoField(primary_key=True))]),
    CreateModel("Visit", [("id", models.BigAutoField(primary_key=True))]),
    AddField("visit", "place", models.ForeignKey("lab.Place", models.CASCADE)),
    AddField("visit", "again", models.ForeignKey("lab.Place", models.CASCADE, related_name="+")),
    AddIndex("visit", models.Index(fields=["place"], name="visit_place")),
    AlterField("visit", "again", models.ForeignKey("lab.Place", models.PROTECT, related_name="+")),
    AlterField("visit", "again", models.ForeignKey("lab.Place", models.CASCADE, null=True, related_name="+")),
    AddField("place", "name", models.CharField(max_length=9)),
]


def test_neighbours_of_one_kind_are_one_row_in_their_order():
    found = rows(PLAN)
    assert [type(one).__name__ for one in found] == ["Row", "Row", "AddIndex", "AlterField", "AlterField", "AddField"]
    flat = [one for step in found for one in (step.operations if isinstance(step, Row) else [step])]
    assert flat == PLAN


def drawn(state: ProjectState) -> dict[str, dict[str, str]]:
    """The models as they are drawn: names of fields, each with the model it points to."""
    return {
        model.__name__: {
            field.name: field.related_model.__name__ if field.related_model else "" for field in model._meta.fields
        }
        for model in state.apps.get_models()
    }


def test_models_are_drawn_anew_behind_each_row():
    one_by_one, together = ProjectState(), ProjectState()
    for operation in PLAN:
        operation.state_forwards("lab", one_by_one)
    assert drawn(together) == {}  # from here on models are drawn
    for step in rows(PLAN):
        step.state_forwards("lab", together)
        anew = together.clone()
        anew.__dict__.pop("apps", None)
        assert drawn(together) == drawn(anew)
    assert together == one_by_one
    assert drawn(together)["Visit"] == {"id": "", "place": "Place", "again": "Place"}
