"""The catalogue, the parameters of one report, the report as a page, and the report by the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any, Final

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core import clock
from portal.core.errors import DomainError
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.scope import Actor
from portal.core.tables import Table
from portal.core.templatetags.portal_ui import duration, moment
from portal.core.web import confirm_page, errors_into, page, require, see_other, signed_in
from portal.reports import catalogue as reports
from portal.reports import queries
from portal.reports.domain import orders, schedules
from portal.reports.forms import ReportForm
from portal.reports.forms_after import ScheduleForm
from portal.reports.making import Wanted, order_of, write
from portal.reports.models import ReportSchedule
from portal.reports.states import SCHEDULE
from portal.reports.views.files import COLUMNS
from portal.reports.writers.page import MOST, PageWriter

SHOWN: Final = 20  # of what is shared and of schedules, the newest


@require_safe
@signed_in
def catalogue(request: PortalRequest) -> HttpResponseBase:
    """The reports I may ask for, the files I have, what is shared with me, and my schedules."""
    actor = request.actor
    require(actor, "reports.ask")
    table = Table(
        request,
        queries.files(actor),
        name="report-files",
        columns=COLUMNS,
        label=gettext_lazy("My files"),
        empty=gettext_lazy("You have no report files yet. Choose a report above."),
        size=20,
    )
    if table.wants_file:
        return table.file()
    found = groupby(reports.for_actor(actor), key=lambda report: str(report.group))
    groups = [(title, list(rows)) for title, rows in found]
    context = {
        "groups": groups,
        "table": table,
        "shares": queries.shares(actor)[:SHOWN],
        "schedules": [(row, schedules.title_of(row)) for row in queries.schedules(actor)[:SHOWN]],
    }
    return page(request, "reports/catalogue.html", context)


def _report(request: PortalRequest, name: str) -> reports.Report:
    """The report of this name, when the reader may ask for it."""
    require(request.actor, "reports.ask")
    found = reports.CATALOGUE.get(name)
    if found is None:
        raise Http404
    require(request.actor, found.act)
    return found


def _form(request: PortalRequest, report: reports.Report) -> tuple[ReportForm, str]:
    """The parameters as posted, or as the address brings them; and the format that was chosen."""
    kinds = [(short, reports.FORMATS[short]) for short in report.format_names]
    initial = {
        key: request.GET.getlist(key) if len(request.GET.getlist(key)) > 1 else request.GET[key]
        for key in request.GET
        if key in report.form.base_fields
    }
    posted = request.POST if request.method == "POST" else None
    form = report.form(posted, actor=request.actor, formats=kinds, initial={"tell": report.heavy, **initial})
    chosen = request.POST.get("format", kinds[0][0])
    return form, chosen if chosen in dict(kinds) else kinds[0][0]


def _lasts(actor: Actor, report: reports.Report) -> str:
    """How long it usually takes, in words; nothing when nobody made it yet."""
    known = queries.lasts(report.name, report.format_names[0], queries.last_rows(actor.id, report.name))
    return "" if known is None else duration(known)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def order(request: PortalRequest, name: str) -> HttpResponse:
    """Choose the parameters of one report and ask for it; the address may bring them filled in."""
    report = _report(request, name)
    form, chosen = _form(request, report)
    if request.method == "POST" and form.is_valid():
        shown = orders.address(name, form.plain(), "reports:page")
        if "page" in request.POST:
            return see_other(shown)
        if "schedule" in request.POST:
            return see_other(orders.address(name, form.plain(), "reports:plan"))
        with errors_into(form):
            tell = bool(form.cleaned_data.get("tell"))
            what = orders.OrderInput(report=report.name, format=chosen, values=form.plain(), tell=tell)
            return see_other("runs:run", orders.ask(by=request.actor, what=what).pk)
    context = {
        "report": report,
        "kinds": [reports.FORMATS[short].label for short in report.format_names],
        "lasts": _lasts(request.actor, report),
    }
    return page(request, "reports/order.html", context, form=form)


@contextmanager
def _here(actor: Actor) -> Iterator[Actor]:
    """A savepoint in the scope the request has: an auditor's request reads as a role that enters no scope anew."""
    with transaction.atomic():
        yield actor


