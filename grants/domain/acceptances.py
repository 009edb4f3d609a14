"""Acts on the acceptance of a project: the unit fills it in and sends it, the province confirms it or sends it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from grants.domain import told
from grants.domain.papers import KINDS
from grants.enums import AcceptanceResult, AcceptanceState, EvidenceKind
from grants.models import Acceptance, Equipment, Evidence, GrantProject
from grants.states_assessing import ACCEPTANCE
from portal.core import clock
from portal.core.commands import Act, command
from portal.core.errors import DomainError
from portal.core.files import JPEG, PNG, keep
from portal.core.scope import Actor


@dataclass(frozen=True)
class EquipmentInput:
    """One line of the equipment list; the price is of all pieces together (yuan)."""

    name: str
    model: str
    quantity: int
    price: Decimal
    supplier: str = ""


@dataclass(frozen=True)
class AcceptanceInput:
    """What was found: investment done (yuan), day, result, findings and conditions, equipment, files.

    equipment: the whole list, which takes the place of the one before.
    """

    invested: Decimal
    accepted_on: date
    result: AcceptanceResult
    findings: str
    equipment: Sequence[EquipmentInput]
    photo: UploadedFile | None = None
    report: UploadedFile | None = None


def start_acceptance(*, by: Actor, project: GrantProject, what: AcceptanceInput) -> Acceptance:
    """Begin the acceptance of a supported project. Raises NotAllowed; DomainError when there is one already."""
    with command(by, "grants.start_acceptance", project, lock=False) as act:
        row = Acceptance(
            award_id=project.award_id,
            grant_project=project,
            province_id=project.province_id,
            unit_id=project.unit_id,
            project_name=project.name,
            made_by_id=by.id,
            made_at=clock.now(),
            **_said(what),
        )
        row.save(force_insert=True)
        _parts(by, row, what)
        return act.record(row)


def fill_acceptance(*, by: Actor, acceptance: Acceptance, what: AcceptanceInput) -> Acceptance:
    """Change what was filled in; a new file is added to those brought before. Raises NotAllowed, DomainError."""
    with command(by, "grants.fill_acceptance", acceptance) as act:
        for name, value in _said(what).items():
            setattr(acceptance, name, value)
        acceptance.save(update_fields=["invested", "accepted_on", "result", "findings"])
        acceptance.equipment.all().delete()
        _parts(by, acceptance, what)
        return act.record(acceptance)


def _said(what: AcceptanceInput) -> dict[str, object]:
    if what.accepted_on > clock.today():
        raise DomainError("accepted_on", _("The day lies in the future."), "accepted_on")
    return {
        "invested": what.invested,
        "accepted_on": what.accepted_on,
        "result": what.result,
        "findings": what.findings.strip(),
    }


def _parts(by: Actor, row: Acceptance, what: AcceptanceInput) -> None:
    Equipment.objects.bulk_create(Equipment(acceptance=row, **vars(one)) for one in what.equipment)
    for file, kind, kinds in (
        (what.photo, EvidenceKind.PHOTO, (PNG, JPEG)),
        (what.report, EvidenceKind.REPORT, KINDS),
    ):
        if file is not None:
            stored = keep(file, kinds=kinds, field=str(kind), redraw=kind == EvidenceKind.PHOTO)
            Evidence.objects.create(
                **stored.fields(by=by),
                acceptance=row,
                award_id=row.award_id,
                province_id=row.province_id,
                unit_id=row.unit_id,
                kind=kind,
            )


def send_acceptance(*, by: Actor, acceptance: Acceptance) -> Acceptance:
    """Send it to the province, whole. Raises NotAllowed, WrongState; DomainError when something is missing."""
    with command(by, "grants.send_acceptance", acceptance) as act:
        act.to(acceptance, ACCEPTANCE, "send")
        acceptance.returned_why = ""
        acceptance.save(update_fields=["state", "returned_why"])
        told.sent(by, acceptance)
        return act.record(acceptance)


def confirm_acceptance(*, by: Actor, acceptance: Acceptance) -> Acceptance:
    """Confirm it for the industry department of the province. Raises NotAllowed, WrongState."""
    with command(by, "grants.confirm_acceptance", acceptance) as act:
        act.to(acceptance, ACCEPTANCE, "confirm")
        return _decided(act, acceptance, "")


def return_acceptance(*, by: Actor, acceptance: Acceptance, why: str) -> Acceptance:
    """Send it back to the unit with a reason. Raises NotAllowed, WrongState, DomainError."""
    with command(by, "grants.return_acceptance", acceptance) as act:
        if not why.strip():
            raise DomainError("why", _("Say what is missing or wrong, so that the unit can mend it."), "why")
        act.to(acceptance, ACCEPTANCE, "return")
        return _decided(act, acceptance, why.strip())


def _decided(act: Act, row: Acceptance, why: str) -> Acceptance:
    row.decided_by_id, row.decided_at, row.returned_why = act.by.id, clock.now(), why
    row.save(update_fields=["state", "decided_by", "decided_at", "returned_why"])
    if row.state == AcceptanceState.DRAFT:
        told.returned(act.by, row)
    return act.record(row, why)
