"""What requests, invoices, payments and holds look like: as asked for, as given, as told."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from applications.enums import MoneyLevel, SupportMethod
from grants.api.base import (
    CHECKED,
    PLACE,
    MoneyAsked,
    OfAwardAsked,
    PaperIn,
    ReasonOfRefusalIn,
    WhyIn,
    number,
    perhaps,
    words,
    yuan,
)
from grants.domain import requests
from grants.enums_paying import Answer, Ground, HoldState, HoldWord
from grants.models import EvidenceFile, FundingHold, Payment, PaymentRequest, RequestInvoice
from grants.queries import requests as queries


class OfProjectAsked(OfAwardAsked):
    """Also a supported project."""

    project = number(source="grant_project", required=False)


class PaymentsAsked(MoneyAsked):
    """Also a supported project."""

    project = number(source="grant_project", required=False)


class HoldsAsked(OfProjectAsked):
    """Also a state."""

    state = serializers.ChoiceField(required=False, choices=HoldState.choices)


class InvoicesAsked(serializers.Serializer):
    """A request, or the number of an invoice."""

    request = number(required=False)
    number = serializers.CharField(required=False, max_length=20)


class RequestIn(serializers.Serializer):
    """What is asked for a project, as its plan has it."""

    amount = yuan()
    method = serializers.ChoiceField(choices=SupportMethod.choices)
    milestone = words(200)
    reached_on = serializers.DateField()
    payee_code = words(18)
    purpose = words()


class ChangeIn(RequestIn):
    """The same of a request that stands. read: its `mark` as it was read; another one by now is a conflict."""

    read = perhaps(16)


class PayIn(PaperIn):
    """The voucher. read: the request's `mark` as it was read; another one by now is a conflict."""

    read = perhaps(16)


class InvoiceIn(serializers.Serializer):
    """An invoice with its contract. code: of a paper invoice."""

    code = perhaps(12)
    number = words(20)
    dated = serializers.DateField()
    seller = words(160)
    seller_code = words(18)
    amount = yuan()
    contract_no = perhaps(80)


class PartIn(serializers.Serializer):
    """A part of the request by its id."""

    id = number()


class FileIn(serializers.Serializer):
    """A file."""

    file = serializers.FileField()


class AnswersIn(serializers.Serializer):
    """An answer to each banned use of the rules, in their order."""

    answers = serializers.ListField(child=serializers.ChoiceField(choices=Answer.choices), max_length=100)


class RefusalOfPaymentIn(ReasonOfRefusalIn):
    """On which ground a payment is refused, and why."""

    ground = serializers.ChoiceField(choices=Ground.choices)


class HoldIn(FileIn):
    """Other national money that was found at a project, with the evidence."""

    level = serializers.ChoiceField(choices=MoneyLevel.choices)
    source = words(160)  # type: ignore[assignment]  # a field
    fund = words(160)
    amount = yuan()
    note = words()


class WordIn(WhyIn):
    """What the caller's ministry says of a hold."""

    word = serializers.ChoiceField(choices=HoldWord.choices)


class InvoiceSerializer(serializers.ModelSerializer):
    """An invoice of a payment request. counted: a payment rests on it."""

    class Meta:
        model = RequestInvoice
        fields = (
            *PLACE,
            "request",
            "code",
            "number",
            "dated",
            "seller",
            "seller_code",
            "amount",
            "contract_no",
            "counted",
        )


class EvidenceFileSerializer(serializers.ModelSerializer):
    """A piece of evidence; the file itself is read in the page."""

    class Meta:
        model = EvidenceFile
        fields = ("id", "file_name", "size", "sha256")


class PaymentRequestSerializer(serializers.ModelSerializer):
    """What is asked to be paid to a project. payment: what was entered from it, which freezes it."""

    payment = serializers.IntegerField(source="payment.pk", read_only=True, allow_null=True, default=None)
    mark = serializers.SerializerMethodField()

    def get_mark(self, row: PaymentRequest) -> str:
        """What is asked, in short: who changes it or enters its payment may say by it what was read."""
        return requests.mark(row)

    class Meta:
        model = PaymentRequest
        fields: tuple[str, ...] = (
            *PLACE,
            "award",
            "grant_project",
            "method",
            "amount",
            "milestone",
            "reached_on",
            "payee",
            "payee_code",
            "purpose",
            "rules_version",
            "prepared_at",
            "copy_of",
            "payment",
            "mark",
        )


class WholeRequestSerializer(PaymentRequestSerializer):
    """The request with its answers, evidence, and what is missing; its invoices are in `invoices/?request=`.

    missing: the code of the first rule that keeps a payment from being entered. claimed: which of its invoices count
    for another payment in the country, in which province and since when.
    """

    evidence = EvidenceFileSerializer(many=True, read_only=True)
    missing = serializers.SerializerMethodField()
    claimed = serializers.SerializerMethodField()

    class Meta(PaymentRequestSerializer.Meta):
        fields = (*PaymentRequestSerializer.Meta.fields, "uses", "evidence", "missing", "claimed")

    @extend_schema_field({"type": "string"})
    def get_missing(self, row: PaymentRequest) -> str:
        """What is missing, or nothing."""
        return (queries.missing(row.pk) or "") if row.is_open else ""

    @extend_schema_field(
        {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "invoice": {"type": "integer"},
                    "province": {"type": "string"},
                    "since": {"type": "string", "format": "date"},
                },
            },
        }
    )
    def get_claimed(self, row: PaymentRequest) -> list[dict[str, Any]]:
        """Invoices that count elsewhere."""
        found = queries.claims(row, list(row.invoices.all()))
        return [{"invoice": pk, "province": one.province, "since": one.day} for pk, one in found.items()]


class PaymentSerializer(serializers.ModelSerializer):
    """Money paid to a project, with what its request says; ground: of a refusal."""

    payee_code = serializers.CharField(source="request.payee_code", read_only=True, default="")
    method = serializers.CharField(source="request.method", read_only=True, default="")
    milestone = serializers.CharField(source="request.milestone", read_only=True, default="")
    ground = serializers.CharField(source="refusal.ground", read_only=True, default="")

    class Meta:
        model = Payment
        fields = (
            *CHECKED,
            "award",
            "grant_project",
            "request",
            "amount",
            "payee",
            "payee_code",
            "method",
            "milestone",
            "purpose",
            "ground",
        )


class HoldSerializer(serializers.ModelSerializer):
    """Other national money at a project, and what both ministries say of it."""

    class Meta:
        model = FundingHold
        fields = (
            *PLACE,
            "award",
            "grant_project",
            "state",
            "level",
            "source",
            "fund",
            "amount",
            "note",
            "raised_at",
            "miit_word",
            "miit_at",
            "miit_why",
            "mof_word",
            "mof_at",
            "mof_why",
            "decided_at",
        )
