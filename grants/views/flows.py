"""Pages of where the money is: the overview of a level, the lines behind a figure, how long money lies, what comes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from grants import flow_page
from grants.flow_late import late_words
from grants.flow_page import entries_url
from grants.queries import flows, forecast, held
from grants.queries.flows import ALL, FIGURES, MOVED, NETS, Asked
from grants.queries.late import late
from grants.views.common import crumb
from grants.views.files import table_page
from portal.core import clock
from portal.core.middleware import PortalRequest
from portal.core.punctuation import said_of
from portal.core.tables import Column, Table, link_to
from portal.core.templatetags.portal_ui import status_tag
from portal.core.web import require, signed_in

# A list of lines counts no further: who wants all of them takes the file.
MOST: Final = 10_000


@require_safe
@signed_in
def overview(request: PortalRequest) -> HttpResponseBase:
    """The money of what was asked for: how far it came, where it is, since when, what is late, what comes next."""
    require(request.actor, "grants.view")
    scope, asked = request.actor.scope, Asked.of(request.GET.dict())
    if "unit" not in request.GET:
        asked = flow_page.own_unit(scope, asked)
    by = request.GET.get("by", "")
    if by not in dict(flow_page.divisions(asked)):
        by = flow_page.usual(scope, asked)
    sums = flows.totals(scope, asked)
    found = flows.projects(scope, asked) if by == "project" else flows.parts(scope, asked, by)
    last = found if by in ("project", "method") else flows.parts(scope, asked, "method")
    empty = _("Nothing was awarded yet.")
    name = dict(flow_page.divisions(asked))[by]
    table = Table(
        request, found, name="flow", columns=flow_page.columns(asked, by), label=_("Where the money is"), empty=empty
    )
    today = clock.today()
    return table_page(
        request,
        "grants/flow.html",
        table,
        asked=asked,
        by=name,
        query=asked.query(),
        filters=flow_page.bound(scope, asked, by, request.GET),
        far=flow_page.tiles(sums, asked, MOVED),
        stands=flow_page.tiles(sums, asked, flow_page.PLACES),
        picture=None if table.wants_file else flow_page.picture(sums, found, asked, by, last),
        held=[_lies(row, asked) for row in held.held(scope, asked, on=today)],
        spans=spans(),
        late=[late_words(one, asked) for one in late(scope, asked, on=today)],
        calls=[_call(one, asked) for one in forecast.calls(scope, asked, year=today.year)],
        bare=not (request.GET or found or any(sums.values())),
        now=clock.now(),
    )


class _Capped(Paginator):  # type: ignore[type-arg]  # not subscriptable at run time
    """Pages of a list that may be endless."""

    @cached_property
    def count(self) -> int:
        """How many there are, up to MOST."""
        rows: Any = self.object_list
        return int(rows[:MOST].count())


class _Lines(Table):
    """Lines of a figure: their number is asked up to a limit, so that the page costs the same over any books."""

    @cached_property
    def page(self) -> Page[Any]:
        """The page asked for, or the nearest there is."""
        return _Capped(self.rows, self.size).get_page(self.request.GET.get("page"))


def _kind(line: Any) -> SafeString | str:
    """The kind of a line's entry; with a word in its tone when it takes another back, or was taken back."""
    entry, words = line.entry, line.entry.get_kind_display()
    if entry.reverses_id:
        mark = status_tag("reversal", pgettext("ledger", "takes another entry back"), "wait")
        return format_html("{}: {} {}", words, entry.reverses.get_kind_display(), mark)
    if hasattr(entry, "reversed_by"):
        return format_html("{} {}", words, status_tag("reversed", pgettext("ledger", "reversed"), "bad"))
    return str(words)


def _kind_words(line: Any) -> str:
    entry, words = line.entry, str(line.entry.get_kind_display())
    if entry.reverses_id:
        return said_of(words, entry.reverses.get_kind_display())
    return _("%(kind)s (reversed)") % {"kind": words} if hasattr(entry, "reversed_by") else words


