"""What every page needs, made before the web server divides: no worker's first visitors wait, and all share it."""

from __future__ import annotations

from pathlib import Path

from django.template import engines
from django.urls import get_resolver


def load_pages() -> int:
    """Load the routes with their views and put the portal's own templates together. Gives the number of templates."""
    resolver = get_resolver()
    resolver.reverse_dict  # noqa: B018 - reading it builds the tables of addresses
    engine = engines["django"]
    folders = [Path(folder) for folder in engine.dirs]
    names = {str(file.relative_to(folder)) for folder in folders for file in folder.rglob("*.html")}
    for name in sorted(names):
        engine.get_template(name)
    return len(names)
