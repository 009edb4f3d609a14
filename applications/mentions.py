"""Who is meant by @ in a comment: said once, for the letters and for the page."""

from __future__ import annotations

import re
from collections.abc import Iterable


def pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Finds @ and one of the names, as one group; of names that begin alike the longest. Without names: nothing."""
    known = sorted(filter(None, names), key=len, reverse=True)
    return re.compile("(@(?:" + "|".join(map(re.escape, known)) + "))" if known else "(?!)()")
