"""Random acts on money against an exact model in Python: the same are done, the same refused, the books agree."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.grants.model.acts import ACTS, BEGUN
from tests.grants.model.play import lived
from tests.grants.raw import run


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(begun=st.booleans(), acts=ACTS)
def test_books_and_model_agree(world, who, others, begun, acts):
    with transaction.atomic():
        lived(world, [who, others], (BEGUN if begun else []) + acts)
        run("set constraints all immediate")
        transaction.set_rollback(True)


def test_a_whole_life_agrees_with_the_model(world, who, others):
    """A sequence that surely reaches the second tranche and the last fen, whatever the random ones reach."""
    acts: list[tuple[Any, ...]] = [
        ("award", 0, Decimal("100000000.00")),
        ("check", 0, True),
        ("issue", 0, 1, Decimal("50000000.00")),
        ("check", 0, True),
        ("issue", 0, 1, Decimal("0.01")),
        ("receive", 0),
        ("pass_on", 0, Decimal("50000000.00")),
        ("check", 0, True),
        ("pass_on", 0, Decimal("0.01")),
        ("pay", 0, Decimal("20000000.00"), None),
        ("pay", 0, Decimal("0.01"), None),
        ("check", 0, True),
        ("issue", 0, 2, Decimal("0.01")),
        ("assess", 0, "passed"),
        ("check", 0, True),
        ("issue", 0, 2, Decimal("50000000.00")),
        ("check", 0, True),
        ("issue", 0, 2, Decimal("0.01")),
    ]
    model = lived(world, [who, others], acts, watched=True)
    assert model.passed == {0: None}
    assert model.held(0, "central") == 0


def test_a_life_with_corrections_and_a_closed_year_agrees_with_the_model(world, who, others):
    """Surely reaches a reversal of each kind, carry-over, and a payment out of it that is taken back."""
    acts: list[tuple[Any, ...]] = [
        ("award", 0, Decimal("100000000.00")),
        ("check", 0, True),
        ("issue", 0, 1, Decimal("50000000.00")),
        ("check", 0, True),
        ("receive", 0),
        ("pass_on", 0, Decimal("10000000.00")),
        ("check", 0, True),
        ("pay", 0, Decimal("99.99"), None),
        ("check", 0, True),
        ("reverse", 0),
        ("reverse", 1),
        ("reverse", 2),
        ("check", 0, True),
        ("pass_on", 0, Decimal("10000000.00")),
        ("check", 0, True),
        ("reverse", 4),
        ("check", 0, True),
        ("pass_on", 0, Decimal("10000000.00")),
        ("check", 0, True),
        ("next_year",),
        ("close",),
        ("close",),
        ("pay", 0, Decimal("10000000.00"), None),
        ("check", 0, True),
        ("reverse", 5),
        ("check", 0, True),
    ]
    model = lived(world, [who, others], acts, watched=True)
    assert model.closed
    taken = [one.parent.kind for one in model.papers if one.kind == "reversal" and one.state == "confirmed"]
    assert taken == ["pass_on", "pay"]


def test_a_life_with_use_recovery_and_return_agrees_with_the_model(world, who, others):
    """Surely reaches each of them, reversals that are refused and done, and money that goes all the way back to the centre."""
    acts: list[tuple[Any, ...]] = [
        ("award", 0, Decimal("100000000.00")),
        ("check", 0, True),
        ("issue", 0, 1, Decimal("50000000.00")),
        ("check", 0, True),
        ("receive", 0),
        ("pass_on", 0, Decimal("50000000.00")),
        ("check", 0, True),
        ("pay", 0, Decimal("10000000.00"), None),
        ("check", 0, True),
        ("spend", 0, Decimal("10000000.01")),
        ("spend", 0, Decimal("10000000.00")),
        ("spend", 0, Decimal("0.01")),
        ("check", 0, True),
        ("reverse", 3),
        ("reverse", 4),
        ("check", 0, True),
        ("spend", 0, Decimal("99.99")),
        ("check", 0, True),
        ("demand", 0, Decimal("150000000.01")),
        ("demand", 0, Decimal("50000000.00")),
        ("collect", 0, "project", Decimal("10000000.00")),
        ("check", 0, True),
        ("demand", 0, Decimal("0.01")),
        ("collect", 0, "project", Decimal("10000000.00")),
        ("collect", 0, "unit", Decimal("99.99")),
        ("check", 0, True),
        ("check", 0, True),
        ("give_back", 0, "surplus", Decimal("10000000.00")),
        ("give_back", 0, "surplus", Decimal("100000000.00")),
        ("check", 0, True),
        ("give_back", 0, "province", Decimal("10000000.00")),
        ("reverse", 7),
        ("check", 0, True),
        ("give_back", 0, "unit", Decimal("99.99")),
        ("check", 0, True),
        ("withdraw", 0),
        ("collect", 0, "unit", Decimal("0.01")),
        ("next_year",),
        ("close",),
        ("give_back", 0, "carry_over", Decimal("10000000.00")),
        ("check", 0, True),
    ]
    model = lived(world, [who, others], acts, watched=True)
    lies = model.lies[0]
    assert (lies["recovered"], lies["surplus"]) == (Decimal("10000000.00"), Decimal("99.99"))
    assert lies["back"] == Decimal("10000099.99")


def test_a_life_with_documents_changes_and_holds_agrees_with_the_model(world, who, others):
    """Surely reaches a document of two units, a change agreed by MIIT, an invoice used twice, holds both ways."""
    acts: list[tuple[Any, ...]] = [
        *BEGUN,
        ("arrive", 0),
        ("arrive", 0),
        ("wrong", "other_maker", ("arrive", 1)),
        ("change", 0, Decimal("150000000.01")),
        ("change", 0, Decimal("99.99")),
        ("wrong", "auditor", ("agree", 0)),
        ("check", 0, True),
        ("agree", 0),
        ("agree", 0),
        ("check", 0, True),
        ("reverse", 0),
        ("change", 0, Decimal("100000000.00")),
        ("issue_paper", 1, Decimal("10000000.00"), Decimal("10000000.00")),
        ("check", 0, True),
        ("issue_paper", 1, Decimal("100000000.00"), Decimal("0.01")),
        ("check", 0, False),
        ("pay", 0, Decimal("99.99"), 0),
        ("pay", 1, Decimal("99.99"), 0),
        ("wrong", "miit", ("check", 0, True)),
        ("check", 1, False),
        ("pay", 1, Decimal("99.99"), 0),
        ("check", 1, True),
        ("hold", 1),
        ("hold", 1),
        ("pay", 1, Decimal("99.99"), 1),
        ("judge", 1, "miit", "release"),
        ("judge", 1, "mof", "uphold"),
        ("judge", 1, "mof", "release"),
        ("judge", 1, "mof", "uphold"),
        ("pay", 1, Decimal("99.99"), 1),
        ("check", 1, True),
        ("hold", 1),
        ("judge", 1, "mof", "uphold"),
        ("judge", 1, "miit", "uphold"),
        ("pay", 1, Decimal("99.99"), None),
        ("match", 0, Decimal("300000000.01")),
        ("wrong", "other_checker", ("check", 1, True)),
        ("check", 1, True),
    ]
    model = lived(world, [who, others], acts, watched=True)
    assert model.standing(0).amount == Decimal("150000000.01")
    assert model.holds[1].state == "uphold"
    assert [one.invoice for one in model.of("pay", state="confirmed")] == [0, 1]
    assert model.of("match", state="confirmed")
    assert [one.arrived for one in model.of("pass_on")] == [True, False]


def test_lives_after_each_result_agree_with_the_model(world, who, others):
    """Surely reaches a second tranche that is reduced, one that opens by a rectification, one refused for good."""
    share = Decimal("10000000.00")
    reduced: list[tuple[Any, ...]] = [
        *BEGUN,
        ("assess", 0, "failed"),
        ("check", 0, True),
        ("mend", 0),
        ("assess", 0, "reduced"),
        ("issue", 0, 2, share),
        ("check", 0, True),
        ("issue_paper", 2, Decimal("50000000.00"), Decimal(0)),
        ("issue_paper", 2, share, share),
        ("issue_paper", 2, share, Decimal(0)),
        ("issue", 0, 2, Decimal("0.01")),
        ("check", 0, True),
    ]
    mended: list[tuple[Any, ...]] = [
        ("assess", 1, "rectify"),
        ("mend", 0),
        ("check", 0, True),
        ("issue", 1, 2, share),
        ("mend", 0),
        ("mend", 0),
        ("check", 0, False),
        ("mend", 0),
        ("assess", 1, "failed"),
        ("check", 0, True),
        ("check", 1, False),
        ("check", 0, True),
        ("issue", 1, 2, share),
        ("check", 0, True),
        ("assess", 1, "passed"),
    ]
    model = lived(world, [who, others], reduced + mended, watched=True)
    assert model.passed == {0: share, 1: None}
    assert [one.amount for one in model.of("issue", state="confirmed", tranche=2)] == [share, share]


def test_a_life_refused_for_good_and_mended_too_late_agrees_with_the_model(world, who, others):
    acts: list[tuple[Any, ...]] = [
        *BEGUN,
        ("assess", 0, "for_good"),
        ("check", 0, True),
        ("assess", 0, "passed"),
        ("assess", 1, "rectify"),
        ("check", 0, True),
        ("next_year",),
        ("mend", 0),
        ("issue", 0, 2, Decimal("0.01")),
        ("issue", 1, 2, Decimal("0.01")),
        ("demand", 0, Decimal("50000000.00")),
        ("check", 0, True),
        ("collect", 0, "unit", Decimal("50000000.00")),
        ("check", 0, True),
        ("give_back", 0, "surplus", Decimal("50000000.00")),
        ("check", 0, True),
        ("give_back", 0, "province", Decimal("50000000.00")),
        ("check", 0, True),
    ]
    model = lived(world, [who, others], acts, watched=True)
    assert model.passed == {}
    assert model.lies[0]["recovered"] == Decimal("50000000.00")
