"""Links to the page of one enterprise, from wherever its credit code is shown."""

from __future__ import annotations

import re
from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.core.rules import may
from portal.core.scope import Actor
from portal.core.tables.columns import around

CODE: Final = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_PLACE: Final = "9" * 18


def address(code: str) -> str:
    """The page of the enterprise with this code; nothing where it is no code."""
    return code.join(around("oversight:enterprise", _PLACE)) if CODE.fullmatch(code or "") else ""


def address_for(actor: Actor, code: str) -> str:
    """The same, for who may open it."""
    return address(code) if may(actor, "grants.oversee") else ""


def named(actor: Actor, name: str, code: str) -> SafeString:
    """Name and code, with the way to the enterprise's page for who may open it."""
    url = address_for(actor, code)
    shown = format_html('<a href="{}">{}</a>', url, name) if url else format_html("{}", name)
    return format_html('{} <span class="code">{}</span>', shown, code)
