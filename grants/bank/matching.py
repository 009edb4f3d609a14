"""Which line of a bank statement pays which paper: pure Python, lines and papers in, matches and open lines out.

A line is matched by itself only when amount and document number agree, or amount and name with a single candidate and
a day that fits; and only when nothing else claims the same line or paper. Everything else stays open, with why and
with its candidates. The result does not depend on the order of lines or papers, and no pair of lists is scanned
against each other: papers are looked up by amount, number and name, so the time grows with the number of lines.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

# The bank books a paper at most so many days before and after the date of its document.
BEFORE: Final = 5
AFTER: Final = 60
MOST_CANDIDATES: Final = 5
SHORTEST_NUMBER: Final = 2

NUMBER, NAME, PERSON = "number", "name", "person"
# Why a line stays open.
NO_PAPER, SEVERAL, SHARED, OTHER_AMOUNT, OTHER_NUMBER, ONLY_AMOUNT, OTHER_DAY = (
    "no_paper",
    "several",
    "shared",
    "other_amount",
    "other_number",
    "only_amount",
    "other_day",
)
_BRACKETS: Final = str.maketrans("〔【[〈《{（〕】]〉》}）", "(((((((" + ")))))))")
_DASHES: Final = str.maketrans("‐‑‒–—―−_", "--------")
_BESIDE: Final = re.compile(r"[0-9a-z]")


@dataclass(frozen=True)
class Line:
    """A line: its key, the direction ("debit" leaves the account), amount in yuan, day, the other side, the text."""

    key: Hashable
    direction: str
    amount: Decimal
    day: date
    name: str = ""
    text: str = ""


@dataclass(frozen=True)
class Paper:
    """A confirmed paper: its key, direction, what is left of it in yuan, its number, date, and the other side."""

    key: Hashable
    direction: str
    left: Decimal
    number: str
    day: date
    name: str = ""


@dataclass(frozen=True)
class Match:
    """A line that is this paper's, and by what it was recognised."""

    line: Hashable
    paper: Hashable
    by: str


@dataclass(frozen=True)
class Open:
    """A line that a person has to look at: why, and which papers come nearest (the best first)."""

    line: Hashable
    why: str
    candidates: tuple[Hashable, ...]


@dataclass(frozen=True)
class Result:
    """Every line stands in exactly one of the two, by its place among the lines given."""

    matches: list[Match]
    open: list[Open]


def number_of(text: str) -> str:
    """A document number or a text to find one in: full width and half width, brackets, dashes and case are one."""
    plain = unicodedata.normalize("NFKC", text.translate(_BRACKETS)).translate(_BRACKETS).translate(_DASHES)
    return "".join(plain.split()).casefold()


def name_of(text: str) -> str:
    """A name to compare: width, case, blanks and punctuation do not count."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in plain if sign.isalnum())


@dataclass
class _Side:
    """The papers of one direction, by what they are looked up by."""

    papers: list[Paper]
    names: dict[Hashable, str] = field(default_factory=dict)
    by_number: dict[str, list[Paper]] = field(default_factory=lambda: defaultdict(list))
    by_name: dict[tuple[Decimal, str], list[Paper]] = field(default_factory=lambda: defaultdict(list))
    by_amount: dict[Decimal, list[Paper]] = field(default_factory=lambda: defaultdict(list))
    lengths: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for paper in sorted(self.papers, key=_order):
            number, name = number_of(paper.number), name_of(paper.name)
            self.names[paper.key] = name
            if len(number) >= SHORTEST_NUMBER:
                self.by_number[number].append(paper)
            if name:
                self.by_name[paper.left, name].append(paper)
            self.by_amount[paper.left].append(paper)
        self.lengths = tuple(sorted({len(number) for number in self.by_number}, reverse=True))

    def named_in(self, text: str) -> list[Paper]:
        """Papers whose number stands in the text by itself; a number inside a longer one that also stands is none."""
        plain = number_of(text)
        taken = [False] * len(plain)
        found: dict[Hashable, Paper] = {}
        for length in self.lengths:
            for start in range(len(plain) - length + 1):
                there = self.by_number.get(plain[start : start + length])
                if there and not any(taken[start : start + length]) and _alone(plain, start, start + length):
                    taken[start : start + length] = [True] * length
                    found |= {paper.key: paper for paper in there}
        return list(found.values())

    def fitting(self, line: Line, most: int) -> list[Paper]:
        """The first papers of the line's amount and name whose day fits."""
        same = self.by_name.get((line.amount, name_of(line.name)), [])
        place = bisect_left(same, line.day - timedelta(days=AFTER), key=lambda paper: paper.day)
        return [paper for paper in same[place : place + most] if fits(line, paper)]

    def of_name(self, line: Line) -> list[Paper]:
        """A few papers of the line's amount and name, whatever their day."""
        return self.by_name.get((line.amount, name_of(line.name)), [])[:MOST_CANDIDATES]

    def near(self, line: Line) -> list[Paper]:
        """A few papers of the same amount, those of the nearest days."""
        same = self.by_amount.get(line.amount, [])
        place = bisect_left(same, line.day, key=lambda paper: paper.day)
        window = same[max(0, place - MOST_CANDIDATES) : place + MOST_CANDIDATES]
        return sorted(window, key=lambda paper: (abs((paper.day - line.day).days), _order(paper)))

    def without(self, used: set[Hashable]) -> _Side:
        """The papers that are still free."""
        return _Side([paper for paper in self.papers if paper.key not in used])


