"""Pages of docs/ written from the declarations themselves, so that they cannot say anything else.

One row a line, sorted: two people who add an act each meet in git at different lines.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils import translation

from portal.core.documents import errors, guards, roles, states, variables

PAGES: Final[dict[str, Callable[[], str]]] = {
    "errors.md": errors.text,
    "guards.md": guards.text,
    "roles.md": roles.text,
    "settings.md": variables.text,
    "states.md": states.text,
}
FOLDER: Final = Path(settings.BASE_DIR) / "docs"


def texts() -> dict[str, str]:
    """Every page by its file name, as it should stand."""
    with translation.override("en"):
        return {name: page() for name, page in PAGES.items()}


def write(folder: Path = FOLDER) -> list[str]:
    """Write the pages that differ; gives their names."""
    changed = []
    for name, text in texts().items():
        file = folder / name
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
            changed.append(name)
    return changed
