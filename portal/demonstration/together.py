"""How teams work on their dossiers: comments with mentions and answers, and what was mended after a return."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from django.db.models import F, Value
from django.db.models.functions import Concat

from applications.domain import comments
from applications.enums_sections import FundingSource
from applications.journey import TITLES
from applications.models import Application, Comment, FundingLine, Project
from portal.accounts.models import Organisation, User
from portal.demonstration.invent import MARK
from portal.demonstration.people import Holders
from portal.demonstration.stage import acting

# Section, what the signatory says (with the drafter's name), what the drafter answers (none: it is still open).
TALKS: Final = (
    ("projects", "@{name} {mark}请核对标志性项目的总投资与备案文件是否一致。", "已按备案文件核对。"),
    ("targets", "@{name} {mark}期末目标请与市工业和信息化局再确认一次。", ""),
    ("basics", "@{name} {mark}申请金额以市财政局意见为准。", "已与市财政局确认。"),
)


# What a mended project costs more; the enterprise pays it.
MORE: Final = Decimal(20_000_000)


def talk(rows: Sequence[Application], people: Holders, at: datetime) -> None:
    """Three threads on each dossier, by the commands of the portal: one resolved, one answered, one open."""
    bodies = dict(Organisation.objects.filter(pk__in={row.organisation_id for row in rows}).values_list("pk", "code"))
    names = dict(User.objects.filter(is_demonstration=True).values_list("pk", "name"))
    for row in rows:
        code = bodies[row.organisation_id]
        drafter, signatory = people[code, "drafter"][0], people[code, "signatory"][0]
        for place, (section, text, answer) in enumerate(TALKS):
            said = at + timedelta(hours=place)
            thread = _say(row, section, text.format(name=names[drafter], mark=MARK), signatory, said)
            if answer:
                _say(row, section, f"{MARK}{answer}", drafter, said + timedelta(hours=2), thread)
            if place == 0:
                with acting(signatory, said + timedelta(hours=5)) as by:
                    comments.resolve(by=by, comment=thread, title=TITLES[section])


def _say(
    row: Application, section: str, text: str, person: int, at: datetime, thread: Comment | None = None
) -> Comment:
    what = comments.CommentInput(section, text, TITLES[section], thread)
    with acting(person, at) as by:
        return comments.comment(by=by, application=row, what=what)


def mend(rows: Sequence[Application]) -> None:
    """What the province asked for: the summary says more, a project is larger, so that two submissions differ."""
    keys = [row.pk for row in rows]
    more = Value(f"\n{MARK}补充：标志性项目资金由企业自筹、银行贷款和地方配套共同保障，已落实到年度。")
    Application.objects.filter(pk__in=keys).update(summary=Concat(F("summary"), more))
    for key in keys:
        first = Project.objects.filter(application=key).order_by("pk").first()
        if first is not None:
            first.total_investment += MORE
            first.save(update_fields=["total_investment"])
            own = FundingLine.objects.filter(project=first, source=FundingSource.OWN)
            own.update(amount=F("amount") + MORE)