def _order(paper: Paper) -> tuple[date, str, str]:
    return paper.day, paper.number, str(paper.key)


def _alone(text: str, start: int, end: int) -> bool:
    """Whether the part is no piece of a longer number: no letter or digit of the same kind goes on beside it."""
    before = start > 0 and _BESIDE.match(text[start - 1]) and _BESIDE.match(text[start])
    after = end < len(text) and _BESIDE.match(text[end]) and _BESIDE.match(text[end - 1])
    return not before and not after


def fits(line: Line, paper: Paper) -> bool:
    """Whether the bank may have booked the paper that day."""
    return -BEFORE <= (line.day - paper.day).days <= AFTER


@dataclass(frozen=True)
class _Seen:
    """A line with the papers its text names, and those of them that have its amount."""

    line: Line
    named: list[Paper]
    exact: list[Paper]


def match(lines: Sequence[Line], papers: Iterable[Paper]) -> Result:
    """Match lines to papers. Keys are unique among the lines and among the papers."""
    split: dict[str, list[Paper]] = {"debit": [], "credit": []}
    for paper in papers:
        if paper.left > 0:
            split[paper.direction].append(paper)
    sides = {direction: _Side(rows) for direction, rows in split.items()}
    seen = [_look(line, sides[line.direction]) for line in lines]
    found = {line: Match(line, paper, NUMBER) for line, paper in _mutual([(one.line, one.exact) for one in seen])}
    sides = _free(sides, found)
    # A name counts when the text names no paper by number, and exactly one paper of the name fits the day.
    rest = [one.line for one in seen if one.line.key not in found and not one.named and name_of(one.line.name)]
    offers = [(line, sides[line.direction].fitting(line, 2)) for line in rest]
    found |= {line: Match(line, paper, NAME) for line, paper in _mutual(offers)}
    used = {one.paper for one in found.values()}
    sides = _free(sides, found)
    left = [_left_open(one, sides[one.line.direction], used) for one in seen if one.line.key not in found]
    return Result([found[line.key] for line in lines if line.key in found], left)


def _free(sides: dict[str, _Side], found: dict[Hashable, Match]) -> dict[str, _Side]:
    used = {one.paper for one in found.values()}
    return {direction: side.without(used) for direction, side in sides.items()}


def _look(line: Line, side: _Side) -> _Seen:
    named = side.named_in(line.text)
    exact = [paper for paper in named if paper.left == line.amount]
    if len(exact) > 1 and (name := name_of(line.name)):
        exact = [paper for paper in exact if side.names[paper.key] == name] or exact
    return _Seen(line, named, exact)


def _mutual(offers: Sequence[tuple[Line, list[Paper]]]) -> list[tuple[Hashable, Hashable]]:
    """Pairs of a line with its only paper, where no other line claims the paper, even as one of several."""
    claims = Counter(paper.key for _line, papers in offers for paper in papers)
    return [(line.key, papers[0].key) for line, papers in offers if len(papers) == 1 and claims[papers[0].key] == 1]


def _left_open(one: _Seen, side: _Side, used: set[Hashable]) -> Open:
    line = one.line
    exact = [paper for paper in one.exact if paper.key not in used]
    names = side.of_name(line)
    near = side.near(line)
    others = [paper for paper in one.named if paper.key not in used][:MOST_CANDIDATES]
    ranked = dict.fromkeys(
        paper.key for group in (exact, side.fitting(line, 2), names, others, near) for paper in group
    )
    return Open(line.key, _why(one, side, exact, names, near), tuple(ranked)[:MOST_CANDIDATES])


def _why(one: _Seen, side: _Side, exact: list[Paper], names: list[Paper], near: list[Paper]) -> str:
    if one.exact:
        return SEVERAL if len(exact) > 1 else SHARED
    if one.named:
        return OTHER_NUMBER if near else OTHER_AMOUNT
    if names:
        fitting = side.fitting(one.line, 2)
        return OTHER_DAY if not fitting else SEVERAL if len(fitting) > 1 else SHARED
    return ONLY_AMOUNT if near else NO_PAPER