def _account(line: Any) -> str:
    account = line.account
    words = account.get_place_display()
    return said_of(words, account.project.name) if account.project else str(words)


@require_safe
@signed_in
def entries(request: PortalRequest, figure: str) -> HttpResponseBase:
    """The lines a figure of the overview is added up from; each leads to its entry, and that to its document."""
    require(request.actor, "grants.view")
    if figure not in ALL:
        raise Http404
    scope, asked = request.actor.scope, Asked.of(request.GET.dict())
    one = ALL[figure]
    columns = [
        Column("entry", pgettext("ledger", "Entry"), header=True, link=link_to("grants:entry", "entry_id")),
        Column("booked_at", pgettext("ledger", "Booked"), value="entry.booked_at", kind="moment"),
        Column("kind", pgettext("ledger", "Kind"), value=_kind, on="page"),
        Column("kind_words", pgettext("ledger", "Kind"), value=_kind_words, on="file"),
        Column("province", _("Province"), on="file"),
        Column("unit", _("Pilot unit")),
        Column("account", pgettext("ledger", "Account"), value=_account, link=link_to("grants:account", "account_id")),
        Column("document_no", _("Document number"), value="entry.document_no"),
        Column("amount", _("Amount"), kind="yuan"),
    ]
    table = _Lines(
        request,
        flows.lines(scope, one, asked),
        name=f"entries-{figure}",
        columns=columns,
        filters=flow_page.filters(scope, asked),
        label=one.label,
        empty=_("Nothing was booked here yet."),
    )
    sums = {} if table.wants_file else flows.totals(scope, asked)
    return table_page(
        request,
        "grants/flow_entries.html",
        table,
        figure=one,
        is_net=figure in NETS,
        tiles=[] if table.wants_file else flow_page.tiles(sums, asked, [figure]),
        asked=asked,
        capped=not table.wants_file and table.page.paginator.count == MOST,
        trail=[crumb(_("Where the money is"), "grants:flow")],
    )


@require_safe
@signed_in
def lying(request: PortalRequest) -> HttpResponseBase:
    """How long money has lain with each province and unit."""
    require(request.actor, "grants.view")
    scope, asked = request.actor.scope, Asked.of(request.GET.dict())
    rows = held.held(scope, asked, on=clock.today(), each=True)
    columns = [
        Column("unit", _("Pilot unit"), header=True, sort="unit", link=link_to("grants:ledger", "award")),
        Column("province", _("Province"), sort="province"),
        Column("holder", _("Lies with"), value=lambda row: str(held.HOLDERS[row.holder]), sort="holder"),
        Column("oldest", _("Oldest arrival"), kind="date", sort="oldest"),
        Column("amount", _("Amount"), kind="yuan", sort="amount", total=True, link=_stands),
        *(Column(f"span{n}", words, kind="yuan", sort=f"span{n}", total=True) for n, words in enumerate(spans())),
        Column("came_back", _("Of this came back from below"), kind="yuan", sort="came_back", total=True),
    ]
    filters = [one for one in flow_page.filters(scope, asked) if one.key not in ("year", "method")]
    table = Table(
        request,
        rows,
        name="lying",
        columns=columns,
        filters=filters,
        label=_("How long money lies"),
        empty=_("No money lies with provinces or units."),
        order="oldest",
    )
    return table_page(request, "grants/flow_lying.html", table, trail=[crumb(_("Where the money is"), "grants:flow")])


def spans() -> list[str]:
    """The spans of days in words."""
    edges = (0, *held.SPANS)
    words = [
        _("%(first)s to %(last)s days") % {"first": first + bool(first), "last": last}
        for first, last in zip(edges, held.SPANS, strict=False)
    ]
    return [*words, _("more than %(last)s days") % {"last": held.SPANS[-1]}]


