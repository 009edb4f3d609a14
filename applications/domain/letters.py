"""Notices about an application: to its unit, to joint applicants, and to whoever acts on it next."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications import times
from applications.enums import ApplicationState, PartnerState
from applications.models import Application, Partner
from portal.accounts.enums import MIIT, MOF, Role
from portal.core.errors import Text
from portal.core.scope import Actor
from portal.notifications.inbox import holder_or_colleagues, notify, recipients, recipients_of
from portal.programme.models import PilotUnit

_PARTNER_ROLES: Final = (Role.SOE_OFFICER, Role.DRAFTER, Role.SIGNATORY)
_WITH_MINISTRIES: Final = (
    ApplicationState.RECOMMENDED,
    ApplicationState.SCREENING,
    ApplicationState.CORRECTION,
    ApplicationState.IN_REVIEW,
    ApplicationState.DEFENCE,
    ApplicationState.RESERVE,
    ApplicationState.PUBLICITY,
)

_GAVE_UP: Final = {
    ApplicationState.RESERVE.value: _("%(unit)s gives up its place in reserve: it moves up no more."),
    ApplicationState.PUBLICITY.value: _("%(unit)s gives up its place and has left the published list."),
}


def _to_partner(by: Actor, partner: Partner, text: Text, url: str, **words: Any) -> None:
    notify(recipients(*_PARTNER_ROLES, code=partner.organisation.code), text, by=by, url=url, **words)


def _to_unit(by: Actor, partner: Partner, text: Text, route: str, **words: Any) -> None:
    url = reverse(f"applications:{route}", args=[partner.application_id])
    names: dict[str, Any] = {"name": partner.organisation, **words}
    notify(recipients(Role.DRAFTER, Role.SIGNATORY, unit=partner.unit_id), text, by=by, url=url, **names)


def invited(*, by: Actor, partner: Partner, unit: PilotUnit) -> None:
    """The unit invites."""
    url = reverse("applications:part", args=[partner.pk])
    until = times.due(partner.application)
    text = _("%(unit)s invites your organisation to apply together.")
    if until is not None:
        text = _(
            "%(unit)s invites your organisation to apply together: answer before the dossier is due, on %(until)s."
        )
    _to_partner(by, partner, text, url, unit=unit, until=until or "")


def withdrawn(*, by: Actor, partner: Partner, unit: PilotUnit, why: str) -> None:
    """The unit takes its invitation back."""
    text = _("%(unit)s has withdrawn its invitation: %(why)s")
    _to_partner(by, partner, text, reverse("applications:parts"), unit=unit, why=why[:300])


def task_changed(*, by: Actor, partner: Partner, unit: PilotUnit) -> None:
    """The unit says anew what it asks."""
    text = _("%(unit)s has changed what it asks of your organisation: read it before you answer.")
    _to_partner(by, partner, text, reverse("applications:part", args=[partner.pk]), unit=unit)


def asked_anew(*, by: Actor, partner: Partner, unit: PilotUnit) -> None:
    """What the unit asks has changed while a second person was asked to confirm the part."""
    text = _(
        "%(unit)s has changed what it asks of your organisation. Your part waited for a second person and is with you"
        " again: read what is asked now, then ask anew."
    )
    _to_partner(by, partner, text, reverse("applications:part", args=[partner.pk]), unit=unit)


def part_sent_back(*, by: Actor, partner: Partner, asker: int | None, why: str) -> None:
    """A second person wants changes first: who asked hears of it, or their colleagues once they have left."""
    if asker is None:
        return
    people = holder_or_colleagues(asker, *_PARTNER_ROLES, code=partner.organisation.code)
    text = _("%(person)s has sent the part in the application of %(unit)s back to be changed: %(why)s")
    url = reverse("applications:part", args=[partner.pk])
    notify(people, text, by=by, url=url, person=by.name, unit=partner.unit, why=why[:300])


def asked(*, by: Actor, partner: Partner) -> None:
    """One person of the partner asks another to confirm."""
    url = reverse("applications:part", args=[partner.pk])
    text = _("%(person)s asks a second person of your organisation to confirm the part in the application of %(unit)s.")
    _to_partner(by, partner, text, url, person=by.name, unit=partner.unit)


def committed(*, by: Actor, partner: Partner) -> None:
    """The partner has committed itself."""
    _to_unit(by, partner, _("%(name)s has committed itself in your application."), "partners")


def declined(*, by: Actor, partner: Partner, why: str) -> None:
    """The partner declines."""
    _to_unit(by, partner, _("%(name)s declines to apply together: %(why)s"), "partners", why=why[:300])


def taken_back(*, by: Actor, partner: Partner, why: str, reopened: bool, parted: bool) -> None:
    """The partner takes its answer back; when the signature was asked for, that is off. parted: of two districts."""
    text = _("%(name)s takes its answer back: %(why)s")
    if parted:
        text = _("%(name)s leaves the joint dossier, which is the first district's own again: %(why)s")
    elif reopened:
        text = _("%(name)s takes its commitment back, so the dossier is open again and must be signed anew: %(why)s")
    _to_unit(by, partner, text, "detail", why=why[:300])


def sign_off_asked(*, by: Actor, application: Application) -> None:
    """A drafter asks for the signature."""
    text = _("%(person)s asks for a signature under the application of %(unit)s.")
    url = reverse("applications:sign_off", args=[application.pk])
    people = recipients(Role.SIGNATORY, unit=application.unit_id)
    notify(people, text, by=by, url=url, person=by.name, unit=application.unit)


def sent_back(*, by: Actor, application: Application, why: str) -> None:
    """A signatory wants changes first."""
    text = _("The application of %(unit)s was not signed and is with its drafters again: %(why)s")
    people = recipients(Role.DRAFTER, unit=application.unit_id)
    notify(people, text, by=by, url=_page(application), unit=application.unit, why=why[:300])


def submitted(*, by: Actor, application: Application) -> None:
    """The unit has submitted: its province decides."""
    until = times.province_due(application.batch)
    text = _("%(unit)s has submitted its application: both departments of the province decide.")
    if until is not None:
        text = _("%(unit)s has submitted its application: both departments of the province decide by %(until)s.")
    url = reverse("applications:recommend", args=[application.pk])
    people = recipients(Role.PROVINCIAL_OFFICER, province=application.province_id)
    notify(people, text, by=by, url=url, unit=application.unit, until=until or "")


def corrected(*, by: Actor, application: Application) -> None:
    """The unit has sent its correction: the ministries go on."""
    found = recipients_of(Role.OFFICER, codes=[MIIT, MOF])
    people = sorted({person for some in found.values() for person in some})
    text = _("%(unit)s has sent its correction: it is in screening again.")
    notify(people, text, by=by, url=_page(application), unit=application.unit)


def province_decided(*, by: Actor, application: Application) -> None:
    """What the province's decision comes to, once it comes to something."""
    text = {
        ApplicationState.RETURNED: _(
            "The province has returned the application of %(unit)s: mend and submit it again by %(until)s."
        ),
        ApplicationState.RECOMMENDED: _("Both departments of the province recommend the application of %(unit)s."),
        ApplicationState.NOT_RECOMMENDED: _("The province does not recommend the application of %(unit)s."),
    }.get(ApplicationState(application.state))
    if text is None:
        return
    people = recipients(Role.DRAFTER, Role.SIGNATORY, unit=application.unit_id)
    notify(people, text, by=by, url=_page(application), unit=application.unit, until=application.mend_until or "")


