"""Functions of an earlier migration by name, to replace them with a small change or to put them back as they were."""

from __future__ import annotations

import re


def again(text: str, *names: str) -> str:
    """The functions of these names out of a migration's SQL, as statements that replace what stands.

    Raises LookupError when the text does not make one of them.
    """
    found = []
    for name in names:
        made = re.search(rf"^create (?:or replace )?(function {name}\(.*?\$\$;)$", text, re.DOTALL | re.MULTILINE)
        if made is None:
            raise LookupError(f"The text makes no function {name}.")
        found.append(f"create or replace {made[1]}\n")
    return "".join(found)


def changed(text: str, *pairs: tuple[str, str]) -> str:
    """The text with each first part replaced by the second. Raises LookupError when one is not there exactly once."""
    for old, new in pairs:
        if text.count(old) != 1:
            raise LookupError(f"The text does not hold {old!r} once.")
        text = text.replace(old, new)
    return text
