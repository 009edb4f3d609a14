"""What makes an uploaded file unfit, whatever its kind: the refusals, and what is looked for in every kind."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final

from django.utils.translation import gettext as _

from portal.core.errors import DomainError

MAX_UNPACKED: Final = 200 * 2**20
MARKUP: Final = re.compile(rb"<\s*(?:!doctype|html|script|svg|\?php|iframe|body)", re.IGNORECASE)
Bytes = bytes | mmap.mmap
_END: Final = b"PK\x05\x06"
_FARTHEST: Final = 22 + 0xFFFF  # from the end of a ZIP to where its directory ends, with the longest comment


def active() -> DomainError:
    """The refusal of a file that could run something."""
    return DomainError(
        "file_active",
        _("The file holds active content (a script, macro or action). Save it without, for instance print it as PDF."),
    )


def broken() -> DomainError:
    """The refusal of a file that is damaged or carries something behind its end."""
    return DomainError(
        "file_broken", _("The file is damaged or carries foreign content. Save it anew and upload it again.")
    )


def encrypted() -> DomainError:
    """The refusal of a file that cannot be read without a password."""
    return DomainError("file_encrypted", _("The file is protected by a password. Remove the password and try again."))


@contextmanager
def mapped(file: IO[bytes]) -> Iterator[Bytes]:
    """The whole content to search in; of a file on disk through the page cache, not in memory."""
    try:
        place = file.fileno()
    except OSError:  # it lies in memory already
        file.seek(0)
        yield file.read()
        return
    file.flush()
    with mmap.mmap(place, 0, access=mmap.ACCESS_READ) as raw:
        yield raw


def refuse_zip_behind(raw: Bytes) -> None:
    """Raise DomainError for a file that is a ZIP as well: programs that look for one at the end would open that."""
    place = raw.rfind(_END, max(0, len(raw) - _FARTHEST))
    if place >= 0 and len(raw) - place - 22 == int.from_bytes(raw[place + 20 : place + 22], "little"):
        raise broken()
