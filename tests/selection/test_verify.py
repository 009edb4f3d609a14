"""The certificate holds for every decision, and no field of decision or question can be changed unseen."""

from __future__ import annotations

import ast
import copy
import json
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given

from reviews.selection import explain, parse_instance, solve
from reviews.selection.certificate import sealed
from reviews.selection.verify_decision import Rejected, verify
from tests.selection.instances import national
from tests.selection.strategies import broken_by, examples, instances


@examples(60)
@given(instances())
def test_every_decision_is_verified(instance):
    verify(instance, solve(parse_instance(instance)).to_json())


@examples(40)
@given(instances(most=6))
def test_the_conflict_is_one_of_the_smallest(instance):
    decision = solve(parse_instance(instance))
    if decision.status == "optimal":
        return
    people = instance["candidates"]
    broken = [broken_by(instance, chosen) for size in range(len(people) + 1) for chosen in combinations(people, size)]
    names = {rule["rule"] for rule in decision.conflict}
    assert all(names & one for one in broken)
    every = sorted(set.union(*broken))
    assert not any(all(set(few) & one for one in broken) for few in combinations(every, len(names) - 1))
    for rule in decision.conflict:
        if rule["enough"]:  # no limit nearer to the present one would do
            assert any(one <= {rule["rule"]} for one in broken)
        assert rule["change_to"] != rule["limit"]


def places(value, path=()):
    """Paths to every value inside a JSON value."""
    yield path
    if isinstance(value, dict):
        for name, item in value.items():
            yield from places(item, (*path, name))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from places(item, (*path, at))


def changed(value, path):
    """Copies of a JSON value, each with another value at the path."""
    old = value
    for step in path:
        old = old[step]
    if isinstance(old, bool):
        news = [not old]
    elif isinstance(old, int):
        news = [old + 1, old - 1]
    elif isinstance(old, str):
        news = [old + "1", "1/3", ""]
    elif isinstance(old, list):
        news = [old[1:], [*old, old[0]]] if old else [["x"]]
    elif isinstance(old, dict):
        news = [dict(list(old.items())[1:]), {**old, "x": 1}] if old else [{"x": 1}]
    else:
        news = [1]
    for new in news:
        if new == old:
            continue
        copied = copy.deepcopy(value)
        inside = copied
        for step in path[:-1]:
            inside = inside[step]
        if path:
            inside[path[-1]] = new
            yield copied


SMALL = [
    national(3, size=24)
    | {"total": 8, "budget": 1_650_000_000, "regions": {"east": {"max": 2}}, "sector_min": {"C26": 3}},
    national(38, size=24, whole_points=True) | {"total": {"min": 7, "max": 8}, "sector_min": {}, "regions": {}},
    national(1, size=24) | {"total": 22, "sector_min": {}},
]


@pytest.mark.parametrize("instance", SMALL, ids=["untied", "tied", "infeasible"])
def test_every_changed_field_is_caught(instance):
    decision = solve(parse_instance(instance)).to_json()
    assert decision["status"] == ("infeasible" if instance is SMALL[2] else "optimal")
    assert decision["optimal_sets_tied"] == (instance is SMALL[1])
    verify(instance, decision)
    for path in places(decision):
        for other in changed(decision, path):
            with pytest.raises(Rejected):
                verify(instance, other)
    for path in places(instance):
        if path[:1] == ("candidates",) and path[1:2] > (5,):
            continue  # these are like the first six
        for other in changed(instance, path):
            with pytest.raises(Rejected):
                verify(other, decision)


@pytest.mark.parametrize("instance", SMALL, ids=["untied", "tied", "infeasible"])
def test_a_new_seal_does_not_help(instance):
    """Whoever changes a field and seals the decision anew is caught by the proof itself."""
    decision = solve(parse_instance(instance)).to_json()
    told = {"solver", "code", "why", "change_to", "enough"}
    more = {"multipliers"}  # another one may prove the same
    for path in places(decision):
        if (told | more) & set(path) or path == ("certificate", "sha256"):
            continue
        for other in changed(decision, path):
            if not isinstance(other["certificate"], dict):
                continue
            with pytest.raises(Rejected):
                verify(instance, sealed(other))


