"""The best set from what is near the bound: against exhaustive search, and against the search that proves."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.selection import nearby, parse_instance
from reviews.selection.nearby import Nearby
from reviews.selection.relaxation import Answer, Relaxation
from reviews.selection.search import Search
from reviews.selection.system import System
from tests.selection.instances import national
from tests.selection.strategies import SCORES, every_set, examples, instances

FEW = ["0", "50", "-1.5"]  # so few scores that most sets are tied
BY_HAND = ("include", "exclude")


class Nothing:
    """In the place of the search: what was not found before is not found."""

    best = None

    def __init__(self, *_args, **_options):
        pass

    def run(self):
        return self


def say(patch, relaxation, multipliers):
    """Let the relaxation give these multipliers."""
    asked = relaxation.best_score

    def best_score(low, high):
        answer = asked(low, high)
        return Answer(answer.status, answer.point, multipliers)

    patch.setattr(relaxation, "best_score", best_score)


def ids(system, chosen):
    return None if chosen is None else sorted(system.ids[at] for at in chosen)


def first(sets):
    return sets[0][2] if sets else None


@examples(100)
@given(instances(), st.data())
def test_the_best_set_is_that_of_exhaustive_search_however_much_may_be_looked_at(question, data):
    """Under the scores given, then under others, with most sets tied or none; with and without branching."""
    system = System.of(parse_instance(question))
    most, more = data.draw(st.sampled_from([0, 3, nearby.MOST])), data.draw(st.sampled_from([1, 2, nearby.MORE]))
    near = Nearby(Relaxation(system), most, more)
    assert ids(system, near.best(system)) == first(every_set(question))
    pool = data.draw(st.sampled_from([FEW, SCORES]))
    scores = data.draw(st.lists(st.sampled_from(pool), min_size=system.n, max_size=system.n))
    other = system.with_scores([int(Decimal(score) * 10**6) for score in scores])
    place = {unit: at for at, unit in enumerate(system.ids)}
    for candidate in question["candidates"]:
        candidate["score"] = scores[place[candidate["id"]]]
    sets = every_set(question)
    known = [frozenset(place[unit] for unit in found) for _, _, found in sets[-2:]] + [frozenset(place.values())]
    assert ids(system, near.best(other, known)) == first(sets)


@examples(60)
@given(instances(), st.data())
def test_within_bounds_and_without_a_rule(question, data):
    system = System.of(parse_instance(question))
    near = Nearby(Relaxation(system), more=data.draw(st.sampled_from([1, 2, nearby.MORE])))
    sets = every_set(question)
    if system.n:
        place, value = data.draw(st.integers(0, system.n - 1)), data.draw(st.integers(0, 1))
        within = [found for found in sets if (system.ids[place] in found[2]) == bool(value)]
        assert ids(system, near.best(system, within={place: value})) == first(within)
    at = data.draw(st.integers(0, len(system.rules) - 1))
    assert ids(system, near.best(system.without(at))) == first(every_set(question, without=system.rules[at].name))
    assert ids(system, near.best(system)) == first(sets)


@examples(60)
@given(instances(most=8), st.integers(1, 50), st.data())
def test_a_set_that_is_found_is_the_best_whatever_the_relaxation_says(question, points, data):
    """Multipliers of any rules, far from the optimum. Every set that stands may be found or not, but none in its stead."""
    system = System.of(parse_instance(question))
    relaxation = Relaxation(system)
    rules = [at for at, rule in enumerate(system.rules) if rule.kind not in BY_HAND]
    wild = dict.fromkeys(data.draw(st.lists(st.sampled_from(rules), max_size=3)), points * 10**6 * system.fine)
    with pytest.MonkeyPatch.context() as patch:
        say(patch, relaxation, wild)
        patch.setattr(nearby, "Search", Nothing)
        found = Nearby(relaxation, more=data.draw(st.sampled_from([1, 2, nearby.MORE]))).best(system)
    assert found is None or ids(system, found) == first(every_set(question))


def small(scores, **rules):
    """Candidates of one province and region each, with a score and sectors."""
    candidates = [
        {"id": unit, "province": unit, "region": "east", "score": score, "amount": 1, "sectors": sectors}
        for unit, (score, sectors) in scores.items()
    ]  # fmt: skip
    total = {"min": 0, "max": len(scores)}
    return {"format": "selection-instance/1", "seed": "s", "total": total, "candidates": candidates, **rules}


@pytest.mark.parametrize(("scores", "most", "price", "wanted"), [
    # A place left free in each of two sectors, at 20 points each, is more than the 30 that c loses: found at first, but
    # with a loss beyond the room.
    pytest.param({"a": ("45", ["C1"]), "b": ("45", ["C2"]), "c": ("10", ["C1", "C2"]),
                  "x": ("1", []), "y": ("2", []), "z": ("21", [])}, {"C1": 2, "C2": 2}, 20, "abcxyz", id="beyond"),
    # A place left free loses 20, filling it with c 21: both within the room.
    pytest.param({"a": ("45", ["C1"]), "c": ("-1", ["C1"]), "d": ("-30", ["C1"])}, {"C1": 2}, 20, "a", id="free-place"),
    # The same of a sector that lets one in.
    pytest.param({"a": ("1", []), "c": ("-1", ["C1"]), "d": ("-30", ["C1"])}, {"C1": 1}, 20, "a", id="nobody"),
    # Of a sector that lets one in, without a price, two seem settled at first.
    pytest.param({"a": ("50", ["C1"]), "b": ("40", ["C1"]), "c": ("1", [])}, {"C1": 1}, 0, "ac", id="two-settled"),
])  # fmt: skip
def test_prices_far_from_the_relaxations_optimum(scores, most, price, wanted, monkeypatch):
    system = System.of(parse_instance(small(scores, sector_max=most)))
    relaxation = Relaxation(system)
    rules = [at for at, rule in enumerate(system.rules) if rule.kind == "sector_max" and price]
    say(monkeypatch, relaxation, dict.fromkeys(rules, price * 10**6 * system.fine))
    monkeypatch.setattr(nearby, "Search", None)
    assert ids(system, Nearby(relaxation, more=1).best(system)) == list(wanted)


def test_small_questions_are_answered_without_branching(monkeypatch):
    """So that the comparisons above are not those of the search with itself."""
    monkeypatch.setattr(nearby, "Search", None)
    for seed in range(6):
        question = national(seed, size=12, loose=True, whole_points=True) | {"total": {"min": 3, "max": 4}}
        question["regions"] = {"east": {"min": 1, "max": 1}, "west": {"max": 2}}
        system = System.of(parse_instance(question))
        sets = every_set(question)
        assert ids(system, Nearby(Relaxation(system)).best(system)) == first(sets)


@pytest.mark.parametrize("whole_points", [False, True])
def test_all_rules_among_333_candidates(whole_points, monkeypatch):
    """Scores drawn anew: the search would say the same, and is not asked unless they are whole, with many sets tied."""
    system = System.of(parse_instance(national(3, whole_points=whole_points)))
    relaxation = Relaxation(system)
    dice = np.random.default_rng(3)
    step, most = (10**6, 3) if whole_points else (1, 3 * 10**6)
    moves = [dice.integers(-most, most, system.n).tolist() for _ in range(6)]
    drawn = [
        system.with_scores([score + step * by for score, by in zip(system.scores, move, strict=True)])
        for move in moves
    ]  # fmt: skip
    wanted = [Search(other, prove=False, relaxation=relaxation).run().best for other in drawn]
    if not whole_points:
        monkeypatch.setattr(nearby, "Search", None)
    near = Nearby(relaxation)
    assert [near.best(other) for other in drawn] == wanted
