"""Acts on awards: enter, confirm (with the projects they support), refuse; the final assessment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Sum
from django.utils.translation import gettext as _

from applications.models import Application
from applications.queries import asking_projects
from grants.domain.papers import NotEnough, Paper, begin, checking, close, entered, kept, refuse, sealed
from grants.domain.support import fitted
from grants.enums import COUNTED, DocumentKind, Result
from grants.ledger import locks
from grants.models import Assessment, Award, GrantProject
from grants.numbers import is_well_formed, normal
from grants.states import ASSESSMENT, AWARD
from portal.accounts.enums import MIIT, MOF, Role
from portal.core import clock
from portal.core.commands import command, event_writer
from portal.core.errors import DomainError
from portal.core.money import FEN, ZERO
from portal.core.scope import Actor
from portal.programme.enums import BatchState
from portal.programme.models import Batch


@dataclass(frozen=True)
class AwardInput:
    """What an award says: amount in yuan, above zero, at most the cap; its paper."""

    amount: Decimal
    paper: Paper


@dataclass(frozen=True)
class AssessmentInput:
    """The result of a final assessment, the day, and its paper.

    rectify_what, rectify_by: what is to be mended until when, for a pass after rectification. second_limit: what is
    left of the second tranche where it is reduced (yuan). for_good: it failed, and the second tranche is refused.
    """

    result: Result
    assessed_on: date
    paper: Paper
    rectify_what: str = ""
    rectify_by: date | None = None
    second_limit: Decimal | None = None
    for_good: bool = False


def budget_left(batch: Batch) -> Decimal:
    """What the batch's budget still holds after the awards entered and confirmed (yuan)."""
    taken = Award.objects.filter(batch=batch, state__in=COUNTED).aggregate(sum=Sum("amount"))["sum"]
    return (batch.rule_set.budget if batch.rule_set else ZERO) - (taken or ZERO)


def numbered(paper: Paper) -> Paper:
    """The paper with its number put right. Raises DomainError beside `document_no` when it has not its form."""
    number = normal(paper.document_no)
    if not is_well_formed(number):
        text = _("Write the number like 工信部规函〔2025〕122号: agency, year, number.")
        raise DomainError("award_number_has_its_form", text, "document_no")
    return replace(paper, document_no=number)


def enter_award(*, by: Actor, application: Application, what: AwardInput) -> Award:
    """Enter the award of a unit of the final list, for MOF. Counts against the budget until it is refused.

    what.paper: the agreement or the letter that approves the plan; common slips in its number are put right.
    Raises NotAllowed; DomainError when the unit is not on the final list or has an award, above the cap, or for a
    number without its form or without its sealed file; NotEnough.
    """
    with command(by, "grants.enter_award", application, lock=False) as act:
        paper = sealed(numbered(what.paper))
        columns = entered(by=by, role=Role.FINANCE_MAKER, paper=paper, code=MOF)
        locks.batch(application.batch_id)
        rules = application.batch.rule_set
        if rules is not None and what.amount > (most := rules.grant_cap - granted_to_line(application)):
            raise _above_cap(rules.grant_cap, most)
        if what.amount > (left := budget_left(application.batch)):
            raise NotEnough(left)
        place = {"province": application.province_id, "unit": application.unit_id}
        row = Award(
            application=application,
            batch_id=application.batch_id,
            province_id=application.province_id,
            unit_id=application.unit_id,
            amount=what.amount,
            document=kept(by=by, paper=paper, kind=DocumentKind.AWARD, **place),
            **columns,
        )
        return begin(act, row)


def granted_to_line(application: Application) -> Decimal:
    """Yuan awarded in the batch to units before and after this one by law, and to itself: one cap is for all."""
    with connection.cursor() as cursor:
        cursor.execute("select award_of_kin(%s, %s, null)", [application.batch_id, application.unit_id])
        return Decimal(cursor.fetchone()[0])


