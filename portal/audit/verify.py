"""Recomputes the chain and names the first record that does not fit, a range of links at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from django.db import connections

from portal.audit.functions import QUESTION, UNCHAINED

# Links a question recomputes at once: enough that asking costs nothing beside hashing, few enough to tell progress.
RANGE: Final = 20_000


@dataclass(frozen=True)
class Broken:
    """The first record that does not fit: its place in the chain, its event, and what is wrong.

    what: "changed" (the event or a link differs from what was chained), "removed" (the event is gone), "missing" (a
    link is gone before this one), "unchained" (an event without a link), "cut" (the chain is shorter than its seal),
    "seal" (the link at the sealed place is another one).
    """

    seq: int | None
    event: int | None
    what: str


@dataclass(frozen=True)
class Head:
    """The end of the chain: number of links and last digest."""

    seq: int
    digest: str


def head(using: str = "default") -> Head:
    """The present end of the chain; (0, "") when it is empty."""
    with connections[using].cursor() as cursor:
        cursor.execute("select seq, digest from audit_link order by seq desc limit 1")
        row = cursor.fetchone()
    return Head(*row) if row else Head(0, "")


def ranges(upto: int) -> Iterator[tuple[int, int]]:
    """The ranges of links to be asked for, each as (after, upto)."""
    for after in range(0, upto, RANGE):
        yield after, min(after + RANGE, upto)


def _first(sql: str, values: list[int], using: str) -> Broken | None:
    with connections[using].cursor() as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone()
    return Broken(*row) if row else None


def broken_in(after: int, upto: int, using: str = "default", *, past_policies: bool = False) -> Broken | None:
    """The first broken link of a range. past_policies: by the database's own function, which looks at all events."""
    sql = "select * from audit_broken(%s, %s)" if past_policies else QUESTION.format(after="%s", upto="%s")
    return _first(sql, [after, upto], using)


def unchained(using: str = "default", *, past_policies: bool = False) -> Broken | None:
    """The first event without a link."""
    return _first("select * from audit_unchained()" if past_policies else UNCHAINED, [], using)


def first_unfit(sealed: Iterable[Head], using: str = "default") -> Broken | None:
    """The first of these ends, kept outside or stated by seals, that the chain does not hold."""
    ends = sorted({end for end in sealed if end.seq}, key=lambda end: end.seq)
    with connections[using].cursor() as cursor:
        cursor.execute("select seq, digest, event_id from audit_link where seq = any(%s)", [[end.seq for end in ends]])
        links = {seq: (digest, event) for seq, digest, event in cursor.fetchall()}
    for end in ends:
        if end.seq not in links:
            return Broken(end.seq, None, "cut")
        digest, event = links[end.seq]
        if digest != end.digest:
            return Broken(end.seq, event, "seal")
    return None


def verify(
    using: str = "default",
    *,
    sealed: Head | Iterable[Head] | None = None,
    told: Callable[[int, int], object] | None = None,
) -> Broken | None:
    """The first broken record, or None. `sealed`: ends of the chain that were kept outside; `told`: hears the links
    done, and how many there are.

    The connection must see all rows: the owner's, or an audit administrator's scope.
    """
    ends = [sealed] if isinstance(sealed, Head) else list(sealed or ())
    upto = head(using).seq
    for after, last in ranges(upto):
        if found := broken_in(after, last, using):
            return found
        if told:
            told(last, upto)
    return unchained(using) or first_unfit(ends, using)
