"""The search itself: hits in the reader's scope, each with the piece of text around what was asked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from portal.core.errors import Text
from portal.core.scope import Actor
from portal.core.search.kinds import KINDS, SOURCES
from portal.core.search.models import SearchText

PAGE: Final = 20
# How many hits are counted; beyond it the page says "more than". A person narrows down, nobody reads a thousand.
COUNTED: Final = 1_000
AROUND: Final = 60
LONGEST: Final = 80
_RUN: Final = re.compile(r"[\u4e00-\u9fff]+|[^\s\u4e00-\u9fff!-/:-@\[-`{-~、-〿！-／：-＠]+")


@dataclass(frozen=True)
class Asked:
    """What is asked for. Empty filters say nothing."""

    text: str = ""
    kind: str = ""
    batch: int | None = None
    province: str = ""

    @property
    def words(self) -> list[str]:
        """The runs of signs it is made of, in small letters, the longest first."""
        folded = unicodedata.normalize("NFKC", self.text[:LONGEST]).lower()
        return sorted(dict.fromkeys(_RUN.findall(folded)), key=len, reverse=True)


@dataclass(frozen=True)
class Hit:
    """One hit: the row of the index, its kind in words, the title and text with what was found marked, the address."""

    row: SearchText
    kind: Text
    label: Text
    title: SafeString
    excerpt: SafeString
    url: str


def found(actor: Actor, asked: Asked) -> list[int]:
    """The numbers of the rows that hold every word, in the actor's scope, the newest first; COUNTED + 1 at most.

    A run of three Chinese signs and more is looked up by its pairs and then compared as a whole, so that what is found
    holds the run and not its pairs apart. Nothing for no words.
    """
    words = asked.words
    if not words or not (actor.scope.nation or actor.scope.provinces):
        return []
    phrases = [word for word in words if len(word) > 2 and "\u4e00" <= word[0] <= "\u9fff"]
    values = [" ".join(words), phrases, asked.kind, asked.batch, asked.province, COUNTED + 1]
    with connection.cursor() as cursor:
        cursor.execute("select search_found(%s, %s::text[], %s, %s, %s, %s)", values)
        return [row[0] for row in cursor.fetchall()]


def within(rows: QuerySet[SearchText], actor: Actor) -> QuerySet[SearchText]:
    """The rows of the actor's scope: the plan beside the policy's net."""
    if actor.scope.nation:
        return rows
    return rows.filter(submitted=True, province__in=actor.scope.provinces)


def hits(actor: Actor, numbers: Sequence[int], asked: Asked, *, page: int = 1) -> list[Hit]:
    """One page of hits. Every source is asked which of its rows the reader sees; the others are left out."""
    here = numbers[(page - 1) * PAGE : page * PAGE]
    shown = list(within(SearchText.objects.filter(pk__in=here), actor).defer("tokens").order_by("-pk"))
    by_source: dict[str, list[int]] = {}
    for row in shown:
        by_source.setdefault(row.source, []).append(row.object_id)
    seen = {name: SOURCES[name].seen(actor, numbers) for name, numbers in by_source.items() if name in SOURCES}
    return [_hit(row, asked.words) for row in shown if row.object_id in seen.get(row.source, set())]


def _hit(row: SearchText, words: list[str]) -> Hit:
    source, kind = SOURCES[row.source], KINDS.get(row.kind)
    return Hit(
        row=row,
        kind=kind.label if kind else row.kind,
        label=source.label(row),
        title=marked(row.title, words),
        excerpt=marked(excerpt(row.body, words), words),
        url=source.url(row),
    )


def _places(text: str, words: list[str]) -> Iterator[tuple[int, int]]:
    """Where the words stand in the text, one behind the other."""
    if not words:
        return
    pattern = "|".join(re.escape(word) for word in words)
    for match in re.finditer(pattern, text, re.IGNORECASE):
        yield match.span()


def excerpt(text: str, words: list[str]) -> str:
    """The text around the first place; its beginning where none is (the title held the words)."""
    begin = next((start for start, _ in _places(text, words)), 0)
    first, last = max(0, begin - AROUND), min(len(text), begin + 3 * AROUND)
    return ("…" if first else "") + text[first:last].strip() + ("…" if last < len(text) else "")


def marked(text: str, words: list[str]) -> SafeString:
    """The text, escaped, with each place in <mark>."""
    parts: list[tuple[Any]] = []
    at = 0
    for begin, end in _places(text, words):
        parts += [(text[at:begin],), (mark_safe(f"<mark>{conditional_escape(text[begin:end])}</mark>"),)]  # noqa: S308
        at = end
    parts.append((text[at:],))
    return format_html_join("", "{}", parts)
