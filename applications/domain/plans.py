"""After approval: approve the plan, ask for changes, sign, consent, decide.

The moment of each is written by the database; it is read back, so that the event says what stands.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import canonical, plans
from applications.enums import ChangeKind, ChangeState
from applications.models import Application, ChangeRequest, PlanVersion
from applications.queries import content_of, current_plan, current_snapshot
from applications.sections.base import named, plain
from applications.states import CHANGE
from portal.accounts.enums import MIIT, MOF, Role
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError, Stale
from portal.core.scope import Actor
from portal.notifications.inbox import notify, recipients, recipients_of
from portal.programme.models import Industry, PilotUnit


@dataclass(frozen=True)
class ProjectChange:
    """What a project would be: values by name (`plans.FIELDS`), money in yuan; industry only for a new one."""

    values: dict[str, Any]
    industry: Industry | None = None


@dataclass(frozen=True)
class DecisionInput:
    """MIIT's decision on a request: why, and the document when it approves."""

    approve: bool
    why: str
    document_no: str = ""


def approve_plan(*, by: Actor, application: Application, document_no: str) -> PlanVersion:
    """Approve the plan of a selected unit: what was submitted last becomes version 1.

    Raises NotAllowed; DomainError when the unit is not selected or its plan is approved already.
    """
    with command(by, "applications.approve_plan", application, lock=False) as act:
        seen = current_snapshot(application)
        if seen is None:
            raise DomainError("plan_version_in_turn", _("Nothing was submitted."))
        version = PlanVersion.objects.create(
            application=application,
            number=1,
            content=content_of(seen),
            sha256=seen.sha256,
            document_no=document_no,
            approved_by_id=by.id,
            at=clock.now(),
        )
        version.refresh_from_db(fields=["at"])
        _tell_unit(by, application, gettext_lazy("The implementation plan of %(unit)s is approved as version 1."))
        return act.record(version)


def add_project(
    *, by: Actor, application: Application, what: ProjectChange, grounds: str, version: int | None = None
) -> ChangeRequest:
    """Ask for one more project in the plan. Raises as `_ask`.

    version: number of the plan's version that was read (it may have got this project, or used up the unit's amount);
    Stale when another one stands. None is not compared.
    """
    assert what.industry is not None  # noqa: S101 - the form asks for it
    base = _base(application, version)
    contents = PlanVersion.objects.filter(application=application).order_by().values_list("content", flat=True)
    lowest = plans.lowest(json.loads(content) for content in contents)
    content = plans.added(_content(base), _values(what), industry=named(what.industry), lowest=lowest)
    return _ask(by, application, base, ChangeKind.ADD, content, what.values["name"], grounds)


def change_project(
    *,
    by: Actor,
    application: Application,
    project: int,
    what: ProjectChange,
    grounds: str,
    version: int | None = None,
) -> ChangeRequest:
    """Ask for other values of a project. Raises as `_ask`; DomainError when the plan has no such project.

    version: as for `add_project`.
    """
    base = _base(application, version)
    before = _project(base, project)
    content = plans.changed(_content(base), project, _values(what))
    return _ask(by, application, base, ChangeKind.CHANGE, content, before["name"], grounds)


def terminate_project(
    *, by: Actor, application: Application, project: int, grounds: str, version: int | None = None
) -> ChangeRequest:
    """Ask to end a project. Raises as `_ask`; DomainError when the plan has no such project; `version` as above."""
    base = _base(application, version)
    before = _project(base, project)
    content = plans.terminated(_content(base), project)
    return _ask(by, application, base, ChangeKind.TERMINATE, content, before["name"], grounds)


def follow_unit(
    *, by: Actor, application: Application, unit: PilotUnit, grounds: str, version: int | None = None
) -> ChangeRequest:
    """Ask to go on under the unit that follows an abolished one. Raises as `_ask`; `version` as above."""
    base = _base(application, version)
    content = plans.moved(_content(base), named(unit))
    return _ask(by, application, base, ChangeKind.UNIT, content, str(unit), grounds, new_unit=unit)


def _ask(
    by: Actor,
    application: Application,
    base: PlanVersion,
    kind: ChangeKind,
    content: plans.Content,
    subject: str,
    grounds: str,
    new_unit: PilotUnit | None = None,
) -> ChangeRequest:
    """Keep a request against the current version.

    Raises NotAllowed; DomainError without grounds, when another request is under way, nothing would change, support
    lies above its share or the unit's amount. Sums before and after are the database's.
    """
    with command(by, "applications.ask_change", application, lock=False) as act:
        if not grounds.strip():
            raise DomainError("change_has_grounds", _("Say on what grounds the plan changes."), "grounds")
        text = canonical.text(content)
        if canonical.digest(text) == base.sha256:
            raise DomainError("nothing_changes", _("Nothing would change: say what becomes different."))
        row = ChangeRequest.objects.create(
            application=application,
            number=application.changes.count() + 1,
            kind=kind,
            base=base,
            subject=subject[:200],
            new_unit=new_unit,
            proposed=text,
            proposed_sha256=canonical.digest(text),
            grounds=grounds,
            asked_by_id=by.id,
            asked_at=clock.now(),
        )
        row.refresh_from_db()
        asked = gettext_lazy("A change of the plan of %(unit)s waits for your signature: %(what)s.")
        _tell(by, row, _of_plan(application, Role.SIGNATORY), asked)
        return act.record(row)


