"""A long list of choices in folds, one for each group: ticked without script, and found by a field with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any, cast

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _


class FoldedChoices(forms.CheckboxSelectMultiple):
    """Boxes in groups; one with a tick stands open. js/portal.js adds a field that finds among them."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The folds, without a template for each of hundreds of boxes."""
        widget = self.get_context(name, value, attrs)["widget"]
        folds = format_html_join("\n", "{}", ((_fold(group, rows),) for group, rows, _index in widget["optgroups"]))
        found = _("Find in this list")
        return format_html('<div class="folds" id="{}" data-find="{}">{}</div>', widget["attrs"]["id"], found, folds)


def _fold(group: str, rows: list[dict[str, Any]]) -> SafeString:
    boxes = format_html_join(
        "\n",
        '<label for="{0}"><input type="checkbox" name="{1}" value="{2}" id="{0}"{3}> {4}</label>',
        (
            (one["attrs"]["id"], one["name"], one["value"], " checked" if one["selected"] else "", one["label"])
            for one in rows
        ),
    )
    head = format_html('<summary>{} <span class="quiet">{}</span></summary>', group, len(rows))
    opened = " open" if any(one["selected"] for one in rows) else ""
    within = format_html('<div class="folds__boxes" role="group" aria-label="{}">{}</div>', group, boxes)
    return format_html("<details{}>{}{}</details>", opened, head, within)


class _Folds(ModelChoiceIterator):  # type: ignore[type-arg]
    """The rows under the names of their groups, in the order of the query set, which keeps each together."""

    def __iter__(self) -> Iterator[Any]:
        fold = cast("FoldedField", self.field).fold
        for group, rows in groupby(self.queryset, key=lambda row: str(fold(row))):
            yield group, [self.choice(row) for row in rows]


class FoldedField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several of many rows. fold: of a row, what its group is called."""

    widget = FoldedChoices
    iterator = _Folds

    def __init__(self, queryset: Any, *, fold: Callable[[Any], Any], **kwargs: Any) -> None:
        self.fold = fold
        super().__init__(queryset, **kwargs)
