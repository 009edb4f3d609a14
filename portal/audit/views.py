"""The trail page: what was done, by whom, on what, when; and its recomputation."""

from __future__ import annotations

import csv
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.audit import queries, seals
from portal.audit.forms import FilterForm
from portal.audit.presentation import changes, row
from portal.audit.verify import head, verify
from portal.core import clock
from portal.core.commands import event_writer
from portal.core.middleware import PortalRequest
from portal.core.rules import may
from portal.core.web import page, require, see_other, signed_in

EXPORT_MOST: Final = 50_000


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
        return _csv(rows)
    part = queries.page_of(rows, before=_cursor(request.GET.get("before")), after=_cursor(request.GET.get("after")))
    context = {
        "rows": [row(event) for event in part.rows],
        "part": part,
        "filtered": bool(asked),
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
    return page(request, "audit/event.html", {"row": row(found), "event": found, "changes": changes(found)})


@require_POST
@signed_in
def check(request: PortalRequest) -> HttpResponse:
    """Recompute the chain and compare it with the newest seal; the result itself goes into the trail."""
    require(request.actor, "audit.verify_trail")
    broken, words = None, ""
    try:
        broken = verify(sealed=seals.newest())
    except ValueError as error:
        words = str(error)
    if broken is not None:
        words = _("The trail is broken: %(what)s at link %(link)s, event %(event)s.") % {
            "what": broken.what,
            "link": broken.seq or "–",
            "event": broken.event or "–",
        }
    if words:
        messages.error(request, words)
    else:
        end = head()
        messages.success(
            request,
            _("The trail is whole: %(count)s events recomputed, last digest %(digest)s.")
            % {"count": end.seq, "digest": end.digest or "–"},
        )
    event_writer()(
        by=request.actor,
        act="audit.verify_trail",
        obj=None,
        before={},
        after={"whole": not words},
        why=words,
        outcome="done",
    )
    return see_other("audit:trail")


def _csv(rows: Any) -> HttpResponse:
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="audit-trail.csv"'
    answer.write("\ufeff")
    names = ["id", "at", "actor", "actor_name", "act", "outcome", "object_type", "object_id", "province", "unit", "why"]
    writer = csv.writer(answer)
    writer.writerow(names)
    for values in rows.values_list(*names)[:EXPORT_MOST].iterator(2000):
        writer.writerow([_safe(value) for value in values])
    return answer


def _safe(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula is shown as the text it is."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
