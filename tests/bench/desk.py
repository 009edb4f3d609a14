"""A reviewer's pages and the officers' pages while reviewers work, in a large round beside a small one.

`python -m tests.bench.desk` prints the figures as JSON, in a process of its own. The floor of a page is the same page
in the small round: a reviewer holds as much in both, and the number of queries is the same.
"""

from __future__ import annotations

import json
from statistics import quantiles
from time import perf_counter
from typing import Any, Final

from tests.bench.alone import alone

SMALL: Final = (333, 60)
LARGE: Final = (3330, 600)
ROUNDS: Final = 20
MARKS: Final = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK")  # of transactions: no queries


def figures() -> list[dict[str, Any]]:
    """The rows of the bench."""
    return alone("desk")


def _measure() -> list[dict[str, Any]]:
    import django
    from django.test.utils import setup_test_environment

    from tests import databases

    django.setup()
    setup_test_environment()
    databases.prepare()
    times = []
    for size in (SMALL, LARGE):
        with databases.fresh_clone():
            times.append(_pages(*size))
    return [
        _row(name, few, many) for name, few, many in zip(times[0], times[0].values(), times[1].values(), strict=True)
    ]


def _row(name: str, small: tuple[int, float], large: tuple[int, float]) -> dict[str, Any]:
    size = "{:,} × 5 by {}".format(*LARGE)
    return {
        "name": f"{name}, {size} ({large[0]} queries; {small[0]} in the small round), p95",
        "figure": round(1000 * large[1], 1),
        "unit": "ms",
        "floor": round(1000 * small[1], 1),
        "floor_name": "{:,} × 5 by {}".format(*SMALL),
    }


def _pages(applications: int, reviewers: int) -> dict[str, tuple[int, float]]:
    """For each page the queries of one answer, and the 95th percentile of twenty, in seconds."""
    from tests.bench import world
    from tests.factories_applications import person

    made = world.built(applications, reviewers)
    number, mine, miit = made.batch.number, made.draft.reviewer, person("officer", "MIIT")
    asked = [
        ("my reviews", mine, "/reviews/"),
        ("dossier beside the scores", mine, f"/reviews/{made.draft.pk}/"),
        ("board of a batch", miit, f"/reviewing/{number}/"),
        ("loads", miit, f"/reviewing/{number}/loads/"),
        ("panel of an application", miit, f"/reviewing/application/{made.application}/"),
        ("calibrated scores", miit, f"/reviewing/{number}/calibration/"),
    ]
    return {name: _asked(who, address) for name, who, address in asked}


def _asked(person: Any, address: str) -> tuple[int, float]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"accept-language": "zh-hans"}, SERVER_NAME="localhost")
    client.force_login(person)
    taken, sent = [], 0
    for number in range(ROUNDS + 1):
        began = perf_counter()
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(address)
        if number:
            taken.append(perf_counter() - began)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")
        sent = sum(not row["sql"].startswith(MARKS) for row in seen.captured_queries)
    return sent, quantiles(taken, n=20)[18]


if __name__ == "__main__":
    from tests import environment  # starts the servers of the tests

    rows = _measure()
    environment.end()
    print(json.dumps(rows))
