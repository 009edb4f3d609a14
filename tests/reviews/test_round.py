"""A small round from screening to the final list, by commands alone."""

from __future__ import annotations

from applications.models import Application
from reviews.enums import Ministry, ScreeningDecision
from reviews.models import PanelResult
from tests import factories_reviews as make
from tests.factories_applications import acting

UNITS = {"350200": "300000000.00", "330200": "200000000.00", "420100": "100000000.00"}
GIVEN = {"350200": "80.00", "330200": "90.00", "420100": "85.50"}


def states(batch):
    with acting("officer", "MIIT"):
        return dict(Application.objects.filter(batch=batch).values_list("unit_id", "state"))


def test_scores_are_locked(db):
    batch = make.locked_batch(UNITS, given=GIVEN, places=2)
    assert batch.state == "deciding"
    with acting("officer", "MOF"):
        found = PanelResult.objects.filter(batch=batch).values_list("application__unit_id", "score", "reviews")
        assert {unit: (f"{score:.2f}", number) for unit, score, number in found} == {
            unit: (value, 2) for unit, value in GIVEN.items()
        }


def test_rejection_by_both(db):
    batch = make.screening_batch({"350200": "300000000.00"})
    make.say(batch, "350200", Ministry.MIIT, ScreeningDecision.REJECT, rule="申报条件", reason="不符合")
    assert states(batch) == {"350200": "screening"}
    make.say(batch, "350200", Ministry.MOF, ScreeningDecision.REJECT, rule="申报条件", reason="同意")
    assert states(batch) == {"350200": "rejected"}


def test_a_round_ends_with_the_final_list(db):
    batch = make.final_batch(UNITS, given=GIVEN, places=2, reserve=1)
    assert batch.state == "final"
    assert batch.final_document_no
    assert states(batch) == {"330200": "selected", "420100": "selected", "350200": "reserve"}
