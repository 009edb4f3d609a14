"""Payment requests with their invoices, payments, and holds for other national money."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from grants.api.base import (
    FILES,
    WITH_FILE,
    ConfirmedViewSet,
    MoneyViewSet,
    form,
    named,
    read_paper,
    scoped,
)
from grants.api.paying_shapes import (
    AnswersIn,
    ChangeIn,
    FileIn,
    HoldIn,
    HoldsAsked,
    HoldSerializer,
    InvoiceIn,
    InvoicesAsked,
    InvoiceSerializer,
    OfProjectAsked,
    PartIn,
    PayIn,
    PaymentRequestSerializer,
    PaymentsAsked,
    PaymentSerializer,
    RefusalOfPaymentIn,
    RequestIn,
    WholeRequestSerializer,
    WordIn,
)
from grants.domain import holds, payments, requests
from grants.queries import moves
from grants.queries import requests as queries
from portal.core.api import Nothing, read


class InvoiceViewSet(MoneyViewSet):
    """Invoices of payment requests."""

    query = scoped(queries.invoices)
    asks = InvoicesAsked
    serializer_class = InvoiceSerializer


class PaymentViewSet(ConfirmedViewSet):
    """Payments to projects."""

    query = scoped(moves.payments)
    asks = PaymentsAsked
    serializer_class = PaymentSerializer
    noun = "payment"
    confirms = staticmethod(payments.confirm_payment)

    @extend_schema(request=RefusalOfPaymentIn)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        """Refuse a payment on a ground, with the reason."""
        row, given = self.object_for("grants.refuse_payment"), read(RefusalOfPaymentIn, request)
        return self.answer(payments.refuse_payment(by=self.actor, payment=row, **given))

    @extend_schema(request=Nothing, responses={201: WholeRequestSerializer})
    @action(detail=True, methods=["post"])
    def mend(self, request: Request, pk: str) -> Response:
        """Copy what a refused or reversed payment was asked with into a new request."""
        row = self.object_for("grants.mend_request")
        return self.made(PaymentRequestViewSet, requests.mend_request(by=self.actor, payment=row))


class PaymentRequestViewSet(MoneyViewSet):
    """Payment requests, which are mended until a payment is entered."""

    query = scoped(queries.requests)
    asks = OfProjectAsked
    serializer_class = PaymentRequestSerializer
    whole = WholeRequestSerializer

    def _mended(self, act: str, kind: type[serializers.Serializer], mend: Callable[..., Any]) -> Response:
        row = self.object_for(f"grants.{act}")
        mend(row, read(kind, self.request))
        return self.answer(row)

    @extend_schema(request=ChangeIn)
    @action(detail=True, methods=["post"])
    def change(self, request: Request, pk: str) -> Response:
        """Mend what is asked."""
        return self._mended(
            "change_request",
            ChangeIn,
            lambda row, given: requests.change_request(
                by=self.actor, request=row, read=given.pop("read"), what=requests.RequestInput(**given)
            ),
        )

    @extend_schema(request=InvoiceIn, responses={201: InvoiceSerializer})
    @action(detail=True, methods=["post"], url_path="add-invoice")
    def add_invoice(self, request: Request, pk: str) -> Response:
        """Add an invoice."""
        row = self.object_for("grants.add_invoice")
        what = requests.InvoiceInput(**read(InvoiceIn, request))
        return self.made(InvoiceViewSet, requests.add_invoice(by=self.actor, request=row, what=what))

    @extend_schema(request=PartIn)
    @action(detail=True, methods=["post"], url_path="remove-invoice")
    def remove_invoice(self, request: Request, pk: str) -> Response:
        """Take an invoice out of the request."""
        return self._mended(
            "remove_invoice",
            PartIn,
            lambda row, given: requests.remove_invoice(
                by=self.actor, request=row, invoice=named(row.invoices.all(), given["id"], "id").pk
            ),
        )

    @extend_schema(request={WITH_FILE: FileIn}, responses={200: WholeRequestSerializer})
    @action(detail=True, methods=["post"], url_path="add-evidence", parser_classes=FILES)
    def add_evidence(self, request: Request, pk: str) -> Response:
        """Add a piece of evidence that the milestone was reached."""
        return self._mended(
            "add_evidence",
            FileIn,
            lambda row, given: requests.add_evidence(by=self.actor, request=row, file=given["file"]),
        )

    @extend_schema(request=PartIn)
    @action(detail=True, methods=["post"], url_path="remove-evidence")
    def remove_evidence(self, request: Request, pk: str) -> Response:
        """Take a piece of evidence out of the request."""
        return self._mended(
            "remove_evidence",
            PartIn,
            lambda row, given: requests.remove_evidence(
                by=self.actor, request=row, file=named(row.evidence.all(), given["id"], "id").pk
            ),
        )

    @extend_schema(request=AnswersIn)
    @action(detail=True, methods=["post"], url_path="answer-uses")
    def answer_uses(self, request: Request, pk: str) -> Response:
        """Answer whether money of the request goes to a banned use."""
        return self._mended(
            "answer_uses",
            AnswersIn,
            lambda row, given: requests.answer_uses(by=self.actor, request=row, answers=given["answers"]),
        )

    @extend_schema(request=form(PayIn), responses={201: PaymentSerializer})
    @action(detail=True, methods=["post"], parser_classes=FILES)
    def pay(self, request: Request, pk: str) -> Response:
        """Enter the payment from a request that is complete, with its voucher."""
        row = self.object_for("grants.enter_payment")
        paper, given = read_paper(PayIn, request, needed=True)
        return self.made(PaymentViewSet, payments.enter_payment(by=self.actor, request=row, paper=paper, **given))


class HoldViewSet(MoneyViewSet):
    """Holds for other national money."""

    query = scoped(queries.holds)
    asks = HoldsAsked
    serializer_class = HoldSerializer

    @extend_schema(request=WordIn)
    @action(detail=True, methods=["post"])
    def judge(self, request: Request, pk: str) -> Response:
        """Give the word of the caller's ministry: release or uphold."""
        row, given = self.object_for("grants.judge_hold"), read(WordIn, request)
        return self.answer(holds.judge_hold(by=self.actor, hold=row, **given))


class OnProject(MoneyViewSet):
    """What is asked for a supported project, and what stops its payments."""

    @extend_schema(request=RequestIn, responses={201: WholeRequestSerializer})
    @action(detail=True, methods=["post"])
    def ask(self, request: Request, pk: str) -> Response:
        """Begin a payment request."""
        row = self.object_for("grants.prepare_request")
        what = requests.RequestInput(**read(RequestIn, request))
        return self.made(PaymentRequestViewSet, requests.prepare_request(by=self.actor, project=row, what=what))

    @extend_schema(request={WITH_FILE: HoldIn}, responses={201: HoldSerializer})
    @action(detail=True, methods=["post"], parser_classes=FILES)
    def hold(self, request: Request, pk: str) -> Response:
        """Stop the payments of the project because of other national money, with the evidence."""
        row = self.object_for("grants.raise_hold")
        what = holds.HoldInput(**read(HoldIn, request))
        return self.made(HoldViewSet, holds.raise_hold(by=self.actor, project=row, what=what))
