"""The API's part on batches and reference data."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portal.core.api import Nothing, ScopedReadViewSet, searched
from portal.core.scope import Actor
from portal.programme import queries
from portal.programme.domain import batch as domain
from portal.programme.models import Batch, CentralSOE, Industry, PilotUnit, Province

SEE = "programme.view_reference"


class SearchAsked(serializers.Serializer):
    """Words or the beginning of a code."""

    search = serializers.CharField(required=False, max_length=80, default="", allow_blank=True)


class UnitsAsked(SearchAsked):
    """Words, and one province."""

    province = serializers.CharField(required=False, max_length=6, default="", allow_blank=True)


class BatchSerializer(serializers.ModelSerializer):
    """One round."""

    rule_set = serializers.CharField(source="rule_set.version", default=None, allow_null=True, read_only=True)

    class Meta:
        model = Batch
        fields = (
            "id",
            "number",
            "year",
            "title_zh",
            "title_en",
            "state",
            "rule_set",
            "opens_at",
            "deadline",
            "opened_at",
            "countersigned_at",
            "publicity_from",
            "publicity_to",
            "final_document_no",
            "source",
        )


class ProvinceSerializer(serializers.ModelSerializer):
    """A provincial-level unit."""

    class Meta:
        model = Province
        fields = ("code", "name_zh", "name_en", "short_zh", "kind", "region")


class UnitSerializer(serializers.ModelSerializer):
    """A place that may apply."""

    class Meta:
        model = PilotUnit
        fields = (
            "code",
            "name_zh",
            "name_en",
            "province",
            "kind",
            "is_separately_planned",
            "is_provincial_capital",
            "districts",
            "valid_from",
            "valid_to",
            "successor",
            "former_names",
        )


class IndustrySerializer(serializers.ModelSerializer):
    """A section, division or group of GB/T 4754."""

    class Meta:
        model = Industry
        fields = ("code", "level", "parent", "name_zh", "name_en")


class SoeSerializer(serializers.ModelSerializer):
    """A central state-owned enterprise."""

    class Meta:
        model = CentralSOE
        fields = (
            "id",
            "code",
            "list_no",
            "name_zh",
            "name_en",
            "short_zh",
            "as_of",
            "valid_to",
            "successor",
            "former_names",
        )


def _batches(actor: Actor) -> QuerySet[Batch]:
    return queries.batches(actor.scope)


def _provinces(actor: Actor) -> QuerySet[Province]:
    return queries.provinces()


def _units(actor: Actor, *, search: str = "", province: str = "") -> QuerySet[PilotUnit]:
    rows = searched(queries.units(), search, "code", "name_zh", "name_en", "former_text")
    return rows.filter(province_id=province) if province else rows


def _industries(actor: Actor, *, search: str = "") -> QuerySet[Industry]:
    return searched(queries.industries(), search, "code", "name_zh", "name_en")


def _soes(actor: Actor, *, search: str = "") -> QuerySet[CentralSOE]:
    return searched(queries.soes(), search, "code", "name_zh", "name_en", "short_zh", "former_text")


class BatchViewSet(ScopedReadViewSet):
    """Rounds the caller may know of, the newest first."""

    query = staticmethod(_batches)
    act = SEE
    serializer_class = BatchSerializer
    ordering = ("-number",)

    @extend_schema(request=Nothing, responses={200: BatchSerializer})
    @action(detail=True, methods=["post"])
    def open(self, request: Request, pk: str) -> Response:
        """Sign the batch for MIIT."""
        return Response(BatchSerializer(domain.open_batch(by=self.actor, batch=self.object_for("programme.open"))).data)

    @extend_schema(request=Nothing, responses={200: BatchSerializer})
    @action(detail=True, methods=["post"])
    def countersign(self, request: Request, pk: str) -> Response:
        """Countersign for MOF: the rules are frozen and the call is public."""
        return Response(
            BatchSerializer(domain.countersign(by=self.actor, batch=self.object_for("programme.countersign"))).data
        )

    @extend_schema(request=Nothing, responses={200: BatchSerializer})
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Close a batch whose deadline has passed."""
        return Response(BatchSerializer(domain.close(by=self.actor, batch=self.object_for("programme.close"))).data)


class ProvinceViewSet(ScopedReadViewSet):
    """Provinces and XPCC by code."""

    query = staticmethod(_provinces)
    act = SEE
    serializer_class = ProvinceSerializer
    ordering = ("code",)
    lookup_value_regex = "[A-Z0-9]{4,6}"


class UnitViewSet(ScopedReadViewSet):
    """Pilot units by code."""

    query = staticmethod(_units)
    act = SEE
    asks = UnitsAsked
    serializer_class = UnitSerializer
    ordering = ("code",)
    lookup_value_regex = "[A-Z0-9+-]{4,20}"


class IndustryViewSet(ScopedReadViewSet):
    """Industries by code."""

    query = staticmethod(_industries)
    act = SEE
    asks = SearchAsked
    serializer_class = IndustrySerializer
    ordering = ("code",)
    lookup_value_regex = "[A-Z][0-9]{0,4}"


class SoeViewSet(ScopedReadViewSet):
    """Central SOEs in the order of the directory."""

    query = staticmethod(_soes)
    act = SEE
    asks = SearchAsked
    serializer_class = SoeSerializer
    ordering = ("list_no",)
