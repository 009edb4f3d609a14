"""Tags of the pages on working together: pure presentation, no query."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from applications import mentions

register = template.Library()


@register.simple_tag
def comment_text(comment: Any, names: list[str]) -> SafeString:
    """A comment with the names of colleagues set off; lines stay lines."""
    shown = [
        format_html('<b class="mention">{}</b>', part) if at % 2 else conditional_escape(part)
        for at, part in enumerate(mentions.pattern(names).split(comment.text))
    ]
    return mark_safe("".join(shown).replace("\n", "<br>"))  # noqa: S308 - each part is escaped
