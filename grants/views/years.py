"""Pages on the years of the ledger: which are closed, and closing one."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from grants import presentation, tables
from grants.domain import years as domain
from grants.forms import YearCloseForm
from grants.queries import books as queries
from grants.views.common import Kind, crumb, enter_page, paper_page
from grants.views.files import table_page
from portal.core import as_of, clock
from portal.core.middleware import PortalRequest
from portal.core.web import require, signed_in

YEAR_CLOSE: Final = Kind(
    gettext_lazy("Closing of the year"),
    "year_close",
    "grants:year_close",
    domain.confirm_year_close,
    domain.refuse_year_close,
    "year_close",
    gettext_lazy("The year is closed. What units had not spent is booked as carry-over and surplus."),
)


@require_safe
@signed_in
def years(request: PortalRequest) -> HttpResponseBase:
    """The years of the ledger."""
    require(request.actor, "grants.see_years")
    return table_page(request, "grants/years.html", tables.years_table(request, queries.years()))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def close_year(request: PortalRequest, year: int) -> HttpResponse:
    """Enter the closing of one year."""
    require(request.actor, "grants.enter_year_close")
    found = next((row for row in queries.years() if row.year == year and row.state != "none"), None)
    if found is None:
        raise Http404
    return enter_page(
        request,
        form=YearCloseForm(request.POST or None),
        act=lambda form: domain.enter_year_close(by=request.actor, year=year, paper=form.paper()),
        route="grants:year_close",
        title=_("Close the year %(year)s") % {"year": year},
        trail=[crumb(_("Years of the ledger"), "grants:years")],
        facts=[
            (_("Entries of the year"), f"{found.entries:,}"),
            (_("State"), found.words),
            *presentation.unspent_facts(queries.unspent(year), year),
        ],
        cancel=reverse("grants:years"),
        consequences=[
            _("The books are verified. Nothing is booked in %(year)s any more, and nobody opens it again.")
            % {"year": year},
            _("What units have not spent goes on as carry-over; what was carried over before becomes surplus."),
        ],
        wait=_("%(year)s is not over yet: its closing can be entered from 1 January %(next)s on.")
        % {"year": year, "next": year + 1}
        if year >= clock.today().year
        else "",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def year_close(request: PortalRequest, pk: int) -> HttpResponse:
    """The closing of a year; a checker of the Ministry of Finance confirms or refuses it."""
    require(request.actor, "grants.see_years")
    found = get_object_or_404(queries.year_closes(), pk=pk)
    # What it would book is known of the present alone: nothing is said of a moment since which something was booked.
    told = found.is_waiting and queries.is_as_booked(as_of.moment())
    unspent = queries.unspent(found.year) if told else None
    return paper_page(
        request,
        YEAR_CLOSE,
        found,
        trail=[crumb(_("Years of the ledger"), "grants:years")],
        facts=presentation.year_close_facts(found, unspent),
    )
