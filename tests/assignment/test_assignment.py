"""Assignments against exhaustive search on small panels; conflicts, loads and pins on real-size ones."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.assignment import InvalidInstance, parse_instance, solve
from tests.assignment.panels import panel
from tests.selection.strategies import examples


@st.composite
def small(draw):
    applications, reviewers = draw(st.integers(0, 3)), draw(st.integers(1, 4))
    a, r = [f"a{i}" for i in range(applications)], [f"r{i}" for i in range(reviewers)]
    pairs = [[x, y] for x in a for y in r]
    some = st.lists(st.sampled_from(pairs), unique_by=tuple, max_size=3) if pairs else st.just([])
    dice = random.Random(draw(st.integers(0, 10**6)))
    loads = [(dice.choice([0, 0, 0, 1]), dice.randint(1, 3)) for _ in r]
    groups = {"MOF": draw(st.integers(0, 1)), "MIIT": draw(st.integers(0, 1))} if draw(st.booleans()) else {}
    return {
        "format": "assignment-instance/1",
        "applications": [{"id": x, "province": "110000", "sectors": ["C26"]} for x in a],
        "reviewers": [
            {"id": y, "group": dice.choice(["MOF", "MIIT"]), "province": "310000", "min_load": low, "max_load": high}
            for y, (low, high) in zip(r, loads, strict=True)
        ],
        "per_application": draw(st.integers(0, 3)),
        "min_per_group": groups,
        "affinity": [[x, y, dice.choice([0, 1, 2, 50, 100])] for x, y in pairs if dice.random() < 0.8],
        "conflicts": draw(some),
        "pinned": draw(some) if draw(st.booleans()) else [],
        "seed": draw(st.sampled_from(["s", "t"])),
    }


def every_assignment(q):
    """(minus smallest total, minus sum, largest load, sum of keys, pairs) of all that are allowed, best first."""
    wish = {(x, y): value for x, y, value in q["affinity"]}
    banned, pinned = {tuple(p) for p in q["conflicts"]}, {tuple(p) for p in q["pinned"]}
    people = {person["id"]: person for person in q["reviewers"]}
    found = []
    choices = [combinations(people, q["per_application"]) for _ in q["applications"]]
    for choice in product(*map(list, choices)):
        pairs = [(x["id"], y) for x, chosen in zip(q["applications"], choice, strict=True) for y in chosen]
        loads = {y: sum(pair[1] == y for pair in pairs) for y in people}
        groups = [
            sum(people[y]["group"] == group for y in chosen) >= least
            for chosen in choice
            for group, least in q["min_per_group"].items()
        ]
        if banned & set(pairs) or pinned - set(pairs) or not all(groups):
            continue
        if any(not people[y]["min_load"] <= load <= people[y]["max_load"] for y, load in loads.items()):
            continue
        totals = [
            sum(wish.get((x["id"], y), 0) for y in chosen) for x, chosen in zip(q["applications"], choice, strict=True)
        ]
        keys = sum(int(hashlib.sha256(f"{q['seed']}:{x}:{y}".encode()).hexdigest()[:8], 16) for x, y in pairs)
        found.append((-min(totals, default=0), -sum(totals), max(loads.values()), keys, sorted(pairs)))
    return sorted(found)


@examples(150)
@given(small())
def test_the_assignment_is_the_one_exhaustive_search_finds(question):
    every = every_assignment(question)
    answer = solve(parse_instance(question))
    if not every:
        assert answer.status == "infeasible"
        assert answer.shortfall
        assert all(item["missing"] > 0 and item["why"] for item in answer.shortfall)
        return
    smallest, total, load, _, pairs = every[0]
    assert answer.status == "optimal"
    assert (answer.min_affinity or 0, answer.total_affinity, answer.max_load) == (-smallest, -total, load)
    assert list(answer.pairs) == pairs
    assert answer.bounds["total_affinity"] == -total


@pytest.fixture(scope="module")
def question():
    return panel(1, applications=120, reviewers=24)


@pytest.fixture(scope="module")
def answer(question):
    return solve(parse_instance(question))


def test_conflicts_loads_groups_and_pins_hold(question, answer):
    assert answer.status == "optimal"
    pairs = set(answer.pairs)
    assert not pairs & {tuple(pair) for pair in question["conflicts"]}
    assert pairs >= {tuple(pair) for pair in question["pinned"]}
    for person in question["reviewers"]:
        assert person["min_load"] <= sum(pair[1] == person["id"] for pair in pairs) <= person["max_load"]
    group = {person["id"]: person["group"] for person in question["reviewers"]}
    for application in question["applications"]:
        mine = [group[y] for x, y in pairs if x == application["id"]]
        assert len(mine) == 5
        assert min(mine.count("MOF"), mine.count("MIIT")) >= 2


def test_the_order_of_the_input_changes_nothing(question, answer):
    other = json.loads(json.dumps(question))
    for name in ("applications", "reviewers", "affinity", "conflicts", "pinned"):
        random.Random(name).shuffle(other[name])
    assert solve(parse_instance(other)) == answer


def test_who_is_short_is_said_with_the_reason(question):
    other = json.loads(json.dumps(question))
    worst = other["applications"][7]["id"]
    other["conflicts"] = [[worst, person["id"]] for person in other["reviewers"][:20]]
    other["pinned"] = []
    answer = solve(parse_instance(other))
    assert answer.status == "infeasible"
    assert [(item["application"], item["missing"], item["code"]) for item in answer.shortfall] == [
        (worst, 1, "too_few_free")
    ]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"format": "x"}, "/format"),
        ({"per_application": "5"}, "/per_application"),
        ({"per_application": True}, "/per_application"),
        ({"seed": 3}, "/seed"),
        ({"affinity": [["a0", "r0", 101]]}, "/affinity/0/2"),
        ({"affinity": [["a0", "r0", 1], ["a0", "r0", 1]]}, "/affinity/1"),
        ({"affinity": [["a0", "r0"]]}, "/affinity/0"),
        ({"conflicts": [["a0", "nobody"]]}, "/conflicts/0/1"),
        ({"pinned": [["nothing", "r0"]]}, "/pinned/0/0"),
        ({"min_per_group": {"M/OF": -1}}, "/min_per_group/M~1OF"),
        ({"min_per_group": []}, "/min_per_group"),
        ({"reviewers": [{"id": "r0", "group": "MOF", "min_load": 4, "max_load": 3}]}, "/reviewers/0/min_load"),
        ({"reviewers": [{"id": "r0", "group": "MOF"}]}, "/reviewers/0/max_load"),
        ({"applications": [{"id": "a0"}, {"id": "a0"}]}, "/applications/1/id"),
        ({"applications": {}}, "/applications"),
        ({"surprise": 1}, "/surprise"),
    ],
)
def test_bad_input_is_named_by_its_path(question, change, path):
    with pytest.raises(InvalidInstance) as caught:
        parse_instance({**question, **change})
    assert caught.value.path == path


def run(tmp_path, text):
    file = tmp_path / "in.json"
    file.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "reviews.assignment", "solve", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_line_answers_in_json_and_exit_codes(tmp_path):
    good = panel(2, applications=6, reviewers=8)
    done = run(tmp_path, json.dumps(good))
    assert done.returncode == 0
    assert json.loads(done.stdout)["status"] == "optimal"
    assert run(tmp_path, json.dumps(good | {"per_application": 9})).returncode == 1
    bad = run(tmp_path, json.dumps(good | {"seed": ""}))
    assert (bad.returncode, bad.stdout) == (2, "")
    assert "/seed" in bad.stderr
    assert run(tmp_path, "{").returncode == 2
