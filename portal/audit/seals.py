"""Seals: the end of the chain and the root over all its links, signed with the portal's key, to be kept outside.

Each seal is a row (listed and downloaded in the portal) and a file of the day under VAR_DIR/seals; both say the same.
The format is described in docs/operations.md; `verify_bundle.py SEAL.json` checks one with Python alone.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import connections, transaction

from portal.audit import keys
from portal.audit.evidence.models import TrailSeal
from portal.audit.merkle import Proof, Tree
from portal.audit.verify import Head, head
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


def folder() -> Path:
    """Where seals are written."""
    return Path(settings.VAR_DIR) / "seals"


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


def seal(using: str = "default") -> Path:
    """Seal the present end of the chain: a row, and a file with its moment in the name. Gives the file."""
    with transaction.atomic(using=using):
        with connections[using].cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        end = head(using)
        last = TrailSeal.objects.using(using).order_by("-at").first()
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
    return _written(row)


def _written(row: TrailSeal) -> Path:
    folder().mkdir(parents=True, exist_ok=True)
    file = folder() / f"{row.at.astimezone(clock.SHANGHAI):%Y-%m-%dT%H%M%S}.json"
    part = file.with_suffix(".part")
    part.write_text(json.dumps(content(row), indent=1), encoding="utf-8")
    part.replace(file)
    return file


def read(file: Path) -> Head:
    """The end a seal names. Raises ValueError when the file was changed or is not a seal of this portal's key."""
    data = json.loads(file.read_text(encoding="utf-8"))
    signature, token = data.pop("signature", ""), data.pop("time_stamp", "")
    key = keys.public()
    if data.get("format") != FORMAT or data.get("key") != key or not keys.is_signed(canonical(data), signature, key):
        raise ValueError(f"The seal {file.name} was changed, or signed with another key.")
    if token:
        stamps.read(base64.b64decode(token), canonical(data))
    return Head(int(data["seq"]), str(data["digest"]))


def newest() -> Head | None:
    """The end the newest seal names, or None when there is no seal yet. Raises ValueError for a changed seal."""
    files = sorted(folder().glob("*.json"))
    return read(files[-1]) if files else None