def _page(application: Application) -> str:
    return reverse("applications:detail", args=[application.pk])


def recalled(*, by: Actor, application: Application, why: str) -> None:
    """The unit takes its submission back: who was to decide, who changes it now, and who is committed in it hear."""
    text = _("%(unit)s has taken its submission back, to change it and submit it again: %(why)s")
    people = recipients(Role.PROVINCIAL_OFFICER, province=application.province_id)
    own = recipients(Role.DRAFTER, Role.SIGNATORY, unit=application.unit_id)
    notify({*people, *own}, text, by=by, url=_page(application), unit=application.unit, why=why[:300])
    _to_partners(by, application, text, unit=application.unit, why=why[:300])


def application_withdrawn(*, by: Actor, application: Application, before: str) -> None:
    """The unit withdraws: those who were at work on it hear of it, its joint applicants always. before: its state."""
    text = _GAVE_UP.get(before, _("%(unit)s has withdrawn its application."))
    people: set[int] = set()
    if application.first_submitted_at is not None:
        people |= set(recipients(Role.PROVINCIAL_OFFICER, province=application.province_id))
    if before in _WITH_MINISTRIES:
        found = recipients_of(Role.OFFICER, codes=[MIIT, MOF])
        people |= {person for some in found.values() for person in some}
    notify(sorted(people), text, by=by, url=_page(application), unit=application.unit)
    _to_partners(by, application, text, unit=application.unit)


def _to_partners(by: Actor, application: Application, text: Text, **words: Any) -> None:
    for partner in application.partners.exclude(state=PartnerState.DECLINED).select_related("organisation"):
        _to_partner(by, partner, text, reverse("applications:part", args=[partner.pk]), **words)
