"""What all acts on money share: the paper they rest on, its file, and how a checker closes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from grants.domain import letters
from grants.enums import CheckState, DocumentKind
from grants.models import Document
from grants.models.checked import Signed
from portal.core import clock
from portal.core.commands import Act, command
from portal.core.errors import DomainError, Stale
from portal.core.files import JPEG, PDF, PNG, keep
from portal.core.rules import may
from portal.core.scope import Actor
from portal.core.states import Machine

Row = TypeVar("Row", bound=Signed)
KINDS = (PDF, PNG, JPEG)


class NotEnough(DomainError):
    """More is asked than there is; the sentence says what is left."""

    def __init__(self, left: Decimal, field: str | None = "amount") -> None:
        text = _("This is more than there is: %(left)s yuan are left.") % {"left": f"{left:,.2f}"}
        super().__init__("not_enough", text, field)
        self.left = left


@dataclass(frozen=True)
class Paper:
    """The document that orders the money: number, date, and its sealed file where there is one."""

    document_no: str
    document_date: date
    file: UploadedFile | None = None


def entered(*, by: Actor, role: str, paper: Paper, **where: object) -> dict[str, Any]:
    """The columns every entered row has. Raises DomainError when the paper is dated in the future."""
    if paper.document_date > clock.today():
        raise DomainError("document_date", _("The document's date lies in the future."), "document_date")
    post = by.post(role, **where)
    return {
        "document_no": paper.document_no.strip(),
        "document_date": paper.document_date,
        "maker_id": by.id,
        "organisation_id": post.organisation if post else None,
        "made_at": clock.now(),
    }


def kept(*, by: Actor, paper: Paper, kind: DocumentKind, province: str, unit: str) -> Document | None:
    """Keep the paper's file for the province and unit; None when it has none. Raises DomainError beside `file`."""
    if paper.file is None:
        return None
    stored = keep(paper.file, kinds=KINDS)
    return Document.objects.create(**stored.fields(by=by), kind=kind, province_id=province, unit_id=unit)


def sealed(paper: Paper) -> Paper:
    """The paper, with its sealed file. Raises DomainError beside `file` when it has none."""
    if paper.file is None:
        raise DomainError("money_paper_has_file", _("Add the sealed document as a file."), "file")
    return paper


@contextmanager
def checking(by: Actor, name: str, row: Signed) -> Iterator[Act]:
    """An act of a checker on an entered row, which is locked when the actor may do it.

    The row is locked by its update policy, which only checkers pass; others get the reason from the rules.
    Raises Stale when somebody else was quicker.
    """
    allowed = bool(may(by, name, row))
    with command(by, name, row, lock=allowed) as act:
        yield act


def close(act: Act, row: Row, machine: Machine, *, why: str = "") -> Row:
    """Confirm or refuse a locked row, by the last word of the act's name; the database books what is confirmed."""
    done = act.name.rsplit(".", 1)[-1].split("_", 1)[0]
    if not row.is_waiting:
        raise Stale("checked_already", _("This was confirmed or refused already. Look at its page."))
    act.to(row, machine, done)
    row.checker_id, row.checked_at, row.refused_why = act.by.id, clock.now(), why.strip()
    (letters.confirmed if row.state == CheckState.CONFIRMED else letters.refused)(act.by, row)
    # The last step: the books of the year are held from here until the transaction ends.
    row.save(update_fields=["state", "checker", "checked_at", "refused_why"])
    return act.record(row, why.strip())


def begin(act: Act, row: Row) -> Row:
    """Keep a new paper, and tell its checkers."""
    row.save(force_insert=True)
    letters.entered(act.by, row)
    return act.record(row)


def refuse(*, by: Actor, row: Row, name: str, machine: Machine, why: str) -> Row:
    """Refuse an entered row with a reason; the maker may enter it anew. Raises DomainError without a reason."""
    with checking(by, name, row) as act:
        if not why.strip():
            raise DomainError("reason", _("Say why it is refused, so that the maker can mend it."), "why")
        return close(act, row, machine, why=why)