def _lies(row: held.Held, asked: Asked) -> dict[str, Any]:
    """What lies with provinces or with units as the overview shows it, with the ways to its entries and to who has it.

    A span of days leads to the list by province and unit, what is most of it at the top.
    """
    place = Asked(asked.region, asked.province, asked.unit, asked.batch)
    cells = [
        {"label": words, "amount": amount, "url": f"{reverse('grants:flow_lying')}?{place.query(sort=f'-span{n}')}"}
        for n, (words, amount) in enumerate(zip(spans(), row.spans, strict=True))
    ]
    return {
        "words": FIGURES[row.holder].label,
        "url": entries_url(row.holder, place),
        "amount": row.amount,
        "cells": cells,
        "came_back": row.came_back,
        "oldest": row.oldest,
    }


def _stands(row: held.Held) -> str:
    return reverse("grants:ledger", args=[row.award])


def _call(one: forecast.Call, asked: Asked) -> dict[str, Any]:
    """A year of the forecast with the way from each figure to the awards behind it."""
    place = Asked(asked.region, asked.province, asked.unit, asked.batch)
    cells = []
    for key, label in call_words().items():
        query = place.query(call=key, **{"in": str(one.year)})
        amount = getattr(one, key)
        cells.append({"label": label, "amount": amount, "url": f"{reverse('grants:flow_coming')}?{query}"})
    return {"year": one.year, "cells": cells}


def call_words() -> dict[str, str]:
    """What is called for, in words."""
    return {
        "first": _("Rest of the first tranche"),
        "second": _("Second tranche"),
        "payments": _("Payments to projects"),
    }


# What stands beside one figure of the forecast, to see how it came about.
_BESIDE: Final = {"payments": ("support", "last_year")}


def _coming_columns() -> list[Column]:
    return [
        Column("first", _("Rest of the first tranche"), kind="yuan", sort="first", total=True),
        Column("second", _("Second tranche"), kind="yuan", sort="second", total=True),
        Column("second_year", _("Second tranche expected in"), value=lambda row: str(row.second_year), sort="second"),
        Column("support", _("Approved support not yet paid"), kind="yuan", sort="support", total=True),
        Column("last_year", _("Last year of the plan"), value=lambda row: str(row.last_year), sort="last_year"),
    ]


@require_safe
@signed_in
def coming(request: PortalRequest) -> HttpResponseBase:
    """What each award still calls for, and when; with `call` and `in`: what one figure of the forecast adds up."""
    require(request.actor, "grants.view")
    scope, asked, year = request.actor.scope, Asked.of(request.GET.dict()), clock.today().year
    rows: list[Any] = forecast.expected(scope, asked, year=year)
    call, of = request.GET.get("call", ""), request.GET.get("in", "")
    title = _("What will be called for")
    if call in forecast.CALLS and of.isascii() and of.isdecimal() and len(of) == 4:
        parts = ((row, forecast.part_of(row, call, of=int(of), year=year)) for row in rows)
        rows = [replace(row, now=part) for row, part in parts if part]
        title = _("%(call)s, %(year)s") % {"call": call_words()[call], "year": of}
    else:
        call = of = ""
    columns = [
        Column("unit", _("Pilot unit"), header=True, sort="unit", link=link_to("grants:award", "award")),
        Column("province", _("Province"), sort="province"),
        *([Column("now", title, kind="yuan", sort="now", total=True)] if call else []),
        *(one for one in _coming_columns() if one.key in _BESIDE.get(call, ()) or not call),
    ]
    filters = [one for one in flow_page.filters(scope, asked) if one.key not in ("year", "method")]
    table = Table(
        request,
        rows,
        name="coming",
        columns=columns,
        filters=filters,
        label=_("What will be called for"),
        empty=_("Nothing is left to be called for."),
    )
    trail = [crumb(_("Where the money is"), "grants:flow")]
    return table_page(request, "grants/flow_coming.html", table, trail=trail, here=title, call=call)
