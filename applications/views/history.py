"""The history of a unit across batches, with the units before and after it by law."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from applications import queries
from portal.core.middleware import PortalRequest
from portal.core.web import page, require, signed_in
from portal.programme.models import PilotUnit


@require_safe
@signed_in
def unit(request: PortalRequest, unit: str) -> HttpResponse:
    """What the unit, those before it and those after it did in all batches, as far as the reader may know."""
    require(request.actor, "applications.view")
    found = get_object_or_404(PilotUnit.objects.select_related("province"), pk=unit)
    title = _("History of %(unit)s") % {"unit": found}
    context = {
        "unit": found,
        "history": queries.history_of_unit(request.actor, found),
        "title": title,
        "trail": [(_("Applications"), reverse("applications:list")), (title, "")],
    }
    return page(request, "applications/unit_history.html", context)
