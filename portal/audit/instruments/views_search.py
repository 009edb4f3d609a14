"""The page of the full-text search."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.audit.instruments.forms import SearchForm
from portal.audit.instruments.places import batches, provinces
from portal.core.middleware import PortalRequest
from portal.core.search import query
from portal.core.web import page, require, signed_in


@require_safe
@signed_in
def search(request: PortalRequest) -> HttpResponse:
    """Texts of dossiers, comments and attachments that hold the words; each hit leads to its object."""
    require(request.actor, "audit.search")
    form = SearchForm(request.GET or None, batches=batches(), provinces=provinces(request.actor))
    context: dict[str, Any] = {"hits": None, "asked": bool(request.GET.get("q"))}
    if form.is_bound and form.is_valid():
        asked = form.to_asked()
        number = _page(request.GET.get("page"))
        numbers = query.found(request.actor, asked)
        count = len(numbers)
        context |= {
            "hits": query.hits(request.actor, numbers, asked, page=number),
            "count": min(count, query.COUNTED),
            "more_than": count > query.COUNTED,
            "before": number - 1 if number > 1 else None,
            "after": number + 1 if count > number * query.PAGE and number < _LAST else None,
            "note": "" if asked.words else _("Type at least one letter, number or Chinese sign."),
        }
    return page(request, "audit/search.html", context, form=form)


_LAST = query.COUNTED // query.PAGE


def _page(text: str | None) -> int:
    return min(max(int(text), 1), _LAST) if text and text.isascii() and text.isdigit() and len(text) < 9 else 1
