"""Acts of the unit on joint applicants: tell them, invite, change what is asked, withdraw."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from applications.domain import letters
from applications.domain.editing import editing
from applications.domain.files import take_out
from applications.enums import PartnerKind, PartnerRole
from applications.models import (
    Application,
    Attachment,
    DistrictPair,
    JointSummary,
    Partner,
    PartnerProject,
    Project,
)
from applications.states import PARTNER
from portal.accounts.enums import Kind
from portal.accounts.models import Organisation
from portal.core import clock
from portal.core.errors import DomainError, Stale
from portal.core.scope import Actor
from portal.programme.models import CentralSOE, PilotUnit

KIND_OF: dict[str, PartnerKind] = {
    Kind.CENTRAL_SOE: PartnerKind.SOE,
    Kind.UNIT_GOVERNMENT: PartnerKind.DISTRICT,
}


@dataclass(frozen=True)
class InviteInput:
    """Whom to invite, as what, what is asked of them, and in which projects they take part."""

    organisation: Organisation
    task: str
    role: str = PartnerRole.CO_APPLICANT
    projects: tuple[Project, ...] = field(default=())


@dataclass(frozen=True)
class TaskInput:
    """As what a partner takes part, what is asked of it, in which projects."""

    task: str
    role: str
    projects: tuple[Project, ...] = field(default=())


def tell(*, by: Actor, application: Application, text: str, version: int) -> Application:
    """Write what all joint applicants may read of the dossier. Raises NotAllowed, WrongState, Stale."""
    with editing(by, application, "partners", version):
        JointSummary.objects.update_or_create(application=application, defaults={"text": text})
    return application


def invite_partner(*, by: Actor, application: Application, what: InviteInput) -> Partner:
    """Invite a central SOE, or in a municipality a second district, into the dossier.

    Raises NotAllowed, WrongState; DomainError when it is invited already, is neither, has ended, or is a district that
    cannot apply together with this one. Side effect: a notice to the people of the organisation.
    """
    with editing(by, application, "partners") as act:
        kind = KIND_OF.get(what.organisation.kind)
        if kind is None or what.organisation.pk == application.organisation_id:
            text = _("Choose a central state-owned enterprise, or a second district.")
            raise DomainError("partner_kind_fits", text, "organisation")
        _refuse_ended(what.organisation)
        row = Partner.objects.create(
            application=application,
            batch_id=application.batch_id,
            unit_id=application.unit_id,
            province_id=application.province_id,
            kind=kind,
            organisation=what.organisation,
            role=what.role,
            task=what.task,
            invited_by_id=by.id,
            invited_at=clock.now(),
        )
        _set_projects(row, what.projects)
        letters.invited(by=by, partner=row, unit=application.unit)
        return act.record(row)


def _refuse_ended(organisation: Organisation) -> None:
    """Raise DomainError for what ended, with what follows it: the page that was open offers it still."""
    row: CentralSOE | PilotUnit | None
    if organisation.kind == Kind.CENTRAL_SOE:
        row = CentralSOE.objects.select_related("successor").filter(code=organisation.code).first()
    else:
        row = PilotUnit.objects.select_related("successor").filter(pk=organisation.unit).first()
    if row is None or not row.has_ended(clock.today()):
        return
    text = _("%(name)s has ended. Choose another.")
    if row.successor is not None:
        text = _("%(name)s has ended. Choose what follows it: %(follows)s.")
    raise DomainError("partner_has_ended", text % {"name": row, "follows": row.successor}, "organisation")


def change_task(*, by: Actor, partner: Partner, what: TaskInput, version: int) -> Partner:
    """Say anew what is asked, while the partner has not answered; `version` is the application's as it was read.

    Raises NotAllowed, WrongState, DomainError; Stale when the section was changed meanwhile, or the invitation is gone.
    Side effects where something else is asked now: a part that waits for its second person is to be asked anew, and a
    notice to the partner.
    """
    with editing(by, partner.application, "partners", version) as act:
        fresh = Partner.objects.select_for_update().filter(pk=partner.pk).first()
        if fresh is None:
            raise Stale("gone", _("Somebody removed this meanwhile."))
        if not PARTNER.can(fresh.state, "commit"):
            raise DomainError("partner_state", _("The joint applicant has answered already."), "task")
        before = _asked(fresh)
        fresh.task, fresh.role = what.task, what.role
        fresh.save(update_fields=["task", "role"])
        _set_projects(fresh, what.projects)
        back = ask_anew(by, partner.application)
        if fresh.pk not in back and _asked(fresh) != before:
            letters.task_changed(by=by, partner=fresh, unit=partner.application.unit)
        return act.record(fresh)


def _asked(partner: Partner) -> tuple[Any, ...]:
    projects = PartnerProject.objects.filter(partner=partner.pk).values_list("project", flat=True)
    return partner.task, partner.role, set(projects)


def ask_anew(by: Actor, application: Application) -> list[int]:
    """Send parts back that wait for a second person while something else is asked of them now; gives the partners.

    Inside an act on the dossier. The database finds them: the unit does not see the parts. Side effect: a notice to
    each of them.
    """
    why = _("What is asked of your organisation was changed: read it, then ask for the confirmation anew.")
    sql = "select p.id from applications_partner p where p.application_id = %s and partner_asks_anew(p.id, %s)"
    with connection.cursor() as cursor:
        cursor.execute(sql, [application.pk, why])
        back = [pk for (pk,) in cursor.fetchall()]
    for partner in Partner.objects.filter(pk__in=back).select_related("organisation"):
        letters.asked_anew(by=by, partner=partner, unit=application.unit)
    return back


def _set_projects(partner: Partner, projects: tuple[Project, ...]) -> None:
    """Exactly these projects; what is there already keeps its amount."""
    rows = PartnerProject.objects.filter(partner=partner.pk)
    rows.exclude(project__in=projects).delete()
    there = set(rows.values_list("project", flat=True))
    PartnerProject.objects.bulk_create(
        PartnerProject(
            application_id=partner.application_id,
            partner=partner,
            organisation_id=partner.organisation_id,
            project=project,
        )
        for project in projects
        if project.pk not in there
    )


def withdraw_partner(*, by: Actor, partner: Partner, why: str, seen: str = "") -> None:
    """Withdraw an invitation; the partner's part and letter leave the dossier, the trail keeps what it was.

    seen: the partner's answer that was read; Stale is raised when it gave another one meanwhile.

    A second district leaves the dossier, which is the first district's own again.
    Raises NotAllowed, WrongState; DomainError without a reason, for one's own district, or for a second district of
    the pair after the first submission.
    """
    with editing(by, partner.application, "partners") as act:
        stands = Partner.objects.select_for_update().filter(pk=partner.pk).values_list("state", flat=True).first()
        if stands is None or (seen and stands != seen):
            raise Stale("gone" if stands is None else "changed_meanwhile", _("Somebody changed this meanwhile."))
        if not why.strip():
            raise DomainError("reason", _("Say why: the joint applicant reads it in the trail."), "why")
        if partner.organisation_id in by.scope.organisations:
            text = _("Your own district leaves by taking its answer back, under “Joint applications”.")
            raise DomainError("partner_writes_its_part", text)
        act.why = _("Invitation of %(name)s withdrawn: %(why)s") % {"name": partner.organisation, "why": why}
        leave(partner)
        letters.withdrawn(by=by, partner=partner, unit=partner.application.unit, why=why)
        Partner.objects.filter(pk=partner.pk).delete()
        take_out(by, Attachment.objects.filter(application=partner.application, organisation=partner.organisation_id))


def is_of_pair(partner: Partner) -> bool:
    """Whether this is the second district of the two that apply as one; another one that was invited is not."""
    return DistrictPair.objects.filter(
        application=partner.application_id, second=partner.organisation_id, ended_at=None
    ).exists()


def leave(partner: Partner) -> None:
    """A second district that had joined leaves the dossier. Raises DomainError once a submission named both.

    What it gave does not stand any more, and it may answer anew (the database sees to it).
    """
    if not is_of_pair(partner):
        return
    if partner.application.first_submitted_at is not None:
        raise DomainError(
            "districts_submitted", _("Both districts have submitted together: withdraw the application instead.")
        )
    with connection.cursor() as cursor:
        cursor.execute("select districts_part(%s, %s)", [partner.application_id, partner.organisation_id])
        row = cursor.fetchone()
    if not row or not row[0]:
        raise DomainError("districts_join", _("The districts cannot be parted now."))
    fresh = Application.objects.filter(pk=partner.application_id).values("unit_id", "organisation_id").first()
    for name, value in (fresh or {}).items():  # who has left does not see it any more
        setattr(partner.application, name, value)
    partner.refresh_from_db(fields=["unit"])
