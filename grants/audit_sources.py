"""What of the money auditors query and sample: entries, payments, supported projects, invoices, documents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.enums import SupportMethod
from grants.enterprise_links import address
from grants.enums import CheckState, DocumentKind, EntryKind
from grants.models import (
    Document,
    Entry,
    GrantProject,
    IssuePaper,
    Payment,
    RequestInvoice,
    SupportRevision,
)
from grants.queries import issue_papers as papers
from grants.queries import within
from portal.audit.instruments.sources import Field, Source
from portal.core.joins import with_names
from portal.core.scope import Actor
from portal.programme.models import Batch, Province


def _provinces() -> list[tuple[str, str]]:
    return [(row.pk, str(row)) for row in Province.objects.order_by("code")]


def _batches() -> list[tuple[int, str]]:
    return [(row.number, str(row)) for row in Batch.objects.order_by("number")]


PROVINCE: Final = Field("province", _("Province"), "choice", "province_id", choices=_provinces, value="province")
UNIT: Final = Field("unit", _("Pilot unit"), "text", "unit__name_zh", value="unit")
_FILE: Final = (
    Field("size", _("Size (bytes)"), "number"),
    Field("sha256", _("Digest (SHA-256)"), "code"),
    Field("uploaded_at", _("Brought"), "moment"),
)
_BATCH: Final = Field("batch", _("Batch"), "choice", "award__batch__number", choices=_batches, shown=False)


def entries(actor: Actor, as_of: datetime | None) -> QuerySet[Any]:
    """Entries booked until that moment, each with its amount: what its lines moved."""
    rows = within(Entry.objects.all(), actor.scope)
    if as_of is not None:
        rows = rows.filter(booked_at__lte=as_of)
    rows = with_names(rows, "award__batch", "unit", "province", "maker", "checker")
    return rows.annotate(amount=Sum("lines__amount", filter=Q(lines__amount__gt=0))).order_by("-pk")


def payments(actor: Actor, as_of: datetime | None) -> QuerySet[Any]:
    """Payments confirmed until that moment and not reversed by then; without a moment, all that stand confirmed."""
    rows = within(Payment.objects.all(), actor.scope)
    if as_of is None:
        rows = rows.filter(state=CheckState.CONFIRMED)
    else:
        rows = rows.filter(checked_at__lte=as_of, state__in=[CheckState.CONFIRMED, CheckState.REVERSED])
        rows = rows.exclude(entry__reversed_by__booked_at__lte=as_of)
    names = ("award__batch", "unit", "province", "maker", "checker", "grant_project")
    return with_names(rows, *names).select_related("request").order_by("-pk")


def projects(actor: Actor, as_of: datetime | None) -> QuerySet[Any]:
    """Supported projects, each with the support it had (`support`); of a moment, those that were supported by then."""
    rows = within(GrantProject.objects.all(), actor.scope)
    support: Any = F("approved_support")
    if as_of is not None:
        rows = rows.filter(award__checked_at__lte=as_of).exclude(version__at__gt=as_of)
        later = SupportRevision.objects.filter(grant_project=OuterRef("pk"), at__gt=as_of).order_by("at", "pk")
        support = Coalesce(Subquery(later.values("before")[:1]), support)
    rows = rows.annotate(support=support).select_related("unit", "province", "award__batch", "end")
    return rows.order_by("-pk")


def invoices(actor: Actor, as_of: datetime | None) -> QuerySet[Any]:
    """Invoices of payment requests; of a moment, those of payments confirmed by then."""
    rows = within(RequestInvoice.objects.all(), actor.scope)
    if as_of is not None:
        rows = rows.filter(request__payment__checked_at__lte=as_of)
    return rows.select_related("unit", "province", "request__grant_project").order_by("-pk")


def documents(actor: Actor, as_of: datetime | None) -> QuerySet[Any]:
    """Sealed documents and vouchers brought until that moment."""
    rows = within(Document.objects.all(), actor.scope)
    if as_of is not None:
        rows = rows.filter(uploaded_at__lte=as_of)
    return rows.select_related("unit", "province").order_by("-pk")


def issue_files(actor: Actor, as_of: datetime | None) -> QuerySet[Any]:
    """Files of documents that issue a tranche to many units, brought until that moment, each with what it states."""
    rows = papers.files(actor.scope)
    if as_of is not None:
        rows = rows.filter(uploaded_at__lte=as_of)
    stated = IssuePaper.objects.filter(document=OuterRef("pk")).order_by("-pk")
    told = {name: Subquery(stated.values(name)[:1]) for name in ("document_no", "document_date", "total")}
    return rows.annotate(**told, batch=Subquery(stated.values("batch__number")[:1])).order_by("-pk")


def _page(route: str) -> Callable[[Any], str]:
    return lambda row: reverse(route, args=[row.pk])


SOURCES: Final = (
    Source(
        name="entries",
        label=pgettext_lazy("ledger", "Entries of the ledger"),
        hint=_("Every booking with its document."),
        rows=entries,
        title=lambda row: f"{row.year}-{row.number} {row.document_no}",
        url=_page("grants:entry"),
        amount="amount",
        strata=("kind", "province"),
        fields=(
            Field("number", _("Number"), "number"),
            Field("year", _("Year"), "number", look="code"),
            Field(
                "kind", pgettext_lazy("ledger", "Kind"), "choice", choices=EntryKind.choices, value="get_kind_display"
            ),
            Field("document_no", _("Document number"), "code"),
            Field("amount", _("Amount"), "yuan"),
            UNIT,
            PROVINCE,
            _BATCH,
            Field("booked_at", _("Booked"), "moment"),
            Field("maker", _("Entered by"), "text", "maker__name"),
            Field("checker", _("Checked by"), "text", "checker__name"),
        ),
    ),
    Source(
        name="payments",
        label=_("Payments to projects"),
        hint=_("Confirmed payments with their vouchers."),
        rows=payments,
        title=lambda row: f"{row.payee} {row.document_no}",
        url=_page("oversight:payment"),
        amount="amount",
        strata=("province", "method"),
        fields=(
            Field("payee", _("Payee"), "text"),
            Field(
                "payee_code",
                _("Credit code of the payee"),
                "code",
                "request__payee_code",
                value="request.payee_code",
                leads=lambda row: address(row.request.payee_code) if row.request else "",
            ),
            Field("document_no", _("Number of the voucher"), "code"),
            Field("document_date", _("Date of the voucher"), "date"),
            Field("amount", _("Amount"), "yuan"),
            Field("project", _("Project"), "text", "grant_project__name", value="grant_project"),
            Field(
                "method",
                _("Method of support"),
                "choice",
                "request__method",
                choices=SupportMethod.choices,
                value="request.get_method_display",
            ),
            UNIT,
            PROVINCE,
            _BATCH,
            Field("purpose", _("What it is for"), "text", shown=False),
            Field("maker", _("Entered by"), "text", "maker__name"),
            Field("checker", _("Checked by"), "text", "checker__name"),
        ),
    ),
    Source(
        name="projects",
        label=_("Supported projects"),
        hint=_("Projects of approved plans with their support."),
        rows=projects,
        title=lambda row: row.name,
        url=_page("grants:project"),
        amount="approved_support",
        strata=("province",),
        fields=(
            Field("name", _("Project"), "text"),
            Field("enterprise_name", _("Leading enterprise"), "text"),
            Field("total_investment", _("Total investment"), "yuan"),
            Field("approved_support", _("Approved support"), "yuan", "support"),
            UNIT,
            PROVINCE,
            _BATCH,
        ),
    ),
    Source(
        name="invoices",
        label=_("Invoices"),
        hint=_("Invoices on which payment requests rest."),
        rows=invoices,
        title=lambda row: f"{row.seller} {row.number}",
        url=lambda row: reverse("grants:request", args=[row.request_id]),
        amount="amount",
        strata=("province",),
        fields=(
            Field("number", _("Invoice number"), "code"),
            Field("code", _("Invoice code"), "code"),
            Field("dated", _("Date of the invoice"), "date"),
            Field("seller", _("Seller"), "text"),
            Field("seller_code", _("Credit code of the seller"), "code", leads=lambda row: address(row.seller_code)),
            Field("amount", _("Amount"), "yuan"),
            Field("contract_no", _("Contract number"), "code"),
            Field("counted", _("Counted"), "yes"),
            UNIT,
            PROVINCE,
        ),
    ),
    Source(
        name="documents",
        label=_("Documents of money"),
        hint=_("Sealed documents and vouchers as files."),
        rows=documents,
        title=lambda row: row.file_name,
        url=_page("grants:document"),
        fields=(
            Field("file_name", _("File name"), "text"),
            Field(
                "kind",
                _("Kind of document"),
                "choice",
                choices=DocumentKind.choices,
                value="get_kind_display",
            ),
            *_FILE,
            UNIT,
            PROVINCE,
        ),
    ),
    Source(
        name="issue_files",
        label=_("Files of issue documents"),
        hint=_("Sealed documents that issue a tranche to many units."),
        rows=issue_files,
        title=lambda row: f"{row.document_no} {row.file_name}",
        url=_page("grants:issue_file"),
        amount="total",
        strata=("batch",),
        fields=(
            Field("document_no", _("Document number"), "code"),
            Field("document_date", _("Date of the document"), "date"),
            Field("batch", _("Batch"), "choice", choices=_batches),
            Field("total", _("Total"), "yuan"),
            Field("file_name", _("File name"), "text"),
            *_FILE,
        ),
    ),
)
