"""Controls that the portal draws itself are those of Django's templates."""

from __future__ import annotations

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.test.html import parse_html
from django.utils.translation import gettext_lazy

from portal.core.drawing import DRAWN, Renderer

ODD = "a \"b\" <c> & 'd'"
CHOICES = [("", "–"), (1, ODD), ("2", gettext_lazy("Yes")), ("Group <1>", [(3, "Three"), ("x&y", "Four")])]
WIDGETS = [
    *(forms.TextInput(), forms.NumberInput(attrs={"step": "0.01", "data-max": "100"}), forms.EmailInput()),
    *(forms.PasswordInput(render_value=True), forms.HiddenInput(), forms.DateInput(), forms.TimeInput()),
    *(forms.CheckboxInput(), forms.FileInput(attrs={"multiple": False}), forms.Textarea(attrs={"rows": 3})),
    *(forms.Select(choices=CHOICES), forms.SelectMultiple(choices=CHOICES, attrs={"size": 4})),
]


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("value", [None, "", 0, 1, "2", ODD, ["2", 3], True, False, 1234567.5])
def test_a_control_is_that_of_the_template(widget, value):
    attrs = {"class": "form-control is-invalid", "required": True, "hidden": False, "aria-label": ODD}
    drawn = [widget.render("the name", value, attrs=attrs, renderer=one()) for one in (DjangoTemplates, Renderer)]
    assert parse_html(drawn[1]) == parse_html(drawn[0])
    assert "<c>" not in drawn[1]


def test_the_portal_draws_with_it():
    from django.forms.renderers import get_default_renderer

    assert isinstance(get_default_renderer(), Renderer)
    assert {type(one).template_name for one in WIDGETS} == set(DRAWN)
