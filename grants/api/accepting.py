"""Acceptances of finished projects."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from grants.api.base import (
    BOTH,
    PLACE,
    WITH_FILE,
    MoneyViewSet,
    OfAwardAsked,
    WhyIn,
    is_form,
    number,
    of_actor,
    perhaps,
    words,
    yuan,
)
from grants.domain import acceptances as domain
from grants.enums import AcceptanceResult, AcceptanceState
from grants.models import Acceptance, Equipment, Evidence
from grants.queries import assessing as queries
from portal.core.api import Nothing, read


class AcceptancesAsked(OfAwardAsked):
    """Also a supported project, a state."""

    project = number(source="grant_project", required=False)
    state = serializers.ChoiceField(required=False, choices=AcceptanceState.choices)


class EquipmentIn(serializers.Serializer):
    """One line of the equipment list; the price is of all pieces together."""

    name = words(120)
    model = perhaps(80)
    quantity = serializers.IntegerField(min_value=1, max_value=999_999_999)
    price = serializers.DecimalField(max_digits=18, decimal_places=2, min_value=Decimal(0))
    supplier = perhaps(160)


class AcceptanceIn(serializers.Serializer):
    """What was found at the project; the equipment list takes the place of the one before."""

    invested = yuan()
    accepted_on = serializers.DateField()
    result = serializers.ChoiceField(choices=AcceptanceResult.choices)
    findings = perhaps(2000)
    equipment = serializers.ListField(child=EquipmentIn(), min_length=1, max_length=500)


class AcceptanceWithFilesIn(AcceptanceIn):
    """The same with a photograph and the independent report."""

    photo = serializers.FileField(required=False)
    report = serializers.FileField(required=False)


FORMS = {"application/json": AcceptanceIn, WITH_FILE: AcceptanceWithFilesIn}


class EquipmentSerializer(serializers.ModelSerializer):
    """One line of the equipment list."""

    class Meta:
        model = Equipment
        fields = ("name", "model", "quantity", "price", "supplier")


class ProofSerializer(serializers.ModelSerializer):
    """A file that proves something; the file itself is read in the page. code: the indicator it proves."""

    class Meta:
        model = Evidence
        fields = ("id", "kind", "code", "file_name", "size", "sha256")


class AcceptanceSerializer(serializers.ModelSerializer):
    """The acceptance of a project."""

    class Meta:
        model = Acceptance
        fields: tuple[str, ...] = (
            *PLACE,
            "award",
            "grant_project",
            "project_name",
            "state",
            "invested",
            "accepted_on",
            "result",
            "findings",
            "returned_why",
            "made_at",
            "decided_at",
        )


class WholeAcceptanceSerializer(AcceptanceSerializer):
    """The acceptance with its equipment list and files."""

    equipment = EquipmentSerializer(many=True, read_only=True)
    files = ProofSerializer(many=True, read_only=True)

    class Meta(AcceptanceSerializer.Meta):
        fields = (*AcceptanceSerializer.Meta.fields, "equipment", "files")


def _read(request: Request) -> domain.AcceptanceInput:
    given: dict[str, Any] = read(AcceptanceWithFilesIn if is_form(request) else AcceptanceIn, request)
    equipment = [domain.EquipmentInput(**line) for line in given.pop("equipment")]
    return domain.AcceptanceInput(**given | {"result": AcceptanceResult(given["result"])}, equipment=equipment)


class AcceptanceViewSet(MoneyViewSet):
    """Acceptances of projects."""

    query = of_actor(queries.acceptances)
    act = "grants.see_assessing"
    asks = AcceptancesAsked
    serializer_class = AcceptanceSerializer
    whole = WholeAcceptanceSerializer

    @extend_schema(request=FORMS)
    @action(detail=True, methods=["post"], parser_classes=BOTH)
    def fill(self, request: Request, pk: str) -> Response:
        """Change what was filled in; a new file is added to those brought before."""
        row = self.object_for("grants.fill_acceptance")
        return self.answer(domain.fill_acceptance(by=self.actor, acceptance=row, what=_read(request)))

    @extend_schema(request=Nothing)
    @action(detail=True, methods=["post"])
    def send(self, request: Request, pk: str) -> Response:
        """Send it to the province, whole."""
        row = self.object_for("grants.send_acceptance")
        return self.answer(domain.send_acceptance(by=self.actor, acceptance=row))

    @extend_schema(request=Nothing)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """Confirm it for the industry department of the province."""
        row = self.object_for("grants.confirm_acceptance")
        return self.answer(domain.confirm_acceptance(by=self.actor, acceptance=row))

    @extend_schema(request=WhyIn)
    @action(detail=True, methods=["post"], url_path="send-back")
    def send_back(self, request: Request, pk: str) -> Response:
        """Send it back to the unit with a reason."""
        row, given = self.object_for("grants.return_acceptance"), read(WhyIn, request)
        done = domain.return_acceptance(by=self.actor, acceptance=row, why=given["why"])
        return self.answer(done)


class OnProject(MoneyViewSet):
    """The acceptance of a supported project."""

    @extend_schema(request=FORMS, responses={201: WholeAcceptanceSerializer})
    @action(detail=True, methods=["post"], parser_classes=BOTH)
    def accept(self, request: Request, pk: str) -> Response:
        """Begin the acceptance of the project."""
        row = self.object_for("grants.start_acceptance")
        done = domain.start_acceptance(by=self.actor, project=row, what=_read(request))
        return self.made(AcceptanceViewSet, done)
