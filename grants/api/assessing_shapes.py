"""What evaluations, panels, assessments and rectifications look like: as asked for, as given, as told."""

from __future__ import annotations

from decimal import Decimal

from rest_framework import serializers

from grants.api.base import (
    CHECKED,
    PLACE,
    OfAwardAsked,
    PaperIn,
    number,
    perhaps,
    words,
    yuan,
)
from grants.enums import CheckState, EvaluationKind, EvaluationState, PanelState, Result
from grants.models import (
    Assessment,
    Evaluation,
    EvaluationScore,
    Panel,
    PanelMember,
    PanelScore,
    Rectification,
    SampledProject,
    SampleRemark,
)


def points() -> serializers.DecimalField:
    """Points, with two places."""
    return serializers.DecimalField(max_digits=5, decimal_places=2, min_value=Decimal(0))


class EvaluationsAsked(OfAwardAsked):
    """Also a kind, a state."""

    kind = serializers.ChoiceField(required=False, choices=EvaluationKind.choices)
    state = serializers.ChoiceField(required=False, choices=EvaluationState.choices)


class PanelsAsked(OfAwardAsked):
    """Also a kind, a state."""

    kind = serializers.ChoiceField(required=False, choices=EvaluationKind.choices)
    state = serializers.ChoiceField(required=False, choices=PanelState.choices)


class AssessmentsAsked(OfAwardAsked):
    """Also a state of checking."""

    state = serializers.ChoiceField(required=False, choices=CheckState.choices)


class EvaluationIn(serializers.Serializer):
    """Which evaluation is begun."""

    kind = serializers.ChoiceField(choices=EvaluationKind.choices)
    year = serializers.IntegerField(min_value=2024, max_value=2099)


class IndicatorPointsIn(serializers.Serializer):
    """Points for one indicator of the form, and what they rest on."""

    code = serializers.SlugField(max_length=40)
    points = points()
    reason = words()


class FillIn(serializers.Serializer):
    """Points of indicators; those not named stay as they are."""

    summary = perhaps(2000)
    scores = serializers.ListField(child=IndicatorPointsIn(), max_length=200)


class CommentIn(serializers.Serializer):
    """What the province found."""

    comment = words(2000)


class PanelIn(serializers.Serializer):
    """A panel. seed, source: what was published for the draw of the projects, and where. members: people by id."""

    kind = serializers.ChoiceField(choices=[EvaluationKind.MID, EvaluationKind.FINAL])
    as_of = serializers.DateField()
    due_on = serializers.DateField()
    seed = words(200)
    source = words(300)  # type: ignore[assignment]  # a field
    members = serializers.ListField(child=number(), min_length=1, max_length=50)


class GroupPointsIn(serializers.Serializer):
    """Points for one group of the form."""

    code = serializers.SlugField(max_length=40)
    points = points()
    remark = perhaps()


class FoundIn(serializers.Serializer):
    """What was found at one project of the sample, by its id in the sample."""

    sampled = number()
    text = words()


class PanelScoresIn(serializers.Serializer):
    """A member's points by group, and what it found at the projects of the sample."""

    groups = serializers.ListField(child=GroupPointsIn(), max_length=50)
    found = serializers.ListField(child=FoundIn(), default=list, max_length=200)


class AssessmentIn(PaperIn):
    """The result of a final assessment, and what it does to the second tranche."""

    result = serializers.ChoiceField(choices=Result.choices)
    assessed_on = serializers.DateField()
    rectify_what = perhaps(2000)
    rectify_by = serializers.DateField(allow_null=True, default=None)
    second_limit = yuan(allow_null=True, default=None)
    for_good = serializers.BooleanField(default=False)


class RectificationIn(PaperIn):
    """That it was mended, and how it was checked."""

    mended_on = serializers.DateField()
    note = words(2000)


class EvaluationScoreSerializer(serializers.ModelSerializer):
    """Points a unit gives itself for one indicator."""

    class Meta:
        model = EvaluationScore
        fields = ("code", "points", "reason")


class EvaluationSerializer(serializers.ModelSerializer):
    """What a unit says of itself."""

    class Meta:
        model = Evaluation
        fields: tuple[str, ...] = (
            *PLACE,
            "award",
            "kind",
            "year",
            "as_of",
            "state",
            "summary",
            "total",
            "band",
            "signed_at",
            "verified_at",
            "comment",
        )


class WholeEvaluationSerializer(EvaluationSerializer):
    """The evaluation with its points."""

    scores = EvaluationScoreSerializer(many=True, read_only=True)

    class Meta(EvaluationSerializer.Meta):
        fields = (*EvaluationSerializer.Meta.fields, "scores")


class PanelMemberSerializer(serializers.ModelSerializer):
    """A member."""

    name = serializers.CharField(source="person.name", read_only=True)

    class Meta:
        model = PanelMember
        fields = ("person", "name")


class SampleRemarkSerializer(serializers.ModelSerializer):
    """What a member found."""

    class Meta:
        model = SampleRemark
        fields = ("person", "text")


class SampledProjectSerializer(serializers.ModelSerializer):
    """A project the lot chose, with the remarks the caller may see."""

    remarks = SampleRemarkSerializer(many=True, read_only=True)

    class Meta:
        model = SampledProject
        fields = (
            "id",
            "place",
            "grant_project",
            "name",
            "enterprise_name",
            "total_investment",
            "approved_support",
            "remarks",
        )


class PanelScoreSerializer(serializers.ModelSerializer):
    """Points of a member for one group."""

    class Meta:
        model = PanelScore
        fields = ("person", "code", "points", "remark")


class PanelSerializer(serializers.ModelSerializer):
    """A panel on one award. seats: how many members it has."""

    seats = serializers.IntegerField(read_only=True)

    class Meta:
        model = Panel
        fields: tuple[str, ...] = (
            *PLACE,
            "award",
            "kind",
            "as_of",
            "due_on",
            "seed",
            "source",
            "state",
            "total",
            "band",
            "opened_at",
            "closed_at",
            "seats",
        )


class WholePanelSerializer(PanelSerializer):
    """The panel with its members, its sample, and the points the caller may see."""

    members = PanelMemberSerializer(many=True, read_only=True)
    sample = SampledProjectSerializer(many=True, read_only=True)
    scores = PanelScoreSerializer(many=True, read_only=True)

    class Meta(PanelSerializer.Meta):
        fields = (*PanelSerializer.Meta.fields, "members", "sample", "scores")


class AssessmentSerializer(serializers.ModelSerializer):
    """The result of a final assessment."""

    class Meta:
        model = Assessment
        fields = (
            *CHECKED,
            "award",
            "result",
            "assessed_on",
            "rectify_what",
            "rectify_by",
            "second_limit",
            "for_good",
        )


class RectificationSerializer(serializers.ModelSerializer):
    """What was mended after an assessment."""

    class Meta:
        model = Rectification
        fields = (*CHECKED, "award", "assessment", "mended_on", "note")
