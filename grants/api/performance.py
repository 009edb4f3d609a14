"""Quarterly reports with their indicators and lights. Other units are no part of them: peers stay in the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from grants.api.base import (
    PLACE,
    MoneyViewSet,
    OfAwardAsked,
    WhyIn,
    named,
    number,
    perhaps,
    scoped,
    state_of_award,
)
from grants.domain import reporting as domain
from grants.enums_performance import Light, ReportState
from grants.models import IndicatorActual, QuarterReport
from grants.queries import performance as queries
from portal.core.api import Nothing, read
from portal.core.scope import Scope


class ReportsAsked(OfAwardAsked):
    """Also a year, a quarter, a state."""

    year = serializers.IntegerField(required=False, min_value=2000, max_value=2100)
    quarter = serializers.IntegerField(required=False, min_value=1, max_value=4)
    state = serializers.ChoiceField(required=False, choices=ReportState.choices)


class QuarterIn(serializers.Serializer):
    """A quarter."""

    year = serializers.IntegerField(min_value=2000, max_value=2100)
    quarter = serializers.IntegerField(min_value=1, max_value=4)


class ActualIn(serializers.Serializer):
    """What is said of one indicator, by its id in the report. value: of those alone which are typed."""

    indicator = number()
    value = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True, default=None)
    note = perhaps()


class ReportIn(serializers.Serializer):
    """What a unit writes, whole; version: the one that was read. Indicators not named stay as they are."""

    version = serializers.IntegerField(min_value=0, max_value=2**31 - 1)
    summary = serializers.CharField(max_length=4000, allow_blank=True)
    problems = serializers.CharField(max_length=4000, allow_blank=True)
    investment_now = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)
    investment_base = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)
    actuals = serializers.ListField(child=ActualIn(), default=list, max_length=200)


class IndicatorSerializer(serializers.ModelSerializer):
    """One indicator of a report: what was to be reached, what was, and its light by the rule of the report."""

    light = serializers.ChoiceField(choices=Light.choices, read_only=True)

    class Meta:
        model = IndicatorActual
        fields = (
            "id",
            "place",
            "code",
            "name",
            "measure",
            "is_counted",
            "baseline",
            "expected",
            "year_target",
            "goal",
            "value",
            "reached",
            "light",
            "note",
        )


class QuarterReportSerializer(serializers.ModelSerializer):
    """The report of a unit on one quarter of its award. plan: the version of the plan it is measured against."""

    award_state = state_of_award()
    indicators = IndicatorSerializer(many=True, read_only=True)

    class Meta:
        model = QuarterReport
        fields = (
            *PLACE,
            "award",
            "award_state",
            "year",
            "quarter",
            "ends_on",
            "due_on",
            "plan",
            "state",
            "version",
            "summary",
            "problems",
            "investment_now",
            "investment_base",
            "green_from",
            "yellow_from",
            "signed_at",
            "verified_at",
            "returned_why",
            "indicators",
        )


def _reports(scope: Scope) -> QuerySet[Any]:
    return queries.reports(scope).prefetch_related(Prefetch("indicators", IndicatorActual.objects.order_by("place")))


class QuarterReportViewSet(MoneyViewSet):
    """Quarterly reports; what a unit still writes is its own."""

    query = scoped(_reports)
    asks = ReportsAsked
    serializer_class = QuarterReportSerializer

    @extend_schema(request=ReportIn)
    @action(detail=True, methods=["post"])
    def write(self, request: Request, pk: str) -> Response:
        """Keep what the unit wrote; rates and shares follow from it."""
        row, given = self.object_for("grants.write_report"), read(ReportIn, request)
        known = IndicatorActual.objects.filter(report=row)
        said = {
            named(known, one["indicator"], "actuals").pk: domain.ActualInput(one["value"], one["note"])
            for one in given.pop("actuals")
        }
        what = domain.ReportInput(**given, actuals=said)
        return self.answer(domain.write_report(by=self.actor, report=row, what=what))

    @extend_schema(request=Nothing)
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pk: str) -> Response:
        """Sign for the unit and submit: what stands goes to the province."""
        row = self.object_for("grants.sign_report")
        return self.answer(domain.sign_report(by=self.actor, report=row))

    @extend_schema(request=Nothing)
    @action(detail=True, methods=["post"])
    def verify(self, request: Request, pk: str) -> Response:
        """Verify it for the industry department of the province."""
        row = self.object_for("grants.verify_report")
        return self.answer(domain.verify_report(by=self.actor, report=row))

    @extend_schema(request=WhyIn)
    @action(detail=True, methods=["post"], url_path="send-back")
    def send_back(self, request: Request, pk: str) -> Response:
        """Return it to the unit with a reason."""
        row, given = self.object_for("grants.return_report"), read(WhyIn, request)
        return self.answer(domain.return_report(by=self.actor, report=row, why=given["why"]))


class OnAward(MoneyViewSet):
    """What a unit reports of its award."""

    @extend_schema(request=QuarterIn, responses={201: QuarterReportSerializer})
    @action(detail=True, methods=["post"], url_path="begin-report")
    def begin_report(self, request: Request, pk: str) -> Response:
        """Begin the report of a quarter with the indicators of the plan."""
        row, given = self.object_for("grants.begin_report"), read(QuarterIn, request)
        return self.made(QuarterReportViewSet, domain.begin_report(by=self.actor, award=row, **given))
