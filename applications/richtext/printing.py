"""A rich text for print: its parts in the shapes of portal.core.shapes."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from applications.richtext.parts import parts

# The content of a figure as (type, width, height, bytes); None when it cannot be read.
Content = tuple[str, int, int, bytes]
Fetch = Callable[[int], Content | None]


def printed(blocks: Iterable[dict[str, Any]], fetch: Fetch) -> list[dict[str, Any]]:
    """The blocks of a section, each rich text in the place of which its parts stand."""
    found: list[dict[str, Any]] = []
    for block in blocks:
        found += _parts(block, fetch) if block["kind"] == "rich" else [block]
    return found


def _parts(block: dict[str, Any], fetch: Fetch) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for part in parts(block["html"]):
        if part["kind"] == "table":
            found.append(_table(part))
        elif part["kind"] == "figure":
            found.append(_figure(part, fetch))
        elif part["kind"] == "list":
            items = part["items"]
            if part["ordered"]:
                items = [item if item.startswith("– ") else f"({at}) {item}" for at, item in _counted(items)]
            found.append({"kind": "list", "items": items})
        elif part["kind"] == "heading":
            # A chapter stands at level 2 under the section; on pages its own headings begin at 4.
            found.append({**part, "level": max(3, part["level"] - 1)})
        else:
            found.append(part)
    return found


def _counted(items: list[str]) -> list[tuple[int, str]]:
    counted, at = [], 0
    for item in items:
        at += not item.startswith("– ")
        counted.append((at, item))
    return counted


def _table(part: dict[str, Any]) -> dict[str, Any]:
    rows = part["rows"]
    head, rows = (rows[0], rows[1:]) if part["head"] else ([""] * len(rows[0]), rows)
    return {
        "kind": "table",
        "caption": part["caption"] or _("Table"),
        "columns": [{"label": label, "share": 1} for label in head],
        "rows": rows,
    }


def _figure(part: dict[str, Any], fetch: Fetch) -> dict[str, Any]:
    """A figure as a picture of the document; its place in words when the content cannot be read."""
    caption = part["caption"] or part["alt"] or _("Figure")
    content = fetch(part["id"])
    if content is None:
        return {"kind": "text", "text": _("[Figure: %(caption)s]") % {"caption": caption}}
    kind, width, height, data = content
    held = base64.b64encode(data).decode()
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{width}"'
        f' height="{height}" viewBox="0 0 {width} {height}"><image width="{width}" height="{height}"'
        f' xlink:href="data:{kind};base64,{held}"/></svg>'
    )
    return {"kind": "chart", "caption": caption, "svg": svg, "alt": part["alt"] or caption}
