"""Draws over reviewers against plain code, leaving out, and the lottery against exhaustive search."""

from __future__ import annotations

import copy
import hashlib
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.selection import InvalidInstance, lottery, parse_instance, robust, solve
from tests.selection.instances import national, reviewed
from tests.selection.strategies import allowed, examples, instances


@pytest.fixture(scope="module")
def question():
    return reviewed(national(2, size=80, loose=True) | {"total": 16, "regions": {"east": {"max": 5}}}, reviewers=12)


def chosen_with(question, moves):
    """Solve with each candidate's score moved by a fraction of a point, to the nearest millionth."""
    other = copy.deepcopy(question)
    for candidate in other["candidates"]:
        exact = Fraction(candidate["score"]) * 10**6 + moves.get(candidate["id"], 0) * 10**6
        whole = (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
        candidate["score"] = f"{Decimal(whole).scaleb(-6):.6f}"
    return set(solve(parse_instance(other)).chosen)


def means(question, weight):
    """Weighted mean of each candidate's marks less the mean of all."""
    found = {}
    for candidate in question["candidates"]:
        marks = [(int(r["score"]), weight(r)) for r in question["reviews"] if r["candidate"] == candidate["id"]]
        total = sum(times for _, times in marks)
        if total:
            plain = Fraction(sum(mark for mark, _ in marks), len(marks))
            found[candidate["id"]] = Fraction(sum(mark * times for mark, times in marks), total) - plain
    return found


def test_draws_are_what_plain_code_draws(question):
    told = robust(parse_instance(question), 12)
    names = sorted({review["reviewer"] for review in question["reviews"]})
    often = dict.fromkeys((c["id"] for c in question["candidates"]), 0)
    for draw in range(12):
        texts = [f"{question['seed']}:draw:{draw}:{turn}" for turn in range(len(names))]
        picked = [names[int(hashlib.sha256(text.encode()).hexdigest(), 16) % len(names)] for text in texts]
        for unit in chosen_with(question, means(question, lambda r, picked=picked: picked.count(r["reviewer"]))):
            often[unit] += 1
    assert {entry["id"]: entry["times"] for entry in told.candidates} == often
    assert set(told.core) == {unit for unit, times in often.items() if times == 12}
    assert set(told.borderline) == {unit for unit, times in often.items() if 0 < times < 12}
    assert told.same + sum(entry["times"] for entry in told.sets) <= 12


def test_leaving_out_a_reviewer_or_a_rule(question):
    told = robust(parse_instance(question), 1)
    now = set(solve(parse_instance(question)).chosen)
    assert len(told.left_out["reviewers"]) == 12
    for entry in told.left_out["reviewers"][:4]:
        then = chosen_with(question, means(question, lambda r, out=entry["reviewer"]: r["reviewer"] != out))
        assert (set(entry["leaves"]), set(entry["comes"])) == (now - then, then - now)
    without = {key: value for key, value in question.items() if key != "province_max"}
    assert any(entry["leaves"] for entry in told.left_out["rules"])
    assert set(solve(parse_instance(without)).chosen) != now
    assert told.left_out["criteria"] == []


def test_leaving_out_a_criterion(question):
    other = copy.deepcopy(question)
    for at, review in enumerate(other["reviews"]):
        review["criterion"] = ["plan", "industry"][at % 2]
    told = robust(parse_instance(other), 1)
    now = set(solve(parse_instance(other)).chosen)
    for entry in told.left_out["criteria"]:
        then = chosen_with(other, means(other, lambda r, out=entry["criterion"]: r["criterion"] != out))
        assert (set(entry["leaves"]), set(entry["comes"])) == (now - then, then - now)


def test_the_same_seed_draws_the_same_and_no_reviews_are_refused(question):
    instance = parse_instance(question)
    assert robust(instance, 5).to_json() == robust(instance, 5).to_json()
    with pytest.raises(InvalidInstance) as caught:
        robust(parse_instance({**question, "reviews": []}))
    assert caught.value.path == "/reviews"


@examples(40)
@given(instances(most=7), st.data())
def test_the_lottery_is_among_all_lists_that_cannot_be_told_apart(instance, data):
    width = Decimal(data.draw(st.sampled_from(["0.000001", "1", "40"])))
    for candidate in instance["candidates"]:
        score = Decimal(candidate["score"])
        candidate["interval"] = {"low": f"{score - width:f}", "high": f"{score + width:f}"}
    instance["lottery"] = {"seed": "published"}
    told = lottery(parse_instance(instance))
    decision = solve(parse_instance(instance))
    if told is None:
        assert decision.status == "infeasible"
        return
    people = {c["id"]: c for c in instance["candidates"]}
    best = set(decision.chosen)

    def keeps(ids):
        return allowed(instance, tuple(people[unit] for unit in sorted(ids)))

    def low(unit):
        return Decimal(people[unit]["interval"]["low"])

    def high(unit):
        return Decimal(people[unit]["interval"]["high"])

    border = set()
    for i in best:
        for o in people.keys() - best:
            if low(i) <= high(o) and low(o) <= high(i) and keeps(best - {i} | {o}):
                border |= {i, o}
    lists = []
    for few in combinations(sorted(border), len(best & border)):
        ids = best - border | set(few)
        unfair = any(low(o) > high(i) and keeps(ids - {i} | {o}) for o in border - set(few) for i in few)
        if keeps(ids) and not unfair:
            lists.append(sorted(ids))
    assert told.lists == len(lists)
    assert set(told.probabilities) == border
    for unit, share in told.probabilities.items():
        assert share == Fraction(sum(unit in ids for ids in lists), len(lists))
    assert set(told.certain) == best - border
    assert list(told.drawn) in lists


def test_the_draw_waits_for_its_seed():
    instance = national(4, size=60, loose=True) | {"lottery": {}, "total": 16, "regions": {}}
    for candidate in instance["candidates"]:
        score = Decimal(candidate["score"])
        candidate["interval"] = {"low": str(score - Decimal("0.6")), "high": str(score + Decimal("0.6"))}
    told = lottery(parse_instance(instance))
    assert told.lists > 1
    assert told.drawn is None
    assert sum(told.probabilities.values()) + len(told.certain) == 16
    drawn = {lottery(parse_instance(instance | {"lottery": {"seed": str(s)}})).drawn for s in range(8)}
    assert len(drawn) > 1
