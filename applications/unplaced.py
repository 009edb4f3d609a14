"""Amounts typed into fields which a page no longer has: the year or the project went while they were typed.

A form reads its own fields alone, so that such an amount would be left out without a word. So the page gives what was
typed its field once more, and the act refuses it by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

# The code of a refusal of what was typed for something that is no longer there; nothing stands that could be compared.
NO_PLACE: Final = "no_place"


def typed(data: Mapping[str, Any] | None, pattern: str) -> set[int]:
    """The numbers (years, projects) for which something was typed; they stand first in the names of the fields.

    data: of a form that was sent, or as it is kept while it is typed (lists of texts); pattern: of the names, with the
    number as its group.
    """
    found = (re.fullmatch(pattern, name) for name in data or ())
    return {int(one[1]) for one in found if one is not None and _says_something((data or {})[one[0]])}


def _says_something(value: Any) -> bool:
    values: Iterable[Any] = value if isinstance(value, (list, tuple)) else [value]
    return any(str(one).strip() not in ("", "0") for one in values)
