"""Tags of what stands around every page (`portal.core.shell`)."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.core import shell
from portal.core.scope import NOBODY

register = template.Library()


@register.simple_tag
def shell_part(name: str) -> SafeString:
    """A part that is the same for everybody."""
    return shell.part(name)


@register.simple_tag
def site_foot() -> SafeString:
    """The end of the page."""
    return shell.foot()


@register.simple_tag(takes_context=True)
def site_tools(context: dict[str, Any]) -> SafeString:
    """Language, notices and the menu of the person."""
    request = context.get("request")
    actor = getattr(request, "actor", NOBODY)
    given = str(context.get("csrf_token") or "")
    unread = context.get("unread_notices") if actor.id else None
    bell = _bell(unread) if unread else ""
    path = request.get_full_path() if request is not None else "/"
    return shell.tools(actor, token=given.removeprefix("NOTPROVIDED"), path=path, bell=bell)


def _bell(unread: Any) -> SafeString:
    word = _("unread")
    return format_html(
        ' <span class="count count--red">{}<span class="visually-hidden"> {}</span></span>', unread, word
    )
