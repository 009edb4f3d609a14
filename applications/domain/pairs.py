"""Two districts that apply as one: the signature of the district that does not submit."""

from __future__ import annotations

from django.utils.translation import gettext as _

from applications.models import Application, CoSignature, DistrictPair, SignOff
from applications.queries import open_sign_off
from portal.accounts.enums import Role
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError, WrongState
from portal.core.scope import Actor


def pair_of(application: Application) -> DistrictPair | None:
    """The pair whose application this is, or None when one applicant stands alone."""
    return application.pairs.filter(ended_at=None).select_related("first", "second").first()


def district_of(by: Actor, pair: DistrictPair) -> int | None:
    """The district for which this person signs, or None."""
    for district in (pair.first_id, pair.second_id):
        if by.post(Role.SIGNATORY, organisation=district) is not None:
            return district
    return None


def signed_districts(sign_off: SignOff) -> list[CoSignature]:
    """The districts that have signed what is asked for, without the one that submits."""
    return list(CoSignature.objects.filter(sign_off=sign_off).select_related("organisation", "person"))


def other_has_signed(by: Actor, pair: DistrictPair, sign_off: SignOff) -> bool:
    """Whether the other district has signed, so that this person's signature submits."""
    mine = district_of(by, pair)
    return any(
        row.organisation_id != mine and row.person_id != by.id and row.content_sha256 == sign_off.content_sha256
        for row in signed_districts(sign_off)
    )


def refuse_alone(by: Actor, application: Application, sign_off: SignOff) -> None:
    """Raise DomainError when two districts apply as one and the other one has not signed."""
    pair = pair_of(application)
    if pair is not None and not other_has_signed(by, pair, sign_off):
        text = _("Both districts sign: the other one has not signed yet.")
        raise DomainError("snapshot_needs_both_districts", text)


def co_sign(*, by: Actor, application: Application, sha256: str) -> CoSignature:
    """Sign for one of the two districts; the other district's signatory then submits.

    Raises NotAllowed; WrongState when nobody asks for a signature; DomainError when the dossier is no longer what was
    asked to be signed, or the district has signed.
    """
    with command(by, "applications.co_sign", application) as act:
        sign_off, pair = open_sign_off(application), pair_of(application)
        if sign_off is None or pair is None:
            raise WrongState("wrong_state", _("Nobody has asked for a signature, or it is signed already."))
        district = district_of(by, pair)
        if district is None:
            raise DomainError("co_signature_by_its_district", _("A signatory of one of the two districts signs."))
        if sha256 != sign_off.content_sha256:
            text = _("The dossier was changed after it was shown to you. The drafter must ask for sign-off anew.")
            raise DomainError("snapshot_is_what_was_signed", text)
        row = CoSignature.objects.create(
            application=application,
            sign_off=sign_off,
            organisation_id=district,
            content_sha256=sign_off.content_sha256,
            person_id=by.id,
            at=clock.now(),
        )
        act.record(application)
        return row
