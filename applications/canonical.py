"""The dossier as canonical JSON: the same dossier always gives the same text and so the same digest.

Keys are sorted, no blanks stand between them, text is UTF-8 as it is, money and rates are texts with fixed places,
dates are ISO 8601, rows stand in the order of their keys. Names stand beside codes, so that a snapshot can be read
alone, years later. `format` changes when the shape does; what each section puts in stands in `applications.sections`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from applications.models import Application
from applications.sections import SECTIONS
from applications.sections.base import named

FORMAT: Final = "dossier/2"


def text(content: Mapping[str, Any]) -> str:
    """The one way to write the content."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(written: str) -> str:
    """SHA-256 of the text in UTF-8, in small hexadecimal digits."""
    return hashlib.sha256(written.encode("utf-8")).hexdigest()


def content(dossier: Application) -> dict[str, Any]:
    """Everything of a dossier that is signed. `dossier` comes from `queries.whole`, so no query is sent here."""
    found: dict[str, Any] = {
        "format": FORMAT,
        "batch": {"number": dossier.batch.number, "year": dossier.batch.year},
        "unit": named(dossier.unit),
        "province": named(dossier.province),
    }
    for section in SECTIONS.values():
        found |= section.content(dossier)
    return found
