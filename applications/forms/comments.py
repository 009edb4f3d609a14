"""The form of a comment."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.forms.fields import TextAreaField


class CommentForm(forms.Form):
    """A comment on a section, or an answer in a thread."""

    section = forms.CharField(widget=forms.HiddenInput(), max_length=24)
    thread = forms.IntegerField(widget=forms.HiddenInput(), required=False, min_value=1)
    text = TextAreaField(
        label=pgettext_lazy("colleagues", "Comment"),
        max_length=2000,
        rows=3,
        help_text=_("Name a colleague with @ and the person gets a letter. Comments are never part of the dossier."),
    )
