"""Reads on payment requests, invoices, refusals and holds, and what the plan says of a supported project."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Final

from django.db import connection
from django.db.models import Q, QuerySet

from applications.enums import SupportMethod
from grants.enums_paying import STOPS, HoldState
from grants.models import EvidenceFile, FundingHold, GrantProject, PaymentRequest, RequestInvoice
from grants.queries import within
from portal.accounts.enums import MIIT, MOF, Role
from portal.core import clock
from portal.core.joins import with_names
from portal.core.money import FEN, ZERO
from portal.core.prepared import Prepared
from portal.core.scope import Actor, Scope
from portal.programme.models import Province


@dataclass(frozen=True)
class Planned:
    """What the plan that stands says of a project: its method, its milestones as (day, what), and who may be paid.

    payees: names by unified social credit code.
    """

    method: str
    milestones: Sequence[tuple[str, str]]
    payees: Mapping[str, str]


def planned(project: int) -> Planned:
    """The plan's word on a supported project of the caller's scope; empty when it is out of reach."""
    with connection.cursor() as cursor:
        cursor.execute("select project_plan(%s)::text", [project])
        found = json.loads(cursor.fetchone()[0] or "{}")
    return Planned(
        method=found.get("method") or "",
        milestones=[(one["day"], one["what"]) for one in found.get("milestones") or ()],
        payees={one["credit_code"]: one["name"] for one in found.get("payees") or ()},
    )


def requests(scope: Scope) -> QuerySet[PaymentRequest]:
    """Payment requests, the newest first, with the payment that was entered from each."""
    rows = with_names(within(PaymentRequest.objects.all(), scope), "award__batch", "unit", "province", "prepared_by")
    return rows.select_related("grant_project__end", "payment", "copy_of").order_by("-pk")


def open_requests(scope: Scope) -> QuerySet[PaymentRequest]:
    """Requests from which no payment was entered yet."""
    return within(PaymentRequest.objects.all(), scope).filter(payment=None)


def invoices(scope: Scope) -> QuerySet[RequestInvoice]:
    """Invoices, the newest first, each with its request and the payment that rests on it."""
    rows = with_names(within(RequestInvoice.objects.all(), scope), "unit", "province")
    return rows.select_related("request__payment", "request__grant_project").order_by("-pk")


def evidence(scope: Scope) -> QuerySet[EvidenceFile]:
    """Pieces of evidence in the scope."""
    return within(EvidenceFile.objects.all(), scope)


def missing(request: int) -> str | None:
    """The name of the first guard that keeps a payment from being entered from the request; None when complete."""
    with connection.cursor() as cursor:
        cursor.execute("select request_problem(%s)", [request])
        found: str | None = cursor.fetchone()[0]
    return found


@dataclass(frozen=True)
class Claim:
    """An invoice that counts for another payment in the country: in which province and since what day. No more."""

    province: str
    day: date


def claims(request: PaymentRequest, invoices: Sequence[RequestInvoice]) -> dict[int, Claim]:
    """Which of the request's invoices count elsewhere, by their number in the table; not since later than today.

    One query for all.
    """
    if not invoices:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select i.pk, c.province, c.day from unnest(%s::bigint[], %s::text[], %s::text[]) i(pk, code, number),"
            " lateral invoice_claimed(i.code, i.number, %s) c where c.day <= %s",
            [
                [one.pk for one in invoices],
                [one.code for one in invoices],
                [one.number for one in invoices],
                request.pk,
                clock.today(),
            ],
        )
        found = cursor.fetchall()
    names = {row.pk: str(row) for row in Province.objects.filter(pk__in=[row[1] for row in found])} if found else {}
    return {pk: Claim(names.get(province, province), day) for pk, province, day in found}


# Up to where the sum of invoices is compared: an investment subsidy is at most this share of what was invested, so the
# invoices show the investment; interest and fees are paid as far as they were charged.
def basis(request: PaymentRequest) -> Decimal:
    """What the invoices together have to show at least for the amount asked (yuan)."""
    rules = request.award.batch.rule_set
    if request.method == SupportMethod.INVESTMENT_SUBSIDY and rules is not None:
        return (request.amount / rules.project_support_share).quantize(FEN, ROUND_CEILING)
    return request.amount


def invoiced(invoices: Sequence[RequestInvoice]) -> Decimal:
    """The sum of invoices (yuan)."""
    return sum((one.amount for one in invoices), ZERO)


def holds(scope: Scope) -> QuerySet[FundingHold]:
    """Holds, the newest first."""
    people = ("raised_by", "organisation", "miit_by", "mof_by")
    rows = with_names(within(FundingHold.objects.all(), scope), "award__batch", "unit", "province", *people)
    return rows.select_related("grant_project").order_by("-pk")


_STANDING: Final = Prepared(lambda key: FundingHold.objects.filter(grant_project=key, state__in=STOPS))


def standing(project: GrantProject) -> FundingHold | None:
    """The hold that stops the payments of a project, or None; no query where a page has set it as `stopped`."""
    if hasattr(project, "stopped"):
        return project.stopped
    return _STANDING.one(project.pk)


WORDS: Final = {MIIT: "miit", MOF: "mof"}


def judges(actor: Actor) -> str:
    """Whose word the actor gives on holds: "miit", "mof" or nothing."""
    return next((word for code, word in WORDS.items() if actor.post(Role.OFFICER, code=code)), "")


def to_judge(actor: Actor) -> QuerySet[FundingHold]:
    """Open holds that wait for the word of the actor's ministry; also those on which the two differ."""
    word = judges(actor)
    rows = FundingHold.objects.filter(state=HoldState.OPEN).exclude(raised_by=actor.id)
    if not word:
        return rows.none()
    return rows.filter(Q(**{f"{word}_word": ""}) | ~Q(miit_word="") & ~Q(mof_word=""))
