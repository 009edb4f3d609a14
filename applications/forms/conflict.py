"""Two people saved one form: which fields differ, which one to take, and the form with the choices in it.

Each page of a form carries `base`, a short digest of every field as it was read. So a conflict knows who changed
what: what only they changed is theirs by default, what only I changed is mine, and what both changed must be chosen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import QueryDict
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from applications.sheets.problems import plain
from applications.wording import Piece, compared

CHOICE: Final = "choice-"
THEIRS, MINE = "theirs", "mine"


@dataclass(frozen=True)
class Dispute:
    """A field on which the two differ. chosen: what would be taken unless the person says otherwise ("": undecided)."""

    field: forms.BoundField
    theirs: list[Piece]
    mine: list[Piece]
    chosen: str

    @property
    def name(self) -> str:
        """The name under which the choice is sent."""
        return f"{CHOICE}{self.field.name}"


def fields_of(form: BaseForm) -> dict[str, forms.Field]:
    """The fields that people fill in; files cannot be compared."""
    return {
        name: field
        for name, field in form.fields.items()
        if name != "version" and not isinstance(field, forms.FileField)
    }


def key(field: forms.Field, value: Any) -> str:
    """A value as text that is the same whenever it means the same: typed, read from the database, or cleaned."""
    if value in (None, "", [], ()):
        return ""
    if isinstance(value, (list, tuple, set)) or hasattr(value, "iterator"):
        return "\n".join(sorted(key(field, one) for one in value))
    if hasattr(value, "pk"):
        return str(value.pk)
    if not isinstance(field, (forms.ModelChoiceField, forms.MultipleChoiceField)):
        try:
            value = field.to_python(value)
        except ValidationError:
            return str(value)
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str("" if value is None else value).replace("\r\n", "\n").strip()


def base_of(form: BaseForm, initial: Mapping[str, Any]) -> str:
    """The digests of all fields as they were read, for the hidden field `base`."""
    marks = {name: _mark(key(field, initial.get(name))) for name, field in fields_of(form).items()}
    return json.dumps(marks, separators=(",", ":"))


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _read(base: str) -> dict[str, str]:
    try:
        found = json.loads(base)
    except ValueError:
        return {}
    return {str(name): str(mark) for name, mark in found.items()} if isinstance(found, dict) else {}


def disputes(form: BaseForm, now: Mapping[str, Any], base: str) -> list[Dispute]:
    """The fields of a bound form that differ from what stands now, each with what would be taken."""
    marks, found = _read(base), []
    for name, field in fields_of(form).items():
        if name not in now:
            continue
        theirs, mine = key(field, now[name]), key(field, _typed(form, name))
        if theirs == mine:
            continue
        before = marks.get(name)
        only_they = before == _mark(mine)
        only_i = before == _mark(theirs)
        sides = compared(words(field, now[name]), words(field, _typed(form, name)))
        found.append(Dispute(form[name], *sides, THEIRS if only_they else MINE if only_i else ""))
    return found


def _typed(form: BaseForm, name: str) -> Any:
    widget = form.fields[name].widget
    return widget.value_from_datadict(form.data, form.files, form.add_prefix(name))


def words(field: forms.Field, value: Any) -> str:
    """A value as people read it."""
    if isinstance(value, (list, tuple)):
        return "\n".join(words(field, one) for one in value)
    if isinstance(field, forms.BooleanField):
        return _("yes") if key(field, value) else _("no")
    text = key(field, value)
    if isinstance(field, forms.ModelChoiceField):
        return _row(field, text)
    if isinstance(field, forms.ChoiceField):
        return _label(field.choices, text)
    return strip_tags(text) if getattr(field, "is_rich", False) else text


def _row(field: forms.ModelChoiceField[Any], text: str) -> str:
    """The name of the row that was chosen; the text itself when it names none that could be."""
    if not text or field.queryset is None:
        return ""
    try:
        # One of several is looked up like the one of a single choice.
        return str(forms.ModelChoiceField.to_python(field, text))
    except ValidationError:
        return plain(text)


def _label(choices: Any, value: str) -> str:
    for code, label in choices:
        if isinstance(label, (list, tuple)):
            if (inner := _label(label, value)) != value:
                return inner
        elif str(code) == value:
            return str(label)
    return value


def settle(form: BaseForm, now: Mapping[str, Any]) -> bool:
    """Put what was chosen into a form that comes from the page of a conflict; False while a choice is missing.

    "theirs" takes the value that stands now; the version which the form carries says whether that is still what the
    person saw. The page names in `settling` the fields to choose.
    """
    if "settling" not in form.data:
        return True
    asked = set(str(form.data["settling"]).split(","))
    data = cast("QueryDict", form.data).copy()
    complete = True
    for row in disputes(form, now, ""):
        choice = form.data.get(row.name)
        if choice == THEIRS:
            data.setlist(row.field.html_name, _sent(row.field, now[row.field.name]))
        elif choice != MINE and row.field.name in asked:
            complete = False
    form.data = data
    return complete


def _sent(field: forms.BoundField, value: Any) -> list[str]:
    """A value as a browser would send it."""
    if isinstance(field.field, forms.BooleanField):
        return ["on"] if key(field.field, value) else []
    prepared = field.field.prepare_value(value)
    if isinstance(prepared, (list, tuple)):
        return [str(one) for one in prepared]
    return ["" if prepared is None else str(prepared)]


def restore(form: BaseForm, kept: Mapping[str, Any]) -> None:
    """Show what was typed and kept in a form that was not sent."""
    data = QueryDict(mutable=True)
    for name, values in kept.items():
        data.setlist(name, values)
    for name, field in form.fields.items():
        prefixed = form.add_prefix(name)
        if isinstance(field, forms.FileField) or field.widget.value_omitted_from_data(data, {}, prefixed):
            continue
        form.initial[name] = field.widget.value_from_datadict(data, {}, prefixed)
