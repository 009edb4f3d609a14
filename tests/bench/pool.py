"""The expert pool from a workbook while a batch of 333 applications is under review: judged, taken over, brought again.

`python -m tests.bench.pool` prints the figures as JSON, in a process of its own. The floor is reading the same
workbook with calamine alone.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from time import perf_counter
from typing import Any, Final

from tests.bench.alone import alone

SIZES: Final = (600, 5000)
APPLICATIONS: Final = 333
FLOOR: Final = "the same workbook read by calamine alone"


def figures() -> list[dict[str, Any]]:
    """The rows of the bench."""
    return alone("pool")


def _measure() -> list[dict[str, Any]]:
    import django

    from tests import databases

    django.setup()
    databases.prepare()
    found = []
    for size in SIZES:
        with databases.fresh_clone():
            found += _imported(size)
    return found


def _imported(size: int) -> list[dict[str, Any]]:
    from tests.bench import world

    made = world.built(APPLICATIONS, 3)
    with world.past_guards() as owner:
        world.copy_people(owner, source=made.draft.reviewer_id, number=size, profiles=False)
    content = workbook(size)
    floor, _rows = _timed(lambda: _alone(content))
    judged, row = _timed(lambda: judge(content))
    if (row.report["new"], row.report["all_problems"]) != (size, 0):
        raise RuntimeError(f"The file was not judged whole: {row.report}")
    taken, count = _timed(lambda: take(row))
    if count != size:
        raise RuntimeError(f"{count} profiles of {size} were kept.")
    again, row = _timed(lambda: judge(content))
    if row.report["same"] != size:
        raise RuntimeError("A repeat changed something.")
    figures = (("judged, compared, reported", judged), ("judged again and taken over", taken))
    return [
        {"name": f"expert pool, {size:,} rows: {name}", "figure": round(figure, 2), "unit": "s"}
        | {"floor": round(floor, 3), "floor_name": FLOOR}
        for name, figure in (*figures, ("the same file once more, nothing to change", again))
    ]


def _timed(act: Callable[[], Any]) -> tuple[float, Any]:
    began = perf_counter()
    found = act()
    return perf_counter() - began, found


def _alone(content: bytes) -> list[Any]:
    import python_calamine

    return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def workbook(size: int) -> bytes:
    """A row for each of the copied people, every kind of cell filled."""
    from reviews.pool.known import Known
    from reviews.pool.sheet import pool_sheet
    from tests import sheets
    from tests.bench.world import PEOPLE

    places = ("福建", "江苏", "四川", "辽宁", "湖北", "陕西")
    lines = [
        {
            "email": f"{PEOPLE}{number}@zj.test",
            "name": f"示例专家{number}",
            "home_province": places[number % len(places)],
            "employer": f"示例大学第{number % 97}学院",
            "fields": "C26:3；C36:2；数字化:2",
            "languages": "中文; English",
            "min_load": number % 5,
            "max_load": 20 + number % 20,
            "is_active": "是",
            "former": f"示例集团{number % 83} | 2026-03-31",
        }
        for number in range(1, size + 1)
    ]
    return sheets.workbook(*lines, sheet=pool_sheet(Known()), name="专家")


def _untold(done: int, of: int) -> None:
    """Nobody waits for word of how far it is."""


def judge(content: bytes) -> Any:
    """The file brought and judged as by the worker's task; the import with its report."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from portal.core import files
    from reviews import queries
    from reviews.domain import pool
    from tests import factories_applications as make

    kept = files.keep(SimpleUploadedFile("pool.xlsx", content), kinds=(files.XLSX,))
    with make.acting("officer", "MIIT") as by:
        row = pool.bring(by=by, file=kept)
        known = queries.pool_known(by)
        verdict = pool.judge(row, known, _untold)
        return pool.keep_report(by=by, row=row, known=known, verdict=verdict)


def take(row: Any) -> int:
    """Judged anew and taken over, as by the worker's task; the number of profiles kept."""
    from reviews import queries
    from reviews.domain import pool
    from tests import factories_applications as make

    with make.acting("officer", "MIIT") as by:
        known = queries.pool_known(by)
        verdict = pool.judge(row, known, _untold)
        return pool.take(by=by, row=row, known=known, verdict=verdict, good_only=False)


if __name__ == "__main__":
    from tests import environment  # starts the servers of the tests

    rows = _measure()
    environment.end()
    print(json.dumps(rows))
