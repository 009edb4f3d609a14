"""The judgement of a file as it is kept beside it, and as the page shows it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from applications.imports.judging import Changes, Verdict
from applications.sheets.problems import Problem
from applications.sheets.sheet import Row, Sheet


def made(verdict: Verdict, found: Changes) -> dict[str, Any]:
    """The report: counts, the first problems and remarks, the first changes."""
    return {
        "sheet": verdict.sheet,
        "rows": verdict.rows,
        "good": len(verdict.good),
        "bad": verdict.rows - len(verdict.good),
        "problems": [problem.to_json() for problem in verdict.problems],
        "all_problems": verdict.all_problems,
        "remarks": [problem.to_json() for problem in verdict.remarks],
        "all_remarks": verdict.all_remarks,
        "new": found.new,
        "changed": found.changed,
        "same": found.same,
        "absent": found.absent,
        "changes": found.listed,
    }


def mark(rows: Iterable[Row]) -> str:
    """A mark of what stands: it differs when a row does."""
    total = hashlib.sha256()
    for row in rows:
        total.update(json.dumps(row, default=str, sort_keys=True, ensure_ascii=False).encode())
    return total.hexdigest()


def problems(kept: list[dict[str, Any]], sheet: Sheet) -> list[dict[str, Any]]:
    """Problems or remarks for the page: where, under which heading, what stands there, how to mend it."""
    return [_shown(Problem(**one), sheet) for one in kept]


def _shown(problem: Problem, sheet: Sheet) -> dict[str, Any]:
    column = sheet.by_key.get(problem.key)
    return {
        "sheet": problem.sheet,
        "cell": problem.cell,
        "row": problem.row or "",
        "zh": column.zh if column else "",
        "en": column.en if column else "",
        "value": problem.value,
        "text": problem.text,
    }


def changes(found: dict[str, Any], sheet: Sheet) -> list[dict[str, Any]]:
    """The first changes for the page, each field with its heading, what stands and what would."""
    columns = sheet.by_key
    return [
        {
            "key": change["key"],
            "name": change["name"],
            "fields": [(columns[name], old, new) for name, old, new in change["fields"] if name in columns],
        }
        for change in found.get("changes", [])
    ]
