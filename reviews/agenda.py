"""The order in which units are heard: by a published seed, spaced by province."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable


def key(seed: str, unit: str) -> str:
    """SHA-256 of seed, colon and code of the unit, in UTF-8; the smallest comes first."""
    return hashlib.sha256(f"{seed}:{unit}".encode()).hexdigest()


def agenda(units: Iterable[tuple[int, str, str]], seed: str) -> list[int]:
    """The keys of the applications in the order of the hearings.

    units: (application, code of the unit, province). The smallest key comes next, but none of the province that was
    heard last; a province with more than half of what is left comes now. So two units of one province meet only where
    that cannot be helped. The database says the same (`reviews_agenda`).
    """
    left = [(one, province) for one, code, province in sorted(units, key=lambda row: key(seed, row[1]))]
    counts = Counter(province for _one, province in left)
    taken: list[int] = []
    before = ""
    while left:
        forced = next((name for name, held in counts.items() if 2 * held > len(left) and name != before), None)
        place = next((i for i, (_one, province) in enumerate(left) if province == (forced or province) != before), 0)
        one, before = left.pop(place)
        counts[before] -= 1
        taken.append(one)
    return taken