def test_another_set_is_never_verified_with_the_same_proof():
    instance = SMALL[0]
    decision = solve(parse_instance(instance)).to_json()
    chosen = set(decision["chosen"])
    rest = [c["id"] for c in instance["candidates"] if c["id"] not in chosen]
    for gone in sorted(chosen):
        for come in rest:
            other = sorted(chosen - {gone} | {come})
            with pytest.raises(Rejected):
                verify(instance, sealed({**decision, "chosen": other}))


def test_the_verifier_is_one_short_file_of_the_standard_library():
    path = Path(verify.__code__.co_filename)
    text = path.read_text(encoding="utf-8")
    modules = {
        name.name if isinstance(node, ast.Import) else node.module
        for node in ast.walk(ast.parse(text))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in node.names
    }
    assert modules <= set(sys.stdlib_module_names)
    assert len(text.splitlines()) < 250


def test_the_file_works_alone(tmp_path):
    instance = national(2)
    decision = solve(parse_instance(instance)).to_json()
    (tmp_path / "in.json").write_text(json.dumps(instance, ensure_ascii=False), encoding="utf-8")
    (tmp_path / "out.json").write_text(json.dumps(decision, ensure_ascii=False), encoding="utf-8")
    (tmp_path / "bad.json").write_text(json.dumps(decision | {"total_amount": 1}), encoding="utf-8")
    file = tmp_path / "verify_decision.py"
    file.write_bytes(Path(verify.__code__.co_filename).read_bytes())

    frozen = {"format": "candidate-set/1", "seed": instance["seed"], "candidates": instance["candidates"]}
    better = [{**instance["candidates"][0], "score": "99.000000"}, *instance["candidates"][1:]]
    for name, body in [
        ("set", frozen),
        ("seed", frozen | {"seed": "mine"}),
        ("scores", frozen | {"candidates": better}),
        ("kind", frozen | {"format": "x"}),
    ]:
        (tmp_path / f"{name}.json").write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")

    def run(*names):
        command = [sys.executable, "-I", "-S", str(file), "in.json", *names]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (run("out.json").returncode, run("out.json").stdout) == (0, "verified\n")
    assert run("bad.json").returncode == 1
    assert run("bad.json").stdout.startswith("rejected: ")
    assert (run("out.json", "set.json").returncode, run("out.json", "set.json").stdout) == (0, "verified\n")
    for name in ("seed", "scores", "kind"):  # the question asks of other candidates than were frozen
        assert run("out.json", f"{name}.json").returncode == 1, name


def _equal(total: object) -> dict:
    """Three candidates of equal score: the keys decide among two, and the score for three."""
    candidates = [
        {"id": one, "province": "p", "region": "east", "score": "87.25", "amount": 0} for one in ("a", "b", "c")
    ]
    return {"format": "selection-instance/1", "seed": "a", "total": total, "candidates": candidates}


def test_a_proof_by_keys_also_shows_that_no_score_is_greater():
    """A list with a greater score and a greater sum of keys is better, too: a proof that only looks at keys is none."""
    tight, loose = _equal(2), _equal({"min": 2, "max": 3})
    decision = solve(parse_instance(tight)).to_json()
    verify(tight, decision)
    better = solve(parse_instance(loose)).to_json()
    assert better["chosen"] == ["a", "b", "c"]
    borrowed = {**decision, "instance_sha256": better["instance_sha256"]}
    with pytest.raises(Rejected, match="proves nothing"):
        verify(loose, sealed(borrowed))

    def bare(node: dict) -> dict:
        if "split" in node:
            return {**node, "without": bare(node["without"]), "with": bare(node["with"])}
        return {name: value for name, value in node.items() if name != "above"}

    certificate = {**borrowed["certificate"], "tree": bare(borrowed["certificate"]["tree"])}
    assert certificate != borrowed["certificate"]
    with pytest.raises(Rejected, match="a leaf with other fields"):
        verify(loose, sealed({**borrowed, "certificate": certificate}))


def test_the_rule_that_keeps_a_better_list_out_is_named_though_the_keys_decide():
    """Found by exhaustive search: the total was not named, because the proof by keys did not use it."""
    told = explain(parse_instance(_equal(2)))
    assert told is not None
    (left_out,) = [entry for entry in told.candidates if not entry["chosen"]]
    assert left_out["let_in_by"] == ["total_max"]
    (rule,) = [rule for rule in told.rules if rule["rule"] == "total_max"]
    assert (rule["binding"], rule["gain_without"]) == (True, "87.250000")
