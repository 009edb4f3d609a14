"""Scenarios side by side, and the proof of one of them."""

from __future__ import annotations

import inspect
import json
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.core.exporting import taken_away
from portal.core.middleware import PortalRequest
from portal.core.web import as_file, page, require, signed_in
from portal.programme.models import Batch
from reviews import queries
from reviews.models import Scenario, ScenarioComment
from reviews.presenting.board import MOST, Board
from reviews.presenting.board_file import CONTENT_TYPE, workbook
from reviews.presenting.china import china_map
from reviews.presenting.reading import SOLVED, read_all
from reviews.selection import verify_decision
from reviews.views.scenarios import apart_batch, rules_of, scenario_of

_TEXT: Final = "text/plain; charset=utf-8"


@require_safe
@signed_in
def compare(request: PortalRequest, number: int) -> HttpResponse:
    """Up to four computed selections beside each other, as page or workbook; the earliest, or `first`, leads."""
    require(request.actor, "reviews.view_selection")
    batch = apart_batch(request, number)
    asked = list(dict.fromkeys(request.GET.getlist("with")))
    all_rows = list(queries.scenarios(request.actor).filter(batch=batch, state__in=SOLVED))
    wrong = ""
    if len(asked) > MOST:
        wrong = _("At most %(most)s can be laid beside each other: take some ticks away.") % {"most": MOST}
    elif not all(key.isascii() and key.isdigit() and len(key) < 18 for key in asked):
        wrong = _("The address names no selections: choose them below.")
    context: dict[str, Any] = {
        "batch": batch,
        "rows": [{"row": row, "is_chosen": str(row.pk) in asked} for row in all_rows],
        "wrong": wrong,
    }
    if asked and not wrong:
        board = _board(request, batch, [int(key) for key in asked])
        heads = [str(found.scenario) for found in board.readings]
        if request.GET.get("format") == "xlsx":
            taken_away(request, "comparison")
            return as_file(HttpResponse(workbook(board.grids(), heads), content_type=CONTENT_TYPE), "comparison.xlsx")
        context |= _shown(board, heads)
    answer = page(request, "reviews/compare.html", context)
    answer.status_code = 400 if wrong else 200
    return answer


def _board(request: PortalRequest, batch: Batch, keys: list[int]) -> Board:
    rows = queries.scenarios(request.actor).filter(batch=batch, state__in=SOLVED, pk__in=keys)
    found: dict[int, Scenario] = {row.pk: row for row in rows.defer(None).defer("candidate_set__body")}
    for key in keys:
        if key not in found:  # of another batch, not computed, or not for this reader
            get_object_or_404(rows, pk=key)
    first = request.GET.get("first", "")
    chosen = sorted(found.values(), key=lambda row: (str(row.pk) != first, row.number))
    comments: dict[int, list[ScenarioComment]] = {}
    for row in queries.comments_on(chosen):
        comments.setdefault(row.scenario_id, []).append(row)
    return Board(read_all(chosen), rules_of(batch), comments)


def _shown(board: Board, heads: list[str]) -> dict[str, Any]:
    return {
        "board": board,
        "heads": [{"label": head, "row": found.scenario} for head, found in zip(heads, board.readings, strict=True)],
        "grids": board.grids(),
        "maps": [
            china_map(
                found.question["candidates"], found.scenario.chosen, found.names, key=f"map{at}", of=str(found.scenario)
            )
            for at, found in enumerate(board.readings)
        ],
    }


@require_safe
@signed_in
def proof(request: PortalRequest, pk: int) -> HttpResponse:
    """Verify the proof of a selection now, by the program that anyone can run; all it needs as files."""
    found = scenario_of(request, pk)
    if found.state not in SOLVED:
        return page(request, "reviews/proof.html", {"scenario": found, "batch": found.batch})
    files = {
        "question": (f"question-{found.pk}.json", found.instance, "application/json"),
        "answer": (f"answer-{found.pk}.json", found.decision, "application/json"),
        "program": ("verify_decision.py", inspect.getsource(verify_decision), _TEXT),
    }
    asked = request.GET.get("file", "")
    if asked in files:
        name, text, kind = files[asked]
        taken_away(request, name)
        return as_file(HttpResponse(text, content_type=kind), name)
    context = {"scenario": found, "batch": found.batch, "is_solved": True, "refused": "", "answer": {}}
    try:
        answer = json.loads(found.decision)
        verify_decision.verify(json.loads(found.instance), answer)
        context["answer"] = {"certificate": answer["certificate"]["sha256"], "solver": answer["solver"]}
    except verify_decision.Rejected as error:
        context["refused"] = str(error)
    return page(request, "reviews/proof.html", context)
