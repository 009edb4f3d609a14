"""Pages on payment orders for the bank: the sets, writing one, its file, withdrawing it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from grants import tables_bank
from grants.bank.orders import payee
from grants.domain import bank_orders as domain
from grants.domain.bank import only
from grants.enums_bank import OrderState
from grants.forms.bank import OrderForm, ReasonForm
from grants.models import BankOrder
from grants.presentation import Facts, amount, file_line
from grants.queries import bank as queries
from grants.views.bank import body_asked, trail
from grants.views.common import button, crumb
from grants.views.files import table_page, told_content
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.templatetags.portal_ui import moment, post_name
from portal.core.web import confirm_page, errors_into, page, require, see_other, signed_in

SHOWN = 200


@require_safe
@signed_in
def orders(request: PortalRequest) -> HttpResponseBase:
    """Sets of payment orders of the reader's scope."""
    require(request.actor, "grants.view")
    acts = button(request, "grants.write_orders", None, _("Write payment orders"), reverse("grants:write_orders"))
    table = tables_bank.orders_table(request)
    return table_page(request, "grants/bank_orders.html", table, acts=acts, trail=trail())


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def write(request: PortalRequest) -> HttpResponse:
    """Choose confirmed papers and have them written into a file for the bank."""
    require(request.actor, "grants.write_orders")
    bodies, asked = domain.bodies(request.actor), body_asked(request)
    body = only(bodies, asked or bodies[0].organisation)
    kind = domain.kind_of(body)
    waiting = queries.to_order(body.organisation, kind)
    rows: list[Any] = list(waiting[:SHOWN])
    form = OrderForm(request.POST if request.method == "POST" else None, rows=rows, payee=partial(payee, kind))
    if rows and form.is_valid():
        with errors_into(form):
            back = f"{reverse('grants:write_orders')}?organisation={body.organisation}"
            papers = form.numbers()
            run = domain.start_writing(by=request.actor, papers=papers, organisation=body.organisation, back=back)
            return see_other("runs:run", run.pk)
    context = {
        "title": _("Write payment orders"),
        "trail": trail(crumb(_("Payment orders"), "grants:bank_orders")),
        "cancel": reverse("grants:bank_orders"),
        "rows": rows,
        "is_cut": len(rows) == SHOWN,
        "shown": SHOWN,
        "bodies": [
            (f"?organisation={post.organisation}", post_name(post), post == body) for post in bodies if len(bodies) > 1
        ],
    }
    return page(request, "grants/bank_order_new.html", context, form=form)


@require_safe
@signed_in
def order(request: PortalRequest, pk: int) -> HttpResponseBase:
    """One set: its file, its orders, which of them the bank has paid."""
    require(request.actor, "grants.view")
    found = one_of(queries.orders, request.actor, pk=pk)
    table = tables_bank.items_table(request, queries.items(request.actor.scope, order=found))
    url = reverse("grants:withdraw_orders", args=[pk])
    acts: list[dict[str, Any]] = []
    if found.state == OrderState.WRITTEN:
        acts = button(request, "grants.withdraw_orders", found, _("Withdraw this set"), url, kind="danger")
    context = {"order": found, "trail": _trail(), "facts": _facts(found), "acts": acts}
    return table_page(request, "grants/bank_order.html", table, **context)


def _trail() -> Any:
    return trail(crumb(_("Payment orders"), "grants:bank_orders"))


def _facts(row: BankOrder) -> Facts:
    facts: Facts = [
        (_("Finance department"), row.organisation),
        (_("Orders"), f"{row.papers:,}"),
        (_("Total"), amount(row.total)),
        (_("File"), file_line(row, reverse("grants:bank_order_file", args=[row.pk]))),
        (pgettext("bank order", "Written"), moment(row.uploaded_at)),
    ]
    if row.state == OrderState.WITHDRAWN:
        facts += [
            (_("Withdrawn by"), row.withdrawn_by),
            (_("Withdrawn"), moment(row.withdrawn_at)),
            (_("Why it was withdrawn"), row.withdrawn_why),
        ]
    return facts


@require_safe
@signed_in
def content(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The file for the bank, as a download; who takes it stands in the trail."""
    require(request.actor, "grants.view")
    return told_content(request, one_of(queries.orders, request.actor, pk=pk))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def withdraw(request: PortalRequest, pk: int) -> HttpResponse:
    """Withdraw a set that the bank has not paid."""
    require(request.actor, "grants.view")
    found = one_of(queries.orders, request.actor, pk=pk)
    require(request.actor, "grants.withdraw_orders", found)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with errors_into(form):
            domain.withdraw(by=request.actor, order=found, why=form.cleaned_data["why"])
            messages.success(request, _("Withdrawn. Its papers may be ordered anew."))
            return see_other("grants:bank_order", pk)
    return confirm_page(
        request,
        title=_("Withdraw this set"),
        text=_("Make sure that the bank has not taken this file: its payments may be ordered once more afterwards."),
        submit=_("Withdraw this set"),
        cancel=reverse("grants:bank_order", args=[pk]),
        form=form,
        danger=True,
        facts=_facts(found),
        trail=[*_trail(), crumb(found.title, "grants:bank_order", pk), (_("Withdraw this set"), "")],
    )
