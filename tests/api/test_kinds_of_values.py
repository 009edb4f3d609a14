"""What a program sends is of the kind the schema says, or it is refused beside its field."""

from __future__ import annotations

from decimal import Decimal

import pytest
from rest_framework import serializers


class Given(serializers.Serializer):
    """One field of each kind that took something else."""

    text = serializers.CharField(required=False, allow_blank=True)
    word = serializers.ChoiceField(["1", "two"], required=False)
    number = serializers.ChoiceField([1, 2], required=False)
    yes = serializers.BooleanField(required=False)
    amount = serializers.DecimalField(max_digits=18, decimal_places=2, required=False)
    email = serializers.EmailField(required=False)


@pytest.mark.parametrize(
    "data",
    [
        {"text": 123},
        {"text": 1.5},
        {"text": True},
        {"text": None},
        {"text": []},
        {"text": {}},
        {"email": 5},
        {"word": 1},
        {"word": True},
        {"number": True},
        {"number": 1.0},
        {"yes": 1},
        {"yes": 0.0},
        {"yes": []},
        {"amount": 12345678901234.56789},
        {"amount": 1234567890123456.78},
        {"amount": True},
        {"amount": []},
    ],
)
def test_another_kind_is_refused(data):
    given = Given(data=data)
    assert not given.is_valid()
    assert list(given.errors) == list(data)


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ({"text": ""}, ""),
        ({"text": " 123 "}, "123"),
        ({"word": "1"}, "1"),
        ({"number": 1}, 1),
        ({"number": "1"}, 1),
        ({"yes": True}, True),
        ({"yes": "true"}, True),
        ({"amount": "1234567890123456.78"}, Decimal("1234567890123456.78")),
        ({"amount": 100}, Decimal("100.00")),
        ({"amount": 100.25}, Decimal("100.25")),
    ],
)
def test_its_own_kind_is_taken_also_as_a_form_sends_it(data, value):
    given = Given(data=data)
    assert given.is_valid(), given.errors
    assert list(given.validated_data.values()) == [value]
