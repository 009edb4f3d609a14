"""Forms on what belongs to one project: a few rows on one page, each with its own fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.enums import ApprovalKind, ApprovalState, MoneyLevel
from applications.forms.conflict import restore, words
from applications.forms.fields import DayField, YuanFormField
from applications.models import Project

MOST: Final = 40


class MoneyRow(forms.Form):
    """Other public money."""

    level = forms.ChoiceField(label=_("Level"), choices=[("", _("Choose")), *MoneyLevel.choices])
    fund = forms.CharField(label=_("Fund and document"), max_length=160)
    amount = YuanFormField(label=_("Amount (yuan)"))

    def clean_amount(self) -> Any:
        """Above zero."""
        amount = self.cleaned_data["amount"]
        if amount is not None and amount <= 0:
            raise forms.ValidationError(gettext("The amount is above zero."))
        return amount


class ApprovalRow(forms.Form):
    """An approval."""

    kind = forms.ChoiceField(label=_("Approval"), choices=[("", _("Choose")), *ApprovalKind.choices])
    state = forms.ChoiceField(label=_("State"), choices=[("", _("Choose")), *ApprovalState.choices])
    number = forms.CharField(label=_("Number of the document"), max_length=80, required=False)
    day = DayField(label=_("Day"), required=False)

    def clean(self) -> dict[str, Any]:
        """What was granted has a number and a day."""
        data = super().clean() or {}
        if data.get("state") == ApprovalState.GRANTED:
            for name in ("number", "day"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, gettext("An approval that was granted has a number and a day."))
        return data


class MilestoneRow(forms.Form):
    """A milestone."""

    day = DayField(label=_("By"))
    what = forms.CharField(label=_("What is reached"), max_length=200)


class Rows(forms.BaseFormSet):  # type: ignore[type-arg]
    """Rows of a part, with the version of the project that was read. Blank rows fall away."""

    project: Project | None

    def clean(self) -> None:
        """A milestone lies within the project's period, while there is one."""
        if self.project is None:
            return
        for form in self.forms:
            day = form.cleaned_data.get("day") if isinstance(form, MilestoneRow) and form.is_valid() else None
            if day is not None and not self.project.starts_on <= day <= self.project.ends_on:
                text = gettext("The day lies outside the project's period, %(start)s to %(end)s.")
                form.add_error("day", text % {"start": self.project.starts_on, "end": self.project.ends_on})

    def rows(self) -> list[dict[str, Any]]:
        """The rows that stand, as the command takes them."""
        return [
            {name: value for name, value in form.cleaned_data.items() if name != "DELETE"}
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]


FORMS: Final = {"money": MoneyRow, "approvals": ApprovalRow, "milestones": MilestoneRow}


def formset(part: str, project: Project | None, data: Any, initial: list[dict[str, Any]]) -> Rows:
    """The rows of a part as forms, with three blank ones behind."""
    made = forms.formset_factory(
        FORMS[part], formset=Rows, extra=3, can_delete=True, max_num=MOST, validate_max=True, absolute_max=MOST + 3
    )
    found = cast("Rows", made(data, initial=initial, prefix="rows"))
    found.project = project
    return found


def restored(part: str, project: Project | None, kept: Mapping[str, Any]) -> Rows:
    """The forms as they were typed and kept, not sent yet; as many rows as the page had then."""
    typed = "".join(kept.get("rows-INITIAL_FORMS", ["0"]))
    count = min(int(typed), MOST) if typed.isdecimal() and len(typed) < 4 else 0
    found = formset(part, project, None, [{} for _ in range(count)])
    for form in found.forms:
        restore(form, kept)
    return found


def in_words(part: str, rows: Iterable[Any]) -> list[list[tuple[Any, str]]]:
    """Rows that stand, as people read them: for each its labels and texts."""
    fields = FORMS[part].base_fields
    return [[(field.label, words(field, getattr(row, name))) for name, field in fields.items()] for row in rows]
