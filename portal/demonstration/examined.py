"""One dossier by the commands of the portal, all the way through its province: examined, returned with reasons, mended,
submitted again, examined anew and recommended under a joint letter. It shares an enterprise with another application
of the batch and has a project of nearly the same name, so that the search for the same has something to find.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, Final

from applications.checklist import points_of
from applications.domain import dossier, examination, matching, projects, recommendation, roster
from applications.enums import Answer, MatchKind, Side, Verdict
from applications.models import Application, Enterprise, Letter, Project
from applications.queries import current_snapshot, ground_of
from portal.core.files import Kept
from portal.demonstration.invent import MARK
from portal.demonstration.joint import sign
from portal.demonstration.people import Holders
from portal.demonstration.provinces import OPINIONS, body
from portal.demonstration.stage import acting, made
from portal.programme.models import Batch

MEND: Final = f"{MARK}标志性项目的资金来源未落实到年度，请补充说明。"
SEEN: Final = f"{MARK}已核对申报材料。"
QUICK: Final = (MatchKind.ENTERPRISE, MatchKind.PARTNER)
MORE: Final = f"\n{MARK}补充：标志性项目资金由企业自筹、银行贷款和地方配套共同保障，已落实到年度。"


def pass_through(
    row: Application, twin: Application, people: Holders, letter: Kept, at: datetime, moment: datetime
) -> None:
    """From a whole draft to a recommendation. twin: the application that is alike; at, moment: when it is submitted
    and when the province reads it.
    """
    drafter, signatory = (people[row.organisation.code, role][0] for role in ("drafter", "signatory"))
    row = sign(row, drafter, signatory, at)
    industry, finance = (people[body(side, row.province_id), "provincial_officer"][0] for side in Side)
    _return(row, industry, moment)
    _mend(row, twin, drafter, moment + timedelta(hours=3))
    row = sign(row, drafter, signatory, moment + timedelta(hours=6))
    _recommend(row, {Side.INDUSTRY: industry, Side.FINANCE: finance}, letter, moment + timedelta(hours=20))


def _answers(row: Application, side: Side, mend: int = -1) -> dict[str, examination.AnswerInput]:
    """All points of a department fulfilled, but for the one at place `mend`."""
    return {
        point.code: examination.AnswerInput(Answer.MEND, MEND)
        if place == mend
        else examination.AnswerInput(Answer.FULFILLED, SEEN)
        for place, point in enumerate(points_of(row, side))
    }


def _return(row: Application, officer: int, at: datetime) -> None:
    seen = made(current_snapshot(row))
    with acting(officer, at) as by:
        examination.examine(
            by=by, application=row, snapshot=seen, side=Side.INDUSTRY, answers=_answers(row, Side.INDUSTRY, mend=0)
        )
        what = recommendation.RecommendInput(seen, Side.INDUSTRY, Verdict.RETURN, OPINIONS[Verdict.RETURN])
        recommendation.recommend(by=by, application=row, what=what)


def _mend(row: Application, twin: Application, drafter: int, at: datetime) -> None:
    """The summary says more; an enterprise comes into the roster and a project gets another name, both as in `twin`."""
    with acting(drafter, at) as by:
        row = Application.objects.select_related("batch__rule_set").get(pk=row.pk)
        said = {one.name: getattr(row, one.name) for one in fields(dossier.BasicsInput)}
        what = dossier.BasicsInput(**said | {"summary": row.summary + MORE})
        dossier.edit_basics(by=by, application=row, what=what, version=row.version)
        shared = _share(row, twin)
        roster.add_enterprise(by=by, application=row, what=shared, ground=ground_of(row))
        mine, theirs = (
            made(Project.objects.filter(application=one, is_landmark=False).order_by("pk").first())
            for one in (row, twin)
        )
        kept: dict[str, Any] = {one.name: getattr(mine, one.name, None) for one in fields(projects.ProjectInput)}
        named = {"name": f"{theirs.name}（二期）", "enterprise_name": theirs.enterprise_name}
        projects.change_project(by=by, project=mine, what=projects.ProjectInput(**kept | named), version=mine.version)


def _share(row: Application, twin: Application) -> roster.EnterpriseInput:
    """The first enterprise of the twin's roster, as one of the focus industries of `row`."""
    theirs = Enterprise.objects.filter(application=twin).order_by("credit_code")[0]
    own = Enterprise.objects.filter(application=row).order_by("credit_code")[0]
    values: dict[str, Any] = {one.name: getattr(theirs, one.name, None) for one in fields(roster.EnterpriseInput)}
    return roster.EnterpriseInput(**values | {"industry": own.industry_id})


def _recommend(row: Application, officers: dict[Side, int], file: Kept, at: datetime) -> None:
    """The industry department brings the letter; both answer their checklists and recommend, in the first place."""
    seen = made(current_snapshot(row))
    letter: Letter | None = None
    for place, (side, officer) in enumerate(officers.items()):
        with acting(officer, at + timedelta(hours=place)) as by:
            if letter is None:
                number = f"演示工信联〔{at.year}〕{row.batch_id}号"
                brought = examination.LetterInput(number, at.date(), file)
                letter = examination.bring_letter(by=by, application=row, what=brought)
            what = recommendation.RecommendInput(
                seen, side, Verdict.RECOMMEND, OPINIONS[Verdict.RECOMMEND], letter, 1, _answers(row, side)
            )
            found = Application.objects.select_related("batch__rule_set", "unit").get(pk=row.pk)
            recommendation.recommend(by=by, application=found, what=what)


def find_alike(batch: Batch, officer: int, at: datetime) -> None:
    """Compare the applications of the batch by what is quickly compared; an officer's click compares all kinds."""
    for kind in QUICK:
        with acting(officer, at) as by:
            matching.match(by=by, batch=batch, kind=kind)
