"""Acts on the reference data: a pilot unit or a central SOE is renamed, ends, is followed, or is new."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.scope import Actor
from portal.programme.enums import UnitKind
from portal.programme.models import CentralSOE, PilotUnit, Province
from portal.programme.reference import next_code

T = TypeVar("T", PilotUnit, CentralSOE)


@dataclass(frozen=True)
class ChangeInput(Generic[T]):
    """What a place or an enterprise is from now on: names, last day and who follows (both None while it stands).

    document_no: the published document that says so.
    """

    name_zh: str
    name_en: str
    document_no: str
    valid_to: date | None = None
    successor: T | None = None


@dataclass(frozen=True)
class NewUnitInput:
    """A place that is new: its division code, province and kind."""

    code: str
    name_zh: str
    name_en: str
    province: Province
    kind: UnitKind
    document_no: str
    valid_from: date | None = None


@dataclass(frozen=True)
class NewSOEInput:
    """An enterprise that is new in SASAC's directory."""

    name_zh: str
    name_en: str
    short_zh: str
    document_no: str


def change_unit(*, by: Actor, unit: PilotUnit, what: ChangeInput[PilotUnit]) -> PilotUnit:
    """Record how a pilot unit changed. Its bodies are called like it; rights of people stay as they are.

    Raises NotAllowed; DomainError for a follower without a last day, one that has ended itself, or a circle.
    Side effects: the former name is kept; reviewers with an interest in its line step back from its applications.
    """
    with command(by, "programme.change_reference", unit) as act:
        return act.record(_changed(unit, what), what.document_no)


def change_soe(*, by: Actor, soe: CentralSOE, what: ChangeInput[CentralSOE]) -> CentralSOE:
    """Record how a central SOE changed. Raises and does as `change_unit`."""
    with command(by, "programme.change_reference", soe) as act:
        return act.record(_changed(soe, what), what.document_no)


def _changed(row: T, what: ChangeInput[T]) -> T:
    if what.successor is not None:
        if what.valid_to is None:
            raise DomainError("last_day", _("Give the last day: what is followed has ended."), "valid_to")
        if what.successor.pk == row.pk:
            raise DomainError("follows_itself", _("Choose another: nothing follows itself."), "successor")
        if what.successor.has_ended(what.valid_to):
            raise DomainError("follower_ended", _("This one had ended by then: choose what follows it."), "successor")
    row.name_zh, row.name_en, row.document_no = what.name_zh, what.name_en, what.document_no
    row.valid_to, row.successor = what.valid_to, what.successor
    row.changed_at = clock.now()
    row.save(update_fields=["name_zh", "name_en", "document_no", "valid_to", "successor", "changed_at"])
    row.refresh_from_db(fields=["former_names"])
    return row


def add_unit(*, by: Actor, what: NewUnitInput) -> PilotUnit:
    """Add a place that is new, with its government and finance bureau; people are invited to them as to any.

    Raises NotAllowed; DomainError when the code is taken.
    """
    with command(by, "programme.add_reference") as act:
        if PilotUnit.objects.filter(pk=what.code).exists():
            raise DomainError("code_taken", _("This code is taken."), "code")
        districts = [what.code] if what.kind == UnitKind.DISTRICT else []
        row = PilotUnit(**vars(what), districts=districts, changed_at=clock.now())
        row.save(force_insert=True)
        return act.record(row, what.document_no)


def add_soe(*, by: Actor, what: NewSOEInput) -> CentralSOE:
    """Add an enterprise that is new, with its organisation; the directory gives it its number later.

    Raises NotAllowed; DomainError when an enterprise has this name.
    """
    with command(by, "programme.add_reference") as act:
        if CentralSOE.objects.filter(name_zh=what.name_zh).exists():
            raise DomainError("name_taken", _("An enterprise with this name exists."), "name_zh")
        code = next_code(CentralSOE.objects.values_list("code", flat=True))
        row = CentralSOE(**vars(what), code=code, as_of=clock.today(), changed_at=clock.now())
        row.save(force_insert=True)
        return act.record(row, what.document_no)
