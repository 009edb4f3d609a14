"""Acts of a joint applicant on its own part: write it, ask a second person, confirm, decline, take back.

Until it is confirmed nobody else sees anything of it. What is confirmed is copied into the dossier.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import connection
from django.utils.translation import gettext as _

from applications.domain import letters
from applications.domain.files import note_seal, take_out
from applications.domain.partners import is_of_pair, leave
from applications.enums import AttachmentKind, PartnerKind, PartState
from applications.models import Attachment, Part, PartLetter, Partner, PartnerProject
from applications.queries import shared
from applications.states import PART, PARTNER
from applications.unplaced import NO_PLACE
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError, Stale
from portal.core.files import Kept
from portal.core.money import ZERO
from portal.core.punctuation import listed
from portal.core.scope import Actor
from portal.core.seals import Seal, SealState, Verdict


@dataclass(frozen=True)
class PartInput:
    """What the partner contributes; amount: yuan in all; amounts: by project; letter: a new one, with its seals."""

    contribution: str
    amount: Decimal
    amounts: Mapping[int, Decimal] = field(default_factory=dict)
    letter: Kept | None = None
    seal: Verdict | None = None


def write(*, by: Actor, partner: Partner, what: PartInput, version: int) -> Part:
    """Write the draft of the own part. `version` is the part's own as it was read, 0 for a new one.

    Raises NotAllowed, WrongState; Stale when a colleague changed it meanwhile, or a project with an amount left the
    invitation; DomainError when the projects' amounts are more than the amount in all.
    """
    with command(by, "applications.write_part", partner) as act:
        part = Part.objects.select_for_update().filter(pk=partner.pk).first()
        part = part or Part(partner=partner, organisation_id=partner.organisation_id, written_by_id=by.id)
        if part.state != PartState.DRAFT:
            raise DomainError("part_state", _("A second person has been asked already: take it back to change it."))
        if part.version != version:
            raise Stale("changed_meanwhile", _("A colleague changed this meanwhile. Compare, then save again."))
        _refuse_other_projects(partner, what)
        if sum(what.amounts.values(), ZERO) > what.amount:
            text = _("The amounts of the projects together are more than the amount in all.")
            raise DomainError("part_amounts_fit", text, "amount")
        part.contribution, part.amount = what.contribution, what.amount
        part.amounts = {str(project): f"{amount:f}" for project, amount in sorted(what.amounts.items()) if amount}
        part.letter = _letter(by, partner, what) if what.letter else part.letter
        part.written_by_id, part.written_at, part.version = by.id, clock.now(), part.version + 1
        part.save()
        act.record(partner)
        return part


def _refuse_other_projects(partner: Partner, what: PartInput) -> None:
    """Raise Stale for money of a project that went while it was typed: left out in silence, it would be lost."""
    named = set(PartnerProject.objects.filter(partner=partner.pk).values_list("project_id", flat=True))
    lost = [f"{amount:,.2f}" for project, amount in sorted(what.amounts.items()) if amount and project not in named]
    if lost:
        text = _(
            "A project was taken out of the invitation meanwhile: these amounts have no place any more (%(amounts)s). "
            "Write them beside another project, or take them out; nothing was saved."
        )
        raise Stale(NO_PLACE, text % {"amounts": listed(lost)})


def _letter(by: Actor, partner: Partner, what: PartInput) -> PartLetter:
    seal = what.seal or Verdict(SealState.NONE, "")
    return PartLetter.objects.create(
        partner=partner,
        organisation_id=partner.organisation_id,
        seal=seal.state,
        seal_provider=seal.provider,
        seals=seal.details(),
        **what.letter.fields(by=by) if what.letter else {},
    )


def _held(partner: Partner) -> Part:
    part = Part.objects.select_for_update(of=("self",)).select_related("letter").filter(pk=partner.pk).first()
    if part is None:
        raise DomainError("part_is_whole_when_asked", _("Say first what your organisation contributes."))
    return part


def ask(*, by: Actor, partner: Partner) -> Part:
    """Ask a second person of the organisation to confirm. Side effect: a notice to the colleagues.

    Raises NotAllowed, WrongState; DomainError when it is not whole.
    """
    with command(by, "applications.ask_part", partner) as act:
        part = _held(partner)
        if not part.contribution.strip():
            raise DomainError("part_is_whole_when_asked", _("Say first what your organisation contributes."))
        if part.letter is None:
            raise DomainError("part_has_letter", _("Add the commitment letter with the seal of your organisation."))
        part.state = PART.target(part.state, "ask")
        part.asked_by_id, part.asked_at, part.returned_why = by.id, clock.now(), ""
        part.save()
        letters.asked(by=by, partner=partner)
        act.record(partner)
        return part


def send_back(*, by: Actor, partner: Partner, why: str) -> Part:
    """Send the part back to be changed, or take the own question back. Raises NotAllowed, WrongState, DomainError.

    Side effect: a notice to who had asked.
    """
    with command(by, "applications.send_back_part", partner) as act:
        if not why.strip():
            raise DomainError("reason", _("Say what is to be changed first."), "why")
        part = _held(partner)
        part.state, part.returned_why = PART.target(part.state, "send_back_part"), why
        asker = part.asked_by_id
        part.asked_by_id = part.asked_at = None
        part.save()
        letters.part_sent_back(by=by, partner=partner, asker=asker, why=why)
        act.record(partner, why)
        return part


def confirm(*, by: Actor, partner: Partner, version: int, asked: str = "") -> Partner:
    """Confirm what a colleague wrote: from here the organisation is committed, and the unit sees its part.

    version: the part's own as the second person saw it; asked: the digest of what was asked as they saw it (a program
    that sends none is not compared: with what the colleague was asked for it always is).
    Raises NotAllowed, WrongState; Stale when it is no longer what was seen; DomainError when the same person asked, the
    dossier is closed, the limit of the rules is reached, or the districts cannot apply together.
    Side effects in order: part confirmed, letter among the attachments, partner committed, amounts of projects, a
    second district joins, notice to the unit.
    """
    with command(by, "applications.confirm_part", partner) as act:
        part = _held(partner)
        _refuse_stale(partner, part, version, asked)
        if part.asked_by_id == by.id:
            text = _("A second person confirms: someone other than who asked.")
            raise DomainError("part_confirmed_by_another", text)
        part.state = PART.target(part.state, "confirm")
        part.confirmed_by_id, part.confirmed_at = by.id, clock.now()
        part.save()
        partner.letter = _attach(by, partner, part.letter)
        act.to(partner, PARTNER, "commit")
        partner.contribution, partner.amount_committed, partner.declined_why = part.contribution, part.amount, ""
        partner.answered_by_id, partner.answered_at = by.id, clock.now()
        partner.save()
        for row in PartnerProject.objects.filter(partner=partner.pk):
            row.amount = Decimal(part.amounts.get(str(row.project_id), "0"))
            row.save(update_fields=["amount"])
        letters.committed(by=by, partner=partner)
        if partner.kind == PartnerKind.DISTRICT:
            _join(partner)
        return act.record(partner)


def _refuse_stale(partner: Partner, part: Part, version: int, asked: str) -> None:
    """Raise Stale, saying what changed, when part or question are no longer what the second person has read."""
    now = shared(partner).get("asked", "")
    if asked and asked != now:
        raise Stale("changed_meanwhile", _("The unit has changed what it asks of your organisation: read it again."))
    if part.version != version:
        raise Stale(
            "changed_meanwhile",
            _("%(name)s has changed your part since you opened this page: read it again.") % {"name": part.written_by},
        )
    if part.state == PartState.ASKED and part.asked_for != now:
        raise Stale(
            "changed_meanwhile",
            _(
                "What is asked was changed after your colleague had asked you: send the part back, so that they read"
                " it and ask anew."
            ),
        )


def _attach(by: Actor, partner: Partner, letter: PartLetter | None) -> Attachment | None:
    """The letter, now a file of the dossier with what its seals came to."""
    if letter is None:
        return None
    names = ("file_name", "content_type", "size", "sha256", "storage_key")
    row = Attachment.objects.create(
        application_id=partner.application_id,
        organisation_id=partner.organisation_id,
        kind=AttachmentKind.COMMITMENT_LETTER,
        title=_("Commitment letter of %(name)s") % {"name": partner.organisation},
        uploaded_by_id=by.id,
        uploaded_at=letter.uploaded_at,
        **{name: getattr(letter, name) for name in names},
    )
    seals = [Seal(**{key: value for key, value in one.items() if key != "state"}) for one in letter.seals]
    note_seal(by, row, Verdict(SealState(letter.seal), letter.seal_provider, seals))
    return row


def _join(partner: Partner) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select districts_join(%s)", [partner.pk])


def decline(*, by: Actor, partner: Partner, why: str) -> Partner:
    """Decline for the joint applicant, with the reason. Raises NotAllowed, WrongState, DomainError."""
    with command(by, "applications.decline", partner) as act:
        if not why.strip():
            raise DomainError("partner_declines_with_reason", _("Say why the invitation is declined."), "why")
        act.to(partner, PARTNER)
        partner.declined_why, partner.answered_by_id, partner.answered_at = why, by.id, clock.now()
        partner.save()
        letters.declined(by=by, partner=partner, why=why)
        return act.record(partner, why)


def reconsider(*, by: Actor, partner: Partner, why: str) -> Partner:
    """Take the answer back while nothing was submitted on it; a signature that was asked for is off then.

    Raises NotAllowed, WrongState; DomainError without a reason, or after the submission.
    Side effects in order: the open sign-off is sent back and the dossier open again, a second district leaves, letter
    taken out, the part a draft again, notice to the unit.
    """
    with command(by, "applications.reconsider", partner) as act:
        if not why.strip():
            raise DomainError("reason", _("Say why: the unit reads it."), "why")
        reopened = _reopen(partner, why)
        letters.taken_back(by=by, partner=partner, why=why, reopened=reopened, parted=is_of_pair(partner))
        leave(partner)
        act.to(partner, PARTNER)
        letter = partner.letter_id
        partner.letter, partner.amount_committed, partner.declined_why = None, ZERO, ""
        partner.contribution = ""
        partner.answered_by_id = partner.answered_at = None
        partner.save()
        PartnerProject.objects.filter(partner=partner.pk).update(amount=ZERO)
        if letter is not None:
            take_out(by, Attachment.objects.filter(pk=letter))
        for part in Part.objects.select_for_update().filter(pk=partner.pk, state=PartState.CONFIRMED):
            part.state = PART.target(part.state, "reopen")
            part.asked_by_id = part.asked_at = part.confirmed_by_id = part.confirmed_at = None
            part.save()
        return act.record(partner, why)


def _reopen(partner: Partner, why: str) -> bool:
    """Whether a signature was asked for on what the partner takes back; it is off now."""
    if partner.state != "committed":
        return False
    with connection.cursor() as cursor:
        text = _("%(name)s takes its commitment back: %(why)s") % {"name": partner.organisation, "why": why}
        cursor.execute("select partner_reopens_sign_off(%s, %s)", [partner.pk, text[:2000]])
        row = cursor.fetchone()
    return bool(row and row[0])
