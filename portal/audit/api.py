"""The API's part on the trail."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.audit import queries
from portal.audit.models import Event
from portal.core.api import ScopedReadViewSet
from portal.core.scope import Actor

OBJECT = extend_schema_field({"type": "object", "additionalProperties": True})


class EventsAsked(serializers.Serializer):
    """What of the trail is asked for; days are inclusive, in Asia/Shanghai."""

    person = serializers.CharField(required=False, max_length=80)
    act = serializers.CharField(required=False, max_length=60)
    outcome = serializers.ChoiceField(required=False, choices=["done", "refused"])
    object_type = serializers.CharField(required=False, max_length=60)
    object_id = serializers.CharField(required=False, max_length=40)
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)


class EventSerializer(serializers.ModelSerializer):
    """One act: who, for which organisation, on what, before and after, why, and whether it was done."""

    before = serializers.SerializerMethodField()
    after = serializers.SerializerMethodField()

    class Meta:
        model = Event
        fields = (
            "id",
            "at",
            "actor",
            "actor_name",
            "organisation",
            "address",
            "request_id",
            "act",
            "outcome",
            "object_type",
            "object_id",
            "province",
            "unit",
            "before",
            "after",
            "why",
        )

    @OBJECT
    def get_before(self, row: Event) -> dict[str, Any]:
        """What changed, as it was."""
        return dict(row.before)

    @OBJECT
    def get_after(self, row: Event) -> dict[str, Any]:
        """What changed, as it is."""
        return dict(row.after)


def _events(actor: Actor, **asked: Any) -> QuerySet[Event]:
    rows = queries.events(actor)
    return queries.matching(rows, queries.Filter(**asked)) if asked else rows


class EventViewSet(ScopedReadViewSet):
    """The audit trail in the caller's scope, the newest first."""

    query = staticmethod(_events)
    act = "audit.view_trail"
    asks = EventsAsked
    serializer_class = EventSerializer
    ordering = ("-id",)
