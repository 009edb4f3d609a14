"""What bank files, statements, lines and orders look like: as asked for, as given, as told."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from grants.api.base import (
    PLACE,
    PlaceAsked,
    number,
    perhaps,
)
from grants.domain import bank_orders
from grants.enums_bank import BankFileState, Direction, LineState, OrderState
from grants.models import BankDecision, BankFile, BankLine, BankOrder, BankOrderItem, BankStatement
from grants.queries import bank as queries


class FilesAsked(PlaceAsked):
    """Also a state."""

    state = serializers.ChoiceField(required=False, choices=BankFileState.choices)


class StatementsAsked(PlaceAsked):
    """Also a bank account."""

    account = serializers.CharField(required=False, max_length=40)


class LinesAsked(PlaceAsked):
    """Also a statement, a direction, a state."""

    statement = number(required=False)
    direction = serializers.ChoiceField(required=False, choices=Direction.choices)
    state = serializers.ChoiceField(required=False, choices=LineState.choices)


class OrdersAsked(PlaceAsked):
    """Also a state."""

    state = serializers.ChoiceField(required=False, choices=OrderState.choices)


_BODY = "The finance department, of whoever enters money in several."


class StatementIn(serializers.Serializer):
    """A file from the bank: CSV or camt.053."""

    file = serializers.FileField()
    organisation = number(required=False, help_text=_BODY)


class MatchIn(serializers.Serializer):
    """The paper a line is the payment of: its kind and its id."""

    kind = serializers.ChoiceField(choices=[(kind, kind) for kind in queries.PAPERS])
    paper = number()
    why = perhaps()


class OrderIn(serializers.Serializer):
    """Confirmed papers to be ordered: payments of a unit's bureau, pass-ons of a province."""

    papers = serializers.ListField(child=number(), min_length=1, max_length=bank_orders.MOST)
    organisation = number(required=False, help_text=_BODY)


class BodyIn(serializers.Serializer):
    """For which finance department."""

    organisation = number(required=False, help_text=_BODY)


class BankFileSerializer(serializers.ModelSerializer):
    """A file from the bank, and what was found in it: problems by row and column, or statements."""

    report = serializers.SerializerMethodField()

    class Meta:
        model = BankFile
        fields = (*PLACE, "kind", "state", "file_name", "size", "sha256", "uploaded_at", "report", "run")

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_report(self, row: BankFile) -> dict[str, Any]:
        """What was found."""
        return dict(row.report)


class BankStatementSerializer(serializers.ModelSerializer):
    """One statement of one account; how many of its own lines are matched and open; gap: what the lines lack."""

    matched = serializers.IntegerField(read_only=True)
    open_lines = serializers.IntegerField(read_only=True)
    gap = serializers.DecimalField(max_digits=18, decimal_places=2, read_only=True, allow_null=True)

    class Meta:
        model = BankStatement
        fields = (
            *PLACE,
            "file",
            "number",
            "account",
            "begins",
            "ends",
            "opening",
            "closing",
            "moved",
            "gap",
            "lines",
            "matched",
            "open_lines",
            "imported_at",
        )


class DecisionSerializer(serializers.ModelSerializer):
    """What a line was decided to be, and whether that was undone."""

    class Meta:
        model = BankDecision
        fields = ("id", "kind", "how", "issue", "pass_on", "payment", "why", "at", "ended_at", "ended_why")


class BankLineSerializer(serializers.ModelSerializer):
    """One movement of an account; why: why it is open; decisions: the newest first."""

    decisions = DecisionSerializer(many=True, read_only=True)

    class Meta:
        model = BankLine
        fields = (
            *PLACE,
            "statement",
            "account",
            "number",
            "day",
            "direction",
            "amount",
            "name",
            "counter_account",
            "text",
            "reference",
            "state",
            "why",
            "decisions",
        )


class BankOrderSerializer(serializers.ModelSerializer):
    """A set of payment orders; the file for the bank is taken in the page."""

    class Meta:
        model = BankOrder
        fields: tuple[str, ...] = (
            *PLACE,
            "year",
            "number",
            "papers",
            "total",
            "state",
            "file_name",
            "sha256",
            "uploaded_at",
            "withdrawn_at",
            "withdrawn_why",
        )


class OrderItemSerializer(serializers.ModelSerializer):
    """One paper in a set."""

    class Meta:
        model = BankOrderItem
        fields = ("payment", "pass_on", "withdrawn")


class WholeOrderSerializer(BankOrderSerializer):
    """The set with its papers."""

    items = OrderItemSerializer(many=True, read_only=True)

    class Meta(BankOrderSerializer.Meta):
        fields = (*BankOrderSerializer.Meta.fields, "items")
