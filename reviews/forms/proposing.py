"""Forms on proposed assignments: compute one, wish for another, give an application to somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

Choices = Sequence[tuple[str, str]]


class ComputeForm(forms.Form):
    """How the next assignment is computed. has_earlier: there is a proposal whose seats can stay."""

    keeps_others = forms.BooleanField(
        label=_("Change only what the wishes touch"),
        required=False,
        help_text=_("All other seats stay as in the latest proposal. Without this all seats not in effect are free."),
    )

    def __init__(self, *args: Any, has_earlier: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_earlier:
            del self.fields["keeps_others"]


class WishForm(forms.Form):
    """A reviewer who is to read an application, or not."""

    what = forms.ChoiceField(
        label=_("Wish"),
        choices=[("pin", _("is to read it")), ("away", _("is to be kept away"))],
        widget=forms.RadioSelect,
    )
    reviewer = forms.ChoiceField(label=_("Reviewer"))
    reason = forms.CharField(
        label=_("Reason"), max_length=500, required=False, help_text=_("Needed when somebody is to be kept away.")
    )

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reviewer"].choices = [("", "–"), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Whoever is kept away is so for a reason."""
        data = super().clean() or {}
        if data.get("what") == "away" and not data.get("reason"):
            self.add_error("reason", gettext("Say why the reviewer is to be kept away."))
        return data


class ReliefForm(forms.Form):
    """Why an application is given to somebody else, and to whom. choices: those who can take it."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_("The reviewer is told. It stands in the record."),
        error_messages={"required": _("Say why the application is given to somebody else.")},
    )
    reviewer = forms.ChoiceField(label=_("Who takes the place"), required=False)

    def __init__(self, *args: Any, choices: Choices | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if choices is None:
            del self.fields["reviewer"]
        else:
            self.fields["reviewer"].choices = [("", _("the next best choice")), *choices]  # type: ignore[attr-defined]


class SeedForm(forms.Form):
    """The seed of a draw and where it was published, after the pool was fixed."""

    seed = forms.CharField(
        label=_("Seed"),
        max_length=200,
        help_text=_("Exactly as published, for example the numbers of a public lottery."),
    )
    source = forms.CharField(
        label=_("Where it was published"), max_length=300, help_text=_("Name, number and day; later than the pool.")
    )
