"""Where texts stand on the pages of a PDF: whether any runs over the edge of its page or into another."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdf
from pypdf.generic import ContentStream

MARGIN = 36  # points; no paper of the portal prints nearer to the edge
Matrix = tuple[float, float, float, float, float, float]
SAME: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True)
class Box:
    """A run of text with its place, in points from the left lower corner of a page, and the size of its type."""

    page: int
    width: float
    left: float
    right: float
    base: float
    size: float


def times(one: Matrix, two: Matrix) -> Matrix:
    """First `one`, then `two`."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def widths(font: Any) -> dict[int, float]:
    """The width of each glyph of a font of two bytes a sign, in thousandths of its size."""
    rest = list(font["/DescendantFonts"][0].get_object().get("/W", []))
    found: dict[int, float] = {}
    while rest:
        first, second = int(rest.pop(0)), rest.pop(0)
        if isinstance(second, list):
            found |= {first + place: float(one) for place, one in enumerate(second)}
        else:
            found |= dict.fromkeys(range(first, int(second) + 1), float(rest.pop(0)))
    return found


def boxes(made: bytes) -> list[Box]:
    """All runs of text of a PDF that Typst set."""
    reader = pypdf.PdfReader(io.BytesIO(made))
    return [box for number, page in enumerate(reader.pages, 1) for box in _on(page, number, reader)]


def _on(page: Any, number: int, reader: pypdf.PdfReader) -> Iterator[Box]:
    fonts = {name: widths(font.get_object()) for name, font in page["/Resources"].get("/Font", {}).items()}
    width = float(page.mediabox.width)
    kept: list[Matrix] = []
    ground, placed, glyphs, size = SAME, SAME, {}, 0.0
    for words, act in ContentStream(page.get_contents(), reader).operations:
        match act:
            case b"q":
                kept.append(ground)
            case b"Q":
                ground = kept.pop()
            case b"cm":
                ground = times(tuple(float(word) for word in words), ground)  # type: ignore[arg-type]
            case b"Tf":
                glyphs, size = fonts[words[0]], float(words[1])
            case b"Tm":
                placed = tuple(float(word) for word in words)  # type: ignore[assignment]
            case b"Tj" | b"TJ":
                long = _long(words[0] if act == b"TJ" else words, glyphs, size)
                here = times(placed, ground)
                yield Box(number, width, here[4], here[4] + long * here[0], here[5], abs(size * here[3]))


def _long(parts: Any, glyphs: dict[int, float], size: float) -> float:
    total = 0.0
    for part in parts:
        if isinstance(part, int | float):
            total -= float(part)
            continue
        signs = part if isinstance(part, bytes) else part.original_bytes
        total += sum(glyphs.get(int.from_bytes(signs[at : at + 2]), 1000.0) for at in range(0, len(signs), 2))
    return total * size / 1000


def outside(found: list[Box]) -> list[Box]:
    """The runs that reach into the margin at the left or the right."""
    return [box for box in found if box.left < MARGIN or box.right > box.width - MARGIN]


def overlapping(found: list[Box], most: float = 2) -> list[tuple[Box, Box]]:
    """Pairs of runs on one line of which one reaches into the other by more than `most` points."""
    return [
        (one, two)
        for place, one in enumerate(found)
        for two in found[place + 1 :]
        if one.page == two.page
        and min(one.right, two.right) - max(one.left, two.left) > most
        and abs(one.base - two.base) < 0.5 * min(one.size, two.size)
    ]
