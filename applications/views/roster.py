"""The roster of enterprises: its rates, its list, one enterprise, and the roster as it was submitted."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from applications import queries, tables_roster
from applications.domain import roster as domain
from applications.forms.roster import EnterpriseForm
from applications.journey import TITLES, address
from applications.models import Application, Enterprise
from applications.presentation import blocks_on_page
from applications.roster.rates import EMPTY
from applications.roster.tiles import tiles
from applications.sections.enterprises import industries_table, years_table
from applications.sheets.enterprises import COLUMNS
from applications.sheets.sheet import Ground
from applications.views.beside import along
from applications.views.common import ask, find, find_row, find_to_edit, section_page, seen, trail
from portal.core.middleware import PortalRequest
from portal.core.rules import may
from portal.core.scope import Actor
from portal.core.web import page, see_other, signed_in

SECTION = "enterprises"


@require_safe
@signed_in
def enterprises(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The roster: rates on top, then the list with its filters."""
    found = find(request, pk)
    if (number := read_as_submitted(request.actor, found)) is not None:
        return see_other(address(found, "submitted_roster", number))
    table = tables_roster.enterprises(request, found)
    if table.wants_file:
        return table.file()
    roster = queries.roster_of(found)
    figures = roster.figures if roster is not None else EMPTY
    rules = found.batch.rule_set
    names = dict(queries.industries_in_words()) if figures["industries"] else {}
    blocks = [table for table in (industries_table(figures, names), years_table(figures)) if table["rows"]]
    context = {
        "application": found,
        "title": TITLES[SECTION],
        "trail": [*trail(found), (TITLES[SECTION], "")],
        "back": address(found, "detail"),
        "table": table,
        "figures": figures,
        "tiles": tiles(figures, rules.digital_target if rules else None),
        "blocks": blocks_on_page(blocks),
        "may_edit": found.is_open_in("enterprises") and bool(may(request.actor, "applications.edit", found)),
        "has_industries": queries.focus_industries_of(found).exists(),
    }
    if context["may_edit"]:
        context |= along(found, SECTION)
    return page(request, "applications/roster.html", context)


def read_as_submitted(actor: Actor, found: Application) -> int | None:
    """The number of the submission which people outside the unit read instead of the work in progress; or None."""
    if found.organisation_id in {post.organisation for post in actor.posts}:
        return None
    made = queries.current_snapshot(found)
    return made.number if made is not None else None


def _industries(ground: Ground) -> list[tuple[str, str]]:
    """Focus industries and the groups inside them, for a choice."""
    return [(code, f"{code} {name}") for code, name in queries.industries_in_words() if ground.in_focus(code)]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def enterprise(request: PortalRequest, pk: int, row: int | None = None) -> HttpResponse:
    """Add an enterprise, or change one."""
    found = find_to_edit(request, pk)
    kept = find_row(request, found, queries.enterprises_of(found), row)
    ground = queries.ground_of(found)
    form = EnterpriseForm(
        request.POST or None,
        industries=_industries(ground),
        initial=_enterprise(kept) if kept else {"version": 0, "digital_state": "not_begun"},
    )

    def act() -> None:
        if kept is None:
            domain.add_enterprise(by=request.actor, application=found, what=form.to_input(), ground=ground)
        else:
            kept.application = found
            version = form.cleaned_data["version"]
            domain.change_enterprise(
                by=request.actor, enterprise=kept, what=form.to_input(), version=version, ground=ground
            )

    def now() -> dict[str, Any]:
        fresh = queries.enterprises_of(found).filter(pk=row or 0).first()
        return _enterprise(fresh) if fresh else {}

    return section_page(
        request,
        found,
        SECTION,
        form,
        title=kept.name if kept else _("Add an enterprise"),
        back=SECTION,
        template="applications/enterprise.html",
        kept=kept,
        enterprise=kept,
        act=act,
        initial=now,
        version=lambda: kept.version if kept else 0,
    )


def _enterprise(kept: Enterprise) -> dict[str, Any]:
    values = {column.key: getattr(kept, column.key) for column in COLUMNS if column.key != "industry"}
    return values | {"industry": kept.industry_id, "version": kept.version}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def remove_enterprise(request: PortalRequest, pk: int, row: int) -> HttpResponse:
    """Ask, then take an enterprise out."""
    found = find_to_edit(request, pk)
    kept = get_object_or_404(queries.enterprises_of(found), pk=row)
    kept.application = found
    return _out(
        request,
        found,
        title=_("Take out “%(name)s”") % {"name": kept.name},
        text=_("The enterprise leaves the roster. What stood here stays in the trail."),
        act=lambda form: domain.remove_enterprise(by=request.actor, enterprise=kept, version=seen(form)),
        version=kept.version,
        done=_("The enterprise is taken out."),
        facts=[(_("Unified social credit code"), kept.credit_code), (_("Industry"), kept.industry)],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def empty(request: PortalRequest, pk: int) -> HttpResponse:
    """Ask, then take all enterprises out, to begin anew from a file."""
    found = find_to_edit(request, pk)
    roster = queries.roster_of(found)
    count = roster.figures["count"] if roster is not None else 0
    return _out(
        request,
        found,
        title=_("Take all enterprises out"),
        text=ngettext(
            "%(count)s enterprise leaves the roster. Export the roster before, if you may need it again.",
            "%(count)s enterprises leave the roster. Export the roster before, if you may need it again.",
            count,
        )
        % {"count": count},
        act=lambda form: domain.empty_roster(by=request.actor, application=found, version=seen(form)),
        version=found.version,
        done=_("The roster is empty."),
    )


def _out(request: PortalRequest, found: Application, *, title: str, text: str, **more: Any) -> HttpResponse:
    back = address(found, SECTION)
    return ask(
        request,
        to=back,
        title=title,
        text=text,
        submit=_("Take it out"),
        cancel=back,
        danger=True,
        trail=[*trail(found, (TITLES[SECTION], back)), (title, "")],
        **more,
    )


@require_safe
@signed_in
def submitted(request: PortalRequest, pk: int, number: int) -> HttpResponseBase:
    """The roster as it was submitted, from the text beside the snapshot."""
    found = find(request, pk)
    snapshot = get_object_or_404(queries.snapshots(request.actor), application=found, number=number)
    names = [column.key for column in COLUMNS]
    lines = queries.submitted_roster(snapshot).splitlines()
    table = tables_roster.submitted(request, [dict(zip(names, json.loads(line), strict=True)) for line in lines])
    if table.wants_file:
        return table.file()
    title = _("Enterprises of submission %(number)s") % {"number": number}
    context = {
        "application": found,
        "title": title,
        "trail": [*trail(found, (snapshot.receipt_no, address(found, "snapshot", number))), (title, "")],
        "table": table,
        "back": address(found, "snapshot", number),
    }
    return page(request, "applications/roster_submitted.html", context)
