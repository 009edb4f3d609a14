"""The API's part on reviews: what is the caller's own to review, and nothing of anybody else's."""

from __future__ import annotations

from django.db.models import QuerySet
from rest_framework import serializers

from portal.core.api import ScopedReadViewSet
from portal.core.scope import Actor
from reviews import queries
from reviews.models import Assignment, Review, ReviewScore


class AssignmentSerializer(serializers.ModelSerializer):
    """One application to be reviewed."""

    batch = serializers.IntegerField(source="batch.number", read_only=True)
    unit = serializers.CharField(source="application.unit_id", read_only=True)

    class Meta:
        model = Assignment
        fields = ("id", "batch", "application", "unit", "state", "assigned_at")


class ScoreSerializer(serializers.ModelSerializer):
    """The score of one criterion."""

    class Meta:
        model = ReviewScore
        fields = ("criterion", "value", "comment", "is_insufficient")


class ReviewSerializer(serializers.ModelSerializer):
    """One's own judgement of one application."""

    scores = ScoreSerializer(many=True, read_only=True)

    class Meta:
        model = Review
        fields = ("id", "assignment", "application", "state", "comment", "total", "submitted_at", "version", "scores")


def _reviews(actor: Actor) -> QuerySet[Review]:
    return Review.objects.filter(reviewer=actor.id).prefetch_related("scores")


class AssignmentViewSet(ScopedReadViewSet):
    """What the caller has to review."""

    query = staticmethod(queries.my_assignments)
    act = "reviews.read_assigned"
    serializer_class = AssignmentSerializer


class ReviewViewSet(ScopedReadViewSet):
    """The caller's own reviews; other people's stay in the pages of those who may see them."""

    query = staticmethod(_reviews)
    act = "reviews.read_assigned"
    serializer_class = ReviewSerializer
