"""Pages on documents that issue a tranche to many units: list, entering, lines from a file, checking, printing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from applications.exports.answers import as_workbook
from applications.imports import report
from applications.tables_roster import problems_of
from grants import allocation, presentation_papers, sheets_lines, tables_papers
from grants.domain import issue_papers as domain
from grants.enums import Tranche
from grants.forms.issue_papers import IssuePaperForm, LinesFileForm
from grants.queries import issue_papers as queries
from grants.queries.issue_papers import Open
from grants.views.common import Kind, Trail, crumb, paper_page
from grants.views.files import table_page
from portal.core import clock, units
from portal.core.errors import Text
from portal.core.looks import looked, serve_told
from portal.core.middleware import PortalRequest
from portal.core.money import ZERO
from portal.core.ones import one_of
from portal.core.rules import may
from portal.core.web import as_file, errors_into, page, require, see_other, signed_in
from portal.programme import queries as programme
from portal.programme.models import Batch

PAPER: Final = Kind(
    gettext_lazy("Issue document"),
    "issue_paper",
    "grants:issue_paper",
    domain.confirm_issue_paper,
    domain.refuse_issue_paper,
    "issue_paper",
    gettext_lazy("Confirmed: every line is booked to its province."),
)


@require_safe
@signed_in
def issue_papers(request: PortalRequest) -> HttpResponseBase:
    """Documents the reader sees."""
    require(request.actor, "grants.view")
    to_enter = bool(may(request.actor, "grants.enter_issue_paper"))
    return table_page(request, "grants/issue_papers.html", tables_papers.papers_table(request), to_enter=to_enter)


@require_safe
@signed_in
def open_tranches(request: PortalRequest) -> HttpResponseBase:
    """Choose the batch and the tranche a document is about."""
    require(request.actor, "grants.enter_issue_paper")
    return table_page(request, "grants/open_tranches.html", tables_papers.open_table(request))


def _ground(request: PortalRequest, number: int, tranche: int) -> tuple[Batch, Tranche, list[Open]]:
    """The batch, the tranche and what is open in it.

    Raises Http404 for a tranche that does not exist, WrongState for an archived batch.
    """
    require(request.actor, "grants.enter_issue_paper")
    batch = get_object_or_404(programme.batches(request.actor.scope), number=number)
    if tranche not in Tranche.values:
        raise Http404
    domain.check_batch(batch)
    return batch, Tranche(tranche), queries.open_lines(request.actor.scope, batch=batch, tranche=Tranche(tranche))


def _trail(*more: tuple[Text, str]) -> Trail:
    return [crumb(_("Issue documents"), "grants:issue_papers"), *more]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def enter_issue_paper(request: PortalRequest, number: int, tranche: int) -> HttpResponse:
    """Enter a document: an amount for each unit that has something left, the total, the paper."""
    batch, which, lines = _ground(request, number, tranche)
    form = IssuePaperForm(request.POST or None, request.FILES or None, tranche=which, lines=lines)
    if form.is_valid():
        with errors_into(form):
            row = domain.enter_issue_paper(by=request.actor, batch=batch, what=form.to_input())
            messages.success(request, _("Entered. Another person of your department checks it now."))
            return see_other("grants:issue_paper", row.pk)
    return _form_page(request, form, batch, which)


def _form_page(
    request: PortalRequest, form: IssuePaperForm, batch: Batch, tranche: Tranche, **more: Any
) -> HttpResponse:
    place = [batch.number, tranche.value]
    context = {
        "title": _("Enter an issue document"),
        "trail": _trail(crumb(_("Batch and tranche"), "grants:open_tranches")),
        "batch": batch,
        "tranche": tranche.label,
        "action": reverse("grants:enter_issue_paper", args=place),
        "bring": reverse("grants:bring_issue_lines", args=place),
        "template": reverse("grants:issue_lines_template", args=place),
        "cancel": reverse("grants:open_tranches"),
        **more,
    }
    with units.shown_in("yuan"):  # as the amounts that are typed beside them
        return page(request, "grants/enter_issue_paper.html", context, form=form)


@require_safe
@signed_in
def issue_lines_template(request: PortalRequest, number: int, tranche: int) -> HttpResponseBase:
    """The lines as a workbook to be filled in and brought back."""
    batch, which, lines = _ground(request, number, tranche)
    name = f"{sheets_lines.LINES.zh}-{batch.number}-{which.value}-{clock.today():%Y%m%d}"
    return as_workbook(request, sheets_lines.LINES, sheets_lines.rows_of(lines), name=name, industries=())


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def bring_issue_lines(request: PortalRequest, number: int, tranche: int) -> HttpResponse:
    """Bring a file with the lines: what is wrong with its place, or the form filled in from it; nothing is entered."""
    batch, which, lines = _ground(request, number, tranche)
    form = LinesFileForm(request.POST or None, request.FILES or None)
    wrong = None
    if form.is_valid():
        with errors_into(form):
            verdict = sheets_lines.read_lines(form.cleaned_data["file"], lines)
            given = sheets_lines.amounts(verdict, lines)
            if not verdict.all_problems and given:
                return _filled(request, batch, which, lines, given)
            form.add_error("file", _problem_words(verdict.all_problems))
            shown = report.problems([one.to_json() for one in verdict.problems], sheets_lines.LINES)
            wrong = problems_of(request, shown, name="lines-problems", label=_("What is wrong"), is_once=True)
    place = [batch.number, which.value]
    title = _("Bring a file with the lines")
    back = crumb(_("Enter an issue document"), "grants:enter_issue_paper", *place)
    context = {
        "title": title,
        "trail": _trail(crumb(_("Batch and tranche"), "grants:open_tranches"), back),
        "template": reverse("grants:issue_lines_template", args=place),
        "columns": sheets_lines.LINES.columns,
        "wrong": wrong,
        "cancel": back[1],
    }
    return page(request, "grants/bring_lines.html", context, form=form)


def _problem_words(count: int) -> str:
    if not count:
        return _("No unit of the file has an amount. Fill in the column of what is issued now.")
    return _("The file has problems; nothing of it is taken. Mend them in the file and bring it again.")


def _filled(
    request: PortalRequest, batch: Batch, tranche: Tranche, lines: Sequence[Open], given: Mapping[int, Decimal]
) -> HttpResponse:
    """The form as the file fills it in, with what differs from all that is left: looked at before it is entered."""
    form = IssuePaperForm(tranche=tranche, lines=lines, given=given)
    less = [(one.award.unit, one.left, given.get(one.award.pk, ZERO)) for one in lines]
    return _form_page(
        request, form, batch, tranche, from_file=len(given), less=[row for row in less if row[1] != row[2]]
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def issue_paper(request: PortalRequest, pk: int) -> HttpResponse:
    """One document with its lines; its checker confirms or refuses all of them together."""
    require(request.actor, "grants.view")
    scope = request.actor.scope
    found = one_of(queries.papers, request.actor, pk=pk)
    lines = list(queries.lines_of(scope, paper=found))
    seen = sum((line.amount for line in lines), ZERO)
    return paper_page(
        request,
        PAPER,
        found,
        template="grants/issue_paper.html",
        trail=_trail(),
        facts=presentation_papers.issue_paper_facts(found, seen=seen),
        groups=presentation_papers.by_province(lines),
        seen=seen,
        capitals=allocation.in_capitals(seen) if seen else "",
        whole=seen == found.total,
    )


@require_safe
@signed_in
def allocation_pdf(request: PortalRequest, pk: int) -> HttpResponse:
    """The allocation table of a document as a PDF; who took it stands in the trail."""
    require(request.actor, "grants.view")
    found = one_of(queries.papers, request.actor, pk=pk)
    made = allocation.as_pdf(found, list(queries.lines_of(request.actor.scope, paper=found)))
    looked(request.actor, found, "grants.export", list="allocation")
    return as_file(HttpResponse(made, content_type="application/pdf"), f"资金分配表-{found.document_no}.pdf")


@require_safe
@signed_in
def issue_file(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The sealed file of a document, as a download; the look at it stands in the trail."""
    require(request.actor, "grants.view")
    found = one_of(queries.files, request.actor, pk=pk)
    return serve_told(found, request=request, act="grants.view_file")
