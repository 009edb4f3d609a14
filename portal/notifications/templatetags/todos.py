"""The lines of the desk."""

from __future__ import annotations

import html
from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString, mark_safe

from portal.core.tables.drawing import escaped
from portal.core.templatetags.portal_ui import deadline
from portal.notifications.todo import Todo

register = template.Library()


@register.simple_tag
def todo_lines(todos: Iterable[Todo]) -> SafeString:
    """What to do, where, how many of it and by when. Put together here: in a template it took a third of the desk."""
    return mark_safe("\n".join(map(_line, todos)))  # noqa: S308 - every value is escaped


def _line(todo: Todo) -> str:
    count = f' <span class="count">{todo.count}</span>' if todo.count > 1 else ""
    note = f'<span class="quiet">{escaped(todo.note)}</span>' if todo.note else ""
    what = f'<a href="{html.escape(todo.url)}">{escaped(todo.label)}</a>{count}{note}'
    return f'<li><span class="todo__what">{what}</span>{deadline(todo.due, todo.due_of) if todo.due else ""}</li>'
