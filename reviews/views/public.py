"""Pages for everyone: the list by administrative division, objections and their status. No score, no rank."""

from __future__ import annotations

import hashlib
from itertools import groupby
from typing import Final

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.core import clock
from portal.core.middleware import client_address
from portal.core.scope import NOBODY
from portal.core.web import errors_into, page, see_other
from portal.programme.enums import BatchState
from portal.programme.models import Batch
from reviews import queries
from reviews.domain import objections as domain
from reviews.enums import ObjectionState
from reviews.forms import ObjectionForm, StatusForm

PER_HOUR: Final = 5  # objections from one address


def _is_open(batch: Batch) -> bool:
    first, last = batch.publicity_from, batch.publicity_to
    return (
        batch.state == BatchState.PUBLICITY
        and first is not None
        and last is not None
        and first <= clock.today() <= last
    )


@require_safe
def published(request: HttpRequest, number: int) -> HttpResponse:
    """The list under publicity, or the final list."""
    batch = get_object_or_404(queries.published(), number=number)
    rows = list(queries.entries(batch))
    provinces = [(province, list(units)) for province, units in groupby(rows, key=lambda row: row.province)]
    context = {
        "batch": batch,
        "provinces": provinces,
        "count": len(rows),
        "is_final": batch.state != BatchState.PUBLICITY,
        "is_open": _is_open(batch),
    }
    return page(request, "public/list.html", context)


def _too_many(request: HttpRequest) -> bool:
    """Whether this address has lodged enough for this hour."""
    address = hashlib.sha256(client_address(request).encode()).hexdigest()[:32]
    key = f"objections:{address}:{clock.now():%Y%m%d%H}"
    cache.add(key, 0, timeout=3700)
    return cache.incr(key) > PER_HOUR


@require_http_methods(["GET", "HEAD", "POST"])
def lodge(request: HttpRequest, number: int) -> HttpResponse:
    """Lodge an objection without an account; the receipt stands on the page that follows."""
    batch = get_object_or_404(queries.published(), number=number)
    if not _is_open(batch):
        return page(request, "public/objection_closed.html", {"batch": batch})
    form = ObjectionForm(request.POST or None, entries=queries.entries(batch))
    if form.is_valid():
        if _too_many(request):
            return render(request, "429.html", status=429)
        with errors_into(form):
            row = domain.lodge(by=getattr(request, "actor", NOBODY), batch=batch, what=form.to_input())
            # The receipt travels in the session: an address would keep its secret part in histories and logs.
            request.session["objection"] = row.receipt_no
            return see_other("reviews:lodged", number)
    return page(request, "public/objection_new.html", {"batch": batch}, form=form)


@require_safe
def lodged(request: HttpRequest, number: int) -> HttpResponse:
    """The receipt of the objection just lodged from this browser."""
    batch = get_object_or_404(queries.published(), number=number)
    receipt = request.session.get("objection", "")
    if not receipt.startswith(f"{number}-"):
        return see_other("reviews:status", number)
    answer = page(request, "public/objection_lodged.html", {"batch": batch, "receipt": receipt})
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest, number: int) -> HttpResponse:
    """What became of an objection, for whoever holds the receipt. The number travels in the body, not the address."""
    batch = get_object_or_404(queries.published(), number=number)
    form = StatusForm(request.POST or None)
    found = None
    if form.is_valid():
        found = queries.objection_status(form.cleaned_data["receipt"])
        if found is None or found["batch"] != number:
            found = None
            form.add_error("receipt", _("No objection has this receipt number."))
        else:
            found["label"] = ObjectionState(found["state"]).label
    return page(request, "public/objection_status.html", {"batch": batch, "found": found}, form=form)
