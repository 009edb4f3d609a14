"""What stands between words that the portal puts together, in the language of whoever reads them.

Chinese has signs of its own, without blanks: 、 between the members of a list, ； between what has commas itself, ：
after a name, ， between what is said of one thing. `", ".join` is for what machines read.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def listed(words: Iterable[object], most: int | None = None) -> str:
    """Members of a list, each once where only `most` of them are shown, with how many more there are."""
    found = [str(word) for word in words]
    if most is None:
        return comma_of_lists().join(found)
    found = list(dict.fromkeys(found))
    rest = len(found) - most
    return comma_of_lists().join(found[:most]) + (f" +{rest}" if rest > 0 else "")


def comma_of_lists() -> str:
    """The sign between two members of a list."""
    return _(", ")


def enumerated(words: Iterable[object]) -> str:
    """Members of a list that have commas themselves."""
    return semicolon().join(map(str, words))


def semicolon() -> str:
    """The sign between members of a list that have commas themselves."""
    return _("; ")


def beside(*words: object) -> str:
    """What is said of one thing, side by side; what is empty is left out."""
    return comma().join(str(word) for word in words if word)


def comma() -> str:
    """The sign between two things that are said of one."""
    return pgettext("punctuation", ", ")


def said_of(name: object, what: object) -> str:
    """A name with what is said of it."""
    return f"{name}{colon()}{what}"


def colon() -> str:
    """The sign after a name."""
    return pgettext("punctuation", ": ")


def with_note(name: object, note: object) -> str:
    """A name with a note in brackets."""
    return pgettext("punctuation", "%(name)s (%(note)s)") % {"name": name, "note": note}
