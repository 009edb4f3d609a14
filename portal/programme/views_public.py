"""Pages for everyone, without sign-in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from portal.core.web import page
from portal.programme import queries
from portal.programme.enums import BatchState
from portal.programme.presentation import rule_rows


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the programme is, the present call, and the batches so far."""
    batches = list(queries.public_batches())
    call = next((batch for batch in batches if batch.takes_applications or batch.is_awaited), None)
    shown = [batch for batch in batches if batch.state == BatchState.PUBLICITY and batch.publicity_to]
    return page(request, "public/home.html", {"call": call, "batches": batches, "shown": shown})


@require_safe
def batch(request: HttpRequest, number: int) -> HttpResponse:
    """The call of a batch with its rules; for earlier batches the units a source names, by division."""
    found = get_object_or_404(queries.public_batches().select_related("rule_set"), number=number)
    context = {
        "batch": found,
        "rules": rule_rows(found.rule_set) if found.rule_set else [],
        "pilots": queries.known_pilots(found),
    }
    return page(request, "public/batch.html", context)
