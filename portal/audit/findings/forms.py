"""Forms of the audit workspace: shape only; each builds one input for one command."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.audit.findings import objects
from portal.audit.findings.domain.answering import KINDS
from portal.audit.findings.domain.engagements import EngagementInput
from portal.audit.findings.domain.findings import TextInput
from portal.audit.findings.enums import Grade, Outcome
from portal.audit.findings.outside import TIES, Law
from portal.audit.forms import DayInput
from portal.core import clock
from portal.core.forms import DocumentField, money_input
from portal.core.money import ungrouped, yuan
from portal.core.sources import in_words

# Days for a rectification that the form proposes.
RECTIFY_DAYS = 60


def words(label: Any, most: int, help_text: Any = "", *, rows: int = 4) -> forms.CharField:
    """A long text."""
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), help_text=help_text
    )


class AmountField(forms.CharField):
    """An amount in yuan, or nothing; separators are understood."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, required=False, widget=money_input(), **kwargs)

    def to_python(self, value: Any) -> Any:
        """The amount, exact."""
        text = str(super().to_python(value) or "")
        if not text:
            return None
        try:
            amount = yuan(ungrouped(text))
        except ValueError as error:
            said = _("Write the amount in yuan with digits, for example 1,250,000.00.")
            raise forms.ValidationError(said, code="shape") from error
        if amount <= 0 or amount >= 10**16:
            raise forms.ValidationError(_("The amount is above zero; leave it empty where there is none."), code="zero")
        return amount

    def run_validators(self, value: Any) -> None:
        """The checks are those of `to_python`; the text's own length is bounded by the control."""


