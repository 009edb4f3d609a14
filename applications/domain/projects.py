"""Acts on projects of a dossier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any, Final

from django.db.models import Model
from django.utils.translation import gettext as _

from applications.domain.editing import editing
from applications.domain.rows import refuse_changed
from applications.enums import MoneyLevel
from applications.models import (
    Application,
    Enterprise,
    Project,
    ProjectApproval,
    ProjectEnterprise,
    ProjectMilestone,
    ProjectMoney,
)
from applications.sheets.sheet import Row
from portal.core.errors import DomainError, Stale
from portal.core.money import FEN, ZERO, in_percent
from portal.core.punctuation import listed
from portal.core.scope import Actor
from portal.programme.models import Industry, RuleSet


@dataclass(frozen=True)
class ProjectInput:
    """A project; money in yuan."""

    name: str
    mode: str
    industry: Industry
    enterprise_name: str
    total_investment: Decimal
    equipment_investment: Decimal
    support_asked: Decimal
    method: str
    other_national_money: bool
    other_money_note: str
    starts_on: date
    ends_on: date
    is_landmark: bool
    transformation_investment: Decimal = ZERO
    site: str = ""
    safety_record: str = ""
    # Credit codes of the enterprises taking part, in order; None leaves them as they are.
    codes: tuple[str, ...] | None = None

    def columns(self) -> dict[str, Any]:
        """What the project itself keeps, by its field."""
        return {name: value for name, value in vars(self).items() if name != "codes"}


def _refuse_against_rules(what: ProjectInput, rules: RuleSet | None) -> None:
    """Say in figures what the database would refuse by name."""
    if rules is None:
        return
    most = what.total_investment * rules.project_support_share
    if what.support_asked > most:
        raise DomainError(
            "project_support_within_share",
            _("At most %(share)s %% of the total investment may be asked: %(most)s yuan.")
            % {"share": in_percent(rules.project_support_share), "most": f"{most.quantize(FEN, ROUND_DOWN):,.2f}"},
            "support_asked",
        )
    if what.other_national_money and what.support_asked:
        raise DomainError(
            "project_not_supported_twice",
            _("A project with other national money may not be supported again: ask 0 for it."),
            "support_asked",
        )
    if what.is_landmark and what.total_investment <= rules.landmark_investment:
        raise DomainError(
            "project_landmark_is_large",
            _("A landmark project has a total investment of more than %(least)s yuan.")
            % {"least": f"{rules.landmark_investment:,.2f}"},
            "is_landmark",
        )


def add_project(*, by: Actor, application: Application, what: ProjectInput) -> Project:
    """Add a project. Raises NotAllowed, WrongState; DomainError when a rule of the batch forbids it."""
    with editing(by, application, "projects") as act:
        _refuse_foreign_industry(application, what)
        _refuse_against_rules(what, application.batch.rule_set)
        project = Project.objects.create(application=application, **what.columns())
        set_enterprises(project, what.codes)
        return act.record(project)


def change_project(*, by: Actor, project: Project, what: ProjectInput, version: int) -> Project:
    """Change a project; `version` is the project's own as it was read.

    Raises NotAllowed, WrongState; Stale when somebody changed or removed it meanwhile; DomainError as `add_project`.
    """
    application = project.application
    with editing(by, application, "projects") as act:
        fresh = _locked(project, version)
        _refuse_foreign_industry(application, what)
        _refuse_against_rules(what, application.batch.rule_set)
        for name, value in what.columns().items():
            setattr(fresh, name, value)
        fresh.version += 1
        fresh.save()
        set_enterprises(fresh, what.codes)
        return act.record(fresh)


def _locked(project: Project, version: int) -> Project:
    """The project, locked and fresh. Raises Stale when somebody changed or removed it since `version` was read."""
    fresh = Project.objects.select_for_update().filter(pk=project.pk).first()
    if fresh is None:
        raise Stale("gone", _("Somebody removed this project meanwhile."))
    if fresh.version != version:
        project.version = fresh.version
        raise Stale(
            "changed_meanwhile",
            _("%(name)s changed this project meanwhile. Compare, then save again what should stand.")
            % {"name": project.application.touched.get("projects", {}).get("name", "")},
        )
    return fresh


def set_enterprises(project: Project, codes: Sequence[str] | None) -> None:
    """Name the enterprises of the roster that take part. Raises DomainError for a code that is not in the roster."""
    if codes is None:
        return
    found = dict(
        Enterprise.objects.filter(application=project.application_id, credit_code__in=codes).values_list(
            "credit_code", "pk"
        )
    )
    missing = [code for code in codes if code not in found]
    if missing:
        text = _("These codes are not in the roster: %(codes)s. Add the enterprises first.")
        raise DomainError("not_in_roster", text % {"codes": listed(missing[:5])}, "codes")
    ProjectEnterprise.objects.filter(project=project).exclude(enterprise__in=found.values()).delete()
    ProjectEnterprise.objects.bulk_create(
        [
            ProjectEnterprise(application_id=project.application_id, project=project, enterprise_id=found[code])
            for code in codes
        ],
        ignore_conflicts=True,
    )


# What belongs to a project row by row: its name in addresses, and its model.
PARTS: Final[dict[str, type[Model]]] = {
    "money": ProjectMoney,
    "approvals": ProjectApproval,
    "milestones": ProjectMilestone,
}


def set_part(*, by: Actor, project: Project, part: str, rows: Sequence[dict[str, Any]], version: int) -> Project:
    """Write all rows of one part of a project anew, in order; `version` is the project's own as it was read.

    Raises NotAllowed, WrongState, Stale; DomainError when national money comes to a project that asks for support.
    Side effect: with national money the project says that it has other national money.
    """
    model = PARTS[part]
    with editing(by, project.application, "projects") as act:
        fresh = _locked(project, version)
        national = part == "money" and any(row["level"] == MoneyLevel.NATIONAL for row in rows)
        if national and fresh.support_asked:
            raise DomainError(
                "project_not_supported_twice",
                _("A project with other national money may not be supported again: ask 0 for it first."),
            )
        manager = model._default_manager
        manager.filter(project=fresh).delete()
        manager.bulk_create([model(application_id=fresh.application_id, project=fresh, **row) for row in rows])
        if national and not fresh.other_national_money:
            fresh.other_national_money = True
            fresh.other_money_note = fresh.other_money_note or str(rows[0]["fund"])
        fresh.version += 1
        fresh.save()
        return act.record(fresh)


def _refuse_foreign_industry(application: Application, what: ProjectInput) -> None:
    if not application.industries.filter(industry=what.industry).exists():
        raise DomainError(
            "industry_not_in_focus",
            _("A project belongs to one of the focus industries: add the industry first."),
            "industry",
        )


def remove_project(*, by: Actor, project: Project, version: int | None = None) -> None:
    """Take a project out, as it was read at `version`. Raises NotAllowed, WrongState, Stale."""
    with editing(by, project.application, "projects") as act:
        refuse_changed(project, version)
        act.why = _("Project “%(name)s” taken out") % {"name": project.name}
        if project.partners.exists():
            text = _("A joint applicant takes part in this project: take it out of its invitation first.")
            raise DomainError("project_has_partners", text)
        Project.objects.filter(pk=project.pk).delete()


def store_projects(application: Application, rows: Sequence[Row]) -> int:
    """Insert projects or bring them up to date by name; gives how many. Inside an act on the dossier.

    The rows were judged against the rules of the batch; what slips through the database refuses.
    """
    standing = {
        project.name: project for project in Project.objects.select_for_update().filter(application=application)
    }
    for row in rows:
        values = {name: value for name, value in row.items() if name not in ("codes", "industry")}
        project = standing.get(row["name"]) or Project(application=application, version=0)
        for name, value in values.items():
            setattr(project, name, value)
        project.industry_id = row["industry"]
        project.version += 1
        project.save()
        set_enterprises(project, row["codes"])
    return len(rows)
