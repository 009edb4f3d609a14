"""Acts on the reference data: a pilot unit or a central SOE is renamed, ends, is followed, or is new."""

from __future__ import annotations

import re
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Generic, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError, Stale, Text
from portal.core.scope import Actor
from portal.programme import changes
from portal.programme.directory import next_code
from portal.programme.domain.reference_letters import tell
from portal.programme.enums import UnitKind
from portal.programme.models import CentralSOE, PilotUnit, Province
from portal.programme.reference import names_of_pair

T = TypeVar("T", PilotUnit, CentralSOE)
CODE: Final = re.compile(r"[0-9]{6}")  # not \d, which full-width digits are too


@dataclass(frozen=True)
class ChangeInput(Generic[T]):
    """What a place or an enterprise is from now on: names, last day and who follows (both None while it stands).

    document_no: the published document that says so. seen: the mark of the row that was read, None where nobody did.
    """

    name_zh: str
    name_en: str
    document_no: str
    valid_to: date | None = None
    successor: T | None = None
    seen: str | None = None


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

    Raises NotAllowed; Stale when it is not what was read; DomainError for a follower without a last day, one that has
    ended itself, a circle, days that contradict each other, or nothing that differs.
    Side effects: the former name is kept; a pair of districts that is called by its two is called anew; reviewers with
    an interest in its line step back from its applications, who takes their place is told; so are both ministries.
    """
    with command(by, "programme.change_reference", unit) as act:
        was = copy(unit)
        pairs = _pairs_called_by(unit)
        _changed(by, unit, what)
        if (was.name_zh, was.name_en) != (unit.name_zh, unit.name_en):
            for pair in pairs:
                _rename_pair(by, pair, what.document_no)
        tell(by=by, was=was, row=unit)
        return act.record(unit, what.document_no)


def change_soe(*, by: Actor, soe: CentralSOE, what: ChangeInput[CentralSOE]) -> CentralSOE:
    """Record how a central SOE changed. Raises and does as `change_unit`; DomainError also for a name that is taken."""
    with command(by, "programme.change_reference", soe) as act:
        was = copy(soe)
        if what.name_zh != soe.name_zh:
            _refuse_name(what.name_zh)
        _changed(by, soe, what)
        tell(by=by, was=was, row=soe)
        return act.record(soe, what.document_no)


class _Undone(Exception):
    """A trial is over: its transaction is rolled back."""


def preview(*, by: Actor, row: T, what: ChangeInput[T]) -> list[tuple[Text, int]]:
    """What a change would touch, in numbers: it is made and undone, so that they are those of the database's own rules.

    Raises as the change itself, which leaves its refusal in the trail.
    """
    trial = copy(row)
    before = {one.label: one.number for one in changes.counted(trial)}
    after: list[changes.Count] = []
    refusal: DomainError | None = None
    with suppress(_Undone), transaction.atomic():  # with what waits for its commit: letters of a trial go to nobody
        try:
            change: Any = change_unit if isinstance(trial, PilotUnit) else change_soe
            change(by=by, what=what, **{"unit" if isinstance(trial, PilotUnit) else "soe": trial})
        except DomainError as error:  # raised outside, so that the trail keeps it
            refusal = error
        else:
            after = changes.counted(trial)
            raise _Undone
    if refusal is not None:
        raise refusal
    return [(one.label, one.number - before[one.label] if one.is_made else one.number) for one in after]


def _changed(by: Actor, row: T, what: ChangeInput[T]) -> None:
    """Write the change and do what the apps do then."""
    if what.seen is not None and what.seen != row.mark:
        raise Stale("changed_meanwhile", _("A colleague changed this meanwhile. Compare, then save again."))
    _refuse_days(row, what)
    said = (what.name_zh, what.name_en, what.valid_to, what.successor and what.successor.pk)
    stands = (row.name_zh, row.name_en, row.valid_to, row.successor_id)
    # A row that was recorded once is never brought up to the files again: so nothing is recorded for nothing. The
    # document of a change that stands recorded may be put right.
    if said == stands and (row.changed_at is None or what.document_no == row.document_no):
        raise DomainError("nothing_changes", _("Nothing of this differs from what is recorded: change what changed."))
    row.name_zh, row.name_en, row.document_no = what.name_zh, what.name_en, what.document_no
    row.valid_to, row.successor = what.valid_to, what.successor
    row.changed_at = clock.now()
    row.save(update_fields=["name_zh", "name_en", "document_no", "valid_to", "successor", "changed_at"])
    row.refresh_from_db(fields=["former_names"])
    changes.recorded(by)


def _refuse_days(row: T, what: ChangeInput[T]) -> None:
    """Raise DomainError for an end and a follower that contradict each other, or what is recorded of others."""
    end, follows = what.valid_to, what.successor
    starts = row.valid_from if isinstance(row, PilotUnit) else None
    if end is not None and starts is not None and end < starts:
        text = _("It stands from %(day)s on: its last day is not before that.")
        raise DomainError("ends_before_it_starts", text % {"day": clock.in_text(starts)}, "valid_to")
    # What ends first was followed by something that stood: moved before that day, its end would leave a gap.
    followed: Any = type(row)._default_manager.filter(successor=row.pk).order_by("-valid_to")
    if end is not None and (other := followed.filter(valid_to__gt=end).first()) is not None:
        text = _("It follows %(name)s, which ended on %(day)s: its own last day is not before that.")
        raise DomainError(
            "ends_before_what_it_follows", text % {"name": other, "day": clock.in_text(other.valid_to)}, "valid_to"
        )
    if follows is None:
        return
    if end is None:
        raise DomainError("last_day", _("Give the last day: what is followed has ended."), "valid_to")
    if follows.pk == row.pk:
        raise DomainError("follows_itself", _("Choose another: nothing follows itself."), "successor")
    if follows.has_ended(end):
        raise DomainError("follower_ended", _("This one had ended by then: choose what follows it."), "successor")
    if _leads_to(follows, row):
        text = _("%(name)s is itself followed by this one, directly or through others: one of the two goes on.")
        raise DomainError("follows_in_a_circle", text % {"name": follows}, "successor")


def _leads_to(row: T, other: T) -> bool:
    """The other one follows the row, over any number of steps."""
    seen = set()
    at: Any = row
    while at is not None and at.pk not in seen:
        if at.pk == other.pk:
            return True
        seen.add(at.pk)
        at = at.successor
    return False


def _pairs_called_by(unit: PilotUnit) -> list[PilotUnit]:
    """Pairs of this district whose names are those of their two districts; one that was named by hand is not."""
    if unit.kind != UnitKind.DISTRICT:
        return []
    pairs = PilotUnit.objects.filter(kind=UnitKind.JOINT_DISTRICTS, districts__contains=[unit.code]).order_by("code")
    return [pair for pair in pairs if (pair.name_zh, pair.name_en) == names_of_pair(pair.districts, "default")]


def _rename_pair(by: Actor, pair: PilotUnit, document_no: str) -> None:
    """Call a pair as its districts are called now; an event of its own says so."""
    with command(by, "programme.change_reference", pair) as act:
        pair.name_zh, pair.name_en = names_of_pair(pair.districts, "default")
        pair.document_no, pair.changed_at = document_no, clock.now()
        pair.save(update_fields=["name_zh", "name_en", "document_no", "changed_at"])
        pair.refresh_from_db(fields=["former_names"])
        act.record(pair, document_no)


def _refuse_name(name: str) -> None:
    """Raise DomainError when another enterprise has the name: sheets and the directory know it by that."""
    if CentralSOE.objects.filter(name_zh=name).exists():
        raise DomainError("name_taken", _("An enterprise with this name exists."), "name_zh")


def add_unit(*, by: Actor, what: NewUnitInput) -> PilotUnit:
    """Add a place that is new, with its government and finance bureau; people are invited to them as to any.

    Raises NotAllowed; DomainError when the code is taken, or is none of a place of this kind in this province.
    """
    with command(by, "programme.add_reference") as act:
        _refuse_code(what)
        if PilotUnit.objects.filter(pk=what.code).exists():
            raise DomainError("code_taken", _("This code is taken."), "code")
        districts = [what.code] if what.kind == UnitKind.DISTRICT else []
        row = PilotUnit(**vars(what), districts=districts, changed_at=clock.now())
        row.save(force_insert=True)
        return act.record(row, what.document_no)


def _refuse_code(what: NewUnitInput) -> None:
    """Raise DomainError when code, province and kind do not go together: bodies and guards are found by all three."""
    if not CODE.fullmatch(what.code):
        raise DomainError("code_of_digits", _("Write six digits, without full-width signs."), "code")
    if what.code.endswith("0000"):
        raise DomainError("code_of_a_province", _("This is the code of a province. Write that of the place."), "code")
    if what.province.kind != "xpcc" and what.code[:2] != what.province.code[:2]:
        text = _("Codes of %(province)s begin with %(digits)s. Correct the code, or choose another province.")
        words = {"province": what.province, "digits": what.province.code[:2]}
        raise DomainError("code_of_another_province", text % words, "code")
    if (what.kind == UnitKind.DISTRICT) != (what.province.kind == "municipality"):
        text = _("In a municipality districts and counties apply, elsewhere cities and prefectures. Choose the other.")
        raise DomainError("kind_of_this_province", text, "kind")


def add_soe(*, by: Actor, what: NewSOEInput) -> CentralSOE:
    """Add an enterprise that is new, with its organisation; the directory gives it its number later.

    Raises NotAllowed; DomainError when an enterprise has this name.
    """
    with command(by, "programme.add_reference") as act:
        _refuse_name(what.name_zh)
        code = next_code(CentralSOE.objects.values_list("code", flat=True))
        row = CentralSOE(**vars(what), code=code, as_of=clock.today(), changed_at=clock.now())
        row.save(force_insert=True)
        return act.record(row, what.document_no)
