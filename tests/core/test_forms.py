"""Controls that the portal draws itself."""

from __future__ import annotations

import pytest
from django import forms
from django.test.html import parse_html

from portal.core.forms import LongSelect

CHOICES = [("", "–"), (1, "甲 & <乙>"), ("2", 'Two "2"'), (3, "Three")]


@pytest.mark.parametrize("value", [None, "", 1, "1", "2", "nobody"])
@pytest.mark.parametrize("required", [True, False])
def test_a_long_list_is_drawn_as_any_other(value, required):
    drawn = []
    for widget in (forms.Select, LongSelect):

        class OneForm(forms.Form):
            one = forms.ChoiceField(choices=CHOICES, widget=widget(attrs={"class": "form-select"}), required=required)

        drawn.append(OneForm(initial={"one": value})["one"].as_widget(attrs={"aria-describedby": "one_hint"}))
    assert parse_html(drawn[1]) == parse_html(drawn[0])
    assert "<乙>" not in drawn[1]
