"""A checklist as a form: of a department of a province, and of a ministry in screening."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.checklist import CheckPoint
from applications.domain.examination import AnswerInput
from applications.enums import Answer
from applications.forms.fields import TextAreaField
from applications.sections import SECTIONS


class ChecklistForm(forms.Form):
    """The points with answer and comment. With the button `save` only they are kept, as far as they go."""

    snapshot = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, *args: Any, points: Sequence[CheckPoint], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.points = points
        for point in points:
            self.fields[f"{point.code}_answer"] = forms.ChoiceField(
                label=point.name, choices=Answer.choices, widget=forms.RadioSelect(), required=False
            )
            self.fields[f"{point.code}_answer"].is_expected = True  # type: ignore[attr-defined]  # may wait
            self.fields[f"{point.code}_comment"] = TextAreaField(
                label=_("Comment on: %(point)s") % {"point": point.name}, max_length=2000, rows=2, required=False
            )

    @property
    def only_saves(self) -> bool:
        """Whether the answers alone are kept."""
        return "save" in self.data

    def checklist(self) -> Iterator[tuple[CheckPoint, str, forms.BoundField, forms.BoundField]]:
        """Each point with the title of its section, its answer and its comment."""
        for point in self.points:
            title = str(SECTIONS[point.section].title)
            yield point, title, self[f"{point.code}_answer"], self[f"{point.code}_comment"]

    def decides(self) -> Iterator[forms.BoundField]:
        """The fields of the decision."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """What is to be mended is said; a comment stands beside an answer, for alone it would not be kept."""
        data = super().clean() or {}
        for point in self.points:
            answer, comment = f"{point.code}_answer", f"{point.code}_comment"
            if data.get(comment) and not data.get(answer) and answer not in self.errors:
                self.add_error(answer, gettext("Answer the point, too: your comment is kept with the answer."))
            if data.get(f"{point.code}_answer") == Answer.MEND and not data.get(f"{point.code}_comment"):
                self.add_error(f"{point.code}_comment", gettext("Say what is to be mended."))
        return data

    def refuse_open(self, data: dict[str, Any], text: str) -> None:
        """Say so at each point that is not fulfilled, where the decision needs all."""
        for point in self.points:
            if data.get(f"{point.code}_answer") not in (Answer.FULFILLED, Answer.NOT_APPLICABLE):
                self.add_error(f"{point.code}_answer", text)

    def answers(self) -> dict[str, AnswerInput]:
        """The points that were answered."""
        data = self.cleaned_data
        return {
            point.code: AnswerInput(Answer(data[f"{point.code}_answer"]), data[f"{point.code}_comment"])
            for point in self.points
            if data.get(f"{point.code}_answer")
        }


def initial_of(points: Iterable[Any]) -> dict[str, Any]:
    """What the form shows of answers kept before: rows with code, answer and comment."""
    found: dict[str, Any] = {}
    for row in points:
        found |= {f"{row.code}_answer": row.answer, f"{row.code}_comment": row.comment}
    return found
