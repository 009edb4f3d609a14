"""A roster of 10,000 enterprises: brought from a workbook, and what pages of its dossier cost beside one of ten.

`python -m tests.bench.roster` prints the figures as JSON, in a process of its own. The floor of an import is COPY of
the same values into a bare table; the floor of a page is the same page with ten enterprises.
"""

from __future__ import annotations

import io
import json
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from tests.bench.alone import alone

ROWS = 10_000
ROUNDS = 20


def figures() -> list[dict[str, Any]]:
    """The rows of the bench."""
    return alone("roster")


def _measure() -> list[dict[str, Any]]:
    import django
    from django.test.utils import setup_test_environment

    from tests import databases

    django.setup()
    setup_test_environment()
    databases.prepare()
    from tests import factories_applications as make

    small = make.drafted(unit="350500", amount="100000000.00")
    large = make.drafted(unit="350200", amount="100000000.00")
    with make.acting("drafter", "ZF350500"):
        from tests import factories_roster as rosters

        rosters.fill(small, 10)
    found = _imports(large)
    found += _pages(small, large)
    return found


def _imports(row: Any) -> list[dict[str, Any]]:
    """The file read and judged; its rows stored; a repeat that changes nothing; the export."""
    from applications.domain import imports
    from applications.models import ImportFile
    from applications.queries import ground_of, industry_names, roster_rows
    from tests import factories_applications as make
    from tests import sheets

    content = sheets.workbook(*[sheets.line(number) for number in range(1, ROWS + 1)])
    with make.acting("drafter", "ZF350200") as by:
        ground = ground_of(row)
        file = ImportFile(application=row, sheet="enterprises", uploaded_by_id=by.id, **vars(make.kept("a.csv")))
        began = perf_counter()
        verdict = _judged(content, ground)
        judged = perf_counter() - began
        changes, seen = imports.compare(file, verdict)
        stored = imports.kinds.KINDS["enterprises"].store(row, changes.rows)
        whole = perf_counter() - began
        if (stored, verdict.all_problems, bool(seen)) != (ROWS, 0, True):
            raise RuntimeError("The file was not taken over whole.")
        began = perf_counter()
        again, _seen = imports.compare(file, _judged(content, ground))
        repeat = perf_counter() - began
        if (again.new, again.changed) != (0, 0):
            raise RuntimeError("A repeat changed something.")
        from applications.exports import workbook
        from applications.sheets.enterprises import ENTERPRISES

        began = perf_counter()
        workbook.write(io.BytesIO(), ENTERPRISES, roster_rows(row), industries=industry_names())
        export = perf_counter() - began
        floor = _copied(verdict)
    name = "COPY of the same values into a bare table"
    rows = [
        (f"import of {ROWS} × 15: read, every cell checked", judged),
        (f"import of {ROWS} × 15: read, checked, compared, stored with figures and digest", whole),
        ("the same file again: read, checked, compared, nothing to change", repeat),
        (f"export of {ROWS} × 15 as the same workbook", export),
    ]
    return [
        {"name": label, "figure": round(value, 2), "unit": "s", "floor": round(floor, 2), "floor_name": name}
        for label, value in rows
    ]


def _judged(content: bytes, ground: Any) -> Any:
    from applications.imports import judging, reading
    from applications.sheets.enterprises import ENTERPRISES

    return judging.judge(reading.read(io.BytesIO(content), ENTERPRISES), ENTERPRISES, ground)


def _copied(verdict: Any) -> float:
    """Seconds that COPY takes for the same values, without any check."""
    import psycopg

    from tests import databases

    keys = list(verdict.good[0])
    with psycopg.connect(databases.owner_dsn()) as owner:
        owner.execute(f"create temporary table bare ({', '.join(f'{key} text' for key in keys)})")
        began = perf_counter()
        with owner.cursor().copy(f"copy bare ({', '.join(keys)}) from stdin") as copy:
            for row in verdict.good:
                copy.write_row([row[key] for key in keys])
        return perf_counter() - began


def _pages(small: Any, large: Any) -> list[dict[str, Any]]:
    """Pages and saves at ten enterprises and at ten thousand: queries, and the 95th percentile of twenty."""
    from applications.models import Enterprise
    from tests import factories_applications as make

    found = []
    shapes: list[tuple[str, str, dict[str, str] | None]] = [
        ("dossier page", "", None),
        ("list of enterprises", "enterprises/", None),
        ("whole dossier to read", "whole/", None),
        ("save of the basics", "basics/", {"title": "方案", "amount_asked": "100000000"}),
        ("save of one enterprise", "enterprises/{row}/", {}),
    ]
    for name, path, data in shapes:
        times: list[tuple[int, float]] = []
        for row, unit in ((small, "350500"), (large, "350200")):
            with make.acting("drafter", f"ZF{unit}"):
                kept = Enterprise.objects.filter(application=row).order_by("credit_code").first()
            address = f"/applications/{row.pk}/{path.format(row=kept.pk if kept else 0)}"
            times.append(_asked(make.person("drafter", f"ZF{unit}"), address, data, kept))
        (few, fast), (many, slow) = times
        found.append(
            {
                "name": f"{name}, {ROWS} enterprises ({many} queries; {few} at ten), p95",
                "figure": round(slow * 1000, 1),
                "unit": "ms",
                "floor": round(fast * 1000, 1),
                "floor_name": "ten enterprises",
            }
        )
    return found


def _asked(person: Any, address: str, data: dict[str, str] | None, kept: Any) -> tuple[int, float]:
    """Queries of the last of twenty requests, and the 95th percentile of their seconds."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"accept-language": "zh-hans"}, SERVER_NAME="localhost")
    client.force_login(person)
    taken, sent = [], 0
    for number in range(ROUNDS + 1):
        values = None if data is None else _values(data, kept, number, client, address)
        began = perf_counter()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address) if values is None else client.post(address, values)
        if number:
            taken.append(perf_counter() - began)
        if answer.status_code not in (200, 303):
            raise RuntimeError(f"{address}: {answer.status_code}")
        sent = len(queries)
    return sent, quantiles(taken, n=20)[18] if len(taken) > 1 else median(taken)


def _values(data: dict[str, str], kept: Any, number: int, client: Any, address: str) -> dict[str, str]:
    """What a browser sends to save the page anew, with something changed."""
    form = client.get(address).context["form"]
    values = {name: form.initial.get(name) for name in form.fields}
    sent = {name: str(value) for name, value in values.items() if value not in (None, "", False)}
    return sent | data | ({"name": f"{kept.name}{number}"} if "credit_code" in sent else {})


if __name__ == "__main__":
    from tests import environment  # starts the servers of the tests

    rows = _measure()
    environment.end()
    print(json.dumps(rows))
