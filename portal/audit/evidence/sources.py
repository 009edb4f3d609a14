"""What evidence is gathered from: apps register a source, which names rows of a selection in the caller's scope."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Protocol

from portal.core.errors import Text
from portal.core.scope import Actor


@dataclass(frozen=True)
class Selection:
    """What evidence is asked for; each part narrows it. Days are inclusive, in Asia/Shanghai."""

    award: int | None = None
    batch: int | None = None
    province: str = ""
    since: date | None = None
    until: date | None = None

    def plain(self) -> dict[str, Any]:
        """As plain values, in a fixed order."""
        found = asdict(self)
        return {key: value.isoformat() if isinstance(value, date) else value for key, value in found.items()}

    @classmethod
    def of(cls, plain: dict[str, Any]) -> Selection:
        """The selection that `plain` gave."""
        days = {key: date.fromisoformat(plain[key]) if plain.get(key) else None for key in ("since", "until")}
        return cls(plain.get("award"), plain.get("batch"), plain.get("province") or "", **days)


@dataclass(frozen=True)
class EntryRow:
    """An entry of the books: its words, the text under its digest with the digest before it, and its event."""

    pk: int
    number: str
    event: int
    before: str
    text: str
    digest: str
    booked_at: datetime
    kind: str
    unit: str
    province: str
    document_no: str
    maker: str
    checker: str
    amount: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileRow:
    """A stored file with the words of what it hangs on."""

    file_name: str
    content_type: str
    size: int
    sha256: str
    storage_key: str
    about: str
    at: datetime


class Source(Protocol):
    """Answers in the scope of the caller, inside a transaction; each answer is in a fixed order."""

    def choices(self, actor: Actor) -> dict[str, list[tuple[Any, Text]]]:
        """What the fields `award`, `batch` and `province` offer this person."""
        ...

    def words(self, actor: Actor, selection: Selection) -> list[tuple[str, str]]:
        """The selection in words, as pairs of label and value."""
        ...

    def entries(self, actor: Actor, selection: Selection, *, upto: int, after: int, most: int) -> Sequence[EntryRow]:
        """The next entries after the one numbered `after`, booked up to that link of the chain."""
        ...

    def files(self, actor: Actor, selection: Selection, *, at: datetime) -> Sequence[FileRow]:
        """All files of the selection that were there at that moment."""
        ...

    def objects(self, actor: Actor, selection: Selection) -> Iterator[tuple[str, list[str]]]:
        """Kind and numbers of the objects whose events belong to the selection."""
        ...


_sources: list[Source] = []


def register(source: Source) -> None:
    """Let an app offer what it holds. Raises ValueError for a second one: a bundle has one set of books."""
    if _sources:
        raise ValueError("There is a source of evidence already.")
    _sources.append(source)


def source() -> Source:
    """The registered source. Raises LookupError when no app offers one."""
    if not _sources:
        raise LookupError("No app offers evidence.")
    return _sources[0]
