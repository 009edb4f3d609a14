"""A flow picture (Sankey): where amounts go, from column to column. Pure: amounts in, places on the canvas out.

The template draws it as SVG by attributes and classes alone. Heights are for the eye; the exact amounts stand beside
each node and in the table.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import Final

WIDTH: Final = 1100
BAR: Final = 14
# Two lines of text beside a node need this much room; between nodes and above the first one.
SLOT: Final = 40
GAP: Final = 10
TALLEST: Final = 300
# What the label of the last column needs beside its bar.
LABEL: Final = 290
# The size of a sign of its text, and how many of them stay at the end of a label that is cut: names of projects differ
# there.
EM: Final = 14
TAIL: Final = 4


@dataclass(frozen=True)
class Node:
    """An amount at one place. column: counted from nought; url: where a click leads; tone: a class of the bar."""

    key: str
    column: int
    label: str
    text: str
    value: Decimal
    url: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Link:
    """An amount on its way between two nodes of neighbouring columns."""

    source: str
    target: str
    value: Decimal


@dataclass(frozen=True)
class Bar:
    """A node on the canvas: its bar, and where its two lines of text begin."""

    node: Node
    x: int
    y: float
    height: float
    room: int

    @property
    def name(self) -> str:
        """Its label, cut in the middle to what fits beside the bar."""
        return fitted(self.node.label, self.room)

    @property
    def text_x(self) -> int:
        """Where its text begins."""
        return self.x + BAR + 8

    @property
    def text_y(self) -> float:
        """The base of the first of two lines, centred on the bar."""
        return round(self.y + self.height / 2 - 3, 1)

    @property
    def second_y(self) -> float:
        """The base of the second line."""
        return round(self.text_y + 17, 1)


@dataclass(frozen=True)
class Ribbon:
    """A link on the canvas: its path and how thick it is."""

    path: str
    width: float
    title: str
    tone: str


@dataclass(frozen=True)
class Picture:
    """All of it, with the size of its canvas."""

    height: int
    bars: list[Bar]
    ribbons: list[Ribbon]
    width: int = WIDTH
    bar: int = BAR


def drawn(nodes: Sequence[Node], links: Sequence[Link]) -> Picture | None:
    """The picture of nodes above zero and the links between them; None when there is nothing to draw."""
    shown = [node for node in nodes if node.value > 0]
    if not shown:
        return None
    columns = sorted({node.column for node in shown})
    most = max(sum((node.value for node in shown if node.column == column), Decimal(0)) for column in columns)
    scale = TALLEST / float(most)
    step = (WIDTH - LABEL - BAR) // max(1, columns[-1])
    bars: dict[str, Bar] = {}
    tallest = 0.0
    for column in columns:
        top = float(GAP)
        for node in (one for one in shown if one.column == column):
            height = max(2.0, float(node.value) * scale)
            slot = max(height, SLOT)
            x = column * step
            room = (WIDTH - x if column == columns[-1] else step) - BAR - 8
            bars[node.key] = Bar(node, x, round(top + (slot - height) / 2, 1), round(height, 1), room)
            top += slot + GAP
        tallest = max(tallest, top)
    return Picture(int(tallest) + 1, list(bars.values()), _ribbons(bars, links, scale))


def fitted(label: str, room: int) -> str:
    """The label, with a gap in its middle when it is wider than the room (units of the canvas)."""
    widths = [EM if unicodedata.east_asian_width(sign) in "WF" else 0.6 * EM for sign in label]
    if sum(widths) <= room:
        return label
    left = room - EM - sum(widths[-TAIL:])
    head = sum(so_far <= left for so_far in accumulate(widths))
    return f"{label[:head]}…{label[-TAIL:]}"


def _ribbons(bars: dict[str, Bar], links: Sequence[Link], scale: float) -> list[Ribbon]:
    left = {key: bar.y for key, bar in bars.items()}
    came = dict(left)
    found = []
    for link in links:
        source, target = bars.get(link.source), bars.get(link.target)
        if source is None or target is None or link.value <= 0:
            continue
        width = max(1.0, float(link.value) * scale)
        begin, end = left[link.source] + width / 2, came[link.target] + width / 2
        left[link.source] += width
        came[link.target] += width
        x0, x1 = source.x + BAR, target.x
        middle = (x0 + x1) // 2
        path = f"M{x0} {begin:.1f}C{middle} {begin:.1f} {middle} {end:.1f} {x1} {end:.1f}"
        title = f"{source.node.label} → {target.node.label}"
        found.append(Ribbon(path, round(width, 1), title, target.node.tone))
    return found
