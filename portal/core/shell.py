"""What stands around every page: drawn once for each language and person, with holes for what changes at each request.

A process draws each part of `templates/shell` once; afterwards a page costs it some replaced words, where a hundred
nodes of templates, addresses and translations took longer than the rest of a small page.
"""

from __future__ import annotations

import secrets
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from portal.core import clock
from portal.core.scope import Actor, Post

# Nobody outside the process can guess them, so that nothing shown can stand for a hole.
_HOLES: Final = {name: secrets.token_hex(16) for name in ("csrf", "next", "bell", "time")}


@lru_cache(maxsize=64)
def _part(name: str, _language: str | None, environment: str, site_name: str) -> SafeString:
    context = {"environment": environment, "site_name": site_name, **_HOLES}
    return render_to_string(f"shell/{name}.html", context)


def part(name: str) -> SafeString:
    """A part that is the same for everybody: head, top."""
    return _part(name, get_language(), settings.PORTAL_ENV, str(settings.SITE_NAME))


@lru_cache(maxsize=1024)
def _tools(_language: str | None, name: str, posts: tuple[Post, ...], *, signed_in: bool) -> SafeString:
    actor = {"name": name, "posts": posts, "organisation": posts[0] if posts else None} if signed_in else None
    return render_to_string("shell/tools.html", {"actor": actor, **_HOLES})


def tools(actor: Actor, *, token: str, path: str, bell: SafeString | str) -> SafeString:
    """Language, notices and the menu of the person. token: that of the forms; path: where a change of language leads
    back to; bell: how many notices are unread, as HTML.
    """
    drawn: str = _tools(get_language(), actor.name, actor.posts, signed_in=bool(actor.id))
    field = f'<input type="hidden" name="csrfmiddlewaretoken" value="{escape(token)}">' if token else ""
    for hole, value in (("csrf", field), ("next", escape(path)), ("bell", bell)):
        drawn = drawn.replace(_HOLES[hole], value)
    return mark_safe(drawn)  # noqa: S308 - a template, filled with escaped values


def foot() -> SafeString:
    """The end of every page, with the server's time."""
    now = clock.now().astimezone(clock.SHANGHAI)
    return mark_safe(part("foot").replace(_HOLES["time"], f"{now:%Y-%m-%d %H:%M:%S}"))  # noqa: S308 - a template
