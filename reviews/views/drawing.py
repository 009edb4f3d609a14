"""The draw of experts of a batch: the pool is fixed by one ministry, drawn by the other."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.core.middleware import PortalRequest
from portal.core.rules import may
from portal.core.web import errors_into, page, require, see_other, signed_in
from reviews import queries
from reviews.domain import drawing
from reviews.forms.proposing import SeedForm
from reviews.views.common import batch_of, done


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def draw(request: PortalRequest, number: int) -> HttpResponse:
    """Pool, seed and who was drawn; on POST fix the pool, or draw."""
    require(request.actor, "reviews.view_reviewing")
    batch = batch_of(request, number)
    found = queries.draw_of(request.actor, batch)
    form = None
    if found is None and request.method == "POST":
        require(request.actor, "reviews.fix_pool", batch)
        text = _("The pool is fixed. MOF draws when a seed has been published.")
        return done(request, lambda: drawing.fix_pool(by=request.actor, batch=batch), "reviews:draw", number, text=text)
    if found is not None and request.method == "POST":
        require(request.actor, "reviews.draw", found)
    if found is not None and not found.seed and may(request.actor, "reviews.draw", found):
        form = SeedForm(request.POST or None)
        if form.is_valid():
            with errors_into(form):
                drawing.draw(by=request.actor, row=found, **form.cleaned_data)
                messages.success(request, _("The experts are drawn."))
                return see_other("reviews:draw", number)
    elif request.method == "POST":
        messages.error(request, _("The experts of this batch are drawn already."))
        return see_other("reviews:draw", number)
    names = queries.reviewer_names(request.actor)
    context = {
        "batch": batch,
        "draw": found,
        "size": queries.draw_size(batch),
        "pool": [(key, names.get(key, "–")) for key in found.pool] if found else [],
        "drawn": [(key, names.get(key, "–")) for key in found.drawn] if found else [],
        "may_fix": found is None and bool(may(request.actor, "reviews.fix_pool", batch)),
    }
    return page(request, "reviews/draw.html", context, form=form)
