"""What a unit is told of its outcome: in words, in both languages, without a score and without another unit."""

from __future__ import annotations

import json
import re

import pytest
from django.utils import translation

from reviews import queries
from reviews.todo import outcomes
from reviews.told import outcome_told, rule_told
from tests import factories_deciding as decide
from tests import factories_reviews as make
from tests.factories_applications import acting

NAMES = {"350200": "Xiamen", "330200": "Ningbo", "420100": "Wuhan", "510100": "Chengdu"}
SCORE = re.compile(r"\d+\.\d{2,}")


@pytest.fixture
def batch(db):
    return decide.told_batch(number=7)


def main_of(answer) -> str:
    return answer.content.decode().split("<main")[1].split("</main>")[0]


def page(batch, unit: str) -> str:
    return f"/outcome/{make.application(batch, unit).pk}/"


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("350200", ["selected", "greatest total merit", "目标清楚，链条完整（演示）", "财建〔2026〕999号"]),
        ("330200", ["selected", "the unit is part of it"]),
        ("420100", ["in reserve", "was not called up", "another unit is on the list", "would have brought it onto"]),
        ("510100", ["not selected", "No single rule kept it off", "A better assessment"]),
    ],
)
def test_a_unit_reads_why(batch, see, unit, words):
    shown = main_of(see("drafter", f"ZF{unit}").get(page(batch, unit)))
    for one in words:
        assert one in shown, one
    assert not SCORE.search(re.sub(r"<[^>]+>", "", shown))
    assert not [name for code, name in NAMES.items() if code != unit and name in shown]


def test_in_chinese(batch, see):
    shown = main_of(see("signatory", "ZF510100", language="zh-hans").get(page(batch, "510100")))
    assert "并非因某一项规则而未入选" in shown
    assert "不披露评分及其他单位情况" in shown


def test_others_do_not_read_it(batch, see):
    address = page(batch, "350200")
    for who in (("drafter", "ZF330200"), ("provincial_officer", "GX330000"), ("soe_officer", "YQ001")):
        assert see(*who).get(address).status_code == 404, who
    assert see("provincial_officer", "CZ350000").get(address).status_code == 200
    assert see("reviewer", "MIIT").get(address).status_code == 403
    # Where the page is refused, the application does not offer it.
    read = see("finance_maker", "MOF").get(address.replace("/outcome/", "/applications/"))
    assert read.status_code == 200
    assert address not in read.content.decode()


def test_a_partner_that_committed_reads_the_outcome_alone(batch, see):
    shown = main_of(see("soe_officer", "YQ001").get(page(batch, "330200")))
    assert "selected" in shown
    assert "Why" not in shown
    assert "merit" not in shown


def test_nothing_before_the_final_list(db, see):
    batch = decide.adopted_batch(number=7)
    for who in (("drafter", "ZF350200"), ("officer", "MIIT"), ("auditor", "SJ")):
        assert see(*who).get(page(batch, "350200")).status_code == 404


def test_the_outcome_is_linked_where_a_unit_looks(batch, see):
    drafter, address = see("drafter", "ZF350200"), page(batch, "350200")
    pk = make.application(batch, "350200").pk
    for place in (f"/applications/{pk}/", f"/feedback/{pk}/", "/desk/"):
        assert address in drafter.get(place).content.decode(), place
    with acting("drafter", "ZF350200") as by:
        assert [row.url for row in outcomes(by)] == [address]
    with acting("officer", "MIIT") as by:
        assert outcomes(by) == []


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"state": "selected", "place": "reserve"}, "it took the place"),
        ({"state": "not_selected", "place": "reserve", "left": True}, "objection was upheld"),
        ({"state": "rejected"}, "rejected the application in screening"),
        ({"state": "withdrawn"}, "was withdrawn"),
        ({"state": "not_recommended"}, "did not recommend"),
        ({"state": "publicity", "place": "chosen"}, "still open"),
        ({"state": "proposed", "place": "reserve"}, "still open"),
    ],
)
def test_each_end_has_its_words(told, words):
    with translation.override("en"):
        (one,) = outcome_told({"whole": True} | told)
        assert words in one.text
    assert outcome_told(told | {"whole": False}) == []


def test_where_no_merit_helps_the_rules_are_named():
    rules = [{"kind": "include", "of": "", "limit": 1}, {"kind": "region_max", "of": "east", "limit": 3}]
    told = {"whole": True, "state": "not_selected", "let_in_by": [], "more_merit_helps": False, "in_the_way": rules}
    with translation.override("en"):
        *_before, last = outcome_told(told)
        assert "no assessment, however good" in last.text
        assert last.rules == [rule_told(rule) for rule in rules]
        assert "east: at most 3" in last.rules[1].lower()


def test_every_kind_of_rule_has_its_words():
    kinds = ("total_min", "total_max", "budget", "region_min", "region_max", "province_max", "sector_min", "sector_max",
             "soe_max", "include", "exclude")  # fmt: skip
    said = {rule_told({"kind": kind, "of": "", "limit": 10_000}) for kind in kinds}
    assert len(said) == len(kinds)


def test_the_function_gives_no_more_than_the_page_needs(batch):
    pk = make.application(batch, "420100").pk
    with acting("drafter", "ZF420100"):
        told = queries.outcome(pk)
        assert queries.outcome(make.application(batch, "350200").pk) is None
    assert set(told) == {"unit", "batch", "document", "state", "whole", "place", "left", "more_merit_helps", "let_in_by",
                         "in_the_way"}  # fmt: skip
    assert "350200" not in json.dumps(told)
