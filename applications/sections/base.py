"""What a section of the dossier is: its name, its page, what of it is signed, how it reads, which rows it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from django.db.models import Model, Prefetch

from applications.models import Application
from portal.core.errors import Text

Content = dict[str, Any]
Child: TypeAlias = "str | Prefetch[Any]"


def _none() -> tuple[Child, ...]:
    return ()


@dataclass(frozen=True)
class SectionKind:
    """One section of every dossier.

    code: its name in `Application.touched`, in checks and in addresses; route: the page where it is written.
    content: the keys it adds to the canonical content, from loaded rows (no query is sent).
    blocks: the whole content → its blocks in words (portal.core.shapes), for page, print, PDF and differences.
    children: what `queries` must load for `content`, each kind of row in one query.
    rows: {path in the content: field that names a row}, for differences by row; a dot leads into a part of a key.
    models: {path: model} whose names of fields people read in the trail and in differences.
    ties: sections whose rows or figures follow from this one; a correction that reopens it reopens them too.
    optional: a dossier is whole without it; `untouched` is what the list of sections says then.
    """

    code: str
    title: Text
    route: str
    content: Callable[[Application], Content]
    blocks: Callable[[Content], list[Any]]
    children: Callable[[], tuple[Child, ...]] = _none
    rows: Mapping[str, str] = field(default_factory=dict)
    models: Mapping[str, type[Model]] = field(default_factory=dict)
    ties: tuple[str, ...] = ()
    optional: bool = False
    untouched: Text = ""


def plain(value: Any) -> Any:
    """A value as it stands in the content: money and rates as text with their places, dates as ISO 8601."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value


def fields(row: Any, *names: str) -> Content:
    """These fields of a row, as they stand in the content."""
    return {name: plain(getattr(row, name)) for name in names}


def named(row: Any) -> dict[str, str]:
    """Code and names of something of the reference data, so that a snapshot can be read alone."""
    return {"code": row.code, "name_zh": row.name_zh, "name_en": row.name_en}
