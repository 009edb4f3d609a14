"""Text that cannot be read as it was meant is refused in every text field, of forms and of the API."""

from __future__ import annotations

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.urls import get_resolver
from django.utils.translation import override
from rest_framework import serializers

from applications.sheets.problems import is_odd
from portal.core.readable import validate_readable


def by_form(text: str) -> str:
    return str(forms.CharField().clean(text))


def by_api(text: str) -> str:
    return str(serializers.CharField().run_validation(text))


READ = (by_form, by_api)


@pytest.mark.parametrize("read", READ)
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("总投资\u202e000,1\u202c万元", "U+202E"),  # reads 1,000
        ("\u2066甲\u2069", "U+2066"),
        ("响\x07", "U+0007"),
        ("a\x1bb", "U+001B"),
        ("甲\ufffe", "U+FFFE"),
        ("\u200b", "can be read"),
        ("\u200b \ufeff\u3164\u2060", "can be read"),
    ],
)
def test_what_cannot_be_read_is_refused(read, text, said):
    with override("en"), pytest.raises((ValidationError, serializers.ValidationError)) as refused:
        read(text)
    with override("en"):
        assert said in str(refused.value)


@pytest.mark.parametrize("read", READ)
@pytest.mark.parametrize("text", ["甲\t乙\r\n丙", "零\u200b宽", "👩\u200d🔧", "ﷺ שלום", "𠮷野家", "é", "–"])
def test_what_can_be_read_stands_as_it_is(read, text):
    assert read(text) == text


def test_lines_pasted_from_word_are_lines():
    """A break inside a paragraph comes as a vertical tab, or as a separator of lines."""
    assert forms.CharField(widget=forms.Textarea).clean("甲\x0b乙\u2028丙") == "甲\n乙\n丙"
    assert forms.CharField().clean("甲\x0b乙") == "甲 乙"


def test_the_cells_of_a_file_are_judged_alike():
    assert [sign for sign in "\u202e\u2066\x07\u200b甲" if is_odd(sign)] == ["\u202e", "\u2066", "\x07"]


def test_every_text_field_of_a_form_checks_it():
    """A field takes its checks when its form is declared: no form is declared before they are named."""
    get_resolver().url_patterns  # noqa: B018 - declares them all
    kinds, found = [forms.Form], 0
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        for name, field in kind.base_fields.items():
            if type(field).default_validators == forms.CharField.default_validators:
                found += 1
                assert validate_readable in field.validators, f"{kind.__name__}.{name}"
    assert found > 100
