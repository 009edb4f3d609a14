"""How often a process of the portal looks for garbage in cycles. What nothing points to goes at once, as ever.

A process loads some hundred thousand objects that live as long as it does. Looking through them again and again while
they are loaded took an eighth of a start, and looking through them a last time at the end as much as a third.
"""

from __future__ import annotations

import atexit
import gc
from typing import Final

# Objects made before a search, and searches before those that look at older ones.
WHILE_LOADING: Final = (50_000, 50, 100)
AT_WORK: Final = (20_000, 20, 50)


def search_seldom() -> None:
    """Search seldom while modules are loaded, and not at the end: all memory goes with the process."""
    gc.set_threshold(*WHILE_LOADING)
    atexit.register(gc.freeze)


def settle() -> None:
    """Leave what was loaded out of the search, and search as often as serving asks for.

    Some million objects live as long as a server does. Looking through them takes time from pages, and touching them
    copies memory that the processes divided from it share.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*AT_WORK)
