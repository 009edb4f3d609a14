"""Seals: the end of the chain written to a file of the day, signed with the portal's key, to be kept outside."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

from django.conf import settings

from portal.audit.verify import Head, head
from portal.core import clock


def folder() -> Path:
    """Where seals are written."""
    return Path(settings.VAR_DIR) / "seals"


def _signature(body: dict[str, Any]) -> str:
    text = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    return hmac.new(settings.SECRET_KEY.encode(), b"audit-seal:" + text, hashlib.sha256).hexdigest()


def seal(using: str = "default") -> Path:
    """Write today's seal; a later one of the same day has the hour in its name. Gives the file."""
    now, end = clock.now(), head(using)
    body = {"format": "audit-seal/1", "at": now.isoformat(), "seq": end.seq, "digest": end.digest}
    folder().mkdir(parents=True, exist_ok=True)
    file = folder() / f"{now:%Y-%m-%dT%H%M%S}.json"
    part = file.with_suffix(".part")
    part.write_text(json.dumps(body | {"signature": _signature(body)}, indent=1), encoding="utf-8")
    part.replace(file)
    return file


def read(file: Path) -> Head:
    """The end a seal names. Raises ValueError when the file was changed or is not a seal."""
    data = json.loads(file.read_text(encoding="utf-8"))
    signature = data.pop("signature", "")
    if not hmac.compare_digest(signature, _signature(data)):
        raise ValueError(f"The seal {file.name} was changed, or signed with another key.")
    return Head(int(data["seq"]), str(data["digest"]))


def newest() -> Head | None:
    """The end the newest seal names, or None when there is no seal yet. Raises ValueError for a changed seal."""
    files = sorted(folder().glob("*.json"))
    return read(files[-1]) if files else None
