"""Building blocks for sections in words: names, amounts, labels, columns."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import get_language

from applications.enums_sections import StatementCode
from applications.models import Application
from portal.core.money import WAN
from portal.core.shapes import Column

DASH: Final = "–"


def name_of(named: dict[str, str]) -> str:
    """A name in the reader's language."""
    return named["name_en"] if get_language() == "en" else named["name_zh"]


def wan(amount: str) -> str:
    """An amount in yuan as text, in ten thousand yuan."""
    number = f"{Decimal(amount) / WAN:,.6f}".rstrip("0").rstrip(".")
    return number or "0"


def label_of(choices: Any, value: Any) -> str:
    """The label of a choice; the value itself when it is none of them."""
    return str(choices(value).label) if value in choices.values else str(value)


def right(label: str, share: float = 1) -> Column:
    """A column of figures."""
    return {"label": label, "align": "right", "share": share}


def left(label: str, share: float = 1) -> Column:
    """A column of words."""
    return {"label": label, "share": share}


def statements_in(dossier: Application, codes: Iterable[StatementCode]) -> dict[str, str]:
    """The texts of these codes as they stand in the content; an empty text for one that is not written."""
    texts = {row.code: row.text for row in dossier.statements.all()}
    return {code.value: texts.get(code.value, "") for code in codes}


def told(part: dict[str, Any], codes: Iterable[StatementCode]) -> list[Any]:
    """The texts of a part of the content as blocks, each under its heading; nothing for one that is not written."""
    found: list[Any] = []
    for code in codes:
        if part[code.value]:
            label = str(code.label)
            found.append({"kind": "heading", "level": 2, "caption": label, "text": label})
            found.append({"kind": "text", "caption": label, "text": part[code.value]})
    return found
