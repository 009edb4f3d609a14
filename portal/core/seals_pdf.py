"""Seals of PDF files, verified by pyHanko."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import IO, Any, Final

import structlog
from asn1crypto import pem  # type: ignore[import-untyped]
from asn1crypto import x509 as asn1
from django.conf import settings
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from portal.core.seals import Seal, SealState, Verdict
from portal.core.unfit import mapped

log = structlog.get_logger(__name__)
# The worst of several seals is that of the file.
_BADNESS: Final = (SealState.BROKEN, SealState.CHANGED, SealState.UNTRUSTED, SealState.VALID)


def pdf(file: IO[bytes]) -> Verdict:
    """The signatures of a PDF by pyHanko: who, when, unchanged since, issued by somebody on the list (SEAL_TRUST)."""
    try:
        found = [_read(one) for one in PdfFileReader(file, strict=False).embedded_signatures]
    except Exception as error:  # the parser has many ways to say that it cannot read a file
        log.warning("seals_not_readable", kind=type(error).__name__)
        with mapped(file) as raw:
            torn = raw.find(b"/ByteRange") >= 0  # there is a seal, and it cannot be read
        return Verdict(SealState.BROKEN if torn else SealState.ELSEWHERE, "pyHanko")
    if not found:
        return Verdict(SealState.NONE, "pyHanko")
    worst = min((seal.state for seal in found), key=_BADNESS.index)
    return Verdict(worst, "pyHanko", found)


def _read(embedded: Any) -> Seal:
    """One signature. What cannot be verified at all counts as not valid."""
    subject: dict[str, Any] = {}
    issuer = ""
    intact = unchanged = trusted = False
    try:
        subject, issuer = dict(embedded.signer_cert.subject.native), _name(embedded.signer_cert.issuer.native)
        status = validate_pdf_signature(
            embedded,
            signer_validation_context=ValidationContext(trust_roots=list(_roots()), allow_fetching=False),
            key_usage_settings=KeyUsageConstraints(key_usage=set()),
        )
        intact = bool(status.intact and status.valid)
        unchanged = bool(status.docmdp_ok and status.modification_level != ModificationLevel.OTHER)
        trusted = bool(status.trusted)
    except Exception as error:
        log.warning("seal_not_verifiable", kind=type(error).__name__)
    reported = embedded.self_reported_timestamp
    return Seal(
        signer=_name(subject),
        organisation=_first(subject.get("organization_name")),
        issuer=issuer,
        at=reported.isoformat(timespec="seconds") if reported else "",
        intact=intact,
        unchanged=unchanged,
        trusted=trusted,
    )


def _first(value: Any) -> str:
    return str(value[0] if isinstance(value, list) else value or "")


def _name(subject: dict[str, Any]) -> str:
    return _first(subject.get("common_name")) or _first(subject.get("organization_name"))


def _roots() -> tuple[asn1.Certificate, ...]:
    return _load(settings.SEAL_TRUST) if settings.SEAL_TRUST else ()


@lru_cache(maxsize=4)
def _load(path: str) -> tuple[asn1.Certificate, ...]:
    """The certificates of a PEM file."""
    parts = pem.unarmor(Path(path).read_bytes(), multiple=True)
    return tuple(asn1.Certificate.load(der) for _kind, _headers, der in parts)
