"""The summary of errors leads to what a person fills in."""

from __future__ import annotations

import re

from django import forms
from django.template.loader import render_to_string


class Chosen(forms.Form):
    one = forms.ChoiceField(choices=[("a", "One"), ("b", "Two")], widget=forms.RadioSelect)
    name = forms.CharField()


def test_a_group_of_choices_is_reached_at_its_first():
    form = Chosen({})
    drawn = render_to_string("components/errors.html", {"form": form})
    assert re.findall(r'href="#([^"]+)"', drawn) == ["id_one_0", "id_name"]
    assert 'id="id_one_0"' in str(form["one"])
