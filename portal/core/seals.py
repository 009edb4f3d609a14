"""Electronic seals and signatures of files: verified by a provider which a setting names for each kind of file.

A provider is a function (file) → Verdict. For PDF it is pyHanko; OFD (GB/T 33190) is kept with its digest and marked
as not verified here, until a provider is plugged in (SEAL_PROVIDERS). The portal never draws a seal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, Final

import structlog
from asn1crypto import pem  # type: ignore[import-untyped]
from asn1crypto import x509 as asn1
from django.conf import settings
from django.db.models import TextChoices
from django.utils.module_loading import import_string
from django.utils.translation import pgettext_lazy
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from portal.core.inspection import mapped

log = structlog.get_logger(__name__)


class SealState(TextChoices):
    """What the verification of a file came to."""

    NONE = "none", pgettext_lazy("seal", "no electronic seal")
    VALID = "valid", pgettext_lazy("seal", "seal verified, unchanged since")
    UNTRUSTED = "untrusted", pgettext_lazy("seal", "unchanged since it was sealed; issuer not on the list")
    CHANGED = "changed", pgettext_lazy("seal", "changed after it was sealed")
    BROKEN = "broken", pgettext_lazy("seal", "seal not valid")
    ELSEWHERE = "elsewhere", pgettext_lazy("seal", "not verified here")


# The worst of several seals is that of the file.
_BADNESS: Final = (SealState.BROKEN, SealState.CHANGED, SealState.UNTRUSTED, SealState.VALID)


@dataclass(frozen=True)
class Seal:
    """One seal: who sealed it, when by its own clock (ISO, may be empty), and what holds of it."""

    signer: str
    organisation: str
    issuer: str
    at: str
    intact: bool
    unchanged: bool
    trusted: bool

    @property
    def state(self) -> SealState:
        """What holds of this one."""
        if not self.intact:
            return SealState.BROKEN
        if not self.unchanged:
            return SealState.CHANGED
        return SealState.VALID if self.trusted else SealState.UNTRUSTED


@dataclass(frozen=True)
class Verdict:
    """What a provider found in a file."""

    state: SealState
    provider: str
    seals: list[Seal] = field(default_factory=list)

    def details(self) -> list[dict[str, Any]]:
        """The seals as plain values, for a row."""
        return [{**asdict(seal), "state": seal.state.value} for seal in self.seals]


Provider = Callable[[IO[bytes]], Verdict]


def verify(file: IO[bytes], content_type: str) -> Verdict:
    """Verify the seals of a file by the provider of its kind. A kind without provider has none."""
    path = settings.SEAL_PROVIDERS.get(content_type)
    if path is None:
        return Verdict(SealState.NONE, "")
    provider: Provider = import_string(path)
    file.seek(0)
    return provider(file)


def elsewhere(file: IO[bytes]) -> Verdict:
    """Kept with its digest; whoever has the tool of the seal's maker verifies it there."""
    return Verdict(SealState.ELSEWHERE, "")


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
