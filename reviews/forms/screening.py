"""Forms of screening."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.checklist import CheckPoint
from applications.enums import Answer
from applications.forms.checklist import ChecklistForm
from applications.forms.checklist import initial_of as checklist_initial
from applications.forms.fields import DayField, TextAreaField
from applications.sections import SECTIONS
from portal.core import clock
from reviews.domain.screening import ScreeningInput
from reviews.enums import Ministry, ScreeningDecision
from reviews.models import ScreeningPoint

# A correction is due so many days after it is asked for, unless the officer says otherwise.
USUAL_DAYS = 7


class ScreeningForm(ChecklistForm):
    """A ministry's checklist and its decision; MOF, which asks for no corrections, is offered none.

    passes: False after a correction that was not sent, on which MIIT gives no pass.
    """

    decision = forms.ChoiceField(
        label=_("Decision"), choices=ScreeningDecision.choices, widget=forms.RadioSelect, required=False
    )
    reason = TextAreaField(
        label=_("Reason"),
        max_length=4000,
        required=False,
        rows=4,
        help_text=_("For a correction or a rejection: the unit reads it."),
    )
    sections = forms.MultipleChoiceField(
        label=_("Sections to be corrected"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(code, section.title) for code, section in SECTIONS.items()],
        help_text=_("For a correction: only these reopen, and sections whose rows or figures follow from them."),
    )
    due = DayField(
        label=_("Correction due"),
        required=False,
        help_text=_("For a correction: until 23:59:59 of this day, Beijing time."),
    )
    rule = forms.CharField(
        label=_("Rule"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"list": "rules"}),
        help_text=_("For a rejection: the rule it rests on, as the notice or the rule set names it."),
    )

    def __init__(
        self, *args: Any, ministry: str, points: Sequence[CheckPoint], passes: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, points=points, **kwargs)
        left_out = set() if passes or ministry != Ministry.MIIT else {ScreeningDecision.PASS}
        if ministry != Ministry.MIIT:
            left_out.add(ScreeningDecision.CORRECTION)
            del self.fields["due"], self.fields["sections"]
        self.fields["decision"].choices = [row for row in ScreeningDecision.choices if row[0] not in left_out]  # type: ignore[attr-defined]
        for one in self.decides():  # each is needed for one of the decisions
            one.field.is_expected = True  # type: ignore[attr-defined]

    @property
    def rules(self) -> list[str]:
        """The documents the rules rest on, to choose from."""
        return list(dict.fromkeys(point.source for point in self.points if not point.source.startswith("(")))

    def decides(self) -> Iterator[forms.BoundField]:
        """The fields of the decision."""
        for name in ("decision", "reason", "sections", "due", "rule"):
            if name in self.fields:
                yield self[name]

    def clean(self) -> dict[str, Any]:
        """A decision is made, with all it needs."""
        data = super().clean()
        if not self.only_saves:
            self._clean_decision(data)
        return data

    def _clean_decision(self, data: dict[str, Any]) -> None:
        decision = data.get("decision")
        if not decision and "decision" not in self.errors:
            self.add_error("decision", gettext("Choose what your ministry decides."))
        needed: dict[str, dict[str, str]] = {
            ScreeningDecision.CORRECTION: {
                "reason": gettext("Say why, so that the unit knows."),
                "sections": gettext("Choose the sections that are to be corrected."),
                "due": gettext("Say until when the correction is due."),
            },
            ScreeningDecision.REJECT: {
                "reason": gettext("Say why, so that the unit knows."),
                "rule": gettext("Name the rule the rejection rests on."),
            },
        }
        for name, text in needed.get(decision or "", {}).items():
            if not data.get(name) and name not in self.errors:
                self.add_error(name, text)
        if decision == ScreeningDecision.PASS:
            self.refuse_open(data, gettext("This point stands against a pass."))

    def to_input(self) -> ScreeningInput:
        """The command's input."""
        data = self.cleaned_data
        due = data.get("due")
        return ScreeningInput(
            data["decision"],
            data["rule"],
            data["reason"],
            clock.end_of_day(due) if due else None,
            tuple(data.get("sections", ())),
            data["snapshot"],
            self.answers(),
        )


def initial_of(points: Iterable[ScreeningPoint], checklist: Iterable[CheckPoint]) -> dict[str, Any]:
    """What the form shows at first: answers kept before, the sections of points to be mended, the usual deadline."""
    sections = {point.code: point.section for point in checklist}
    due = clock.today() + timedelta(days=USUAL_DAYS)
    rows = list(points)
    mended = [sections[row.code] for row in rows if row.answer == Answer.MEND and row.code in sections]
    return checklist_initial(rows) | {"due": due, "sections": mended}


class PassForm(forms.Form):
    """Which of the applications without findings are passed together."""

    chosen = forms.TypedMultipleChoiceField(label=_("Applications"), coerce=int, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, rows: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chosen"].choices = [(row.pk, str(row.unit)) for row in rows]  # type: ignore[attr-defined]
        self.fields["chosen"].error_messages |= {
            "required": gettext("Choose at least one application."),
            "invalid_choice": gettext("This application has findings now, or was decided on: load the page anew."),
        }