class EngagementForm(forms.Form):
    """An engagement. province: code for a bureau, whose engagements lie in its province; empty: the nation may."""

    title = forms.CharField(label=_("Title"), max_length=160)
    notice_no = forms.CharField(
        label=_("Number of the audit notice"), max_length=60, required=False, help_text=_("Where one was sent.")
    )
    objectives = words(_("Objectives"), 4000, _("What the audit is to answer. The team reads it."))
    period_from = forms.DateField(label=_("Period looked into, from"), widget=DayInput())
    period_to = forms.DateField(label=_("Period looked into, to"), widget=DayInput())
    province = forms.ChoiceField(label=_("Province"), required=False)
    units = forms.MultipleChoiceField(
        label=_("Pilot units"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("Only these; none chosen: all of the province or the nation."),
    )
    batches = forms.TypedMultipleChoiceField(
        label=_("Batches"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only these; none chosen: all."),
    )
    reply_days = forms.IntegerField(
        label=_("Working days an audited body has for its reply"), min_value=3, max_value=60, initial=10
    )

    def __init__(self, *args: Any, province: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everywhere = [] if province else [("", gettext("the whole country"))]
        places = [pair for pair in TIES.provinces() if not province or pair[0] == province]
        self.fields["province"].choices = [*everywhere, *places]  # type: ignore[attr-defined]
        self.fields["units"].choices = TIES.units(province)  # type: ignore[attr-defined]
        self.fields["batches"].choices = TIES.batches()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The days stand in order."""
        data = super().clean() or {}
        first, last = data.get("period_from"), data.get("period_to")
        if first and last and last < first:
            self.add_error("period_to", _("The last day lies before the first."))
        return data

    def to_input(self) -> EngagementInput:
        """The command's input."""
        return EngagementInput(**self.cleaned_data)


class MemberForm(forms.Form):
    """Who joins the team."""

    person = forms.ChoiceField(label=_("Auditor"), help_text=_("The person reads the drafts of the team from now on."))
    is_lead = forms.BooleanField(label=_("Leads the team too"), required=False)

    def __init__(self, *args: Any, known: Sequence[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offices = {str(person): office for person, office, _name in TIES.auditors()}
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            ("", gettext("Choose")),
            *((person, name) for person, _office, name in TIES.auditors() if person not in known),
        ]

    def chosen(self) -> dict[str, Any]:
        """Person, office and whether the person leads."""
        person = self.cleaned_data["person"]
        return {
            "person": int(person),
            "organisation": self.offices[person],
            "is_lead": self.cleaned_data["is_lead"],
        }


_FIRST = ("grants.payment", "grants.award", "grants.issue", "grants.grantproject")


class ObjectForm(forms.Form):
    """Look for the object a finding or a piece of evidence is about."""

    kind = forms.ChoiceField(label=_("Kind of object"))
    q = forms.CharField(label=_("Number, name or pilot unit"), max_length=80)

    def __init__(self, *args: Any, files: bool | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [one for one in objects.KINDS.values() if files is None or one.is_file == files]
        kinds.sort(key=lambda one: one.type not in _FIRST)  # what findings are mostly about comes first
        self.fields["kind"].choices = [(one.type, one.label) for one in kinds]  # type: ignore[attr-defined]


class TextForm(forms.Form):
    """The text of a finding. laws: the table of laws of the rule set; bodies: who may be audited; None: it stays."""

    body = forms.TypedChoiceField(label=_("Audited body"), coerce=int, help_text=_("It reads the finding and replies."))
    title = forms.CharField(label=_("Title"), max_length=160)
    text = words(
        _("What was found"), 8000, _("Facts with days, amounts and papers; the audited body reads it."), rows=6
    )
    grade = forms.ChoiceField(label=_("Grade"), choices=Grade.choices, widget=forms.RadioSelect)
    law_code = forms.ChoiceField(
        label=_("Law or rule of the table"), required=False, help_text=_("Or name another one below.")
    )
    law = forms.CharField(label=_("Law or rule in words"), max_length=300, required=False)
    article = forms.CharField(label=_("Article"), max_length=120, required=False)
    amount = AmountField(label=_("Amount (yuan)"), help_text=_("Leave it empty where there is none."))
    advice = words(_("What is to be done"), 4000, _("What the audited body is asked to do."))
    reason = forms.CharField(
        label=_("Why the text changes"),
        max_length=500,
        help_text=_("The audited body reads it beside the new version."),
    )

    def __init__(
        self,
        *args: Any,
        laws: Sequence[Law] = (),
        bodies: Sequence[Any] | None = None,
        again: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.laws = {one.code: one for one in laws}
        choices = [
            ("", gettext("another law or rule")),
            *((one.code, f"{one.name} · {in_words(one.source)}") for one in laws),
        ]
        self.fields["law_code"].choices = choices  # type: ignore[attr-defined]
        if bodies is None:
            del self.fields["body"]
        else:
            self.fields["body"].choices = [(row.pk, str(row)) for row in bodies]  # type: ignore[attr-defined]
        if not again:
            del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        """A rule is named, from the table or in words."""
        data = super().clean() or {}
        if not data.get("law_code") and not data.get("law", "").strip() and "law" not in self.errors:
            self.add_error("law", _("Choose a law or rule of the table, or name one."))
        return data

    def to_input(self) -> TextInput:
        """The command's input; a line of the table brings its words and its article."""
        data = self.cleaned_data
        chosen = self.laws.get(data["law_code"])
        return TextInput(
            title=data["title"],
            text=data["text"],
            grade=data["grade"],
            law_code=data["law_code"],
            law=data["law"] or (chosen.name[:300] if chosen else ""),
            article=data["article"] or (chosen.source[:120] if chosen else ""),
            amount=data["amount"],
            advice=data["advice"],
        )


class WhyForm(forms.Form):
    """Why something ends."""

    why = words(_("Reason"), 2000, _("It stays with the finding; the audited body reads it once it was shown."))


class OrderForm(forms.Form):
    """By when it is to be rectified."""

    due_on = forms.DateField(
        label=_("To be rectified by"),
        widget=DayInput(),
        initial=lambda: clock.today() + timedelta(days=RECTIFY_DAYS),
    )


class FollowUpForm(forms.Form):
    """What a follow-up found."""

    outcome = forms.ChoiceField(
        label=pgettext_lazy("follow-up", "Outcome"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    text = words(_("What was looked at and found"), 4000, _("The audited body reads it."))
    new_due = forms.DateField(
        label=_("New last day"), required=False, widget=DayInput(), help_text=_("Only where it is not yet rectified.")
    )

    def clean(self) -> dict[str, Any]:
        """What is not done gets a new day."""
        data = super().clean() or {}
        if data.get("outcome") == Outcome.OPEN and not data.get("new_due") and "new_due" not in self.errors:
            self.add_error("new_due", _("What is not yet rectified gets a new last day."))
        return data


class HandOverForm(forms.Form):
    """To which body a finding goes, and what it is asked."""

    organisation = forms.TypedChoiceField(label=_("Handed over to"), coerce=int)
    note = forms.CharField(
        label=_("What is asked"),
        max_length=500,
        help_text=_("For example to demand the money back. The body reads it."),
    )

    def __init__(self, *args: Any, bodies: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [(row.pk, str(row)) for row in bodies]  # type: ignore[attr-defined]


class BringForm(forms.Form):
    """A file the auditors bring as evidence."""

    label = forms.CharField(label=_("What it is"), max_length=200)
    file = DocumentField(kinds=KINDS, label=_("File"))
    is_shared = forms.BooleanField(
        label=_("The audited body reads it too"), required=False, help_text=_("Once the finding is shown.")
    )
