"""The end of batches: what each still lacks, the end of its running, and its archiving by both ministries."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from grants.api.base import MoneyViewSet, WhyIn, number, of_actor, perhaps
from grants.domain import ending as domain
from grants.enums_ending import Open, StepState
from grants.models import ArchiveStep
from grants.queries import ending as queries
from portal.core.api import Nothing, read
from portal.core.scope import Actor
from portal.programme.models import Batch


class EndingsAsked(serializers.Serializer):
    """The number of a batch."""

    number = number(required=False)


class StepsAsked(serializers.Serializer):
    """A batch by its id, and a state."""

    batch = number(required=False)
    state = serializers.ChoiceField(required=False, choices=StepState.choices)


class RemarkIn(serializers.Serializer):
    """A remark for who countersigns, which may be empty."""

    why = perhaps(2000)


class MatterSerializer(serializers.Serializer):
    """What is open of one kind: how many, yuan where it is money, the awards concerned."""

    what = serializers.ChoiceField(choices=Open.choices)
    number = serializers.IntegerField()
    amount = serializers.DecimalField(max_digits=20, decimal_places=2, allow_null=True)
    awards = serializers.ListField(child=serializers.IntegerField())


class EndingSerializer(serializers.ModelSerializer):
    """A batch that runs or has run."""

    class Meta:
        model = Batch
        fields = ("id", "number", "year", "state")


class WholeEndingSerializer(EndingSerializer):
    """The same with awards that lack their final result, and with what is open of each kind."""

    undecided = serializers.SerializerMethodField()
    open = serializers.SerializerMethodField()

    class Meta:
        model = Batch
        fields = (*EndingSerializer.Meta.fields, "undecided", "open")

    def get_undecided(self, row: Batch) -> list[int]:
        """Awards by id."""
        return [award.pk for award in queries.undecided(row)]

    @extend_schema_field(MatterSerializer(many=True))
    def get_open(self, row: Batch) -> list[dict[str, Any]]:
        """Kinds of which something is open."""
        found = [one for one in queries.matters(row) if one.number]
        return list(MatterSerializer(found, many=True).data)


class StepSerializer(serializers.ModelSerializer):
    """A request to archive a batch or to open it again."""

    class Meta:
        model = ArchiveStep
        fields = ("id", "batch", "kind", "state", "why", "asked_at", "decided_at", "refused_why")


class StepViewSet(MoneyViewSet):
    """Requests to archive batches, or to open archived ones again."""

    query = of_actor(lambda actor: queries.steps(actor.scope))
    act = "grants.see_ending"
    asks = StepsAsked
    serializer_class = StepSerializer

    @extend_schema(request=Nothing)
    @action(detail=True, methods=["post"])
    def countersign(self, request: Request, pk: str) -> Response:
        """Countersign for MOF: the batch is archived, or open again, at once."""
        return self.answer(domain.sign_archive(by=self.actor, step=self.object_for("grants.sign_archive")))

    @extend_schema(request=WhyIn)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        """Turn the request down, with the reason."""
        row = self.object_for("grants.refuse_archive")
        return self.answer(domain.refuse_archive(by=self.actor, step=row, **read(WhyIn, request)))


def _batches(actor: Actor) -> QuerySet[Batch]:
    return queries.batches(actor.scope)


class EndingViewSet(MoneyViewSet):
    """Batches that run or have run, with what each lacks to its end."""

    query = of_actor(_batches)
    act = "grants.see_ending"
    asks = EndingsAsked
    serializer_class = EndingSerializer
    whole = WholeEndingSerializer

    @extend_schema(request=Nothing)
    @action(detail=True, methods=["post"])
    def assess(self, request: Request, pk: str) -> Response:
        """End the running of the batch for MIIT."""
        return self.answer(domain.assess(by=self.actor, batch=self.object_for("grants.assess_batch")))

    @extend_schema(request=RemarkIn, responses={201: StepSerializer})
    @action(detail=True, methods=["post"], url_path="ask-archive")
    def ask_archive(self, request: Request, pk: str) -> Response:
        """Ask for MIIT that the batch is archived."""
        row = self.object_for("grants.ask_archive")
        return self.made(StepViewSet, domain.ask_archive(by=self.actor, batch=row, **read(RemarkIn, request)))

    @extend_schema(request=WhyIn, responses={201: StepSerializer})
    @action(detail=True, methods=["post"], url_path="ask-reopen")
    def ask_reopen(self, request: Request, pk: str) -> Response:
        """Ask for MIIT that an archived batch is opened again, with the reason."""
        row = self.object_for("grants.ask_reopen")
        return self.made(StepViewSet, domain.ask_reopen(by=self.actor, batch=row, **read(WhyIn, request)))
