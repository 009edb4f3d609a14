"""The trail page: what was done, by whom, on what, when; and its recomputation."""

from __future__ import annotations

import csv
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from portal.audit import queries
from portal.audit.evidence.orders import VERIFY, ask_verification
from portal.audit.forms import FilterForm
from portal.audit.presentation import Row, changes, names, outcome, row
from portal.core import clock
from portal.core.exporting import taken_away
from portal.core.middleware import PortalRequest
from portal.core.models import Run, RunState
from portal.core.rules import may
from portal.core.tables.files import FORMULA
from portal.core.web import as_file, page, require, see_other, signed_in

EXPORT_MOST: Final = 50_000
# The columns of the file: what the page shows, then what programs read. Moments are exact there.
SHOWN: Final = (
    gettext_lazy("Time"),
    gettext_lazy("Person"),
    gettext_lazy("Act"),
    gettext_lazy("Object"),
    gettext_lazy("Number"),
    gettext_lazy("Place"),
    pgettext_lazy("audit", "Outcome"),
    gettext_lazy("Reason"),
)
CODES: Final = ("id", "at", "actor", "act", "outcome", "object_type", "object_id", "province", "unit", "why")


def _cursor(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


@require_safe
@signed_in
def trail(request: PortalRequest) -> HttpResponse:
    """Events in the reader's scope, filtered, the newest first; `format=csv` gives what is shown as a file."""
    require(request.actor, "audit.view_trail")
    asked = [name for name in FilterForm.base_fields if request.GET.get(name)]
    form = FilterForm(request.GET) if asked else FilterForm()
    rows = queries.events(request.actor)
    if form.is_bound:
        rows = queries.matching(rows, form.to_filter()) if form.is_valid() else rows.none()
    if request.GET.get("format") == "csv" and not form.errors:
        answer = _csv(request, rows)
        if answer is not None:
            return answer
        messages.error(
            request,
            _("More than %(most)s events fit, too many for this file. Choose days, or take the report of the trail.")
            % {"most": f"{EXPORT_MOST:,}"},
        )
    part = queries.page_of(rows, before=_cursor(request.GET.get("before")), after=_cursor(request.GET.get("after")))
    known = names()
    context = {
        "rows": [row(event, known) for event in part.rows],
        "part": part,
        "filtered": len(asked),
        "now": clock.now(),
        "may_verify": bool(may(request.actor, "audit.verify_trail")),
    }
    return page(request, "audit/trail.html", context, form=form)


@require_safe
@signed_in
def event(request: PortalRequest, pk: int) -> HttpResponse:
    """One event with the difference before and after, and its place in the chain."""
    require(request.actor, "audit.view_trail")
    found = get_object_or_404(queries.events(request.actor).select_related("link"), pk=pk)
    return page(
        request,
        "audit/event.html",
        {"row": row(found, names()), "event": found, "changes": changes(found)},
    )


@require_POST
@signed_in
def check(request: PortalRequest) -> HttpResponse:
    """Have the chain recomputed by the worker and compared with the newest seal."""
    require(request.actor, "audit.verify_trail")
    return see_other("runs:run", ask_verification(by=request.actor).pk)


@require_safe
@signed_in
def verification(request: PortalRequest, pk: UUID) -> HttpResponse:
    """What one recomputation of mine found: whole, or the first record that does not fit."""
    require(request.actor, "audit.verify_trail")
    rows = Run.objects.filter(asker=request.actor.id, task=VERIFY, state=RunState.DONE)
    found = get_object_or_404(rows, pk=pk)
    return page(request, "audit/verification.html", {"run": found, "result": found.result, **outcome(found.result)})


def _csv(request: PortalRequest, rows: Any) -> HttpResponse | None:
    """The events as a file, times of Beijing; who takes it away stands in the trail. None for more than it may hold."""
    if rows[EXPORT_MOST : EXPORT_MOST + 1].exists():
        return None
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer.write("\ufeff")
    writer = csv.writer(answer)
    writer.writerow([str(word) for word in SHOWN] + list(CODES))
    known = names()
    for event in rows.iterator(2000):
        writer.writerow([_safe(value) for value in (*_shown(row(event, known)), *(getattr(event, c) for c in CODES))])
    taken_away(request, "audit-trail", _("Audit trail"))
    return as_file(answer, "audit-trail.csv")


def _shown(found: Row) -> list[Any]:
    """What the page shows of an event, in its columns and words."""
    event = found.event
    said = pgettext("audit", "refused") if event.outcome == "refused" else pgettext("audit", "done")
    at = f"{event.at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M:%S}"
    who = event.actor_name or event.actor or ""
    return [at, who, str(found.act), str(found.object_type), event.object_id, found.place, said, str(found.why)]


def _safe(value: Any) -> Any:
    """A moment of Beijing with its zone; a text that a spreadsheet would take for a formula as the text it is."""
    if isinstance(value, datetime):
        return value.astimezone(clock.SHANGHAI).isoformat(sep=" ", timespec="microseconds")
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
