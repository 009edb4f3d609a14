"""Pages on the books: the statement of an account, an entry with its lines, and taking one back."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from grants import presentation
from grants.domain import reversals as domain
from grants.forms import ReversalForm
from grants.models import AwardChange, Entry
from grants.queries import books as queries
from grants.views.common import Kind, Trail, button, crumb, enter_page, paper_page
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.rules import may
from portal.core.templatetags.portal_ui import moment
from portal.core.web import page, require, signed_in

REVERSAL: Final = Kind(
    pgettext_lazy("ledger", "Reversal"),
    "reversal",
    "grants:reversal",
    domain.confirm_reversal,
    domain.refuse_reversal,
    "reversal",
    gettext_lazy("Confirmed: the entry is taken back, and its paper no longer counts."),
)


def _ledger(row: Any) -> Trail:
    return [
        crumb(_("Awards"), "grants:awards"),
        crumb(str(row.unit), "grants:award", row.award_id),
        crumb(_("Ledger"), "grants:ledger", row.award_id),
    ]


def _cursor(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


@require_safe
@signed_in
def account(request: PortalRequest, pk: int) -> HttpResponse:
    """The statement of one account: each line with the balance after it, the newest first."""
    require(request.actor, "grants.view")
    scope = request.actor.scope
    found = one_of(queries.accounts, request.actor, pk=pk)
    before, after = _cursor(request.GET.get("before")), _cursor(request.GET.get("after"))
    part = queries.statement(scope, account=found, before=before, after=after)
    context = {"account": found, "part": part, "trail": _ledger(found)}
    return page(request, "grants/account.html", context)


@require_safe
@signed_in
def entry(request: PortalRequest, pk: int) -> HttpResponse:
    """One entry: its lines, its document, who entered and checked it, its audit event, whether it was taken back."""
    require(request.actor, "grants.view")
    scope = request.actor.scope
    found = one_of(queries.entries, request.actor, pk=pk)
    waiting = queries.waiting_reversal(scope, entry=found)
    url = reverse("grants:enter_reversal", args=[pk])
    label = _("Take this entry back")
    context = {
        "entry": found,
        "lines": queries.lines_of(scope, entry=found),
        "facts": _facts(request, found),
        "trail": _ledger(found),
        "waiting": waiting,
        "acts": [] if waiting else button(request, "grants.enter_reversal", found, label, url, kind="danger"),
    }
    return page(request, "grants/entry.html", context)


def _paper(row: Entry) -> tuple[str, int]:
    named = (
        (row.issue, "issue"),
        (row.pass_on, "pass_on"),
        (row.payment, "payment"),
        (row.reversal, "reversal"),
        (row.spending, "spending"),
        (row.return_paper, "return"),
        (row.recovery_payment, "recovery_payment"),
    )
    paper, name = next(((one, name) for one, name in named if one is not None), (row.award, "award"))
    return f"grants:{name}", paper.pk


def _file(row: Entry, change: AwardChange | None) -> Any:
    """The file of the entry's paper, so that it is one click away."""
    papers = (
        change,
        row.issue,
        row.pass_on,
        row.payment,
        row.reversal,
        row.spending,
        row.return_paper,
        row.recovery_payment,
    )
    paper: Any = next(filter(None, papers), row.award if row.kind == "award" else None)
    return presentation.paper_file(paper)


def _facts(request: PortalRequest, row: Entry) -> presentation.Facts:
    event: Any = row.event_id
    if may(request.actor, "audit.view_trail"):
        event = presentation.link("audit:event", row.event_id, str(row.event_id))
    # The closing of a year is shown to those who see the nation.
    closed = row.year_close_id is not None
    change = queries.change_of(request.actor.scope, entry=row)
    paper: Any = row.document_no if closed else presentation.link(*_paper(row), row.document_no)
    if change is not None:
        paper = presentation.link("grants:award_change", change.pk, row.document_no)
    if closed and may(request.actor, "grants.see_years"):
        paper = presentation.link("grants:year_close", row.year_close_id or 0, row.document_no)
    return [
        (pgettext("ledger", "Kind"), row.get_kind_display()),
        *presentation.place_facts(row),
        (pgettext("ledger", "Document"), paper),
        (_("File"), _file(row, change)),
        (_("Entered by"), row.maker),
        (_("Checked by"), row.checker),
        (pgettext("ledger", "Booked"), moment(row.booked_at)),
        (_("Audit event"), event),
        (_("Digest (SHA-256)"), row.digest),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def enter_reversal(request: PortalRequest, pk: int) -> HttpResponse:
    """Enter that an entry is taken back."""
    require(request.actor, "grants.view")
    found = one_of(queries.entries, request.actor, pk=pk)
    require(request.actor, "grants.enter_reversal", found)
    return enter_page(
        request,
        form=ReversalForm(request.POST or None, request.FILES or None),
        act=lambda form: domain.enter_reversal(by=request.actor, entry=found, what=form.to_input()),
        route="grants:reversal",
        title=_("Take entry %(entry)s back") % {"entry": found},
        trail=[*_ledger(found), crumb(str(found), "grants:entry", pk)],
        facts=[(_("Amount"), presentation.amount(found.moved)), *_facts(request, found)[:-2]],
        cancel=reverse("grants:entry", args=[pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def reversal(request: PortalRequest, pk: int) -> HttpResponse:
    """A reversal; a checker of the department that made the entry confirms or refuses it."""
    require(request.actor, "grants.view")
    found = one_of(queries.reversals, request.actor, pk=pk)
    return paper_page(
        request,
        REVERSAL,
        found,
        trail=[*_ledger(found), crumb(str(found.entry), "grants:entry", found.entry_id)],
        facts=presentation.reversal_facts(found),
    )
