"""Pages that take applications from a reviewer who has no conflict, and give them to somebody else."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.punctuation import beside, with_note
from portal.core.web import confirm_page, errors_into, require, see_other, signed_in
from reviews import queries
from reviews.domain import relieving
from reviews.forms.proposing import ReliefForm
from reviews.views.common import batch_of, board_trail


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def relieve(request: PortalRequest, pk: int) -> HttpResponse:
    """Give one application from its reviewer to another one."""
    require(request.actor, "reviews.view_reviewing")
    found = one_of(queries.open_assignments, request.actor, pk=pk)
    require(request.actor, "reviews.relieve", found.batch)
    able = {str(row.pk): (row, load) for row, load in queries.able_reviewers(request.actor, found.application)}
    choices = [(key, with_note(row.user, beside(row.get_group_display(), load))) for key, (row, load) in able.items()]
    form = ReliefForm(request.POST or None, choices=choices)
    here = reverse("reviews:panel", args=[found.application_id])
    if form.is_valid():
        with errors_into(form):
            chosen, reason = form.cleaned_data["reviewer"], form.cleaned_data["reason"]
            instead = able[chosen][0] if chosen else None
            made = relieving.relieve(by=request.actor, assignment=found, reason=reason, instead=instead)
            if made is None:
                messages.warning(request, _("Nobody without a conflict can take the place: find somebody by hand."))
            else:
                messages.success(request, _("%(name)s has the application now.") % {"name": made.reviewer})
            return see_other(here)
    return confirm_page(
        request,
        title=_("Give the application to another reviewer"),
        text=_("%(name)s no longer reads %(unit)s. All other seats stay.")
        % {"name": found.reviewer, "unit": found.application.unit},
        consequences=[_("What the reviewer has drafted is not passed on.")],
        danger=True,
        form=form,
        submit=_("Give it to somebody else"),
        cancel=here,
        trail=board_trail(found.batch, (str(found.application.unit), here)),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def relieve_all(request: PortalRequest, number: int, pk: int) -> HttpResponse:
    """Take everything a reviewer has not submitted in a batch, and give it to others."""
    require(request.actor, "reviews.view_reviewing")
    batch = batch_of(request, number)
    profile = one_of(queries.profiles, request.actor, pk=pk)
    require(request.actor, "reviews.relieve", batch)
    form = ReliefForm(request.POST or None)
    here = reverse("reviews:loads", args=[number])
    if form.is_valid():
        with errors_into(form):
            reason = form.cleaned_data["reason"]
            taken, left = relieving.relieve_all(by=request.actor, batch=batch, profile=profile, reason=reason)
            text = ngettext("%(count)s application given to others.", "%(count)s applications given to others.", taken)
            messages.success(request, text % {"count": taken})
            if left:
                text = ngettext(
                    "%(count)s seat stays empty: find somebody by hand.",
                    "%(count)s seats stay empty: find somebody by hand.",
                    left,
                )
                messages.warning(request, text % {"count": left})
            return see_other(here)
    return confirm_page(
        request,
        title=_("Give all applications of a reviewer to others"),
        text=_("%(name)s no longer reads what is not submitted in %(batch)s. The seats of all others stay.")
        % {"name": profile.user, "batch": batch},
        consequences=[_("Each application goes to the next best choice without a conflict and with load left.")],
        danger=True,
        form=form,
        submit=_("Give them to others"),
        cancel=here,
        trail=board_trail(batch, (_("Loads of the reviewers"), here)),
    )
