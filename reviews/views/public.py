"""Pages for everyone: the list by administrative division, objections and their status. No score, no rank."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from portal.core import clock
from portal.core.errors import DomainError
from portal.core.middleware import client_address
from portal.core.scope import NOBODY
from portal.core.tallies import count
from portal.core.web import as_file, errors_into, page, see_other
from portal.programme.enums import BatchState
from portal.programme.models import Batch
from reviews import public_list, queries, tables_publicity
from reviews.domain import objections as domain
from reviews.domain.objections import ObjectionInput
from reviews.enums import EntryState, ObjectionState
from reviews.forms import ObjectionForm, StatusForm

PER_HOUR: Final = 5  # objections from one address
# Constraints that say so: the same page sent twice, or the same text by the same contact.
KNOWN: Final = ("objection_once", "reviews_objection_receipt_no_key")
PER_DAY: Final = 300 * 2**20  # bytes of evidence from one address, in one batch


def _batch(number: int) -> Batch:
    found = queries.PUBLISHED.one(number)
    if found is None:
        raise Http404
    return found


@require_safe
def published(request: HttpRequest, number: int) -> HttpResponseBase:
    """The list under publicity, or the final list; with ?format= as a file."""
    batch = _batch(number)
    table = tables_publicity.published(request, batch)
    if table.wants_file:
        return table.file()
    rows = table.shown
    today = clock.today()
    still = [row for row in rows if row.state != EntryState.FINAL]
    lasts = [row.publicity_to for row in still if row.publicity_from <= today <= row.publicity_to]
    context = {
        "batch": batch,
        "table": table,
        "count": len(rows),
        "is_final": batch.state != BatchState.PUBLICITY,
        "is_open": bool(lasts) or queries.is_open_for(batch, None),
        "last": max(lasts, default=batch.publicity_to),
        "still": len(still),
        "is_examined": any(row.state == EntryState.SUSPENDED for row in still),
        "lists": queries.PLAIN_LISTS(batch.pk),
    }
    return page(request, "public/list.html", context)


@require_safe
def published_pdf(request: HttpRequest, number: int) -> HttpResponse:
    """The list as it is public now, as PDF in the reader's language."""
    batch = _batch(number)
    made = public_list.pdf(batch, list(queries.entries(batch)))
    return as_file(HttpResponse(made, content_type="application/pdf"), public_list.file_name(batch))


@require_safe
def final_pdf(request: HttpRequest, number: int, list_number: int) -> HttpResponse:
    """One final list with its document number, as PDF in the reader's language."""
    batch = _batch(number)
    found = next((row for row in queries.final_lists(batch) if row.number == list_number), None)
    if found is None:
        raise Http404
    made = public_list.final_pdf(batch, found)
    return as_file(HttpResponse(made, content_type="application/pdf"), public_list.file_name(batch, found))


@require_safe
def published_json(request: HttpRequest, number: int) -> HttpResponse:
    """The list as it is public now, for programs."""
    batch = _batch(number)
    return JsonResponse(
        public_list.as_json(batch, list(queries.entries(batch))), json_dumps_params={"ensure_ascii": False}
    )


def _counted(request: HttpRequest, what: str, add: int) -> int:
    """What this address has come to, with this; counters live an hour or a day by their name."""
    address = hashlib.sha256(client_address(request).encode()).hexdigest()[:32]
    return count(f"objections:{address}:{what}", add, seconds=25 * 3600)


def _too_much(request: HttpRequest, batch: Batch, what: ObjectionInput) -> bool:
    """Whether this address has sent enough evidence for today."""
    size = sum(file.size or 0 for file in what.files)
    return bool(size) and _counted(request, f"{batch.pk}:{clock.now():%Y%m%d}", size) > PER_DAY


@require_http_methods(["GET", "HEAD", "POST"])
def lodge(request: HttpRequest, number: int) -> HttpResponse:
    """Lodge an objection without an account; the receipt stands on the page that follows."""
    batch = _batch(number)
    entries, whole = queries.open_entries(batch), queries.is_open_for(batch, None)
    if not whole and not entries.exists():
        return page(request, "public/objection_closed.html", {"batch": batch})
    chosen = request.GET.get("unit", "")
    form = ObjectionForm(
        request.POST or None,
        request.FILES or None,
        entries=entries,
        whole=whole,
        entry=chosen if chosen.isascii() and chosen.isdigit() else "",
    )
    if form.is_valid():
        if _counted(request, f"{clock.now():%Y%m%d%H}", 1) > PER_HOUR:
            return render(request, "429.html", status=429)
        what = form.to_input()
        if _too_much(request, batch, what):
            text = _("Too much evidence came from your connection today. Send the rest tomorrow, or with another one.")
            form.add_error("evidence", text)
        else:
            with errors_into(form):
                return _lodge(request, batch, what)
    return page(request, "public/objection_new.html", {"batch": batch, "is_whole": whole}, form=form)


def _lodge(request: HttpRequest, batch: Batch, what: ObjectionInput) -> HttpResponse:
    """Lodge it; what was received already is not kept twice, and only its own page learns the receipt."""
    receipt = domain.receipt_of(batch, what)
    try:
        receipt = domain.lodge(by=getattr(request, "actor", NOBODY), batch=batch, what=what).receipt_no
    except DomainError as error:
        if error.code not in KNOWN:
            raise
        if queries.objection_status(receipt) is None:
            return page(request, "public/objection_known.html", {"batch": batch})
    # The receipt travels in the session: an address would keep its secret part in histories and logs.
    request.session["objection"] = receipt
    return see_other("reviews:lodged", batch.number)


@require_safe
def lodged(request: HttpRequest, number: int) -> HttpResponse:
    """The receipt of the objection just lodged from this browser."""
    batch = _batch(number)
    receipt = request.session.get("objection", "")
    found = queries.objection_status(receipt) if receipt.startswith(f"{number}-") else None
    if found is None:
        return see_other("reviews:status", number)
    answer = page(request, "public/objection_lodged.html", {"batch": batch, "receipt": receipt, "found": _said(found)})
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest, number: int) -> HttpResponse:
    """What became of an objection, for whoever holds the receipt. The number travels in the body, not the address."""
    batch = _batch(number)
    form = StatusForm(request.POST or None)
    found = None
    if form.is_valid():
        found = queries.objection_status(form.cleaned_data["receipt"])
        if found is None or found["batch"] != number:
            found = None
            form.add_error("receipt", _("No objection has this receipt number."))
        else:
            found = _said(found)
    return page(request, "public/objection_status.html", {"batch": batch, "found": found}, form=form)


def _said(found: dict[str, Any]) -> dict[str, Any]:
    """The state of an objection in words, and its moments as moments."""
    label: Any = ObjectionState(found["state"]).label
    if found["state"] == ObjectionState.LODGED:
        label = pgettext("objection", "in examination") if found["taken"] else pgettext("objection", "received")
    moments = {name: found[name] and datetime.fromisoformat(found[name]) for name in ("lodged_at", "answered_at")}
    return {**found, **moments, "due_on": date.fromisoformat(found["due_on"]), "label": label}
