"""Pages for everyone, without sign-in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from portal.core import clock
from portal.core.web import page
from portal.programme import queries
from portal.programme.enums import BatchState
from portal.programme.models import Batch
from portal.programme.presentation import rule_rows


def _takes(batch: Batch) -> bool:
    """Whether applications are taken: a public call may wait for its day, and a batch after its last second for its
    closing.
    """
    return _is_open(batch) and batch.has_begun(clock.now())


def _is_open(batch: Batch) -> bool:
    now = clock.now().replace(microsecond=0)
    return batch.state == BatchState.OPEN and batch.deadline is not None and now <= batch.deadline


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the programme is, the present call, and the batches so far."""
    batches = list(queries.public_batches())
    call = next((batch for batch in batches if _is_open(batch)), None)
    context = {"call": call, "takes": call is not None and _takes(call), "batches": batches}
    return page(request, "public/home.html", context)


@require_safe
def batch(request: HttpRequest, number: int) -> HttpResponse:
    """The call of a batch with its rules; for earlier batches the units a source names, by division."""
    found = get_object_or_404(queries.public_batches().select_related("rule_set"), number=number)
    context = {
        "batch": found,
        "takes": _takes(found),
        "is_awaited": _is_open(found) and not _takes(found),
        "rules": rule_rows(found.rule_set) if found.rule_set else [],
        "pilots": queries.known_pilots(found),
    }
    return page(request, "public/batch.html", context)
