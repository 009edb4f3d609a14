"""After approval, by the commands of the portal: a plan, a change that made its second version, one that waits."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from applications.domain import plans
from applications.models import Application, ChangeRequest
from applications.plans import FIELDS
from applications.queries import current_plan
from portal.demonstration.invent import MARK, MILLION
from portal.demonstration.people import Holders
from portal.demonstration.stage import acting, made

LARGER: Final = f"{MARK}市场需求增加，企业追加自筹投资，支持资金不变。"
LESS: Final = f"{MARK}项目建设内容压缩，相应调减支持资金。"
AGREED: Final = f"{MARK}变更理由充分，不增加中央财政资金。"


def change_twice(row: Application, people: Holders, miit: int, at: datetime) -> None:
    """Approve the plan of a selected unit; approve a change of it; leave a second one signed, for both ministries."""
    number = f"工信厅联规函〔{at.year}〕9{row.batch.number:02}"
    with acting(miit, at) as by:
        plans.approve_plan(by=by, application=row, document_no=f"{number}1号（演示）")
    first = _ask(row, people, at + timedelta(days=30), 0, "total_investment", 20 * MILLION, LARGER)
    with acting(miit, at + timedelta(days=40)) as by:
        what = plans.DecisionInput(approve=True, why=AGREED, document_no=f"{number}2号（演示）")
        plans.decide_change(by=by, change=ChangeRequest.objects.get(pk=first.pk), what=what)
    _ask(row, people, at + timedelta(days=60), 1, "support_asked", -MILLION, LESS)


def _ask(
    row: Application, people: Holders, at: datetime, place: int, name: str, more: Decimal, grounds: str
) -> ChangeRequest:
    """The drafter asks for another amount of the project at a place among those with support; the signatory signs."""
    drafter, signatory = (people[row.organisation.code, role][0] for role in ("drafter", "signatory"))
    with acting(drafter, at) as by:
        version = made(current_plan(row))
        supported = [one for one in json.loads(version.content)["projects"] if Decimal(one["support_asked"]) > MILLION]
        one: dict[str, Any] = supported[place]
        values = {key: one[key] for key in FIELDS} | {name: Decimal(one[name]) + more}
        change = plans.change_project(
            by=by, application=row, project=one["id"], what=plans.ProjectChange(values), grounds=grounds
        )
    with acting(signatory, at + timedelta(days=1)) as by:
        return plans.sign_change(by=by, change=ChangeRequest.objects.get(pk=change.pk))
