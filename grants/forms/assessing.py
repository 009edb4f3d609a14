"""Forms of evaluations, panels, rectifications and acceptances: shape only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from grants.domain.acceptances import AcceptanceInput, EquipmentInput
from grants.domain.assessing import PointsInput
from grants.domain.panels import GroupInput, PanelInput
from grants.domain.papers import KINDS
from grants.domain.rectifying import RectificationInput
from grants.enums import AcceptanceResult, EvaluationKind
from grants.forms.fields import DayField, MoneyField, PaperForm
from grants.performance.scoring import most_of_groups, most_of_indicators
from grants.sheets_equipment import read_equipment
from portal.core import clock
from portal.core.errors import DomainError
from portal.core.files import CSV
from portal.core.forms import DocumentField
from portal.core.inspection import JPEG, PNG, XLSX
from portal.core.money import ungrouped
from portal.core.templatetags.portal_ui import in_language


def _text(label: Any, *, rows: int = 3, most: int = 2000, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **more)


def _points(label: str, most: Decimal, **more: Any) -> forms.DecimalField:
    text = gettext("From 0 to %(most)s points.") % {"most": f"{most.normalize():f}"}
    return forms.DecimalField(
        label=label, min_value=0, max_value=most, max_digits=5, decimal_places=2, help_text=text, **more
    )


class StartEvaluationForm(forms.Form):
    """Which evaluation is begun. asked: which kinds the rules ask for besides the final one."""

    kind = forms.TypedChoiceField(
        label=pgettext_lazy("assessment", "What is evaluated"), coerce=EvaluationKind, widget=forms.RadioSelect
    )
    year = forms.IntegerField(label=_("Year"), min_value=2024, max_value=2099)

    def __init__(self, *args: Any, asked: Mapping[str, bool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [one for one in EvaluationKind if one == EvaluationKind.FINAL or asked.get(one.value)]
        self.fields["kind"].choices = [(one.value, one.label) for one in kinds]  # type: ignore[attr-defined]
        self.fields["kind"].initial = kinds[0].value
        self.fields["year"].initial = clock.today().year - 1


class EvaluationForm(forms.Form):
    """Points, reason and proof for each indicator; what is left empty is kept for later."""

    def __init__(self, *args: Any, form: Mapping[str, Any], kept: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form, most = form, most_of_indicators(form)
        for group in form["groups"]:
            for row in group["indicators"]:
                code, name = row["code"], in_language(row["name_zh"], row["name_en"])
                had = kept.get(code)
                self.fields[f"points_{code}"] = _points(
                    gettext("%(indicator)s: points") % {"indicator": name},
                    most[code],
                    required=False,
                    initial=had.points if had else None,
                )
                self.fields[f"reason_{code}"] = _text(
                    gettext("%(indicator)s: what was planned, what was achieved, and why") % {"indicator": name},
                    most=1000,
                    required=False,
                    initial=had.reason if had else "",
                )
                self.fields[f"file_{code}"] = DocumentField(
                    kinds=(*KINDS, XLSX),
                    label=gettext("%(indicator)s: file that proves it") % {"indicator": name},
                    required=False,
                )
        self.fields["summary"] = _text(_("What was achieved, in short"), required=False)

    def groups(self) -> Iterator[tuple[str, int, list[forms.BoundField]]]:
        """Each group with its weight and the fields of its indicators."""
        for group in self.form["groups"]:
            codes = [row["code"] for row in group["indicators"]]
            fields = [self[f"{part}_{code}"] for code in codes for part in ("points", "reason", "file")]
            yield in_language(group["name_zh"], group["name_en"]), group["weight"], fields

    def clean(self) -> dict[str, Any]:
        """Points have a reason, and a reason or a file has points."""
        data = super().clean() or {}
        for code in most_of_indicators(self.form):
            points, reason = data.get(f"points_{code}"), data.get(f"reason_{code}")
            if points is not None and not reason and f"reason_{code}" not in self.errors:
                self.add_error(f"reason_{code}", _("Say what the points rest on."))
            if points is None and (reason or data.get(f"file_{code}")) and f"points_{code}" not in self.errors:
                self.add_error(f"points_{code}", _("Give the points as well."))
        return data

    def rows(self) -> list[PointsInput]:
        """The command's input."""
        data = self.cleaned_data
        return [
            PointsInput(code, data[f"points_{code}"], data[f"reason_{code}"], data.get(f"file_{code}"))
            for code in most_of_indicators(self.form)
            if data.get(f"points_{code}") is not None
        ]


