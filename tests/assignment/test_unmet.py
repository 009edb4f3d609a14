"""Every reviewer who fits better than one who is seated has a reason; none of the reasons is made up."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from reviews.assignment import parse_instance, solve, standings
from tests.assignment.panels import panel
from tests.assignment.test_assignment import small
from tests.selection.strategies import examples


def explained(question, *, fit=None, away=()):
    """The instance, its answer and the standings; `fit`: affinity by names of pairs that are in conflict."""
    instance = parse_instance(question)
    answer = solve(instance)
    rows = {name: at for at, name in enumerate(instance.applications)}
    columns = {person.id: at for at, person in enumerate(instance.reviewers)}
    barred = {(rows[x], columns[y]): value for (x, y), value in (fit or {}).items()}
    kept_away = frozenset((rows[x], columns[y]) for x, y in away)
    return instance, answer, standings(instance, answer.pairs, barred, kept_away)


@examples(150)
@given(small(), st.integers(0, 3))
def test_each_reason_is_true_and_nobody_is_left_without_one(question, number):
    wish = {(x, y): value for x, y, value in question["affinity"]}
    banned = {tuple(pair) for pair in question["conflicts"]}
    question["affinity"] = [[x, y, value] for (x, y), value in wish.items() if (x, y) not in banned]
    away = set(sorted(banned)[:number])
    instance, answer, found = explained(question, fit={pair: wish.get(pair, 0) for pair in banned}, away=away)
    assume(answer.status == "optimal")
    pairs = set(answer.pairs)
    loads = {person.id: sum(pair[1] == person.id for pair in pairs) for person in instance.reviewers}
    people = {person["id"]: person for person in question["reviewers"]}
    pinned = {tuple(pair) for pair in question["pinned"]}
    assert [row.application for row in found] == list(instance.applications)
    for row in found:
        seats = {y: wish.get((row.application, y), 0) for x, y in pairs if x == row.application}
        assert row.total == sum(seats.values()) <= row.best
        named = {reviewer: (fit, why) for reviewer, fit, why in row.unmet}
        better = {
            y for y in people if y not in seats and seats and wish.get((row.application, y), 0) > min(seats.values())
        }
        assert set(named) == better
        for reviewer, (fit, why) in named.items():
            pair = (row.application, reviewer)
            assert fit == wish[pair]
            below = [y for y in seats if seats[y] < fit and (row.application, y) not in pinned]
            same_group = [y for y in below if people[y]["group"] == people[reviewer]["group"]]
            if why == "kept_away":
                assert pair in away
            elif why == "conflict":
                assert pair in banned - away
            elif why == "pinned":
                assert not below
            elif why == "load":
                assert loads[reviewer] == people[reviewer]["max_load"]
            elif why == "group":
                assert not same_group
                assert sum(question["min_per_group"].values()) > 0
            else:
                assert why == "least_load"
                assert any(loads[y] == people[y]["min_load"] for y in below)


def test_at_a_real_size_every_reason_is_one_of_those_named():
    question = panel(3, applications=120, reviewers=40)
    _instance, answer, found = explained(question)
    assert answer.status == "optimal"
    assert sum(row.total for row in found) == answer.total_affinity
    assert {why for row in found for _name, _fit, why in row.unmet} <= {
        "conflict",
        "load",
        "group",
        "least_load",
        "pinned",
    }
    assert all(len(row.unmet) <= 5 for row in found)
    assert all(row.total <= row.best for row in found)
