"""Seals: the end of the chain and the root over all its links, signed with the portal's key, to be kept outside.

Each seal is a row (listed and downloaded in the portal) and a file under VAR_DIR/seals; both say the same. A chain that
does not hold what an earlier seal states is not sealed: a new seal would be the newest, and hide what was lost.
The format is described in docs/operations.md; `verify_bundle.py SEAL.json` checks one with Python alone.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.db import connections, transaction

from portal.audit import keys, seal_files
from portal.audit.evidence.models import TrailSeal
from portal.audit.merkle import Proof, Tree
from portal.audit.verify import Broken, Head, first_unfit, head
from portal.core import clock
from portal.core.lazily import lazily

if TYPE_CHECKING:
    from portal.audit import stamps
else:
    stamps = lazily("portal.audit.stamps")

FORMAT: Final = "audit-seal/2"
_BATCH: Final = 20_000
# One seal at a time, so that each names the one before it.
_LOCK: Final = 20240019


def canonical(value: Any) -> bytes:
    """JSON with sorted names and no spaces: what is signed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _at(moment: datetime) -> str:
    return moment.astimezone(clock.SHANGHAI).isoformat()


def body(row: TrailSeal) -> dict[str, Any]:
    """What the seal states and its signature covers."""
    return {
        "format": FORMAT,
        "at": _at(row.at),
        "seq": row.seq,
        "digest": row.digest,
        "root": row.root,
        "before": row.before,
        "key": row.key,
    }


def content(row: TrailSeal) -> dict[str, Any]:
    """The seal as its file has it."""
    return body(row) | {"signature": row.signature, "time_stamp": row.time_stamp}


def links(upto: int, using: str = "default") -> Iterator[str]:
    """The digests of the links in their order, a batch at a time."""
    after = 0
    while after < upto:
        with connections[using].cursor() as cursor:
            cursor.execute(
                "select digest from audit_link where seq > %s and seq <= %s order by seq limit %s",
                [after, upto, _BATCH],
            )
            found = cursor.fetchall()
        if not found:
            return
        yield from (digest for (digest,) in found)
        after += len(found)


def prove(upto: int, wanted: Iterable[int] = (), using: str = "default") -> Proof:
    """The root over the first `upto` links, with the proof for the links numbered `wanted`.

    Raises ValueError when a link is missing or its digest is none.
    """
    tree = Tree(upto, [seq - 1 for seq in wanted])
    for digest in links(upto, using):
        tree.add(digest)
    return tree.proof()


class Unfit(Exception):
    """The chain does not hold what a seal states: the first that does not fit, and the files of all that do not."""

    def __init__(self, broken: Broken, files: list[Path]) -> None:
        self.broken, self.files = broken, files
        super().__init__(
            f"The trail does not hold its seals: {broken.what} at link {broken.seq}. It was cut, or an older backup "
            "was restored. Nothing was sealed."
        )


def seal(using: str = "default") -> Path:
    """Seal the present end of the chain: a row, and a file with its moment in the name. Gives the file.

    Raises what `add` raises; OSError when the file cannot be written: the row stands once it is kept, and its file is
    written with the next seal.
    """
    row = add(using)
    write_missing(using)
    return _file(row)


def add(using: str = "default") -> TrailSeal:
    """Sign the present end of the chain into a row; `write_missing` writes its file once the row is kept.

    Raises Unfit when the chain does not hold an earlier seal, ValueError when one was changed or a link is missing.
    """
    with transaction.atomic(using=using):
        with connections[using].cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        _refuse_unfit(using)
        return _sealed(using)


def _refuse_unfit(using: str) -> None:
    kept = dict(_kept(using))
    if broken := first_unfit([*kept.values(), *stated(using)], using):
        raise Unfit(broken, [file for file, end in kept.items() if first_unfit([end], using)])


def _sealed(using: str) -> TrailSeal:
    end = head(using)
    last = TrailSeal.objects.using(using).order_by("-pk").first()  # by their order, whatever the clock said
    row = TrailSeal(
        at=clock.now(),
        seq=end.seq,
        digest=end.digest,
        root=prove(end.seq, using=using).root,
        before=hashlib.sha256(canonical(body(last))).hexdigest() if last else "",
        key=keys.public(),
    )
    signed = canonical(body(row))
    row.signature = keys.sign(signed)
    if stamp := stamps.ask(signed):
        row.time_stamp, row.stamped_at = base64.b64encode(stamp[0]).decode(), stamp[1]
    row.save(using=using, force_insert=True)
    return row


def _file(row: TrailSeal) -> Path:
    return seal_files.folder() / f"{row.at.astimezone(clock.SHANGHAI):%Y-%m-%dT%H%M%S}-{row.pk}.json"


def write_missing(using: str = "default") -> int:
    """Write the files of seals that have none; gives how many. Raises OSError."""
    there = {str(seal_files.load(file).get("signature")) for file in seal_files.files()}
    found = [row for row in TrailSeal.objects.using(using).order_by("pk") if row.signature not in there]
    for row in found:
        seal_files.write(_file(row), content(row))
    return len(found)


LOST: Final = seal_files.LOST


def put_aside(unfit: Unfit) -> None:
    """After a restore of an older database: keep the seals it does not hold apart. Raises OSError."""
    seal_files.put_aside(unfit.files)


def _end(data: dict[str, Any], name: str, known: Collection[str]) -> Head:
    data = dict(data)
    signature, token = str(data.pop("signature", "")), data.pop("time_stamp", "")
    key = str(data.get("key"))
    if data.get("format") != FORMAT or key not in known or not keys.is_signed(canonical(data), signature, key):
        raise ValueError(f"The seal {name} was changed, or signed with another key.")
    if token:
        stamps.read(base64.b64decode(token), canonical(data))
    return Head(int(data["seq"]), str(data["digest"]))


def read(file: Path, known: Collection[str] = ()) -> Head:
    """The end a seal names. known: former keys of the portal.

    Raises ValueError when the file cannot be read, was changed, or is not a seal of the portal's key.
    """
    return _end(seal_files.load(file), file.name, {keys.public(), *known})


def former_keys(using: str = "default") -> set[str]:
    """Public keys with which the portal has sealed."""
    return set(TrailSeal.objects.using(using).order_by().values_list("key", flat=True).distinct())


def _kept(using: str) -> Iterator[tuple[Path, Head]]:
    known = former_keys(using)
    for file in seal_files.files():
        yield file, read(file, known)


def kept(using: str = "default") -> list[Head]:
    """The ends that the files of seals name. Raises ValueError for one that was changed."""
    return [end for _file, end in _kept(using)]


def stated(using: str = "default") -> list[Head]:
    """The ends that the rows of seals name. Raises ValueError for one that was changed or that follows none."""
    ends, known = [], {""}
    for row in TrailSeal.objects.using(using).order_by("pk"):
        ends.append(_end(content(row), f"of {_at(row.at)} in the database", {row.key}))
        if row.before not in known:
            raise ValueError(f"The seal of {_at(row.at)} in the database does not follow one before it.")
        known.add(hashlib.sha256(canonical(body(row))).hexdigest())
    return ends


def all_ends(using: str = "default") -> list[Head]:
    """What the chain must hold, by the files and the rows of all seals. Raises ValueError."""
    return [*kept(using), *stated(using)]
