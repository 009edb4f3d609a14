"""The limit on files for programs: the one that calls of the API have, counted together with them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from math import ceil
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.settings import api_settings

View = Callable[..., HttpResponseBase]


def counted(view: View) -> View:
    """Turn away (429, with the seconds to wait) who asks more often than a caller of the API may."""

    @wraps(view)
    def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        caller = Request(request)
        caller.user = request.user  # told by the person, or by the address where nobody is signed in
        kinds: list[Any] = list(api_settings.DEFAULT_THROTTLE_CLASSES)
        for throttle in (kind() for kind in kinds):
            if not throttle.allow_request(caller, None):
                text = _("Too many requests came from your address. Wait a while, then try again.")
                answer = HttpResponse(text, content_type="text/plain; charset=utf-8", status=429)
                answer["Retry-After"] = str(ceil(throttle.wait() or 60))
                return answer
        return view(request, *args, **kwargs)

    return limited
