"""Writers of reports at many rows, beside their floor of the same run: COPY for CSV, the library's own loop for XLSX.

`python -m tests.bench.reports` prints the figures as JSON, in a process of its own for each writer, so that the largest
memory of each is its own. BENCH_ROWS rows (1,000,000 when not said) of twelve columns come from a generated table;
BENCH_DOSSIERS dossiers (333) are read and set into a ZIP, beside the same one after the other, divided by the cores.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from portal.run import stack

ROWS: Final = int(os.environ.get("BENCH_ROWS", "1000000"))
DOSSIERS: Final = int(os.environ.get("BENCH_DOSSIERS", "333"))
PARTS: Final = ("csv", "csv_floor", "xlsx", "xlsx_floor", "pdf", "zip", "zip_floor")
# As the journal has them: numbers, a moment, words, amounts, a digest.
QUERY: Final = """
    select 2026, n, to_char(timestamp '2026-01-01' + n * interval '1 second', 'YYYY-MM-DD HH24:MI:SS'), '支付到项目',
           '财建〔2026〕' || n %% 900 || '号', '福建省', '厦门市', '已支付到项目', '项目' || n %% 5000,
           (n %% 100000 + 0.25)::numeric(18,2), (n + 0.5)::numeric(18,2), md5(n::text) || md5((n + 1)::text)
      from generate_series(1, %s) n"""
KINDS: Final = ("number", "number", "moment", *("text",) * 6, "yuan", "yuan", "text")


def figures() -> list[dict[str, Any]]:
    """The rows of the bench."""
    found = {}
    for part in PARTS:
        made = subprocess.run(
            [sys.executable, "-m", "tests.bench.reports", part], cwd=stack.ROOT, check=True, stdout=subprocess.PIPE
        )
        found[part] = json.loads(made.stdout.splitlines()[-1])
    rows = []
    for part, floor in (("csv", "COPY to a file"), ("xlsx", "xlsxwriter's own loop")):
        own, beside = found[part], found[f"{part}_floor"]
        name = f"{ROWS:,} entries as {part.upper()}, {own['mb']:.0f} MB of memory"
        rows.append(_row(name, own["seconds"], beside["seconds"], f"{floor}, {beside['mb']:.0f} MB"))
    pages = f"table of {found['pdf']['pages']} pages as PDF"
    rows.append({"name": pages, "figure": found["pdf"]["seconds"], "unit": "s", "floor": None, "floor_name": ""})
    own, beside = found["zip"], found["zip_floor"]
    cores = len(os.sched_getaffinity(0))
    name = f"{DOSSIERS} dossiers as a ZIP"
    rows.append(_row(name, own["seconds"], beside["seconds"] / cores, f"one after the other, by {cores} cores"))
    return rows


def _row(name: str, figure: float, floor: float, floor_name: str) -> dict[str, Any]:
    return {"name": name, "figure": figure, "unit": "s", "floor": floor, "floor_name": floor_name}


def _order(form: str, build: Callable[[Any], Iterator[Any]]) -> Any:
    from types import SimpleNamespace

    from portal.core import clock
    from portal.reports.catalogue import TABLES, Order, Report
    from portal.reports.forms import ReportForm

    report = Report("bench", "Journal", "Bench", "reports.ask", TABLES, ReportForm, build, source="books")
    by: Any = SimpleNamespace(name="Bench", organisation=None, id=0)
    return Order(by, report, form, {}, [], clock.now(), lambda: nullcontext(by))


def _columns() -> list[Any]:
    from portal.reports.catalogue import Column

    return [Column(f"Column {place}", kind, total=kind == "yuan") for place, kind in enumerate(KINDS)]


def _journal(_order: Any) -> Iterator[Any]:
    from portal.reports.catalogue import Copied, Cover, Sheet

    yield Cover(steps=3)
    yield Sheet("lines", "Lines", _columns())
    yield Copied(QUERY, [ROWS])


def _table(_order: Any) -> Iterator[Any]:
    from decimal import Decimal

    from portal.reports.catalogue import Column, Cover, Rows, Sheet

    yield Cover(steps=3)
    yield Sheet(
        "t", "Table", [Column("Unit"), Column("Project", width=30), Column("Amount (yuan)", "yuan", total=True)]
    )
    yield Rows([["厦门市", f"第{number}号技术改造项目", Decimal(number) + Decimal("0.25")] for number in range(2_500)])


def _written(form: str, build: Callable[[Any], Iterator[Any]], path: Path) -> None:
    from django.db import transaction

    from portal.reports.making import write
    from portal.reports.writers import open_writer

    with transaction.atomic():
        order = _order(form, build)
        write(order, open_writer(order, path))


def _copy(path: Path) -> None:
    from django.db import connection, transaction

    copy = f"copy ({QUERY}) to stdout (format csv)"
    with (
        transaction.atomic(),
        connection.cursor() as cursor,
        path.open("wb") as file,
        cursor.copy(copy, [ROWS]) as stream,
    ):
        for block in stream:
            file.write(block)


def _loop(path: Path) -> None:
    """The same cells by the library alone, in its own constant memory; the values are at hand."""
    from datetime import datetime

    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    shape, day = book.add_format({"num_format": "#,##0.00"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    at = datetime(2026, 1, 1)  # noqa: DTZ001 - a cell has no zone
    words = ("支付到项目", "财建〔2026〕1号", "福建省", "厦门市", "已支付到项目", "项目1")
    for line in range(ROWS):
        sheet.write_number(line, 0, 2026)
        sheet.write_number(line, 1, line)
        sheet.write_datetime(line, 2, at, day)
        for place, word in enumerate(words, start=3):
            sheet.write_string(line, place, word)
        sheet.write_number(line, 9, line + 0.25, shape)
        sheet.write_number(line, 10, line + 0.5, shape)
        sheet.write_string(line, 11, "0" * 64)
    book.close()


def _dossier() -> Callable[[], tuple[str, dict[str, Any]]]:
    """One submitted dossier is made; what comes back reads it anew each time, as the report does."""
    from applications.reports.dossier import rows_of
    from portal.core.scope import acting_as
    from tests import factories_applications as make

    application = make.recommended(unit="350200", amount="260000000.00", soes=("YQ001",), batch=make.open_batch(31)).pk
    officer = make.person("officer", "MIIT").pk

    def read() -> tuple[str, dict[str, Any]]:
        with acting_as(officer) as by:
            rows = rows_of(by, application)
        return "dossier", rows.data() | {"made_at": "2026-11-28T09:02:03+08:00"}

    return read


def _zipped(path: Path, read: Callable[[], tuple[str, dict[str, Any]]], *, together: bool) -> None:
    from contextlib import ExitStack

    from portal.core import pdf
    from portal.core.press import Press
    from portal.reports.catalogue import Cover, Member

    def build(_order: Any) -> Iterator[Any]:
        yield Cover(steps=DOSSIERS)
        papers = (read() for _number in range(DOSSIERS))
        with ExitStack() as stack:
            made = (
                stack.enter_context(Press()).all(papers)
                if together
                else (pdf.render(template, data) for template, data in papers)
            )
            for number, content in enumerate(made):
                yield Member(f"{number}.pdf", content)

    _written("zip", build, path)


def _measure(part: str) -> dict[str, Any]:
    import django

    from tests import databases

    django.setup()
    databases.prepare()
    ways: dict[str, Callable[[Path], None]] = {
        "csv": lambda path: _written("csv", _journal, path),
        "csv_floor": _copy,
        "xlsx": lambda path: _written("xlsx", _journal, path),
        "xlsx_floor": _loop,
        "pdf": lambda path: _written("pdf", _table, path),
    }
    if part.startswith("zip"):
        read = _dossier()
        ways = {part: lambda path: _zipped(path, read, together=part == "zip")}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made"
        began = perf_counter()
        ways[part](path)
        took = perf_counter() - began
        found = {"seconds": round(took, 2), "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
        if part == "pdf":
            import pypdf

            found["pages"] = len(pypdf.PdfReader(path).pages)
    return found


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps(_measure(sys.argv[1])))
    else:
        for row in figures():
            print(json.dumps(row, ensure_ascii=False))
