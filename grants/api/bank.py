"""Bank files, statements with their lines, and what a line is the payment of; sets of payment orders.

A file is read and imported in the worker, orders are written there: the answer is the run, see `runs/`.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from grants.api.bank_shapes import (
    BankFileSerializer,
    BankLineSerializer,
    BankOrderSerializer,
    BankStatementSerializer,
    BodyIn,
    FilesAsked,
    LinesAsked,
    MatchIn,
    OrderIn,
    OrdersAsked,
    StatementIn,
    StatementsAsked,
    WholeOrderSerializer,
)
from grants.api.base import (
    FILES,
    WITH_FILE,
    MoneyViewSet,
    WhyIn,
    named,
    scoped,
)
from grants.domain import bank as domain
from grants.domain import bank_lines, bank_orders
from grants.models import BankDecision
from grants.queries import bank as queries
from grants.queries import within
from portal.core.api import RunSerializer, read
from portal.core.errors import DomainError
from portal.core.scope import Scope


class BankFileViewSet(MoneyViewSet):
    """Files from banks."""

    query = scoped(queries.files)
    asks = FilesAsked
    serializer_class = BankFileSerializer

    @extend_schema(request={WITH_FILE: StatementIn}, responses={201: BankFileSerializer})
    @action(detail=False, methods=["post"], parser_classes=FILES)
    def bring(self, request: Request) -> Response:
        """Bring a statement; it is read and imported in the run. A statement imported twice changes nothing."""
        self.allowed("grants.bring_statement")
        given = read(StatementIn, request)
        row = domain.bring(by=self.actor, upload=given["file"], organisation=given.get("organisation"))
        domain.start_import(by=self.actor, row=row, back=reverse("grants:bank_file", args=[row.pk]))
        return self.answer(row, 201)


class BankStatementViewSet(MoneyViewSet):
    """Bank statements."""

    query = scoped(queries.statements)
    asks = StatementsAsked
    serializer_class = BankStatementSerializer


def _lines(scope: Scope) -> QuerySet[Any]:
    decisions = within(BankDecision.objects.all(), scope).order_by("-pk")
    return queries.lines(scope).prefetch_related(Prefetch("decisions", decisions))


class BankLineViewSet(MoneyViewSet):
    """Lines of bank statements."""

    query = scoped(_lines)
    asks = LinesAsked
    serializer_class = BankLineSerializer

    @extend_schema(request=MatchIn)
    @action(detail=True, methods=["post"])
    def match(self, request: Request, pk: str) -> Response:
        """Say that a line is the payment of a paper."""
        row, given = self.object_for("grants.match_line"), read(MatchIn, request)
        papers: Any = within(queries.PAPERS[given["kind"]]._default_manager.all(), self.actor.scope)
        paper: Any = named(papers, given["paper"], "paper")
        bank_lines.match_line(by=self.actor, line=row, paper=paper, why=given["why"])
        return self.answer(row)

    @extend_schema(request=WhyIn)
    @action(detail=True, methods=["post"], url_path="set-aside")
    def set_aside(self, request: Request, pk: str) -> Response:
        """Set a line aside that is no payment of the programme."""
        row, given = self.object_for("grants.set_line_aside"), read(WhyIn, request)
        bank_lines.set_aside(by=self.actor, line=row, why=given["why"])
        return self.answer(row)

    @extend_schema(request=WhyIn)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Undo what was decided on a line; it is open again, the history stays."""
        row, given = self.object_for("grants.undo_line"), read(WhyIn, request)
        standing = queries.decisions(self.actor.scope, line=row).filter(ended_at=None).first()
        if standing is None:
            raise DomainError("bank_history_stays", _("Nothing is decided on this line."))
        bank_lines.undo(by=self.actor, decision=standing, why=given["why"])
        return self.answer(row)

    @extend_schema(request=BodyIn, responses={201: RunSerializer})
    @action(detail=False, methods=["post"], url_path="match-again")
    def match_again(self, request: Request) -> Response:
        """Have the open lines of the caller's body matched against the papers of now."""
        self.allowed("grants.match_lines")
        body = read(BodyIn, request).get("organisation")
        run = domain.start_matching(by=self.actor, organisation=body, back=reverse("grants:bank_queue"))
        return Response(RunSerializer(run).data, status=201)


class BankOrderViewSet(MoneyViewSet):
    """Sets of payment orders."""

    query = scoped(queries.orders)
    asks = OrdersAsked
    serializer_class = BankOrderSerializer
    whole = WholeOrderSerializer

    @extend_schema(request=OrderIn, responses={201: RunSerializer})
    @action(detail=False, methods=["post"])
    def write(self, request: Request) -> Response:
        """Write a set of payment orders for confirmed papers."""
        self.allowed("grants.write_orders")
        given, back = read(OrderIn, request), reverse("grants:bank_orders")
        body = given.get("organisation")
        run = bank_orders.start_writing(by=self.actor, papers=given["papers"], organisation=body, back=back)
        return Response(RunSerializer(run).data, status=201)

    @extend_schema(request=WhyIn)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Withdraw a set the bank has not paid; its papers may be ordered anew."""
        row, given = self.object_for("grants.withdraw_orders"), read(WhyIn, request)
        return self.answer(bank_orders.withdraw(by=self.actor, order=row, why=given["why"]))
