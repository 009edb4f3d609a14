"""The API's part on money. Amounts are yuan with two places, as text. What needs a file is entered in the pages."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from grants.domain import awards as award_acts
from grants.domain import issues as issue_acts
from grants.domain import payments as payment_acts
from grants.domain.papers import Paper
from grants.enums import CheckState
from grants.enums_paying import Ground
from grants.models import Award, GrantProject, Issue, PassOn, Payment
from grants.queries import awards, moves
from portal.core.api import Nothing, ScopedReadViewSet, read
from portal.core.scope import Actor

CHECKED = ("id", "province", "unit", "state", "document_no", "document_date", "made_at", "checked_at", "refused_why")


def computed() -> serializers.DecimalField:
    """An amount the query adds."""
    return serializers.DecimalField(max_digits=18, decimal_places=2, read_only=True)


class PlaceAsked(serializers.Serializer):
    """A province, a unit."""

    province = serializers.CharField(required=False, max_length=6)
    unit = serializers.CharField(required=False, max_length=20)


class MoneyAsked(PlaceAsked):
    """Also a state of checking."""

    state = serializers.ChoiceField(required=False, choices=CheckState.choices)


class ReasonOfRefusalIn(serializers.Serializer):
    """Why it is refused."""

    why = serializers.CharField(max_length=1000)


class RefusalOfPaymentIn(ReasonOfRefusalIn):
    """On which ground a payment is refused, and why."""

    ground = serializers.ChoiceField(choices=Ground.choices)


class ReceiptIn(serializers.Serializer):
    """The day on which the money reached the province's treasury."""

    received_on = serializers.DateField()


class PassOnIn(serializers.Serializer):
    """Money on its way from the province to the unit."""

    amount = serializers.DecimalField(max_digits=18, decimal_places=2, min_value=Decimal("0.01"))
    passed_on = serializers.DateField()
    document_no = serializers.CharField(max_length=60)
    document_date = serializers.DateField()
    note = serializers.CharField(max_length=1000, allow_blank=True, default="")


class AwardSerializer(serializers.ModelSerializer):
    """The reward of one unit, and how far its money came."""

    batch = serializers.IntegerField(source="batch.number", read_only=True)
    issued, passed, paid = computed(), computed(), computed()

    class Meta:
        model = Award
        fields = (*CHECKED, "batch", "application", "amount", "assessment_passed_on", "issued", "passed", "paid")


class GrantProjectSerializer(serializers.ModelSerializer):
    """A supported project, and what is left of its support."""

    paid, waiting, left = computed(), computed(), computed()

    class Meta:
        model = GrantProject
        fields = (
            "id",
            "award",
            "province",
            "unit",
            "name",
            "enterprise_name",
            "total_investment",
            "approved_support",
            "paid",
            "waiting",
            "left",
        )


class IssueSerializer(serializers.ModelSerializer):
    """One tranche on its way to a province."""

    passed, held = computed(), computed()
    due_on = serializers.DateField(read_only=True, allow_null=True)

    class Meta:
        model = Issue
        fields = (*CHECKED, "award", "tranche", "amount", "received_on", "passed", "held", "due_on")


class PassOnSerializer(serializers.ModelSerializer):
    """Money passed on from the province to the unit."""

    class Meta:
        model = PassOn
        fields = (*CHECKED, "award", "issue", "amount", "passed_on", "note")


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
            "amount",
            "payee",
            "payee_code",
            "method",
            "milestone",
            "purpose",
            "ground",
        )


Rows = Callable[[Any], QuerySet[Any]]


def _scoped(rows: Rows) -> Any:
    def query(actor: Actor, *, province: str = "", unit: str = "", state: str = "") -> QuerySet[Any]:
        wanted = {"province": province, "unit": unit, "state": state}
        return rows(actor.scope).filter(**{name: value for name, value in wanted.items() if value})

    return staticmethod(query)


class MoneyViewSet(ScopedReadViewSet):
    """Rows about money in the caller's scope, the newest first."""

    act = "grants.view"
    asks: ClassVar[type[serializers.Serializer] | None] = MoneyAsked

    def answer(self, row: Any, status: int = 200) -> Response:
        """The row as it stands now, with what the query adds."""
        return Response(self.get_serializer(type(self).query(self.actor).get(pk=row.pk)).data, status=status)