@require_safe
@signed_in
def shown(request: PortalRequest, name: str) -> HttpResponseBase:
    """The report as a page: the rows of this moment in the reader's scope. Without its parameters: the form.

    So does one that is an archive of documents alone: only the worker makes those.
    """
    report = _report(request, name)
    actor = request.actor
    form = report.form(request.GET, actor=actor)
    if not form.is_valid():
        brought = {key: request.GET.getlist(key) for key in request.GET if key in report.form.base_fields}
        return see_other(orders.address(name, brought))
    if report.page is not None:
        return see_other(report.page(form.cleaned_data))
    plain = form.plain()
    if not report.shows_page:
        return see_other(orders.address(name, plain))
    writer = None
    problem = ""
    try:
        kind = next((short for short in report.format_names if short in ("xlsx", "csv")), report.format_names[0])
        what = Wanted(name, kind, plain, clock.now(), most=MOST)
        order = order_of(actor, what, lambda: _here(actor))
        writer = PageWriter(order)
        facts = write(order, writer).facts
    except DomainError as error:
        problem, facts = str(error), []
    context = {
        "report": report,
        "facts": facts,
        "writer": writer,
        "problem": problem,
        "most": MOST,
        "values": [
            (key, one) for key, value in plain.items() for one in (value if isinstance(value, list) else [value])
        ],
        "kinds": [(short, reports.FORMATS[short].label) for short in report.format_names],
        "change": orders.address(name, plain),
        "plan": orders.address(name, plain, "reports:plan"),
    }
    answer = page(request, "reports/page.html", context)
    answer.status_code = 409 if problem else 200
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def plan(request: PortalRequest, name: str) -> HttpResponse:
    """Have a report made by the calendar with the parameters chosen here."""
    report = _report(request, name)
    require(request.actor, "reports.schedule")
    form, chosen = _form(request, report)
    form.fields.pop("tell", None)
    when = ScheduleForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and when.is_valid():
        with errors_into(when):
            what = orders.OrderInput(report=report.name, format=chosen, values=form.plain())
            made = schedules.schedule(by=request.actor, what=when.to_input(what, form.words()))
            messages.success(request, _("The report is made by the calendar from now on."))
            return see_other("reports:planned", made.pk)
    answer = page(request, "reports/plan.html", {"report": report, "when": when}, form=form)
    if request.method == "POST":
        answer.status_code = 422
    return answer


def _planned(request: PortalRequest, pk: int) -> ReportSchedule:
    require(request.actor, "reports.schedule")
    return one_of(queries.schedules, request.actor, pk=pk)


@require_safe
@signed_in
def planned(request: PortalRequest, pk: int) -> HttpResponse:
    """One schedule: what it makes, when next, what came of the last time."""
    found = _planned(request, pk)
    facts: list[tuple[str, Any]] = [
        *(tuple(pair) for pair in found.words),
        (_("Kind of file"), reports.FORMATS[found.format].label if found.format in reports.FORMATS else found.format),
        (_("How often it is made"), found.get_rhythm_display()),
        (_("Day"), found.day if found.rhythm != "daily" else None),
        (_("Hour"), found.hour),
        (_("Last day"), moment(found.until)),
        (_("Made next"), moment(found.next_at)),
    ]
    if found.ended_at is not None:
        facts += [(_("Ended"), moment(found.ended_at)), (_("Why it ended"), found.ended_why)]
    acts = [row.act for row in SCHEDULE.transitions if found.state in row.sources and row.act != "end_schedule"]
    context = {
        "schedule": found,
        "title": schedules.title_of(found),
        "facts": facts,
        "acts": acts,
        "may_end": SCHEDULE.can(found.state, "end_schedule"),
    }
    return page(request, "reports/planned.html", context)


@require_POST
@signed_in
def move(request: PortalRequest, pk: int, act: str) -> HttpResponse:
    """Pause or resume a schedule; ending asks first, since what has ended stays so."""
    found = _planned(request, pk)
    if act not in {row.act for row in SCHEDULE.transitions}:
        raise Http404
    back = reverse("reports:planned", args=[pk])
    if act == "end_schedule" and request.POST.get("confirm") != "yes":
        return confirm_page(
            request,
            title=_("End the schedule"),
            text=_("The report is not made any more. Files that were made stay."),
            submit=_("End the schedule"),
            cancel=back,
        )
    try:
        schedules.move(by=request.actor, schedule=found, act=act)
    except DomainError as error:
        messages.error(request, str(error))
    return see_other(back)
