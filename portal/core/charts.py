"""Charts: one Vega-Lite specification for the page and the document, drawn here as SVG with the Chinese font.

Nothing is fetched: the drawing library and the fonts come from packages. Each chart stands beside the table of its
figures; floats are for drawing alone, the table shows the exact amounts.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pylopdf_fonts_zh_cn as fonts
import vl_convert

from portal.core.lazily import lazily

if TYPE_CHECKING:
    import altair as alt
else:
    alt = lazily("altair")

Spec = dict[str, Any]
Number = int | Decimal
FONT: Final = "Noto Sans SC"
# Distinct in grey and for the colour-blind; the first is the portal's own.
COLOURS: Final = ["#1f4e8c", "#c8782a", "#3f8f6b", "#8a5a9e", "#b23b3b", "#6b7785"]
# The title of the labels stands above them: Chinese is not read sideways.
_UPRIGHT: Final[dict[str, Any]] = {"titleAngle": 0, "titleAnchor": "end", "titleAlign": "right", "titleY": -8}
_COUNTED: Final = re.compile(r"\b(clip|gradient_|pattern_)(\d+)\b")
_one_at_a_time = threading.Lock()


def bars(
    rows: Iterable[tuple[str, Number]], *, label: str, value: str, width: int = 560, limit: int = 15, rest: str = ""
) -> Spec:
    """Lying bars, longest first. label, value: titles of the axes (value with its unit).

    More than `limit` rows: the smaller ones are added up as one bar named `rest` (left out when that is empty).
    """
    ordered = sorted(rows, key=lambda row: (-row[1], row[0]))
    if len(ordered) > limit:
        small = sum((row[1] for row in ordered[limit - 1 :]), Decimal(0))
        ordered = [*ordered[: limit - 1], *([(rest, small)] if rest else [])]
    data = [{"label": name, "value": float(number)} for name, number in ordered]
    chart = (
        alt.Chart(alt.InlineData(values=data))
        .mark_bar(color=COLOURS[0], cornerRadiusEnd=2)
        .encode(
            x=alt.X("value:Q", title=value, axis=_figures(data)),
            y=alt.Y("label:N", title=label, sort=None, axis=alt.Axis(labelLimit=220, **_UPRIGHT)),
        )
        .properties(width=width, height=max(60, 26 * len(data)))
    )
    return _finish(chart)


def stacked(rows: Iterable[tuple[str, str, Number]], *, label: str, value: str, part: str, width: int = 560) -> Spec:
    """Standing bars in parts that add up: rows of label, part, number, in the given order of labels and parts."""
    return _finish(_standing(rows, label, value, part, width))


def grouped(rows: Iterable[tuple[str, str, Number]], *, label: str, value: str, part: str, width: int = 560) -> Spec:
    """Standing bars beside each other, for parts that do not add up (stages of the same money, parts of a whole)."""
    chart = _standing(rows, label, value, part, width)
    parts = list(dict.fromkeys(row["part"] for row in chart.data.values))
    return _finish(chart.encode(xOffset=alt.XOffset("part:N", sort=parts)))


def _standing(rows: Iterable[tuple[str, str, Number]], label: str, value: str, part: str, width: int) -> alt.Chart:
    data: list[dict[str, Any]] = [
        {"label": name, "part": piece, "value": float(number)} for name, piece, number in rows
    ]
    parts: list[str] = list(dict.fromkeys(row["part"] for row in data))
    chart: alt.Chart = (
        alt.Chart(alt.InlineData(values=data))
        .mark_bar()
        .encode(
            x=alt.X("label:N", title=label, sort=None, axis=_names(data)),
            y=alt.Y("value:Q", title=value, axis=_figures(data)),
            color=alt.Color("part:N", title=part, sort=parts, scale=alt.Scale(domain=parts, range=COLOURS)),
        )
        .properties(width=width, height=260)
    )
    return chart


def lines(
    rows: Iterable[tuple[str, str, Number | None]], *, label: str, value: str, part: str, width: int = 560
) -> Spec:
    """Lines with points, one for each part: rows of label, part, number in the given order; none leaves a gap.

    Each part has a dash and a shape of its own, so that nothing hangs on colour.
    """
    data: list[dict[str, Any]] = [
        {"label": name, "part": piece, "value": None if number is None else float(number)}
        for name, piece, number in rows
    ]
    parts: list[str] = list(dict.fromkeys(row["part"] for row in data))
    legend = alt.Legend(orient="bottom", symbolType="stroke", symbolSize=300)
    chart = (
        alt.Chart(alt.InlineData(values=data))
        .mark_line(point=alt.OverlayMarkDef(size=45), strokeWidth=2)
        .encode(
            x=alt.X("label:N", title=label, sort=None, axis=alt.Axis(labelAngle=0, labelOverlap="greedy")),
            y=alt.Y(
                "value:Q",
                title=value,
                scale=alt.Scale(zero=False, nice=True),
                axis=alt.Axis(format=",.2~f", tickCount=5, **_UPRIGHT),
            ),
            color=alt.Color(
                "part:N", title=part, sort=parts, legend=legend, scale=alt.Scale(domain=parts, range=COLOURS)
            ),
            strokeDash=alt.StrokeDash(
                "part:N", sort=parts, title=part, scale=alt.Scale(domain=parts, range=[[1, 0], [6, 4], [2, 3]])
            ),
        )
        .properties(width=width, height=200)
    )
    return _finish(chart)


def to_svg(spec: Spec) -> str:
    """The chart as SVG, the same for the same specification. Raises ValueError when it is no valid specification."""
    _register_fonts()
    with _one_at_a_time:
        svg = str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]))
    # The drawing library counts its clip paths on through the life of the process.
    numbers: dict[str, str] = {}
    return _COUNTED.sub(lambda match: f"{match[1]}{numbers.setdefault(match[0], str(len(numbers)))}", svg)


def _names(data: list[dict[str, Any]]) -> alt.Axis:
    """The axis of names under standing bars: they lean where side by side they would run into each other."""
    names = list(dict.fromkeys(row["label"] for row in data))
    wide = sum(len(name) * (6 if name.isascii() else 11) for name in names) + 12 * len(names)
    if wide <= 560:
        return alt.Axis(labelAngle=0, labelLimit=120)
    return alt.Axis(labelAngle=-40, labelAlign="right", labelLimit=120)


def _figures(data: list[dict[str, Any]]) -> alt.Axis:
    """The axis of the figures: separators, and places only where all of them are small."""
    largest = max((row["value"] for row in data), default=0)
    return alt.Axis(format=",.0f" if largest >= 10 else ",.2~f", tickCount=6)


def _finish(chart: alt.Chart) -> Spec:
    styled = (
        chart.configure(font=FONT, background="transparent")
        .configure_axis(labelFontSize=11, titleFontSize=11, titleFontWeight="normal", gridColor="#e3e7ec")
        .configure_legend(labelFontSize=11, titleFontSize=11, titleFontWeight="normal")
        .configure_view(stroke=None)
    )
    # Not judged against the schema, which takes a third as long as drawing: the drawing refuses what it cannot read.
    spec: Spec = styled.to_dict(validate=False)
    return spec


@lru_cache(maxsize=1)
def _register_fonts() -> None:
    vl_convert.register_font_directory(str(Path(fonts.sans_path()).parent))
