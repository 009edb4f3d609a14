"""Electronic seals and signatures of files: verified by a provider which a setting names for each kind of file.

A provider is a function (file) → Verdict. For PDF it is pyHanko (`seals_pdf`, loaded when first
needed: it takes a third of a second); OFD (GB/T 33190) is kept with its digest and marked
as not verified here, until a provider is plugged in (SEAL_PROVIDERS). The portal never draws a seal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import IO, Any

from django.conf import settings
from django.db.models import TextChoices
from django.utils.module_loading import import_string
from django.utils.translation import pgettext_lazy


class SealState(TextChoices):
    """What the verification of a file came to."""

    NONE = "none", pgettext_lazy("seal", "no electronic seal")
    VALID = "valid", pgettext_lazy("seal", "seal verified, unchanged since")
    UNTRUSTED = "untrusted", pgettext_lazy("seal", "unchanged since it was sealed; issuer not on the list")
    CHANGED = "changed", pgettext_lazy("seal", "changed after it was sealed")
    BROKEN = "broken", pgettext_lazy("seal", "seal not valid")
    ELSEWHERE = "elsewhere", pgettext_lazy("seal", "not verified here")


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
