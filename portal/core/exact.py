"""Values of the API are of the kind the schema says: nothing becomes something else on the way in.

The fields of Django REST framework take a number for a text, and 1 for yes. What a program sends by mistake would then
be kept as if it were meant. Forms send texts alone; they are read as ever.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from rest_framework import serializers

# So many digits of a JSON number with a point are exactly those that were sent.
EXACT_DIGITS: Final = 15
Takes = Callable[[Any, Any], bool]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _text(_field: Any, value: Any) -> bool:
    return isinstance(value, str)


def _choice(field: Any, value: Any) -> bool:
    return isinstance(value, str) or any(type(value) is type(one) for one in field.choices)


def _yes_or_no(_field: Any, value: Any) -> bool:
    return not _is_number(value)


def _amount(_field: Any, value: Any) -> bool:
    return not isinstance(value, float) or len(Decimal(repr(value)).as_tuple().digits) <= EXACT_DIGITS


KINDS: Final[dict[type[serializers.Field], tuple[Takes, str]]] = {
    serializers.CharField: (_text, "invalid"),
    serializers.ChoiceField: (_choice, "invalid_choice"),
    serializers.BooleanField: (_yes_or_no, "invalid"),
    serializers.DecimalField: (_amount, "invalid"),
}


def install() -> None:
    """Let each kind of field refuse what is of another kind, beside the field."""
    for kind, (takes, code) in KINDS.items():
        setattr(kind, "to_internal_value", _strict(kind.to_internal_value, takes, code))  # noqa: B010 - the kind's own


def _strict(read: Callable[[Any, Any], Any], takes: Takes, code: str) -> Callable[[Any, Any], Any]:
    def to_internal_value(field: Any, data: Any) -> Any:
        if not takes(field, data):
            field.fail(code, input=data)
        return read(field, data)

    return to_internal_value
