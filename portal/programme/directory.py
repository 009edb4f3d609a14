"""SASAC's directory of central SOEs, and the enterprises of the portal brought up to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from portal.programme.files import rows
from portal.programme.models import CentralSOE

_OF_DIRECTORY: Final = ["list_no", "as_of", "short_zh"]
_NAMED: Final = ["name_zh", "name_en"]


def bring_up(using: str, listed: list[tuple[CentralSOE, str]]) -> int:
    """Bring the enterprises up to the directory; gives how many it lists.

    An enterprise is known by its names, now and before, never by its number: when one leaves the directory all that
    follow are numbered anew. A new one gets the next code; one that is not listed any more loses its number alone.
    All are locked while they are compared: a change that somebody records at this moment waits, or is seen. Only what
    differs is written.
    """
    there = list(CentralSOE.objects.using(using).select_for_update(no_key=True).order_by("pk"))
    found = _known(there, listed)
    numbers = {row.pk: line.list_no for row, (line, _other) in zip(found, listed, strict=True) if row is not None}
    moved = [one.pk for one in there if one.list_no is not None and one.list_no != numbers.get(one.pk)]
    if moved:  # or two would hold a number in passing
        CentralSOE.objects.using(using).filter(pk__in=moved).update(list_no=None)
        for one in there:
            one.list_no = None if one.pk in moved else one.list_no
    codes = {one.code for one in there}
    for row, (line, _other) in zip(found, listed, strict=True):
        if row is None:
            line.code = next_code(codes)
            codes.add(line.code)
            line.save(using=using)
            continue
        fields = [*_OF_DIRECTORY, *(_NAMED if row.changed_at is None else [])]
        if any(getattr(row, name) != getattr(line, name) for name in fields):
            for name in fields:
                setattr(row, name, getattr(line, name))
            row.save(using=using, update_fields=fields)
    return len(listed)


def _known(rows: list[CentralSOE], listed: list[tuple[CentralSOE, str]]) -> list[CentralSOE | None]:
    """The row of each line, None for what is new; no row is that of two lines.

    By what they are called now first, then by what they were called before: names are used again, and a directory may
    list the new one of an enterprise and, of another, its old one.
    """
    by_name: list[dict[str, list[CentralSOE]]] = [{}, {}]
    for row in sorted(rows, key=lambda row: (row.valid_to is not None, row.pk)):  # what stands before what ended
        by_name[0].setdefault(row.name_zh, []).append(row)
        for former in reversed(row.former_names):
            by_name[1].setdefault(former["zh"], []).append(row)
    found: list[CentralSOE | None] = [None] * len(listed)
    taken: set[int] = set()
    for names in by_name:
        for which in (0, 1):  # the name the directory leads with, then the other one the file gives
            for place, (line, other) in enumerate(listed):
                name = other if which else line.name_zh
                free = [row for row in names.get(name, ()) if row.pk not in taken]
                if found[place] is None and free:
                    found[place] = free[0]
                    taken.add(free[0].pk)
    return found


def next_code(taken: Iterable[str]) -> str:
    """The code of an enterprise that is new: the next that was never given."""
    return f"YQ{max((int(code[2:]) for code in taken), default=0) + 1:03}"


def soes() -> list[tuple[CentralSOE, str]]:
    """99 central SOEs in the order of SASAC's directory, each with the other name the file gives, or none."""
    return [
        (
            CentralSOE(
                list_no=int(row["list_no"]),
                name_zh=row["name_zh"],
                name_en=row["name_en"],
                short_zh=row["short_name_zh"],
                as_of=date.fromisoformat(row["as_of"]),
            ),
            row["name_zh_alt"],
        )
        for row in rows("central_soes.csv")
    ]
