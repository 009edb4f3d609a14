"""The sections of a dossier: one module each, which declares one SectionKind named SECTION.

The order below is the order in which people read and write them; a section whose module does not stand is left out.
Content, pages, list of sections, print and differences all come from here: nothing else names the sections.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from typing import Final

from applications.sections.base import SectionKind

__all__ = ["ORDER", "SECTIONS", "SectionKind", "with_ties"]

ORDER: Final = (
    "basics",
    "foundation",
    "industries",
    "enterprises",
    "projects",
    "clusters",
    "partners",
    "targets",
    "funding",
    "plan",
    "safety",
    "attachments",
)
_PRESENT: Final = {module.name for module in pkgutil.iter_modules(__path__)}
SECTIONS: Final[dict[str, SectionKind]] = {
    code: importlib.import_module(f"{__name__}.{code}").SECTION for code in ORDER if code in _PRESENT
}


def with_ties(codes: Iterable[str]) -> list[str]:
    """These sections and all whose rows or figures follow from them, in the order of the dossier."""
    found: set[str] = set()
    left = set(codes)
    while left:
        found |= left
        left = {tied for code in left for tied in SECTIONS[code].ties} - found
    return [code for code in SECTIONS if code in found]