def sign_change(*, by: Actor, change: ChangeRequest) -> ChangeRequest:
    """Sign a request for the unit; it goes to the ministries. Raises NotAllowed, WrongState; two people are needed."""
    with command(by, "applications.sign_change", change) as act:
        act.to(change, CHANGE, "sign")
        change.signed_by_id, change.signed_at = by.id, clock.now()
        change.save(update_fields=["state", "signed_by", "signed_at"])
        change.refresh_from_db(fields=["signed_at"])
        for code in (MIIT, MOF) if moves_money(change) else (MIIT,):
            _tell(
                by, change, recipients(Role.OFFICER, code=code), gettext_lazy("%(unit)s asks for a change: %(what)s.")
            )
        return act.record(change)


def moves_money(change: ChangeRequest) -> bool:
    """Whether the support of all projects together changes, so that MOF must consent."""
    return change.support_before != change.support_after


def agree_change(*, by: Actor, change: ChangeRequest) -> ChangeRequest:
    """MOF consents to a change that moves support money. Raises NotAllowed, DomainError when it is not asked."""
    with command(by, "applications.agree_change", change) as act:
        change.mof_by_id, change.mof_at = by.id, clock.now()
        change.save(update_fields=["mof_by", "mof_at"])
        change.refresh_from_db(fields=["mof_at"])
        return act.record(change)


def decide_change(*, by: Actor, change: ChangeRequest, what: DecisionInput) -> ChangeRequest:
    """MIIT approves or refuses a signed request.

    Side effects: approved, the database makes the next version of the plan (and lets the unit that follows go on);
    the unit gets a letter. Raises NotAllowed, WrongState; DomainError without a reason, a document, or MOF's consent.
    """
    with command(by, "applications.decide_change", change) as act:
        if not what.why.strip():
            raise DomainError("change_decided_in_words", _("A decision says why."), "why")
        if what.approve and not what.document_no.strip():
            raise DomainError("change_approved_by_document", _("Name the document of the approval."), "document_no")
        act.to(change, CHANGE, "approve" if what.approve else "refuse")
        change.decided_by_id, change.decided_at = by.id, clock.now()
        change.decision_why, change.document_no = what.why, what.document_no if what.approve else ""
        change.save(update_fields=["state", "decided_by", "decided_at", "decision_why", "document_no"])
        change.refresh_from_db(fields=["decided_at"])
        text = (
            gettext_lazy("The change of the plan of %(unit)s is approved: %(what)s.")
            if what.approve
            else gettext_lazy("The change of the plan of %(unit)s is refused: %(what)s.")
        )
        _tell(by, change, _of_plan(change.application, Role.DRAFTER, Role.SIGNATORY), text)
        return act.record(change, what.why)


def withdraw_change(*, by: Actor, change: ChangeRequest) -> ChangeRequest:
    """Take a request back before it is decided. Raises NotAllowed, WrongState."""
    with command(by, "applications.withdraw_change", change) as act:
        act.to(change, CHANGE, "withdraw")
        change.save(update_fields=["state"])
        return act.record(change)


def is_open(change: ChangeRequest) -> bool:
    """Whether the request still waits."""
    return change.state in (ChangeState.ASKED, ChangeState.SIGNED)


def _base(application: Application, version: int | None = None) -> PlanVersion:
    found = current_plan(application)
    if found is None:
        raise DomainError("no_plan", _("The plan is not approved yet."))
    if version is not None and version != found.number:
        text = _("The plan was changed meanwhile: version %(number)s stands now. Compare, then ask again.")
        raise Stale("changed_meanwhile", text % {"number": found.number})
    return found


def _content(version: PlanVersion) -> plans.Content:
    found: plans.Content = json.loads(version.content)
    return found


def _project(version: PlanVersion, project: int) -> plans.Content:
    found = plans.project_of(_content(version), project)
    if found is None:
        raise DomainError("no_project", _("The plan has no such project any more."))
    return found


def _values(what: ProjectChange) -> plans.Content:
    values = {key: plain(value) for key, value in what.values.items() if key in plans.FIELDS}
    for key in ("total_investment", "equipment_investment", "support_asked"):
        values[key] = f"{Decimal(values[key]):.2f}"
    if not Decimal(values["support_asked"]):
        values["method"] = ""
    return values


def _of_plan(application: Application, *roles: str) -> list[int]:
    """People of the unit, and of the one that goes on with its plan."""
    units = filter(None, (application.unit_id, application.successor_unit_id))
    return sorted(set().union(*recipients_of(*roles, units=units).values()))


def _tell_unit(by: Actor, application: Application, text: Any) -> None:
    people = _of_plan(application, Role.DRAFTER, Role.SIGNATORY)
    notify(people, text, by=by, url=reverse("applications:plan_approved", args=[application.pk]), unit=application.unit)


def _tell(by: Actor, change: ChangeRequest, people: list[int], text: Any) -> None:
    url = reverse("applications:change", args=[change.pk])
    notify(people, text, by=by, url=url, unit=change.application.unit, what=change.subject)
