"""Forms of bank files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.files import CSV, XML
from portal.core.forms import DocumentField
from portal.core.scope import Post
from portal.core.templatetags.portal_ui import post_name, yuan


class StatementForm(forms.Form):
    """A file from the bank."""

    file = DocumentField(
        kinds=(CSV, XML),
        label=gettext_lazy("File from the bank"),
        hint=gettext_lazy(
            "CSV with the headings below, or camt.053 as the bank exports it. Importing it twice is safe."
        ),
    )
    field_order = ("organisation", "file")
    organisation = forms.TypedChoiceField(label=gettext_lazy("Finance department"), coerce=int)

    def __init__(self, *args: Any, bodies: Sequence[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisation"]
        field.choices = [("", _("Choose")), *((post.organisation, post_name(post)) for post in bodies)]
        if len(bodies) < 2:
            del self.fields["organisation"]


class ReasonForm(forms.Form):
    """Why something is undone or withdrawn."""

    why = forms.CharField(label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class LineForm(forms.Form):
    """What becomes of a line: one of the candidates, another paper by its number, or set aside with a reason."""

    paper = forms.ChoiceField(label=gettext_lazy("Paper"), widget=forms.RadioSelect, required=False)
    number = forms.CharField(
        label=gettext_lazy("Number of another paper"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Where none of the papers above is the right one: a document number or voucher number."),
    )
    why = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Needed when the line is set aside, for instance a bank fee or interest."),
    )

    def __init__(self, *args: Any, choices: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        paper: Any = self.fields["paper"]
        paper.choices = choices
        if not choices:
            del self.fields["paper"]

    def chosen(self) -> tuple[str, str] | None:
        """The paper asked for: ("key", kind and number of its row), ("number", document number), or None."""
        data = self.cleaned_data
        if data.get("number", "").strip():
            return "number", data["number"].strip()
        return ("key", data["paper"]) if data.get("paper") else None


class OrderForm(forms.Form):
    """Which confirmed papers go into a set of payment orders; all of them at first."""

    papers = forms.MultipleChoiceField(
        label=gettext_lazy("Papers to order"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one paper.")},
    )

    def __init__(self, *args: Any, rows: list[Any], payee: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        papers: Any = self.fields["papers"]
        papers.choices = [
            (
                str(row.pk),
                _("%(number)s · %(payee)s · %(amount)s yuan")
                % {"number": row.document_no, "payee": payee(row), "amount": yuan(row.amount)},
            )
            for row in rows
        ]
        if not self.is_bound:
            papers.initial = [value for value, _words in papers.choices]

    def numbers(self) -> list[int]:
        """The numbers of the chosen papers."""
        return [int(value) for value in self.cleaned_data["papers"]]
