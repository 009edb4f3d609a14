"""Scores kept while eight reviewers type, each an own draft, beside the bare page of the same run.

`python -m tests.bench.autosave` prints, for the stand's database, the drafts and the number of queries of a keeping.
"""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

from portal.run import stack
from tests.bench.load import CLIENTS, SECONDS, Browser, Figures, fetch, together
from tests.bench.stand import Stand, stand

SIZE = 333
FLOOR = "bare Django page"


class Writer:
    """One reviewer at the own draft: the version of the last answer goes with the next keeping."""

    def __init__(self, port: int, password: str, draft: dict[str, Any]) -> None:
        self.browser, self.draft, self.version = Browser(port), draft, draft["version"]
        if self.browser.sign_in(draft["email"], password) != 302:
            raise RuntimeError(f"{draft['email']} could not sign in.")
        status, page = self.browser.send("GET", draft["page"])
        if status != 200:
            raise RuntimeError(f"{draft['page']} answered {status}.")
        self.token = page.split(b'name="csrfmiddlewaretoken" value="', 1)[1].split(b'"', 1)[0].decode()

    def keep(self) -> float:
        """Keep the draft with one score changed; milliseconds. Raises RuntimeError at any answer but 200."""
        form = typed(self.draft["codes"], self.version) | {"csrfmiddlewaretoken": self.token}
        began = perf_counter()
        status, body = self.browser.send("POST", f"{self.draft['page']}keep/", urlencode(form))
        taken = 1000 * (perf_counter() - began)
        if status != 200:
            raise RuntimeError(f"{self.draft['page']}keep/ answered {status}.")
        told = json.loads(body)["version"]
        if told != self.version + 1:
            raise RuntimeError(f"Version {self.version} was kept as {told}.")
        self.version = told
        return taken


def typed(codes: list[str], version: int) -> dict[str, str]:
    """What a browser sends: a score and a comment for each criterion; one score differs from the last time."""
    scores = dict.fromkeys(codes, "81.50") | {codes[0]: str(Decimal(60 + version % 40))}
    comments = {f"{code}_comment": "依据较充分，建议细化（演示）。" for code in codes}
    return {"version": str(version), "comment": "总体可行（演示）。", "note": "再看附件（演示）", **scores, **comments}


def figures() -> list[dict[str, Any]]:
    """The rows of the bench."""
    with stand(SIZE) as here:
        known = here.ask("tests.bench.autosave")
        kept, floor = _measured(here, known)
    name = f"score autosave, {len(known['drafts'])} reviewers at once ({known['queries']} queries)"
    return [
        _row(f"{name}, p50", kept.quantile(0.50), "ms", floor.quantile(0.50)),
        _row(f"{name}, p95", kept.quantile(0.95), "ms", floor.quantile(0.95)),
        _row(f"{name}, in a second", kept.per_second, "/s", floor.per_second),
    ]


def _row(name: str, figure: float, unit: str, floor: float) -> dict[str, Any]:
    return {"name": name, "figure": round(figure, 1), "unit": unit, "floor": round(floor, 1), "floor_name": FLOOR}


def _measured(here: Stand, known: dict[str, Any]) -> tuple[Figures, Figures]:
    port = stack.choose_port(str(here.port + 100))
    with here.server("portal.wsgi", here.port, "/health/live"), here.server("tests.bench.bare", port, "/rows/"):
        bare = [Browser(port) for _ in range(CLIENTS)]
        for browser in bare:
            browser.cookies["sessionid"] = known["bare_session"]
        writers = [Writer(here.port, known["password"], draft) for draft in known["drafts"]]
        fetch(bare, "/rows/", 0.5)
        _keep(writers, 0.5)
        floor = fetch(bare, "/rows/", SECONDS / 2)
        return _keep(writers, SECONDS), floor


def _keep(writers: list[Writer], seconds: float) -> Figures:
    def job(number: int) -> list[float]:
        times, last = [], perf_counter() + seconds
        while perf_counter() < last:
            times.append(writers[number].keep())
        return times

    return together(job, len(writers))


def _drafts() -> list[dict[str, Any]]:
    """A draft of each of eight reviewers in batches under review. Raises RuntimeError where the stand has fewer."""
    from django.urls import reverse

    from reviews.domain import scoring
    from reviews.models import Review

    rows = Review.objects.using("owner").filter(
        state="draft", assignment__state="declared", assignment__batch__state="reviewing"
    )
    first: dict[int, Review] = {}
    for row in rows.select_related("reviewer", "assignment__batch__rule_set").order_by("pk"):
        first.setdefault(row.reviewer_id, row)
    if len(first) < CLIENTS:
        raise RuntimeError(f"The stand has drafts of {len(first)} reviewers: build it anew.")
    return [
        {
            "email": row.reviewer.email,
            "page": reverse("reviews:review", args=[row.assignment_id]),
            "version": row.version,
            "codes": [
                one["code"]
                for one in scoring.criteria(row.assignment.batch.rule_set)
                if scoring.kind_of(one) == "score"
            ],
        }
        for row in list(first.values())[:CLIENTS]
    ]


def _queries(draft: dict[str, Any]) -> int:
    """Queries of the second keeping (transaction marks do not count); the draft's version goes with it."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from portal.accounts.models import User

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(User.objects.get(email=draft["email"]))
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            answer = client.post(f"{draft['page']}keep/", typed(draft["codes"], draft["version"]))
        if answer.status_code != 200:
            raise RuntimeError(f"{draft['page']}keep/ answered {answer.status_code}.")
        draft["version"] = answer.json()["version"]
    marks = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK")
    return sum(not row["sql"].startswith(marks) for row in seen.captured_queries)


def _known() -> dict[str, Any]:
    from portal.demonstration.people import PASSWORD
    from tests.bench.pages import bare_session

    drafts = _drafts()
    queries = _queries(drafts[0])
    return {
        "bare_session": bare_session(drafts[0]["email"]),
        "password": PASSWORD,
        "drafts": drafts,
        "queries": queries,
    }


if __name__ == "__main__":
    import django

    django.setup()
    json.dump(_known(), sys.stdout)
