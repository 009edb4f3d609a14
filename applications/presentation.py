"""A dossier in words: the canonical content as sections of facts and tables, the same for page, snapshot and PDF.

The blocks have the shapes of `portal.core.shapes`: all values are text ready to be read, units stand in headings.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from applications.models import Snapshot
from applications.richtext.printing import Fetch, printed
from applications.sections import SECTIONS
from applications.sections.words import DASH, name_of, wan
from portal.core.shapes import Column, Section

__all__ = ["DASH", "blocks_on_page", "for_print", "name_of", "on_page", "sections", "signed_html", "wan"]


def sections(content: dict[str, Any]) -> list[Section]:
    """All sections of a dossier's content in the order people read them."""
    return [
        {"code": section.code, "title": str(section.title), "blocks": section.blocks(content)}
        for section in SECTIONS.values()
    ]


def on_page(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The sections for templates/applications/_sections.html: each cell comes with its column and its address."""
    return [{**section, "blocks": blocks_on_page(section["blocks"])} for section in sections(content)]


def signed_html(snapshot: Snapshot) -> SafeString:
    """The sections of a submission as HTML. A submission never changes: what was put together once is kept.

    The caller has read `snapshot` in its own scope; the text itself is read only the first time (one query).
    """
    return _html(snapshot.pk, snapshot.sha256, get_language())


@lru_cache(maxsize=256)
def _html(pk: int, sha256: str, language: str | None) -> SafeString:
    content = json.loads(Snapshot.objects.values_list("content", flat=True).get(pk=pk, sha256=sha256))
    found = render_to_string("applications/_sections.html", {"sections": on_page(content)})
    return mark_safe(found)  # noqa: S308 - a template


def blocks_on_page(blocks: Iterable[Any]) -> list[dict[str, Any]]:
    """Blocks for templates/applications/_blocks.html."""
    return [_on_page(block) for block in blocks]


def for_print(content: dict[str, Any], fetch: Fetch) -> list[Section]:
    """The sections for a document: rich text taken apart, its figures as pictures. fetch: the content of a figure."""
    return [{**section, "blocks": printed(section["blocks"], fetch)} for section in sections(content)]


def _on_page(block: Any) -> dict[str, Any]:
    if block["kind"] != "table":
        return dict(block)
    lines = [_cells(block["columns"], row) for row in block["rows"]]
    for line, url in zip(lines, block.get("urls", ()), strict=False):
        line[0]["url"] = url
    return {**block, "lines": lines, "total_line": _cells(block["columns"], block.get("total", []))}


def _cells(columns: list[Column], row: list[str]) -> list[dict[str, Any]]:
    return [{"column": column, "value": value} for column, value in zip(columns, row, strict=False)]
