"""What the apps' parts of the API share: a scoped, read-only view set, asked parameters, and runs.

An app declares its serializers and view sets in `<app>/api.py`; `portal.api.urls` assembles them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any, ClassVar, TypeVar, cast

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import exceptions, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from portal.core import tasks
from portal.core.commands import note_refusal
from portal.core.middleware import READING, PortalRequest
from portal.core.models import Run
from portal.core.rules import may, may_ever
from portal.core.scope import Actor

Row = TypeVar("Row", bound=Model)


class Nothing(serializers.Serializer):
    """An act without input."""


def read(kind: type[serializers.Serializer], request: Request) -> dict[str, Any]:
    """The checked input of an act."""
    given = kind(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def searched(rows: QuerySet[Row], text: str, *fields: str) -> QuerySet[Row]:
    """The rows in which one of the fields contains the text, whatever its capitals."""
    hits = [Q(**{f"{field}__icontains": text}) for field in fields]
    return rows.filter(reduce(or_, hits)) if text else rows


class CountedFirst:
    """A view that counts a request once it is known who sent it, before it is asked what they may.

    Whoever is turned away (nobody, a token that is wrong or only reads) has asked as well, and may ask no more often.
    What fails to sign in is counted by its address.
    """

    def perform_authentication(self, request: Request) -> None:
        """Find who asks; who asked too often hears that, and not whether their token is wrong."""
        try:
            super().perform_authentication(request)  # type: ignore[misc]  # the view's
        finally:
            super().check_throttles(request)  # type: ignore[misc]

    def check_throttles(self, request: Request) -> None:
        """Counted already: the framework would do it after the permissions."""


class ScopedReadViewSet(CountedFirst, viewsets.ReadOnlyModelViewSet):
    """Lists and single rows of one query in the caller's scope. Outside the scope is 404, as on pages.

    `query(actor, **asked)` comes from the app's queries; `asks` checks the parameters of the address; `act` is what a
    caller must be allowed to do at all; `ordering` must be unique.
    """

    query: ClassVar[Callable[..., QuerySet[Any]]]
    act: ClassVar[str] = ""
    asks: ClassVar[type[serializers.Serializer] | None] = None
    ordering: ClassVar[tuple[str, ...]] = ("-pk",)
    lookup_value_regex = r"\d{1,18}"

    @property
    def actor(self) -> Actor:
        """Who asks."""
        return cast("PortalRequest", self.request._request).actor

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Ask the table of acts, once somebody is known to ask."""
        super().initial(request, *args, **kwargs)
        if request.method == "POST" and self.action:
            self._refuse_other_forms(request)
        # An act that takes a form alone reads it after the rules, so that whoever may not act hears that and not 415.
        reads = request.method == "POST" and self.action and JSONParser in self.parser_classes
        if reads and not isinstance(request.data, dict):
            raise serializers.ValidationError(_("Send a JSON object."), code="not_an_object")
        if self.act:
            may(self.actor, self.act).or_refuse()

    def _refuse_other_forms(self, request: Request) -> None:
        """Refuse a form where none is asked for: it was read already for its Idempotency-Key, and would seem empty."""
        kind = "multipart/form-data"
        if request._request.content_type == kind and kind not in {one.media_type for one in self.parser_classes}:
            raise exceptions.UnsupportedMediaType(kind)

    def get_queryset(self) -> QuerySet[Any]:
        """The rows the caller may see, narrowed by what a list asks."""
        query = type(self).query
        if getattr(self, "swagger_fake_view", False):
            return query(Actor())
        if self.asks is None or self.action != "list":
            return query(self.actor)
        asked = self.asks(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        return query(self.actor, **asked.validated_data)

    def object_for(self, act: str) -> Any:
        """The row this request is about, once the caller may do the act on it; the command asks again, under a lock.

        Roles first: whoever may do it with no row at all is told so, and none is looked for.
        """
        if not may_ever(self.actor.roles, [act]):
            self._ask(act)
        row = self.get_object()
        self._ask(act, row)
        return row

    def _ask(self, act: str, row: Any = None) -> None:
        """Raise NotAllowed unless the caller may; that an act was sent and refused stands in the trail."""
        verdict = may(self.actor, act, row)
        if not verdict and self.request.method not in READING:
            note_refusal(self.actor, act, row, str(verdict.reason))
        verdict.or_refuse()

    @property
    def default_response_headers(self) -> dict[str, str]:
        """What one person sees is for that person, in one language."""
        headers: dict[str, str] = super().default_response_headers
        vary = [*filter(None, [headers.get("Vary")]), "Authorization", "Cookie", "Accept-Language"]
        return headers | {"Cache-Control": "private, no-cache", "Vary": ", ".join(vary)}


class RunSerializer(serializers.ModelSerializer):
    """Long work: how far it is and what came of it."""

    percent = serializers.IntegerField(read_only=True)
    result = serializers.SerializerMethodField()

    class Meta:
        model = Run
        fields = (
            "id",
            "task",
            "state",
            "done_steps",
            "all_steps",
            "percent",
            "queued_at",
            "ended_at",
            "result",
            "error",
        )

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_result(self, row: Run) -> dict[str, Any]:
        """What the task left for whoever asked."""
        return {name: value for name, value in row.result.items() if name != "extent"}


def own_runs(actor: Actor) -> QuerySet[Run]:
    """Runs the caller asked for."""
    return Run.objects.filter(asker=actor.id)


class RunViewSet(ScopedReadViewSet):
    """One's own long work, the newest first."""

    query = staticmethod(own_runs)
    serializer_class = RunSerializer
    ordering = ("-queued_at", "-id")
    lookup_value_regex = "[0-9a-f]{8}-[0-9a-f-]{27}"

    @extend_schema(request=Nothing, responses={200: RunSerializer})
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Stop it; work that ended stays as it is."""
        return Response(RunSerializer(tasks.cancel(by=self.actor, run=self.get_object())).data)
