"""Time stamps by RFC 3161 over seals: asked of the authority in TIME_STAMP_URL, verified against TIME_STAMP_TRUST.

Only a digest of the seal leaves the portal. While the authority does not answer, a seal is written without a stamp and
says so; the next one has its own.
"""

from __future__ import annotations

import asyncio
import hashlib
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import structlog
from asn1crypto import cms, pem, x509  # type: ignore[import-untyped]
from django.conf import settings
from pyhanko.sign.timestamps.requests_client import HTTPTimeStamper
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from portal.core import clock

log = structlog.get_logger(__name__)
SECONDS: Final = 10


def ask(data: bytes) -> tuple[bytes, datetime] | None:
    """The authority's token over these bytes and its time; None when none is set or it gives none that is good."""
    if not settings.TIME_STAMP_URL:
        return None
    try:
        stamper: Any = HTTPTimeStamper(settings.TIME_STAMP_URL, timeout=SECONDS)  # type: ignore[no-untyped-call]
        found = asyncio.run(stamper.async_timestamp(hashlib.sha256(data).digest(), "sha256"))
        token = bytes(found.dump())
        return token, read(token, data)
    except Exception as error:  # network, refusals and unreadable answers: each library has exceptions of its own
        log.warning("seal_not_stamped", kind=type(error).__name__, reason=str(error)[:200])
        return None


def read(token: bytes, data: bytes) -> datetime:
    """The time a token gives these bytes, when it is whole and its authority trusted. Raises ValueError."""
    content = cms.ContentInfo.load(token)
    signed = content["content"]
    moment: datetime = signed["encap_content_info"]["content"].parsed["gen_time"].native
    # Certificates end; a stamp is judged by what held when it was given.
    context = ValidationContext(trust_roots=list(_roots()), moment=moment, allow_fetching=False)
    facts: dict[str, Any] = asyncio.run(
        validate_tst_signed_data(signed, context, lambda name: hashlib.new(name, data).digest())
    )
    found = TimestampSignatureStatus(**facts)
    if not (found.intact and found.valid):
        raise ValueError("The time stamp does not belong to this seal, or was changed.")
    if settings.TIME_STAMP_TRUST and not found.trusted:
        raise ValueError("The authority of the time stamp is not trusted.")
    return moment.astimezone(clock.SHANGHAI)


@lru_cache(maxsize=4)
def _load(path: str) -> tuple[x509.Certificate, ...]:
    parts = pem.unarmor(Path(path).read_bytes(), multiple=True)
    return tuple(x509.Certificate.load(der) for _kind, _headers, der in parts)


def _roots() -> tuple[x509.Certificate, ...]:
    return _load(settings.TIME_STAMP_TRUST) if settings.TIME_STAMP_TRUST else ()
