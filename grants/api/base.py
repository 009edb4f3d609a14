"""What the slices share: rows of the caller's scope, papers with or without their file, what a checker does."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from types import new_class
from typing import Any, ClassVar, Final, TypeVar, cast

from django.db.models import Model, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from grants.domain.papers import Paper
from grants.enums import CheckState
from portal.core.api import Nothing, ScopedReadViewSet, read
from portal.core.rules import may
from portal.core.scope import Actor, Scope

Row = TypeVar("Row", bound=Model)
In = type[serializers.Serializer]
Rows = Callable[[Scope], QuerySet[Any]]

PLACE: Final = ("id", "province", "unit")
SIGNED: Final = ("state", "document_no", "document_date", "made_at", "checked_at", "refused_why")
CHECKED: Final = (*PLACE, *SIGNED)
# A paper with its file, or without; a file alone.
BOTH: Final = (JSONParser, MultiPartParser)
FILES: Final = (MultiPartParser,)
WITH_FILE: Final = "multipart/form-data"


def computed(**more: Any) -> serializers.DecimalField:
    """An amount the query adds."""
    return serializers.DecimalField(max_digits=18, decimal_places=2, read_only=True, **more)


def state_of_award() -> serializers.ChoiceField:
    """The state of the award a row hangs on: what hangs on a reversed one counts in no sum."""
    return serializers.ChoiceField(choices=CheckState.choices, source="award.state", read_only=True)


def yuan(**more: Any) -> serializers.DecimalField:
    """An amount above zero."""
    return serializers.DecimalField(max_digits=18, decimal_places=2, min_value=Decimal("0.01"), **more)


def number(**more: Any) -> serializers.IntegerField:
    """The id of a row."""
    return serializers.IntegerField(min_value=1, max_value=2**63 - 1, **more)


def words(most: int = 1000, **more: Any) -> serializers.CharField:
    """A text that has to be given."""
    return serializers.CharField(max_length=most, **more)


def perhaps(most: int = 1000) -> serializers.CharField:
    """A text that may be empty."""
    return serializers.CharField(max_length=most, allow_blank=True, default="")


class PlaceAsked(serializers.Serializer):
    """A province, a unit."""

    province = serializers.CharField(required=False, max_length=6)
    unit = serializers.CharField(required=False, max_length=20)


class OfAwardAsked(PlaceAsked):
    """Also an award by its id."""

    award = number(required=False)


class MoneyAsked(OfAwardAsked):
    """Also a state of checking."""

    state = serializers.ChoiceField(required=False, choices=CheckState.choices)


class ReasonOfRefusalIn(serializers.Serializer):
    """Why it is refused."""

    why = words()


class WhyIn(serializers.Serializer):
    """Why something is sent back, undone, withdrawn, or said."""

    why = words()


class PaperIn(serializers.Serializer):
    """The document it rests on."""

    document_no = words(60)
    document_date = serializers.DateField()


@cache
def with_file(kind: In, *, needed: bool = False) -> In:
    """The same input with the paper's file."""
    name = f"{kind.__name__.removesuffix('In')}WithFileIn"
    fields = {"file": serializers.FileField(required=needed), "__doc__": kind.__doc__, "__module__": kind.__module__}
    return cast("In", new_class(name, (kind,), exec_body=lambda space: space.update(fields)))


def forms(kind: In) -> dict[str, In]:
    """What the schema says of an act that takes a paper with its file or without."""
    return {"application/json": kind, WITH_FILE: with_file(kind)}


def form(kind: In) -> dict[str, In]:
    """What the schema says of an act that needs a file."""
    return {WITH_FILE: with_file(kind, needed=True)}


def is_form(request: Request) -> bool:
    """Whether a form was sent, and not JSON."""
    return request._request.content_type == WITH_FILE


def read_paper(kind: In, request: Request, *, needed: bool = False) -> tuple[Paper, dict[str, Any]]:
    """The paper of an act, and what else was given."""
    given = read(with_file(kind, needed=needed) if needed or is_form(request) else kind, request)
    return Paper(given.pop("document_no"), given.pop("document_date"), given.pop("file", None)), given


def named(rows: QuerySet[Row], value: int, field: str, *, by: str = "pk") -> Row:
    """The row a body names. Raises ValidationError beside the field for one that is not there, or out of reach."""
    found = rows.filter(**{by: value}).first()
    if found is None:
        code = "does_not_exist"
        text = serializers.SlugRelatedField.default_error_messages[code].format(slug_name=field, value=value)
        raise serializers.ValidationError({field: [text]}, code=code)
    return found


def of_actor(rows: Callable[[Actor], QuerySet[Any]]) -> Any:
    """The query of a view set, of rows an actor may see: narrowed by what a list asks, named as columns are."""

    def query(actor: Actor, **asked: Any) -> QuerySet[Any]:
        return rows(actor).filter(**{name: value for name, value in asked.items() if value not in (None, "")})

    return staticmethod(query)


def scoped(rows: Rows) -> Any:
    """The same of rows in a scope."""
    return of_actor(lambda actor: rows(actor.scope))


class MoneyViewSet(ScopedReadViewSet):
    """Rows about money in the caller's scope, the newest first. `whole`: what one row says beside those of a list."""

    act = "grants.view"
    asks: ClassVar[In | None] = MoneyAsked
    whole: ClassVar[type[serializers.BaseSerializer[Any]] | None] = None

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        """A list tells less of each row where a row has parts."""
        if self.whole is not None and self.action != "list":
            return self.whole
        return super().get_serializer_class()

    def allowed(self, act: str) -> None:
        """Refuse whoever may not do an act at all."""
        may(self.actor, act).or_refuse()

    def answer(self, row: Any, status: int = 200) -> Response:
        """The row as it stands now, with what the query adds."""
        return Response(self.get_serializer(type(self).query(self.actor).get(pk=row.pk)).data, status=status)

    def made(self, view: type[MoneyViewSet], row: Any) -> Response:
        """A new row as its own address tells it."""
        kind: Any = view.whole or view.serializer_class
        return Response(kind(view.query(self.actor).get(pk=row.pk)).data, status=201)


class ConfirmedViewSet(MoneyViewSet):
    """What one person enters and another confirms. `noun` names the acts; `row` the commands' argument where other."""

    noun: ClassVar[str]
    row: ClassVar[str] = ""
    confirms: ClassVar[Callable[..., Any]]

    @extend_schema(request=Nothing)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """Confirm what somebody else entered; what belongs in the ledger is booked with it."""
        row = self.object_for(f"grants.confirm_{self.noun}")
        return self.answer(type(self).confirms(by=self.actor, **{self.row or self.noun: row}))


class CheckedViewSet(ConfirmedViewSet):
    """What another person may also refuse with a reason."""

    refuses: ClassVar[Callable[..., Any]]

    @extend_schema(request=ReasonOfRefusalIn)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        """Refuse what somebody else entered, with the reason."""
        row = self.object_for(f"grants.refuse_{self.noun}")
        given = read(ReasonOfRefusalIn, request)
        return self.answer(type(self).refuses(by=self.actor, **{self.row or self.noun: row}, **given))
