"""The API's own routes: its schema, its errors, and what is not there."""

from __future__ import annotations

import functools
from typing import Any, cast

from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext, pgettext
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SCHEMA_KWARGS, SpectacularAPIView
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.core.api import CountedFirst
from portal.core.documents.source import refusals
from portal.core.errors import PROBLEMS, constraint_message


@functools.lru_cache(maxsize=4)
def _described(language: str) -> dict[str, Any]:
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    return cast("dict[str, Any]", generator.get_schema(public=True))  # type: ignore[no-untyped-call]


class Described(SchemaGenerator):
    """The description is the same for everybody: it is worked out once a process and language."""

    def get_schema(self, request: Request | None = None, public: bool = False) -> Any:
        """What was worked out before; another version or a part of it is worked out each time."""
        if self.api_version or not public:
            return super().get_schema(request, public)  # type: ignore[no-untyped-call]
        return _described(translation.get_language() or "")


class SchemaView(CountedFirst, SpectacularAPIView):
    """The OpenAPI 3.1 description of this interface, as JSON or YAML.

    It has one version, in the language of the caller: what an address says of either is not worked out anew.
    """

    generator_class = Described
    renderer_classes = [OpenApiJsonRenderer, OpenApiYamlRenderer, JSONRenderer]
    permission_classes = [AllowAny]

    @extend_schema(**SCHEMA_KWARGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Give what was worked out before."""
        answer: Response = self._get_schema_response(request)  # type: ignore[no-untyped-call]
        return answer

    def _get_version_parameter(self, request: Request) -> None:
        """There is none."""


class ErrorSerializer(serializers.Serializer):
    """A code, its status, and the sentences it says, in both languages."""

    code = serializers.CharField()
    status = serializers.IntegerField()
    en = serializers.ListField(child=serializers.CharField())
    zh = serializers.ListField(child=serializers.CharField())


@functools.cache
def _said() -> dict[str, list[tuple[int, str, str | None]]]:
    """Refusals of acts by code: status, sentence, context. Read from the code once a process."""
    found: dict[str, list[tuple[int, str, str | None]]] = {}
    for row in sorted(set(refusals())):
        found.setdefault(row.code, []).append((row.status, row.message, row.context))
    return found


def describe(code: str) -> dict[str, Any] | None:
    """What a code means, or None for one nobody raises."""
    said = _said().get(code, [])
    if code in PROBLEMS:
        said = [(PROBLEMS[code].status, _english(PROBLEMS[code].title), None), *said]
    guard = None if said else constraint_message(code)
    if guard and guard.message:
        said = [(422, _english(guard.message), None)]
    if not said:
        return None
    with translation.override("zh-hans"):
        chinese = [pgettext(context, text) if context else gettext(text) for _status, text, context in said]
    return {"code": code, "status": said[0][0], "en": [text for _status, text, _context in said], "zh": chinese}


def _english(text: object) -> str:
    with translation.override("en"):
        return str(text)


class ErrorView(CountedFirst, APIView):
    """What an error's code means: the address in `type` of a problem."""

    permission_classes = [AllowAny]

    @extend_schema(responses={200: ErrorSerializer}, operation_id="error_retrieve")
    def get(self, request: Request, code: str) -> Response:
        """The sentences of a code in both languages."""
        found = describe(code)
        if found is None:
            raise Http404
        return Response(ErrorSerializer(found).data)


@extend_schema(exclude=True)
class Unknown(CountedFirst, APIView):
    """Whatever does not exist under the API is a problem too, not a page."""

    permission_classes = [AllowAny]
    authentication_classes = []

    def _refuse(self, request: Request, path: str) -> Response:
        raise Http404

    get = post = put = patch = delete = _refuse
