"""What every PDF of a report keeps: tagged, its language said, fonts in it, no text beyond the page or over another."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import pypdf
from pypdf.generic import ContentStream

Matrix = tuple[float, float, float, float, float, float]
ONE: Final[Matrix] = (1, 0, 0, 1, 0, 0)
SLACK: Final = 1.0  # points


@dataclass(frozen=True)
class Run:
    """A run of glyphs: from where to where (points, from the lower left corner), its size, whether in a drawing."""

    left: float
    right: float
    base: float
    size: float
    in_drawing: bool


def hold(content: bytes) -> None:
    """Look at a whole PDF."""
    read = pypdf.PdfReader(io.BytesIO(content))
    root: Any = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"], "not tagged"
    assert "/StructTreeRoot" in root, "no structure"
    assert str(root["/Lang"])[:2] in ("zh", "en"), "no language"
    for number, page in enumerate(read.pages, start=1):
        for name, font in _fonts(page.get("/Resources", {})):
            assert _is_embedded(font), f"page {number}: {name} is not in the file"
        _inside(number, page, list(_runs(page)))


def _fonts(resources: Any) -> Iterator[tuple[str, Any]]:
    """All fonts of a page and of its drawings."""
    resources = resources.get_object()
    for name, font in resources.get("/Font", {}).items():
        yield name, font.get_object()
    for drawing in resources.get("/XObject", {}).values():
        inner = drawing.get_object()
        if inner.get("/Subtype") == "/Form" and "/Resources" in inner:
            yield from _fonts(inner["/Resources"])


def _is_embedded(font: Any) -> bool:
    if font["/Subtype"] == "/Type3":  # its glyphs are drawn in the file itself
        return True
    inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
    descriptor = inner["/FontDescriptor"].get_object()
    return any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def _inside(number: int, page: Any, runs: list[Run]) -> None:
    width, height = float(page.mediabox.width), float(page.mediabox.height)
    assert runs, f"page {number} is empty"
    for run in runs:
        assert run.left >= -SLACK, f"page {number}: text begins {run.left:.0f} points left of the page"
        assert run.right <= width + SLACK, f"page {number}: text ends {run.right - width:.0f} points beyond the page"
        assert -SLACK <= run.base <= height + SLACK, f"page {number}: text above or below the page"
    lines: dict[int, list[Run]] = {}
    for run in runs:
        if not run.in_drawing:
            lines.setdefault(round(run.base), []).append(run)
    for line in lines.values():
        line.sort(key=lambda run: run.left)
        for before, after in pairwise(line):
            # The empty half of a full sign of punctuation may lie under what follows.
            assert before.right <= after.left + max(SLACK, before.size / 2), (
                f"page {number}: text lies over text at {after.left:.0f}, {after.base:.0f}"
            )


def _times(one: Matrix, two: Matrix) -> Matrix:
    """First `one`, then `two`."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _runs(page: Any) -> Iterator[Run]:
    yield from _walk(page.get_contents(), page["/Resources"], page.pdf, ONE, in_drawing=False)


def _walk(stream: Any, resources: Any, pdf: Any, start: Matrix, *, in_drawing: bool) -> Iterator[Run]:
    resources = resources.get_object()
    fonts = {name: _widths(font.get_object()) for name, font in resources.get("/Font", {}).items()}
    now, kept, place, font, size = start, [], ONE, "", 1.0
    for values, operator in ContentStream(stream, pdf).operations:
        if operator == b"q":
            kept.append(now)
        elif operator == b"Q":
            now = kept.pop()
        elif operator == b"cm":
            now = _times(tuple(float(value) for value in values), now)  # type: ignore[arg-type]
        elif operator == b"BT":
            place = ONE
        elif operator == b"Tf":
            font, size = values[0], float(values[1])
        elif operator == b"Tm":
            place = tuple(float(value) for value in values)  # type: ignore[assignment]
        elif operator in (b"Td", b"TD"):
            place = _times((1, 0, 0, 1, float(values[0]), float(values[1])), place)
        elif operator in (b"Tj", b"TJ"):
            wide = _wide(values[0] if operator == b"TJ" else values, fonts.get(font, {}))
            at = _times(place, now)
            long = wide / 1000 * size
            ends = (at[4], at[4] + long * at[0])
            if not at[1]:  # what stands upright is measured
                yield Run(min(ends), max(ends), at[5], size * abs(at[3]), in_drawing)
            place = _times((1, 0, 0, 1, long, 0), place)
        elif operator == b"Do":
            inner = resources["/XObject"][values[0]].get_object()
            if inner.get("/Subtype") == "/Form":
                shape = tuple(float(value) for value in inner.get("/Matrix", ONE))
                own = inner.get("/Resources", resources)
                yield from _walk(inner, own, pdf, _times(shape, now), in_drawing=True)  # type: ignore[arg-type]


def _wide(parts: Any, widths: dict[int, float]) -> float:
    """How wide the glyphs are, in thousandths of the size; figures between them move back."""
    total = 0.0
    for part in parts:
        if isinstance(part, (int, float)):
            total -= float(part)
            continue
        raw = part.original_bytes if hasattr(part, "original_bytes") else bytes(part)
        if widths.get(-1):  # one byte for each glyph
            total += sum(widths.get(code, 0.0) for code in raw)
        else:
            total += sum(
                widths.get(int.from_bytes(raw[at : at + 2], "big"), widths.get(-2, 1000.0))
                for at in range(0, len(raw), 2)
            )
    return total


def _widths(font: Any) -> dict[int, float]:
    """Width of each glyph by its code; -1: codes of one byte; -2: width of the others."""
    if "/DescendantFonts" not in font:
        first = int(font.get("/FirstChar", 0))
        scale = 1000 * float(font["/FontMatrix"][0]) if "/FontMatrix" in font else 1.0
        return {-1: 1.0} | {first + at: float(wide) * scale for at, wide in enumerate(font.get("/Widths", []))}
    inner = font["/DescendantFonts"][0].get_object()
    found: dict[int, float] = {-2: float(inner.get("/DW", 1000))}
    entries = list(inner.get("/W", []))
    at = 0
    while at < len(entries):
        first, second = int(entries[at]), entries[at + 1].get_object() if hasattr(entries[at + 1], "get_object") else 0
        if isinstance(second, list):
            found |= {first + place: float(wide) for place, wide in enumerate(second)}
            at += 2
        else:
            found |= dict.fromkeys(range(first, int(entries[at + 1]) + 1), float(entries[at + 2]))
            at += 3
    return found
