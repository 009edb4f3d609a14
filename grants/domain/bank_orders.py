"""Acts on payment orders: write confirmed papers into a file for the bank, withdraw such a set."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from grants.bank import orders as writer
from grants.domain.bank import only, treasuries
from grants.models import BankOrder, BankOrderItem
from grants.queries import bank as queries
from grants.states import BANK_ORDER
from portal.accounts.enums import MOF, Kind
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError, NotAllowed
from portal.core.files import CSV, keep_made
from portal.core.models import Run
from portal.core.money import ZERO
from portal.core.scope import Actor, Post
from portal.core.tasks import start_run

WRITE: Final = "grants.write_orders"
MOST: Final = 2000


def bodies(by: Actor) -> list[Post]:
    """The finance bodies for which the actor may write orders. Raises NotAllowed for the ministry alone."""
    found = treasuries(by)
    ordering = [post for post in found if post.code != MOF]
    if found and not ordering:
        text = _("The ministry issues money through the treasury: there are no payment orders to write.")
        raise NotAllowed("not_ordering", text)
    return ordering


def kind_of(post: Post) -> str:
    """What papers a body pays by order."""
    return "pass_on" if post.kind == Kind.PROVINCIAL_FINANCE else "payment"


def start_writing(*, by: Actor, papers: Sequence[int], organisation: int | None = None, back: str = "") -> Run:
    """Begin to write a set of payment orders in the worker. papers: numbers of payments (of pass-ons for a province).

    organisation: number of the body, for whoever enters money in several.
    Raises NotAllowed; DomainError when none or too many are chosen, or it is left open for which body.
    """
    with command(by, WRITE) as act:
        post = only(bodies(by), organisation)
        chosen = sorted(set(papers))
        _count(len(chosen))
        params = {"kind": kind_of(post), "papers": chosen, "organisation": post.organisation}
        run = start_run(by=by, task=WRITE, params=params, back=back)
        act.after = {"papers": len(chosen)}
        return act.record(run)


def _count(chosen: int) -> None:
    if not 0 < chosen <= MOST:
        words = _("Choose at least one paper and at most %(most)s.") % {"most": f"{MOST:,}"}
        raise DomainError("bank_order_size", words, "papers")


def write(*, by: Actor, organisation: int, kind: str, papers: Sequence[int]) -> BankOrder:
    """Write a set of payment orders and keep its file: every chosen paper or none.

    Raises NotAllowed; DomainError when a paper is not confirmed any more, was paid, or stands in another set.
    """
    with command(by, WRITE) as act:
        if (organisation, kind) not in {(post.organisation, kind_of(post)) for post in bodies(by)}:
            raise NotAllowed("not_finance", _("Only the finance department of this account does this."))
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(20240054, %s)", [organisation])
        rows = list(queries.to_order(organisation, kind).filter(pk__in=papers))
        if len(rows) != len(papers):
            text = _("A chosen paper is not confirmed any more, was paid, or stands in another set. Choose anew.")
            raise DomainError("bank_order_of_free_papers", text, "papers")
        return act.record(_store(by, organisation, kind, rows))


def _store(by: Actor, organisation: int, kind: str, rows: list[Any]) -> BankOrder:
    year = clock.today().year
    last = BankOrder.objects.filter(organisation=organisation, year=year).aggregate(last=Max("number"))["last"] or 0
    order = BankOrder(organisation_id=organisation, year=year, number=last + 1, papers=len(rows))
    order.total = sum((row.amount for row in rows), ZERO)
    accounts = queries.accounts_of_payees(organisation, {writer.payee(kind, row) for row in rows})
    content = writer.as_csv(order.title, kind, rows, accounts)
    label = _("Payment orders")
    kept = keep_made(io.BytesIO(content), name=f"{label}-{order.title}.csv", kind=CSV, folder="bank")
    for name, value in kept.fields(by=by).items():
        setattr(order, name, value)
    order.save(force_insert=True)
    BankOrderItem.objects.bulk_create(
        [BankOrderItem(order=order, organisation_id=organisation, **{kind: row}) for row in rows], batch_size=500
    )
    return order


def withdraw(*, by: Actor, order: BankOrder, why: str) -> BankOrder:
    """Withdraw a set the bank has not paid; its papers may be ordered anew.

    Raises NotAllowed, WrongState; DomainError without a reason, or when a line of a statement pays one of its orders.
    """
    with command(by, "grants.withdraw_orders", order) as act:
        if not why.strip():
            raise DomainError("bank_order_withdrawn_with_reason", _("Say why the set is withdrawn."), "why")
        act.to(order, BANK_ORDER, "withdraw")
        order.withdrawn_by_id, order.withdrawn_at, order.withdrawn_why = by.id, clock.now(), why.strip()
        order.save(update_fields=["state", "withdrawn_by", "withdrawn_at", "withdrawn_why"])
        return act.record(order, why.strip())
