"""The controls of forms, written without a template each.

A page of scores has fifty controls, a list of reviewers hundreds of choices: a template for each control, another for
its attributes and one for each choice took a third of the page. What is drawn is what Django's own templates draw
(tests/core/test_drawing.py compares them); a widget that is not in the table goes through its template.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

Widget = Mapping[str, Any]
_TEMPLATES: Final = "django/forms/widgets/"


def _attributes(widget: Widget) -> SafeString:
    parts = [
        format_html(" {}", name) if value is True else format_html(' {}="{}"', name, str(value))
        for name, value in widget["attrs"].items()
        if value is not False
    ]
    return mark_safe("".join(parts))  # noqa: S308 - each part is escaped


def _input(widget: Widget) -> SafeString:
    value = widget["value"]
    given = "" if value is None else format_html(' value="{}"', str(value))
    return format_html('<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], given, _attributes(widget))


def _text_area(widget: Widget) -> SafeString:
    text = widget["value"] or ""
    return format_html('<textarea name="{}"{}>\n{}</textarea>', widget["name"], _attributes(widget), text)


def _select(widget: Widget) -> SafeString:
    lines: list[str] = []
    for title, choices, _index in widget["optgroups"]:
        if title:
            lines.append(format_html('<optgroup label="{}">', title))
        for one in choices:
            value, label = conditional_escape(str(one["value"])), conditional_escape(one["label"])
            lines.append(f'<option value="{value}"{_attributes(one)}>{label}</option>')
        if title:
            lines.append("</optgroup>")
    choices = mark_safe("\n".join(lines))  # noqa: S308 - each part is escaped
    return format_html('<select name="{}"{}>\n{}\n</select>', widget["name"], _attributes(widget), choices)


_INPUTS: Final = ("text", "number", "email", "password", "hidden", "date", "time", "checkbox", "file")
DRAWN: Final[dict[str, Callable[[Widget], SafeString]]] = {
    **{f"{_TEMPLATES}{kind}.html": _input for kind in _INPUTS},
    f"{_TEMPLATES}textarea.html": _text_area,
    f"{_TEMPLATES}select.html": _select,
}


class Renderer(DjangoTemplates):
    """Draws the controls of the table by itself, everything else as Django does."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """One control, or one template of a form."""
        draw = DRAWN.get(template_name)
        return draw(context["widget"]) if draw else super().render(template_name, context, request)
