"""The API's part on the caller."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.core.api import CountedFirst
from portal.core.rules import ACTS


class PostSerializer(serializers.Serializer):
    """One role in one organisation."""

    role = serializers.CharField()
    organisation = serializers.IntegerField()
    code = serializers.CharField()
    kind = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    province = serializers.CharField(allow_blank=True)
    unit = serializers.CharField(allow_blank=True)


class MeSerializer(serializers.Serializer):
    """Who asks, in which roles, and which acts those roles include."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.EmailField()
    posts = PostSerializer(many=True)
    acts = serializers.ListField(child=serializers.CharField())


class MeView(CountedFirst, APIView):
    """Who asks."""

    @extend_schema(responses={200: MeSerializer}, operation_id="me_retrieve")
    def get(self, request: Request) -> Response:
        """Name, posts, and the acts the caller's roles include."""
        actor: Any = request._request.actor  # type: ignore[attr-defined]  # the middleware's
        acts = sorted(name for name, row in ACTS.items() if actor.roles & row.roles)
        data = {
            "id": actor.id,
            "name": actor.name,
            "email": request.user.get_username(),
            "posts": actor.posts,
            "acts": acts,
        }
        return Response(MeSerializer(data).data)
