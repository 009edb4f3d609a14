"""Begin with what an earlier dossier of the unit said."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications.domain import copying as domain
from applications.forms.copying import CopyForm
from applications.journey import address
from applications.queries import together as queries
from applications.views.common import find_to_edit, trail
from portal.core.middleware import PortalRequest
from portal.core.web import errors_into, page, see_other, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def copy(request: PortalRequest, pk: int) -> HttpResponse:
    """Choose an earlier dossier and the sections to take from it."""
    found = find_to_edit(request, pk)
    sources = queries.earlier(request.actor, found)
    sections = domain.open_sections(found)
    newest = sources.first()
    form = CopyForm(
        request.POST or None,
        sources=sources,
        sections=sections,
        initial={"source": newest and newest.pk, "sections": sections},
    )
    if form.is_valid():
        with errors_into(form):
            domain.copy_sections(by=request.actor, application=found, what=form.to_input())
            messages.success(request, _("The sections are copied. Read each one: figures and dates are of then."))
            return see_other(address(found, "detail"))
    title = _("Copy from an earlier dossier")
    context = {
        "application": found,
        "title": title,
        "trail": [*trail(found), (title, "")],
        "cancel": address(found, "detail"),
        "is_possible": newest is not None and bool(sections),
        "has_sources": newest is not None,
    }
    return page(request, "applications/copy.html", context, form=form)