def _above_cap(cap: Decimal, most: Decimal) -> DomainError:
    text = _("A unit gets at most %(most)s yuan.")
    if most < cap:
        text = _("A unit and those before and after it by law get at most %(most)s yuan; %(left)s of it are left.")
    words = {"most": f"{cap:,.2f}", "left": f"{max(most, Decimal(0)):,.2f}"}
    return DomainError("award_within_cap", text % words, "amount")


def confirm_award(*, by: Actor, award: Award) -> Award:
    """Confirm an award entered by another person of MOF.

    Side effects: the award is booked (appropriation to MOF); the projects of the plan that ask for support are
    kept with what is approved for them, scaled to fit the award, and the plan's indicators as its performance targets;
    with its first award the batch is running.
    Raises NotAllowed, WrongState.
    """
    with checking(by, "grants.confirm_award", award) as act:
        was_final = award.batch.state == BatchState.FINAL
        close(act, award, AWARD)
        _keep_projects(award)
        if was_final:
            batch = Batch.objects.get(pk=award.batch_id)
            event_writer()(
                by=by,
                act="grants.start_running",
                obj=batch,
                before={},
                after={"state": batch.state},
                why="",
                outcome="done",
            )
        return award


def _keep_projects(award: Award) -> None:
    share = award.batch.rule_set.project_support_share if award.batch.rule_set else Decimal(0)
    plan = list(asking_projects(award.application))
    most = [min(row.support_asked, (row.total_investment * share).quantize(FEN, "ROUND_DOWN")) for row in plan]
    for row, support in zip(plan, fitted(most, award.amount), strict=True):
        GrantProject.objects.create(
            award=award,
            project_id=row.project,
            version_id=row.version,
            plan_id=row.number,
            province_id=award.province_id,
            unit_id=award.unit_id,
            name=row.name,
            enterprise_name=row.enterprise_name,
            total_investment=row.total_investment,
            approved_support=support,
        )


def refuse_award(*, by: Actor, award: Award, why: str) -> Award:
    """Refuse an award with a reason; it may be entered anew. Raises NotAllowed, WrongState, DomainError."""
    return refuse(by=by, row=award, name="grants.refuse_award", machine=AWARD, why=why)


def enter_assessment(*, by: Actor, award: Award, what: AssessmentInput) -> Assessment:
    """Record the result of a final assessment for MIIT; MOF confirms it.

    It rests on the newest closed panel of the award, where there is one. Raises NotAllowed; DomainError when a result
    waits already, was passed or refused for good, lies in the future, or does not fit the panel's total.
    """
    with command(by, "grants.enter_assessment", award, lock=False) as act:
        if what.assessed_on > clock.today():
            raise DomainError("assessed_on", _("The day lies in the future."), "assessed_on")
        row = Assessment(
            award=award,
            province_id=award.province_id,
            unit_id=award.unit_id,
            result=what.result,
            assessed_on=what.assessed_on,
            rectify_what=what.rectify_what.strip(),
            rectify_by=what.rectify_by,
            second_limit=what.second_limit,
            for_good=what.for_good,
            document=kept(
                by=by,
                paper=what.paper,
                kind=DocumentKind.ASSESSMENT,
                province=award.province_id,
                unit=award.unit_id,
            ),
            **entered(by=by, role=Role.OFFICER, paper=what.paper, code=MIIT),
        )
        return begin(act, row)


def confirm_assessment(*, by: Actor, assessment: Assessment) -> Assessment:
    """Confirm the result for MOF. Passed, it opens the second tranche of the award. Raises NotAllowed, WrongState."""
    with checking(by, "grants.confirm_assessment", assessment) as act:
        return close(act, assessment, ASSESSMENT)


def refuse_assessment(*, by: Actor, assessment: Assessment, why: str) -> Assessment:
    """Refuse the recorded result with a reason. Raises NotAllowed, WrongState, DomainError."""
    return refuse(by=by, row=assessment, name="grants.refuse_assessment", machine=ASSESSMENT, why=why)
