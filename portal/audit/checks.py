"""What the trail needs of the settings before anything starts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks

from portal.audit import keys


def key_signs(**_: Any) -> list[checks.CheckMessage]:
    """Refuse a TRAIL_KEY that signs nothing: each night's seal and all evidence would fail, and nobody be told why."""
    if not settings.TRAIL_KEY:
        return []
    try:
        keys.public()
    except (TypeError, ValueError):
        says = "Set TRAIL_KEY (or TRAIL_KEY_FILE) to an Ed25519 key in PEM: `openssl genpkey -algorithm ed25519`."
        return [checks.Error(says, id="portal.E014")]
    return []


def register() -> None:
    """Ask with the checks of every start."""
    checks.register(key_signs, checks.Tags.security)
