"""The PDF of a dossier of 100 pages as the worker makes it, beside Typst alone on a plain text of as many pages.

`python -m tests.bench.dossier` prints the figures as JSON: a process of its own, so that fonts are loaded and charts
drawn for the first time, as in a worker that was just started. The text differs from round to round, so that nothing
is taken from what Typst remembers.
"""

from __future__ import annotations

import io
import json
from statistics import median
from time import perf_counter
from typing import Any

from tests.bench.alone import alone

PAGES = 100
ROUNDS = 5
PARAGRAPH = (
    "第{round}轮第{number}段：围绕聚焦行业，推进重点设备更新、数字化转型与绿色化改造，以标志性项目带动产业链上下游协同，"
    "分年度安排投资，明确责任单位与完成时限，建立进度调度、质量检查和资金监管机制，确保到期末各项指标如期完成。"
)


def figures() -> list[dict[str, Any]]:
    """The rows of the bench."""
    return alone("dossier")


def _measure() -> list[dict[str, Any]]:
    import django

    from tests import databases

    django.setup()
    databases.prepare()
    pk, person = _dossier()
    first, pages = _timed(pk, person, 0)
    rest = [_timed(pk, person, number)[0] for number in range(1, ROUNDS + 1)]
    floor = [_alone(number, pages) for number in range(ROUNDS + 1)]
    name = "Typst alone, plain text of as many pages"
    return [
        _row(
            f"dossier of {pages} pages as PDF: rows, words, charts, typesetting; first of a worker",
            first,
            floor[0],
            name,
        ),
        _row(f"dossier of {pages} pages as PDF, later ones, median", median(rest), median(floor[1:]), name),
    ]


def _row(name: str, figure: float, floor: float, floor_name: str) -> dict[str, Any]:
    return {"name": name, "figure": round(figure, 3), "unit": "s", "floor": round(floor, 3), "floor_name": floor_name}


def _dossier() -> tuple[int, int]:
    """A dossier with 200 projects; the number of the application and of its drafter."""
    from applications.models import Application
    from tests import factories_applications as make

    row = make.drafted(unit="350200", amount="100000000.00", soes=("YQ001",))
    with make.acting("drafter", "ZF350200") as by:
        for number in range(200):
            what = make.project_input(name=f"数字化改造项目{number}", is_landmark=False)
            make.projects.add_project(by=by, application=Application.objects.get(pk=row.pk), what=what)
        return row.pk, by.id


def _timed(pk: int, person: int, number: int) -> tuple[float, int]:
    """Seconds from reading the rows to the finished file, and its pages."""
    import pypdf
    from django.utils import translation

    from applications import canonical, queries
    from applications.reports.dossier import document
    from portal.core import pdf
    from portal.core.scope import acting_as

    began = perf_counter()
    with acting_as(person) as by, translation.override("zh-hans"):
        application = queries.dossier(by, pk)
        data: dict[str, Any] = dict(document(application, None, canonical.content(application), []))
        data["sections"].insert(-1, {"title": "实施方案", "blocks": _text(number)})
        made = pdf.render("dossier", data | {"made_at": "2026-01-01T00:00:00+08:00"})
    seconds = perf_counter() - began
    return seconds, len(pypdf.PdfReader(io.BytesIO(made)).pages)


def _text(number: int) -> list[dict[str, str]]:
    """A plan of some eighty pages: what the projects and the rest do not fill."""
    lines = [PARAGRAPH.format(round=number, number=at) for at in range(1250)]
    return [{"kind": "text", "text": "\n".join(lines[at : at + 40])} for at in range(0, len(lines), 40)]


def _alone(number: int, pages: int) -> float:
    """Seconds of Typst for plain paragraphs on so many pages: no tables, tags, charts or data."""
    import pypdf
    import typst

    from portal.core.pdf import _fonts

    head = '#set text(font: "Noto Serif SC", size: 10.5pt)\n#set page(paper: "a4")\n'
    lines = [PARAGRAPH.format(round=number + 100, number=at) for at in range(pages * 11)]
    began = perf_counter()
    source = (head + "\n\n".join(lines)).encode()
    made = typst.compile(source, format="pdf", font_paths=_fonts(), ignore_system_fonts=True)
    seconds = perf_counter() - began
    found = len(pypdf.PdfReader(io.BytesIO(bytes(made))).pages)  # type: ignore[arg-type]
    return seconds * pages / found


if __name__ == "__main__":
    from tests import environment  # starts the servers of the tests

    rows = _measure()
    environment.end()
    print(json.dumps(rows))
