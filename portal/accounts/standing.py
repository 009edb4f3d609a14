"""What a session gives itself or changes and what outlives it (a token, a second factor, the password) is given while
the session stands.
"""

from __future__ import annotations

from functools import wraps

from django.http import HttpRequest, HttpResponseBase

from portal.accounts.domain import rights
from portal.core.middleware import READING, sign_in_first
from portal.core.web import View


def while_it_stands(view: View) -> View:
    """What was sent by a session that was ended meanwhile does nothing and leads to the sign-in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        gives = request.user.is_authenticated and request.method not in READING
        if gives and not rights.stands(request.session.session_key):
            request.session.flush()
            return sign_in_first(request)
        return view(request, *args, **kwargs)

    return guarded