class AwardViewSet(MoneyViewSet):
    """Awards."""

    query = _scoped(awards.awards)
    serializer_class = AwardSerializer

    @extend_schema(request=Nothing, responses={200: AwardSerializer})
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """Confirm an award that somebody else entered."""
        row = self.object_for("grants.confirm_award")
        return self.answer(award_acts.confirm_award(by=self.actor, award=row))

    @extend_schema(request=ReasonOfRefusalIn, responses={200: AwardSerializer})
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        """Refuse an award, with the reason."""
        row, given = self.object_for("grants.refuse_award"), read(ReasonOfRefusalIn, request)
        return self.answer(award_acts.refuse_award(by=self.actor, award=row, why=given["why"]))


class GrantProjectViewSet(MoneyViewSet):
    """Supported projects."""

    query = _scoped(awards.projects)
    asks = PlaceAsked
    serializer_class = GrantProjectSerializer


class IssueViewSet(MoneyViewSet):
    """Issues of tranches to provinces."""

    query = _scoped(moves.issues)
    serializer_class = IssueSerializer

    @extend_schema(request=Nothing, responses={200: IssueSerializer})
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """Confirm an issue that somebody else entered: the money is booked to the province."""
        row = self.object_for("grants.confirm_issue")
        return self.answer(issue_acts.confirm_issue(by=self.actor, issue=row))

    @extend_schema(request=ReasonOfRefusalIn, responses={200: IssueSerializer})
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        """Refuse an issue, with the reason."""
        row, given = self.object_for("grants.refuse_issue"), read(ReasonOfRefusalIn, request)
        return self.answer(issue_acts.refuse_issue(by=self.actor, issue=row, why=given["why"]))

    @extend_schema(request=ReceiptIn, responses={200: IssueSerializer})
    @action(detail=True, methods=["post"])
    def receive(self, request: Request, pk: str) -> Response:
        """Record for the province when the money arrived; the days to pass it on count from there."""
        row, given = self.object_for("grants.receive"), read(ReceiptIn, request)
        return self.answer(issue_acts.receive(by=self.actor, issue=row, received_on=given["received_on"]))

    @extend_schema(request=PassOnIn, responses={201: PassOnSerializer})
    @action(detail=True, methods=["post"], url_path="pass-on")
    def pass_on(self, request: Request, pk: str) -> Response:
        """Enter for the province that money of this issue is passed on to the unit."""
        row, given = self.object_for("grants.enter_pass_on"), read(PassOnIn, request)
        paper = Paper(given["document_no"], given["document_date"])
        what = issue_acts.PassOnInput(given["amount"], given["passed_on"], paper, str(given["note"]))
        return Response(
            PassOnSerializer(issue_acts.enter_pass_on(by=self.actor, issue=row, what=what)).data, status=201
        )


class PassOnViewSet(MoneyViewSet):
    """Pass-ons from provinces to units."""

    query = _scoped(moves.pass_ons)
    serializer_class = PassOnSerializer

    @extend_schema(request=Nothing, responses={200: PassOnSerializer})
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """Confirm a pass-on that somebody else entered: the money is booked to the unit."""
        row = self.object_for("grants.confirm_pass_on")
        return self.answer(issue_acts.confirm_pass_on(by=self.actor, pass_on=row))

    @extend_schema(request=ReasonOfRefusalIn, responses={200: PassOnSerializer})
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        """Refuse a pass-on, with the reason."""
        row, given = self.object_for("grants.refuse_pass_on"), read(ReasonOfRefusalIn, request)
        return self.answer(issue_acts.refuse_pass_on(by=self.actor, pass_on=row, why=given["why"]))


class PaymentViewSet(MoneyViewSet):
    """Payments to projects. A payment is entered in the page, with its voucher."""

    query = _scoped(moves.payments)
    serializer_class = PaymentSerializer

    @extend_schema(request=Nothing, responses={200: PaymentSerializer})
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """Confirm a payment that somebody else entered: the money is booked to the project."""
        row = self.object_for("grants.confirm_payment")
        return self.answer(payment_acts.confirm_payment(by=self.actor, payment=row))

    @extend_schema(request=RefusalOfPaymentIn, responses={200: PaymentSerializer})
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        """Refuse a payment on a ground, with the reason."""
        row, given = self.object_for("grants.refuse_payment"), read(RefusalOfPaymentIn, request)
        return self.answer(payment_acts.refuse_payment(by=self.actor, payment=row, **given))
