"""Where a number or rule comes from, as it is kept and as people read it."""

from __future__ import annotations

from typing import Final

from django.utils.translation import pgettext

from portal.core.punctuation import enumerated

# Stands in the source of what no document says; why is said beside it.
ASSUMED: Final = "(assumed)"


def in_words(source: object) -> str:
    """A source as people read it, in their language."""
    words = str(source).replace(ASSUMED, pgettext("source", "(assumed)"))
    return enumerated(words.split("; "))


def parted(source: str) -> tuple[str, bool]:
    """What a source says without the mark, and whether it bears it."""
    return " ".join(source.replace(ASSUMED, " ").split()), ASSUMED in source


def marked(text: str, assumed: bool) -> str:
    """A source as it is kept, from what somebody wrote and whether they said that it is assumed."""
    said, bears = parted(text)
    return f"{said} {ASSUMED}".strip() if assumed or bears else said
