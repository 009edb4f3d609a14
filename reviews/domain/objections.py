"""How an objection is lodged: by anyone, with or without an account, while the unit it is about is public."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.clockwork import as_clockwork
from portal.core.commands import event_writer
from portal.core.errors import DomainError, database_refusals
from portal.core.files import DOCX, JPEG, PDF, PNG, XLSX, Kept, keep
from portal.core.scope import Actor
from portal.programme.models import Batch
from reviews import queries
from reviews.models import Objection, ObjectionFile, PublicEntry
from reviews.models.objection import MOST_BYTES

# Without 0/O, 1/I/L: people read receipts over the telephone.
LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
KINDS: Final = (PDF, DOCX, XLSX, PNG, JPEG)


@dataclass(frozen=True)
class ObjectionInput:
    """Who objects, how to reach them, against which unit (None: the list as a whole), why, and with what evidence.

    nonce: a secret of the page it was written on; the same page sent twice gives the same receipt.
    """

    name: str
    contact: str
    grounds: str
    entry: PublicEntry | None = None
    files: Sequence[UploadedFile] = ()
    nonce: str = ""

    @property
    def digest(self) -> str:
        """Of who wrote what about whom, whatever the spaces and the case."""
        parts = (self.contact, self.grounds, str(self.entry.pk if self.entry else ""))
        text = "\n".join(" ".join(part.split()).casefold() for part in parts)
        return hashlib.sha256(text.encode()).hexdigest()


def lodge(*, by: Actor, batch: Batch, what: ObjectionInput) -> Objection:
    """Lodge an objection, with or without an account; gives the receipt, whose last part is secret.

    Not an act of a role, so it does not pass the table of acts: the database lets anyone write during publicity.
    Raises DomainError outside publicity, with something missing, with a file that cannot be kept; `objection_once`
    when the same was received already. One event in the trail, without names.
    """
    if not queries.is_open_for(batch, what.entry):
        raise DomainError("not_in_publicity", _("Objections are taken during the publicity period only."))
    row = Objection(
        batch=batch,
        entry=what.entry,
        name=what.name,
        contact=what.contact,
        grounds=what.grounds,
        digest=what.digest,
        receipt_no=receipt_of(batch, what),
        due_on=queries.answer_due(batch, clock.today()),
    )
    with database_refusals(), transaction.atomic():
        row.save(force_insert=True)
        kept = [_keep(file) for file in what.files]
        for file in kept:
            ObjectionFile(objection=row, **file.fields(by=by)).save(force_insert=True)
        event_writer()(
            by=by,
            act="reviews.lodge",
            obj=row,
            before={},
            after={"batch": batch.pk, "entry": what.entry.pk if what.entry else None, "files": len(kept)},
            why=clock.calendar_note(row.due_on),
            outcome="done",
        )
    return row


def _keep(file: UploadedFile) -> Kept:
    """Keep one file; the clockwork notes what the scanner says, for somebody who has no scope of their own."""
    with as_clockwork():
        return keep(file, kinds=KINDS, field="evidence", redraw=True, most=MOST_BYTES)


def receipt_of(batch: Batch, what: ObjectionInput) -> str:
    """The receipt number: batch, day, and twelve letters that only this page's secret leads to."""
    value = salted_hmac("reviews.receipt", f"{what.nonce or secrets.token_hex(16)}:{what.digest}", algorithm="sha256")
    number = int.from_bytes(value.digest(), "big")
    secret = ""
    for _place in range(12):
        number, at = divmod(number, len(LETTERS))
        secret += LETTERS[at]
    return f"{batch.number}-{clock.today():%Y%m%d}-{secret}"