class VerifyForm(forms.Form):
    """What the province found."""

    comment = _text(_("What the province found"), help_text=_("Which figures you checked, how, and what differs."))


class PanelForm(forms.Form):
    """A panel: kind, day, lot and members. candidates: (number, name, where the person works)."""

    kind = forms.TypedChoiceField(
        label=pgettext_lazy("assessment", "What is evaluated"), coerce=EvaluationKind, widget=forms.RadioSelect
    )
    as_of = DayField(
        label=_("Measured as of"), initial=clock.today, help_text=_("The plan that stood on this day counts.")
    )
    due_on = DayField(label=_("Members score until"))
    seed = forms.CharField(
        label=_("Seed of the draw"),
        max_length=200,
        help_text=_(
            "A number published after the projects were fixed, for example of a lottery. Anyone can repeat the draw."
        ),
    )
    source = forms.CharField(label=_("Where the seed was published"), max_length=300)
    members = forms.TypedMultipleChoiceField(
        label=_("Members of the panel"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only people who come neither from the province nor from the unit are listed."),
    )

    def __init__(
        self, *args: Any, candidates: list[tuple[int, str, str]], asked: Mapping[str, bool], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        kinds = [EvaluationKind.FINAL, *([EvaluationKind.MID] if asked.get("mid") else [])]
        self.fields["kind"].choices = [(one.value, one.label) for one in kinds]  # type: ignore[attr-defined]
        self.fields["kind"].initial = kinds[0].value
        listed = [(number, f"{name} · {place}") for number, name, place in candidates]
        self.fields["members"].choices = listed  # type: ignore[attr-defined]

    def to_input(self) -> PanelInput:
        """The command's input."""
        return PanelInput(**self.cleaned_data)


class PanelScoreForm(forms.Form):
    """Points of one member by group, and what was found at each project of the sample."""

    def __init__(
        self, *args: Any, form: Mapping[str, Any], sample: list[Any], kept: Mapping[str, Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.codes, self.sampled = list(most_of_groups(form)), [row.pk for row in sample]
        for group in form["groups"]:
            code, name = group["code"], in_language(group["name_zh"], group["name_en"])
            had = kept.get(code)
            self.fields[f"points_{code}"] = _points(
                gettext("%(group)s: points") % {"group": name},
                Decimal(group["weight"]),
                initial=had.points if had else None,
            )
            self.fields[f"remark_{code}"] = _text(
                gettext("%(group)s: remark") % {"group": name},
                rows=2,
                most=1000,
                required=False,
                initial=had.remark if had else "",
            )
        for row in sample:
            self.fields[f"found_{row.pk}"] = _text(
                gettext("What was found at “%(project)s”") % {"project": row.name},
                most=1000,
                initial=kept.get(row.pk, ""),
            )

    def groups(self) -> dict[str, GroupInput]:
        """Points and remarks by group."""
        data = self.cleaned_data
        return {code: GroupInput(data[f"points_{code}"], data[f"remark_{code}"]) for code in self.codes}

    def found(self) -> dict[int, str]:
        """What was found, by number of the sampled project."""
        return {pk: self.cleaned_data[f"found_{pk}"] for pk in self.sampled}


class RectificationForm(PaperForm):
    """That it was mended."""

    mended_on = DayField(label=_("Mended on"), initial=clock.today)
    note = _text(_("What was mended and how it was checked"))

    def to_input(self) -> RectificationInput:
        """The command's input."""
        return RectificationInput(self.cleaned_data["mended_on"], self.cleaned_data["note"], self.paper())


_PARTS: Final = 5
_LINES: Final = 500
# So many wrong cells of a file are named beside its field.
_NAMED: Final = 20


class EquipmentField(forms.CharField):
    """The equipment list as it is pasted from a spreadsheet: a line each, columns by tab, semicolon or comma.

    Columns: name, model, quantity, price together in yuan, supplier. What is wrong is named by line and column.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=60_000, widget=forms.Textarea(attrs={"rows": 8}), **kwargs)

    def to_python(self, value: Any) -> Any:
        """The lines as inputs. Raises one error for each wrong line."""
        text = str(super().to_python(value) or "")
        found, wrong = [], []
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > _LINES:
            raise forms.ValidationError(_("At most %(most)s lines.") % {"most": _LINES}, code="most")
        for number, line in enumerate(lines, start=1):
            try:
                found.append(_line(line))
            except ValueError as error:
                place = gettext("Line %(line)s, %(what)s") % {"line": number, "what": error}
                wrong.append(forms.ValidationError(place, code="line"))
        if wrong:
            raise forms.ValidationError(wrong)
        return found

    def run_validators(self, value: Any) -> None:
        """The checks are those of `to_python`."""

    def validate(self, value: Any) -> None:
        """A list is needed."""
        if not value and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")


def _line(line: str) -> EquipmentInput:
    mark = next((mark for mark in ("\t", ";", "；") if mark in line), None)
    parts = [part.strip() for part in (line.split(mark) if mark else re.split(r"[,，]", line))]
    parts += [""] * (_PARTS - len(parts))
    if len(parts) > _PARTS:
        raise ValueError(gettext("more than five columns"))
    name, model, quantity, price, supplier = parts
    if not name or len(name) > 120:
        raise ValueError(gettext("column 1: give the name, at most 120 characters"))
    if len(model) > 80:
        raise ValueError(gettext("column 2: the model has at most 80 characters"))
    if not re.fullmatch(r"[1-9]\d{0,8}", quantity):
        raise ValueError(gettext("column 3: the quantity is a whole number above zero"))
    try:
        amount = Decimal(ungrouped(price))
        exact = amount.quantize(Decimal("0.01"))
    except (InvalidOperation, ValueError):
        exact = amount = Decimal(-1)
    if amount != exact or not 0 <= amount < Decimal(10) ** 15:
        raise ValueError(gettext("column 4: the price in yuan has digits and at most two places"))
    if len(supplier) > 160:
        raise ValueError(gettext("column 5: the supplier has at most 160 characters"))
    return EquipmentInput(name, model, int(quantity), exact, supplier)


def lines(rows: Any) -> str:
    """An equipment list as the field takes it."""
    return "\n".join(f"{row.name}\t{row.model}\t{row.quantity}\t{row.price}\t{row.supplier}" for row in rows)


class AcceptanceForm(forms.Form):
    """The acceptance of a project."""

    invested = MoneyField(label=_("Investment done (yuan)"))
    accepted_on = DayField(label=_("Day of the acceptance"), initial=clock.today)
    result = forms.TypedChoiceField(
        label=_("Result"), choices=AcceptanceResult.choices, coerce=AcceptanceResult, widget=forms.RadioSelect
    )
    findings = _text(
        _("What was found, and the conditions"), required=False, help_text=_("Needed unless it was accepted outright.")
    )
    equipment = EquipmentField(
        label=_("Equipment list"),
        required=False,
        help_text=_("A line each, pasted from a spreadsheet: name, model, quantity, price together in yuan, supplier."),
    )
    equipment_file = DocumentField(
        kinds=(XLSX, CSV),
        label=_("Equipment list as a file"),
        required=False,
        hint=_("The filled-in template, Excel or CSV; its rows take the place of the list above."),
    )
    photo = DocumentField(kinds=(PNG, JPEG), label=_("Photograph"), required=False)
    report = DocumentField(kinds=KINDS, label=_("Independent report"), required=False)

    def to_input(self) -> AcceptanceInput:
        """The command's input."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "equipment_file"}
        return AcceptanceInput(**data)

    def clean(self) -> dict[str, Any]:
        """The rows of a file take the place of the typed ones; what is wrong in it is named by its cell."""
        data = super().clean() or {}
        file = data.get("equipment_file")
        if file:
            data["equipment"] = self._rows(file)
        elif not data.get("equipment") and not {"equipment", "equipment_file"} & set(self.errors):
            self.add_error("equipment", _("List the equipment, or bring it as a file."))
        return data

    def _rows(self, file: Any) -> list[EquipmentInput]:
        try:
            verdict = read_equipment(file)
        except DomainError as error:
            self.add_error("equipment_file", str(error.message))
            return []
        for one in verdict.problems[:_NAMED]:
            words = {"cell": one.cell, "value": one.value, "what": one.text}
            self.add_error("equipment_file", gettext("%(cell)s “%(value)s”: %(what)s") % words)
        if verdict.all_problems > _NAMED:
            more = gettext("%(all)s cells are wrong; the first are named.") % {"all": verdict.all_problems}
            self.add_error("equipment_file", more)
        if not verdict.good and not verdict.all_problems:
            self.add_error("equipment_file", _("The file holds no row."))
        return [
            EquipmentInput(
                row["name"], row.get("model") or "", row["quantity"], row["price"], row.get("supplier") or ""
            )
            for row in verdict.good
        ]


class DecideForm(forms.Form):
    """Why an acceptance is sent back."""

    why = _text(_("Why it is sent back"), most=1000, required=False, help_text=_("Needed only when you send it back."))
