"""Canonical JSON (RFC 8785) and its SHA-256, for the values that instances and decisions are made of."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, Final

from reviews.reading import LARGEST_WHOLE

_ORDERS_DIFFER: Final = re.compile("[\ue000-\U0010ffff]")  # only here UTF-16 and code points disagree


def canonical(value: Any) -> bytes:
    """The one spelling of a JSON value, in UTF-8.

    value: None, bool, whole number, text, list, or dict with text as keys.
    Raises ValueError for what these formats never carry: fractions, whole numbers beyond 2**53 - 1,
    text that is not Unicode (lone surrogates), keys that are not text.
    Source: RFC 8785, sections 3.2.2 (numbers, strings) and 3.2.3 (keys in order of UTF-16 code units).
    """
    _check(value)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if not text.isascii() and _ORDERS_DIFFER.search(text):
        text = json.dumps(_in_order(value), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8")


def sha256_of(value: Any) -> str:
    """SHA-256 of the canonical spelling, 64 hexadecimal digits in lower case."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _check(value: Any) -> None:
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return
    if kind is int:
        if not -LARGEST_WHOLE <= value <= LARGEST_WHOLE:
            raise ValueError(f"number beyond 2**53 - 1: {value}")
    elif kind is dict:
        for key, item in value.items():
            if type(key) is not str:
                raise ValueError("key that is not text")
            _check(item)
    elif kind is list or kind is tuple:
        for item in value:
            _check(item)
    else:
        raise ValueError(f"no such value in these formats: {kind.__name__}")


def _in_order(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _in_order(value[key]) for key in sorted(value, key=lambda key: key.encode("utf-16-be"))}
    if isinstance(value, list | tuple):
        return [_in_order(item) for item in value]
    return value
