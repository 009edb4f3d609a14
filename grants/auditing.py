"""What of the money audit findings and evidence may be about; demands that name a finding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grants import tables_use
from grants.models import (
    Award,
    Entry,
    GrantProject,
    Issue,
    PassOn,
    Payment,
    PaymentRequest,
    Recovery,
    RequestInvoice,
    ReturnPaper,
    SpendingReport,
)
from grants.queries import awards, moves, recoveries, within
from portal.audit.findings import objects, outside
from portal.audit.findings.objects import MOST, Kind, Thing
from portal.audit.findings.outside import Demand
from portal.core import clock
from portal.core.ones import one_if_any
from portal.core.scope import Actor, Scope

Rows = Callable[[Scope], QuerySet[Any]]


def _thing(row: Any, label: str, route: str, batch: int | None = None) -> Thing:
    return Thing(
        row._meta.label_lower,
        str(row.pk),
        label,
        reverse(route, args=[row.pk]),
        row.province_id,
        row.unit_id,
        batch,
        getattr(row, "amount", None),
    )


def _kind(model: type[Model], label: Any, rows: Rows, named: Callable[[Any], Thing], *fields: str) -> Kind:
    """A kind by its rows in a scope; `fields`: in which a text is looked for."""

    def found(actor: Actor, key: str) -> Thing | None:
        row = one_if_any(rows, actor, pk=int(key)) if key.isascii() and key.isdigit() else None
        return named(row) if row else None

    def search(actor: Actor, text: str) -> list[Thing]:
        asked = Q(pk=None)
        for field in (*fields, "unit__name_zh", "unit__name_en"):
            asked |= Q(**{f"{field}__icontains": text})
        return [named(row) for row in rows(actor.scope).filter(asked)[:MOST]]

    return Kind(model._meta.label_lower, label, found, search)


def _rows(model: type[Model], *paths: str) -> Rows:
    return lambda scope: within(model._default_manager.select_related("unit", *paths).order_by("-pk"), scope)


def _document(actor: Actor, key: str) -> Thing | None:
    row = one_if_any(awards.documents, actor, pk=int(key)) if key.isascii() and key.isdigit() else None
    return _file(row) if row else None


def _documents(actor: Actor, text: str) -> list[Thing]:
    rows = awards.documents(actor.scope).filter(Q(file_name__icontains=text) | Q(sha256=text)).order_by("-pk")
    return [_file(row) for row in rows[:MOST]]


def _file(row: Any) -> Thing:
    url = reverse("grants:document", args=[row.pk])
    return Thing("grants.document", str(row.pk), row.file_name, url, row.province_id, row.unit_id)


def demands(actor: Actor, findings: Sequence[int]) -> dict[int, list[Demand]]:
    """Demands in the actor's scope that name one of these findings. One query."""
    found: dict[int, list[Demand]] = {}
    rows = recoveries.recoveries(actor.scope, on=clock.today()).filter(finding__in=list(findings))
    for row in rows:
        tables_use.standing_of(row)
        url = reverse("grants:recovery", args=[row.pk])
        line = Demand(row.document_no, url, row.amount, row.left, row.standing, row.standing_words)
        found.setdefault(row.finding_id, []).append(line)
    return found


def _of(model: type[Model], route: str, said: Callable[[Any], str], *fields: str) -> Kind:
    """A kind of paper that hangs on an award and has a page of its own."""

    def named(row: Any) -> Thing:
        return _thing(row, said(row), route, row.award.batch.number)

    return _kind(model, model._meta.verbose_name, _rows(model, "award__batch"), named, *fields)


def _invoice(row: Any) -> Thing:
    url = reverse("grants:request", args=[row.request_id])
    place = (row.province_id, row.unit_id, row.request.award.batch.number)
    return Thing("grants.requestinvoice", str(row.pk), f"{row.seller} {row.number}", url, *place, row.amount)


# Pages of the money that show one object each.
PAGES: Final = {
    "grants:award": "grants.award",
    "grants:ledger": "grants.award",
    "grants:issue": "grants.issue",
    "grants:pass_on": "grants.passon",
    "grants:project": "grants.grantproject",
    "grants:request": "grants.paymentrequest",
    "grants:payment": "grants.payment",
    "oversight:payment": "grants.payment",
    "grants:entry": "grants.entry",
    "grants:spending": "grants.spendingreport",
    "grants:return": "grants.returnpaper",
    "grants:recovery": "grants.recovery",
    "oversight:province": "programme.province",
}


def _papers() -> list[Kind]:
    """Kinds of papers that hang on an award."""

    def numbered(row: Any) -> str:
        return f"{row.unit} {row.document_no}"

    return [
        _of(PassOn, "grants:pass_on", numbered, "document_no"),
        _of(PaymentRequest, "grants:request", lambda row: f"{row.payee} {row.milestone}", "payee", "milestone"),
        _of(Entry, "grants:entry", lambda row: f"{row.year}-{row.number} {row.document_no}", "document_no"),
        _of(SpendingReport, "grants:spending", lambda row: f"{row.enterprise} {row.document_no}", "document_no"),
        _of(ReturnPaper, "grants:return", numbered, "document_no"),
        _kind(
            RequestInvoice,
            RequestInvoice._meta.verbose_name,
            _rows(RequestInvoice, "request__award__batch"),
            _invoice,
            "number",
            "seller",
            "seller_code",
        ),
    ]


def register() -> None:
    """Fill the registries of the audit workspace."""
    outside.TIES.demands = demands
    objects.register(
        _kind(
            Award,
            _("award"),
            _rows(Award, "batch"),
            lambda row: _thing(row, f"{row.unit} {row.document_no}", "grants:award", row.batch.number),
            "document_no",
        ),
        _kind(
            Payment,
            _("payment"),
            lambda scope: moves.payments(scope).select_related("award__batch"),
            lambda row: _thing(row, f"{row.document_no} {row.payee}", "grants:payment", row.award.batch.number),
            "document_no",
            "payee",
            "grant_project__name",
        ),
        _kind(
            GrantProject,
            _("supported project"),
            _rows(GrantProject, "award__batch", "project"),
            lambda row: _thing(row, f"{row.unit} {row.name}", "grants:project", row.award.batch.number),
            "name",
            "enterprise_name",
        ),
        _kind(
            Issue,
            pgettext_lazy("money", "issue"),
            _rows(Issue, "award__batch"),
            lambda row: _thing(row, f"{row.unit} {row.document_no}", "grants:issue", row.award.batch.number),
            "document_no",
        ),
        _kind(
            Recovery,
            pgettext_lazy("money", "recovery"),
            _rows(Recovery, "award__batch"),
            lambda row: _thing(row, f"{row.unit} {row.document_no}", "grants:recovery", row.award.batch.number),
            "document_no",
        ),
        *_papers(),
        Kind("grants.document", _("document of the money"), _document, _documents, is_file=True),
    )
    objects.register_pages(PAGES)
