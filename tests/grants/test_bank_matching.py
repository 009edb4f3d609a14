"""The pure matching of bank lines to papers: never a line or paper twice, the same in any order, and fast."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.bank.matching import AFTER, BEFORE, Line, Paper, match, number_of

DAY = date(2026, 11, 2)


def line(key="L", amount="100.00", name="", text="", *, day=DAY, direction="debit"):
    return Line(key, direction, Decimal(amount), day, name, text)


def paper(key="P", amount="100.00", number="支付202611-1", name="甲公司", *, day=DAY, direction="debit"):
    return Paper(key, direction, Decimal(amount), number, day, name)


def pairs(result):
    return {(one.line, one.paper, one.by) for one in result.matches}


@pytest.mark.parametrize(
    "text",
    [
        "支付202611-1",
        "设备款 支付202611-1 第一批",
        "支付２０２６１１－１",
        "支付 202611–1",
        "凭证:支付202611-1;",
    ],
)
def test_amount_and_number_match_however_they_are_written(text):
    assert pairs(match([line(text=text, name="别的公司", day=DAY + timedelta(days=300))], [paper()])) == {
        ("L", "P", "number")
    }


@pytest.mark.parametrize("number", ["财建〔2026〕1号", "财建[2026]1号", "财建【2026】1号", "财建（2026）1号"])
def test_brackets_of_official_numbers_are_one(number):
    assert number_of(number) == number_of("财建〔2026〕1号")


def test_a_number_inside_a_longer_one_is_another():
    found = match([line(text="支付202611-10")], [paper(), paper("Q", number="支付202611-10", amount="7.00")])
    assert found.matches == []
    assert (found.open[0].why, found.open[0].candidates) == ("other_number", ("Q", "P"))
    assert match([line(text="V10")], [paper(number="V1")]).matches == []


def test_amount_and_name_match_when_single_and_in_time():
    assert pairs(match([line(name="甲 公司")], [paper()])) == {("L", "P", "name")}
    assert match([line(name="甲公司")], [paper(), paper("Q", number="x2")]).open[0].why == "several"
    assert match([line("A", name="甲公司"), line("B", name="甲公司")], [paper()]).matches == []


@pytest.mark.parametrize(("days", "matched"), [(AFTER, 1), (AFTER + 1, 0), (-BEFORE, 1), (-BEFORE - 1, 0)])
def test_the_day_decides_where_only_the_name_agrees(days, matched):
    found = match([line(name="甲公司", day=DAY + timedelta(days=days))], [paper()])
    assert len(found.matches) == matched
    assert [one.why for one in found.open] == ["other_day"] * (1 - matched)


def test_a_text_that_names_another_paper_is_not_matched_by_name():
    found = match([line(name="甲公司", text="支付9")], [paper(), paper("Q", amount="5.00", number="支付9")])
    assert found.matches == []
    assert found.open[0].why == "other_number"


@pytest.mark.parametrize(
    ("given_line", "papers", "why"),
    [
        (line(), [], "no_paper"),
        (line(amount="3.00"), [paper()], "no_paper"),
        (line(name="乙公司"), [paper()], "only_amount"),
        (line(amount="3.00", text="支付202611-1"), [paper()], "other_amount"),
        (line(text="支付202611-1"), [paper(), paper("Q")], "several"),
        (line(direction="credit"), [paper()], "no_paper"),
    ],
)
def test_an_open_line_says_why(given_line, papers, why):
    found = match([given_line], papers)
    assert (found.matches, [one.why for one in found.open]) == ([], [why])


def test_two_lines_for_one_paper_stay_open_both():
    found = match([line("A", text="支付202611-1"), line("B", text="支付202611-1")], [paper()])
    assert found.matches == []
    assert [(one.why, one.candidates) for one in found.open] == [("shared", ("P",)), ("shared", ("P",))]


def test_the_name_decides_between_papers_of_the_same_number():
    papers = [paper("P", number="Z1"), paper("Q", number="Z1", name="乙公司")]
    assert pairs(match([line(text="Z1", name="乙公司")], papers)) == {("L", "Q", "number")}


AMOUNTS = st.sampled_from([Decimal("1.00"), Decimal("2.00"), Decimal("3.00")])
NAMES = st.sampled_from(["", "甲公司", "乙公司", "甲 公 司"])
NUMBERS = st.sampled_from(["V1", "V10", "V2", "财建〔2026〕1号", "X"])
DAYS = st.integers(-80, 80).map(lambda days: DAY + timedelta(days=days))
DIRECTIONS = st.sampled_from(["debit", "credit"])
TEXTS = st.lists(NUMBERS, max_size=2).map(" ".join)
LINES = st.lists(st.builds(Line, st.just(0), DIRECTIONS, AMOUNTS, DAYS, NAMES, TEXTS), max_size=8)
PAPERS = st.lists(st.builds(Paper, st.just(0), DIRECTIONS, AMOUNTS, NUMBERS, DAYS, NAMES), max_size=8)


def keyed(rows, letter):
    return [replace(row, key=f"{letter}{place}") for place, row in enumerate(rows)]


@given(LINES, PAPERS, st.randoms(use_true_random=False))
def test_never_twice_and_the_same_in_any_order(lines, papers, chance):
    lines, papers = keyed(lines, "L"), keyed(papers, "P")
    found = match(lines, papers)
    matched = [one.line for one in found.matches]
    used = [one.paper for one in found.matches]
    assert len(set(matched)) == len(matched)
    assert len(set(used)) == len(used)
    assert sorted([*matched, *(one.line for one in found.open)]) == sorted(one.key for one in lines)
    by_line, by_paper = {one.key: one for one in lines}, {one.key: one for one in papers}
    for one in found.matches:
        assert by_line[one.line].amount == by_paper[one.paper].left
        assert by_line[one.line].direction == by_paper[one.paper].direction
    assert not {paper for one in found.open for paper in one.candidates} & set(used)
    shuffled, turned = list(lines), list(papers)
    chance.shuffle(shuffled)
    chance.shuffle(turned)
    again = match(shuffled, turned)
    assert pairs(again) == pairs(found)
    assert {one.line: one for one in again.open} == {one.line: one for one in found.open}


def test_lines_are_not_compared_with_every_paper(monkeypatch):
    """Ten times the rows, all of one amount and one name, ask ten times the questions and not a hundred times."""
    from grants.bank import matching

    asked = {"count": 0}
    real = matching.fits

    def counting(given_line, given_paper):
        asked["count"] += 1
        return real(given_line, given_paper)

    monkeypatch.setattr(matching, "fits", counting)
    counts = []
    for size in (100, 1000):
        asked["count"] = 0
        papers = [paper(place, number=f"支付{place}") for place in range(size)]
        lines = [line(place, name="甲公司", text=f"支付{place}" if place % 2 else "") for place in range(size)]
        found = match(lines, papers)
        assert len(found.matches) == size // 2
        counts.append(asked["count"])
    assert counts[1] <= 11 * counts[0]
