"""The command line: exit codes, JSON on standard output, the path of a bad field; and reading of questions."""

from __future__ import annotations

import copy
import json

import pytest

from reviews.selection import InvalidInstance, parse_instance
from reviews.selection.__main__ import main
from tests.selection.instances import national, reviewed

GOOD = reviewed(national(3, size=24), reviewers=6) | {"total": 8, "sector_min": {}, "regions": {}}


@pytest.fixture
def file(tmp_path):
    def write(value, name="in.json"):
        path = tmp_path / name
        path.write_text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), encoding="utf-8")
        return str(path)

    return write


def test_solve_verify_explain_robust(file, capfd):
    question = file(GOOD)
    assert main(["solve", question]) == 0
    decision = json.loads(capfd.readouterr().out)
    assert decision["format"] == "selection-decision/1"
    assert main(["verify", question, file(decision, "out.json")]) == 0
    assert main(["verify", question, file({**decision, "total_amount": 0}, "out.json")]) == 1
    assert capfd.readouterr().out.splitlines() == ["verified", "rejected: changed after sealing"]
    assert main(["explain", question]) == 0
    assert len(json.loads(capfd.readouterr().out)["candidates"]) == 24
    assert main(["robust", question, "--draws", "5"]) == 0
    assert json.loads(capfd.readouterr().out)["draws"] == 5
    assert main(["lottery", question]) == 2


def test_a_conflict_ends_with_1_and_bad_input_with_2(file, capfd):
    impossible = file(GOOD | {"total": 25})
    for command in ("solve", "explain", "robust"):
        assert main([command, impossible]) == 1
        told = json.loads(capfd.readouterr().out)
        assert told["status"] == "infeasible"
        assert told["conflict"]
    for bad in ("{", '{"a": 1, "a": 2}', '{"total": NaN}', "[]", file(GOOD | {"total": 1.5})):
        path = bad if bad.endswith(".json") else file(bad, "bad.json")
        assert main(["solve", path]) == 2
        assert capfd.readouterr().out == ""
    assert main(["solve", "/nowhere.json"]) == 2
    assert "/nowhere.json" in capfd.readouterr().err


BAD = [
    (("format",), "selection-instance/2", "/format"),
    (("seed",), "", "/seed"),
    (("total",), -1, "/total"),
    (("total",), {"min": 1}, "/total/max"),
    (("budget",), "7", "/budget"),
    (("budget",), 2**53, "/budget"),
    (("candidates", 3, "score"), 87.25, "/candidates/3/score"),
    (("candidates", 3, "score"), "87.2500001", "/candidates/3/score"),
    (("candidates", 3, "score"), "8e1", "/candidates/3/score"),
    (("candidates", 3, "score"), "\u0661", "/candidates/3/score"),
    (("candidates", 3, "amount"), 1.0, "/candidates/3/amount"),
    (("candidates", 3, "amount"), True, "/candidates/3/amount"),
    (("candidates", 3, "id"), GOOD["candidates"][2]["id"], "/candidates/3/id"),
    (("candidates", 3, "sectors"), ["C26", "C26"], "/candidates/3/sectors"),
    (("candidates", 3, "interval"), {"low": "1", "high": "2"}, "/candidates/3/interval"),
    (("candidates", 3, "name"), "x", "/candidates/3/name"),
    (("candidates", 3), "x", "/candidates/3"),
    (("regions",), {"ea/st": {"min": "1"}}, "/regions/ea~1st/min"),
    (("regions",), {"east": {"least": 1}}, "/regions/east/least"),
    (("province_max",), None, "/province_max"),
    (("sector_min",), [], "/sector_min"),
    (("soe_max",), {"s": 1.5}, "/soe_max/s"),
    (("include",), [{"id": "nobody", "reason": "x"}], "/include/0/id"),
    (("include",), [{"id": GOOD["candidates"][0]["id"]}], "/include/0/reason"),
    (("exclude",), [{"id": GOOD["candidates"][0]["id"], "reason": "x"}] * 2, "/exclude/1/id"),
    (("reviews", 0, "score"), 3, "/reviews/0/score"),
    (("reviews", 1), GOOD["reviews"][0], "/reviews/1"),
    (("lottery",), {"seed": ""}, "/lottery/seed"),
    (("surprise",), 1, "/surprise"),
]


@pytest.mark.parametrize(("place", "value", "path"), BAD, ids=[path + repr(value)[:12] for _, value, path in BAD])
def test_bad_input_is_named_by_its_path(place, value, path):
    question = copy.deepcopy(GOOD)
    inside = question
    for step in place[:-1]:
        inside = inside[step]
    inside[place[-1]] = value
    with pytest.raises(InvalidInstance) as caught:
        parse_instance(question)
    assert caught.value.path == path
