"""Pages on bank statements: the list, bringing a file, what was found in it, one statement with its lines."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from grants import tables_bank
from grants.bank.csv_file import COLUMNS
from grants.domain import bank as domain
from grants.enums_bank import TAKEN_BACK, BankFileState
from grants.forms.bank import StatementForm
from grants.models import BankFile
from grants.presentation import Facts, amount, file_line, signed
from grants.queries import bank as queries
from grants.views.common import Trail, button, crumb
from grants.views.files import table_page, told_content
from portal.core.exporting import taken_away
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.templatetags.portal_ui import moment
from portal.core.web import as_file, errors_into, page, require, see_other, signed_in


def trail(*more: tuple[Any, str]) -> Trail:
    """Breadcrumbs below the list of statements."""
    return [crumb(_("Bank statements"), "grants:bank"), *more]


def body_asked(request: PortalRequest) -> int | None:
    """The number of the finance body that the address names, or None."""
    asked = request.GET.get("organisation", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None


@require_safe
@signed_in
def statements(request: PortalRequest) -> HttpResponseBase:
    """Statements of the reader's scope, with how many lines are open."""
    require(request.actor, "grants.view")
    found = queries.shares(request.actor.scope)
    acts = button(request, "grants.bring_statement", None, _("Bring a statement"), reverse("grants:bring_statement"))
    acts += button(
        request,
        "grants.write_orders",
        None,
        _("Write payment orders"),
        reverse("grants:write_orders"),
        kind="secondary",
    )
    tiles = [
        {"label": _("Lines"), "value": f"{found['all']:,}"},
        {"label": _("Matched"), "value": f"{found['matched']:,}", "note": share(found["matched"], found["all"])},
        {"label": pgettext("bank lines", "Set aside"), "value": f"{found['aside']:,}"},
        {
            "label": _("Open lines"),
            "value": f"{found['open']:,}",
            "url": reverse("grants:bank_queue"),
            "tone": "wait" if found["open"] else "good",
            "note": amount(found["open_sum"]) if found["open"] else "",
        },
        *_taken_back(found["taken_back"]),
    ]
    table = tables_bank.statements_table(request)
    return table_page(request, "grants/bank.html", table, acts=acts, tiles=tiles)


def _taken_back(count: int) -> list[dict[str, Any]]:
    """Matched lines whose paper was taken back, as a tile; none where there are none."""
    url = f"{reverse('grants:bank_queue')}?why={TAKEN_BACK}"
    tile = {"label": _("Matched, but the paper was taken back"), "value": f"{count:,}", "url": url, "tone": "bad"}
    return [tile] if count else []


