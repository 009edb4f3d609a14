"""A list with a unit that officers put on it by hand: computed, proposed, adopted, and final. Steps are the commands."""

from __future__ import annotations

from datetime import timedelta

from portal.core import clock
from portal.programme.models import Batch
from reviews.domain import panel, publicity
from reviews.enums import Ministry
from reviews.models import Decision
from tests import factories_defence as defences
from tests import factories_reviews as make
from tests.factories_applications import acting
from tests.worlds import remembered

# Two places: Ningbo by its score, Xiamen by hand; Wuhan would have come without that rule, Chengdu by no rule alone.
UNITS = dict.fromkeys(("350200", "330200", "420100", "510100"), "100000000.00")
GIVEN = {"350200": "80.25", "330200": "90.50", "420100": "85.75", "510100": "70.15"}
BY_HAND = {"include": [{"id": "350200", "reason": "承担国家专项试点任务（演示）"}]}
PRICE = "5.500000"
CHOSEN, RESERVE = ["330200", "350200"], ["420100"]


@remembered(make.fresh)
def compared_batch(*, number: int = make.NUMBER) -> Batch:
    """A batch being decided, its list under the rule set computed and worked out, and the one with the rule by hand."""
    batch = make.locked_batch(UNITS, given=GIVEN, places=2, number=number, soes={"330200": ("YQ001",)})
    make.computed(batch)
    make.computed(batch, **BY_HAND)
    return make.fresh(batch)


def by_hand(batch: Batch) -> make.Scenario:
    """The selection with the rule by hand."""
    with acting("officer", "MIIT"):
        return make.Scenario.objects.select_related("batch__rule_set").get(batch=batch, changes=BY_HAND)


@remembered(make.fresh)
def adopted_batch(*, number: int = make.NUMBER) -> Batch:
    """As `compared_batch`, and both ministries have adopted the list with the rule by hand, one unit in reserve."""
    batch = compared_batch(number=number)
    make.signed(make.proposed(by_hand(batch), reserve=1), Ministry.MIIT, Ministry.MOF)
    return make.fresh(batch)


@remembered(make.fresh)
def told_batch(*, number: int = make.NUMBER) -> Batch:
    """As `adopted_batch`, and the list is final; Xiamen has its letter."""
    batch = adopted_batch(number=number)
    with acting("officer", "MIIT") as by, clock.at(clock.now() - timedelta(days=40)):
        publicity.publish(by=by, decision=decision(batch))
    with acting("officer", "MIIT") as by:
        publicity.finalise(by=by, batch=make.fresh(batch), document_no="财建〔2026〕999号（演示）")
    with acting("officer", "MIIT") as by:
        row = make.application(batch, "350200")
        panel.keep_record(by=by, application=row, what=panel.RecordInput(0, None, "目标清楚，链条完整（演示）"))
    defences.approved(batch, "350200")
    with acting("officer", "MIIT") as by:
        panel.release_feedback(by=by, batch=make.fresh(batch))
    return make.fresh(batch)


@remembered(lambda batches: tuple(map(make.fresh, batches)))
def told_and_compared() -> tuple[Batch, Batch]:
    """Batch 7 is final and told, batch 8 is being decided."""
    return told_batch(number=7), compared_batch(number=8)


def decision(batch: Batch) -> Decision:
    """The decision on the batch."""
    with acting("officer", "MIIT"):
        return Decision.objects.select_related("batch").get(batch=batch)