def share(part: Any, whole: Any) -> str:
    """A part of the lines in per cent."""
    return _("%(percent)s %% of the lines") % {"percent": 100 * part // whole} if whole else ""


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def bring(request: PortalRequest) -> HttpResponse:
    """Bring a file from the bank; it is read and imported in the worker."""
    require(request.actor, "grants.bring_statement")
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = StatementForm(*given, bodies=domain.treasuries(request.actor))
    if form.is_valid():
        with errors_into(form):
            data = form.cleaned_data
            row = domain.bring(by=request.actor, upload=data["file"], organisation=data.get("organisation"))
            back = reverse("grants:bank_file", args=[row.pk])
            run = domain.start_import(by=request.actor, row=row, back=back)
            return see_other("runs:run", run.pk)
    context = {
        "title": _("Bring a statement"),
        "trail": trail(),
        "columns": COLUMNS,
        "cancel": reverse("grants:bank"),
        "earlier": queries.files(request.actor.scope)[:5],
    }
    return page(request, "grants/bank_new.html", context, form=form)


@require_safe
@signed_in
def template(request: PortalRequest) -> HttpResponse:
    """The headings of a CSV statement in the reader's language, with one line as an example."""
    require(request.actor, "grants.bring_statement")
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([column.en if get_language() == "en" else column.zh for column in COLUMNS])
    writer.writerow(
        ["3500000000000001", "2026-11-27", "2026112700001", "", "1250000.00", "8750000.00", "", "", "支付202611-1-1"]
    )
    answer = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    name = _("Statement template")
    taken_away(request, name)
    return as_file(answer, f"{name}.csv")


@require_safe
@signed_in
def file(request: PortalRequest, pk: int) -> HttpResponseBase:
    """A file from the bank: being read, with its statements, or with what is wrong by row and column."""
    require(request.actor, "grants.view")
    found = one_of(queries.files, request.actor, pk=pk)
    table = tables_bank.problems_table(request, found.report.get("problems", []))
    context = {
        "row": found,
        "trail": trail(),
        "facts": _file_facts(found),
        "statements": [_known(one) for one in found.report.get("statements", [])],
        "run": reverse("runs:run", args=[found.run]) if found.run and found.state == BankFileState.BROUGHT else "",
        "again": reverse("grants:bring_statement"),
    }
    return table_page(request, "grants/bank_file.html", table, **context)


def _file_facts(row: BankFile) -> Facts:
    return [
        (_("Finance department"), row.organisation),
        (_("Kind of file"), row.get_kind_display()),
        (_("File"), file_line(row, reverse("grants:bank_content", args=[row.pk]))),
        (_("Brought"), moment(row.uploaded_at)),
    ]


def _known(one: dict[str, Any]) -> dict[str, Any]:
    """A statement of the file with the sentence on whether it was imported before."""
    url, words = reverse("grants:bank_statement", args=[one["statement"]]), _("imported now")
    if one["again"]:
        at = datetime.fromisoformat(one["at"]) if "at" in one else None
        words = _("in this file twice; counted once")
        if at is not None:
            words = format_html(_("imported already on {} by {}; nothing changed"), moment(at), one["by"])
    return {"url": url, "title": one["title"], "words": words}


@require_safe
@signed_in
def content(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The file as the bank gave it, as a download; the look at it stands in the trail."""
    require(request.actor, "grants.view")
    return told_content(request, one_of(queries.files, request.actor, pk=pk))


@require_safe
@signed_in
def statement(request: PortalRequest, pk: int) -> HttpResponseBase:
    """One statement: its balances, how much is matched, its lines."""
    require(request.actor, "grants.view")
    scope = request.actor.scope
    found = one_of(queries.statements, request.actor, pk=pk)
    table = tables_bank.lines_table(request, queries.lines(scope).filter(statement=found).order_by("number"))
    tiles = [
        {"label": _("Lines"), "value": f"{found.lines:,}", "note": _elsewhere(found)},
        {"label": _("Matched"), "value": f"{found.matched:,}", "note": share(found.matched, found.own)},
        {
            "label": _("Open lines"),
            "value": f"{found.open_lines:,}",
            "tone": "wait" if found.open_lines else "good",
        },
    ]
    context = {"statement": found, "trail": trail(), "tiles": tiles, "facts": _facts(found)}
    return table_page(request, "grants/bank_statement.html", table, **context)


def _elsewhere(row: Any) -> str:
    other = row.lines - row.own
    return _("%(count)s of them are counted in another statement") % {"count": f"{other:,}"} if other else ""


def _facts(row: Any) -> Facts:
    balance = [
        (_("Balance before"), row.opening),
        (_("Sum of the lines"), row.moved),
        (_("Balance after"), row.closing),
    ]
    facts: Facts = [
        (_("Finance department"), row.organisation),
        (_("Bank account"), format_html('<span class="code">{}</span>', row.account)),
        (_("Period"), format_html("{} – {}", moment(row.begins), moment(row.ends))),
        *((label, signed(value) if value is not None else "") for label, value in balance),
        (_("Balances and lines"), tables_bank.gap_words(row)),
    ]
    if row.gap:
        facts.append((_("Missing in the lines"), format_html('<span class="negative">{}</span>', amount(row.gap))))
    if row.number:
        facts.insert(2, (_("Number of the statement"), row.number))
    facts.append((_("File"), file_line(row.file, reverse("grants:bank_content", args=[row.file_id]))))
    facts.append((_("Imported"), format_html("{} · {}", moment(row.imported_at), row.imported_by)))
    return facts
