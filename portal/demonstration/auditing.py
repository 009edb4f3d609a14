"""An audit of the paying round by the national office: a team of three, a lead that is taken up, a sample, findings.

By the commands alone: a draft, one that waits for the reply of a province, one that a unit has to rectify by a day, one
that a second and a third auditor followed up and closed; a lead that is open and one that was dismissed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile

from grants.models import GrantProject, PassOn, Payment
from portal.accounts.models import Organisation
from portal.audit.findings import objects
from portal.audit.findings.domain import answering, engagements, findings, raising
from portal.audit.findings.enums import Grade, Outcome, Stance
from portal.audit.instruments.analyses import ANALYSES
from portal.audit.instruments.domain import leads, samples
from portal.audit.models import Engagement, Finding, Lead, Sample
from portal.core import clock
from portal.core.scope import Actor
from portal.demonstration.invent import MARK
from portal.demonstration.money import PAYING, Payer
from portal.demonstration.stage import acting

if TYPE_CHECKING:
    from portal.demonstration.build import Ground

OFFICE: Final = "SJ"
LATENESS, ROUND = "late_pass_on", "round_amounts"
# The invented payments are whole tens of thousands: every unit is found, however few it paid.
ANY_ROUND: Final = {"step": Decimal(10_000), "share": Decimal(50), "payments": Decimal(1)}
# Days before today on which things were done; a term for a reply that was given then still runs today.
BEGAN, DREW, SHOWN, REPLIED, ORDERED, REPORTED, FOLLOWED, CLOSED = 26, 22, 16, 13, 12, 8, 5, 2
REPLY_DAYS: Final = 20
TERM: Final = 45
UNTESTED: Final = 3
LAW: Final = "《中华人民共和国预算法》"


@dataclass
class Audit:
    """The team (lead, second, third), what it looks into, and the papers and people it meets."""

    team: list[int]
    held: Engagement
    payer: Payer
    on: Ground

    def text(self, title: str, found: str, grade: Grade, advice: str, **more: Any) -> findings.TextInput:
        """The text of a finding, marked as invented."""
        words = {"law": f"{LAW}（2018年修正）", "article": "第五十七条"} | more
        return findings.TextInput(
            title=f"{MARK}{title}", text=f"{MARK}{found}", grade=grade, advice=f"{MARK}{advice}", **words
        )


def show(payer: Payer, on: Ground) -> None:
    """Show all of it, where the round has a unit that was paid: once, for a large demonstration has several rounds."""
    known = on.people.get((OFFICE, "auditor"), [])
    team = [*known[:1], *known[1:][-2:]]  # the second and the third came last
    payments = Payment.objects.filter(award__batch=payer.batch, unit=PAYING, state="confirmed").order_by("pk")
    paid = list(payments.select_related("grant_project")[:2])
    if len(team) < 3 or not paid:
        return
    with acting(team[0], clock.now()):
        if Engagement.objects.exists():
            return
    audit = Audit(team, _engagement(payer, team), payer, on)
    _from_leads(audit)
    _from_sample(audit, _sample(audit))
    _rectifying(audit, paid[0])
    _closed(audit, paid[-1].grant_project)


def _days_ago(days: int, hours: int = 0) -> datetime:
    return clock.now() - timedelta(days=days, hours=-hours)


def _engagement(payer: Payer, team: list[int]) -> Engagement:
    """Planned and started by its lead, over the batch in the whole country, with two colleagues."""
    year = clock.today().year
    office = Organisation.objects.get(code=OFFICE).pk
    with acting(team[0], _days_ago(BEGAN)) as by:
        what = engagements.EngagementInput(
            title=f"{MARK}{year}年新型技术改造城市试点奖补资金专项审计",
            notice_no=f"审财通〔{year}〕9{payer.batch.number:02}号",
            objectives=f"{MARK}核实奖补资金是否按期足额拨付、是否专款专用，支付依据是否真实完整。",
            period_from=datetime(year - 1, 1, 1, tzinfo=clock.SHANGHAI).date(),
            period_to=datetime(year, 12, 31, tzinfo=clock.SHANGHAI).date(),
            batches=[payer.batch.number],
            reply_days=REPLY_DAYS,
        )
        row = engagements.plan(by=by, what=what)
        for person in team[1:3]:
            engagements.add_member(by=by, engagement=row, person=person, organisation=office)
        return engagements.start(by=by, engagement=row)


def _from_leads(audit: Audit) -> None:
    """A late pass-on is taken up and shown to its province; of two units with round amounts one lead is dismissed."""
    with acting(audit.team[1], _days_ago(DREW)) as by:
        late, round_ones = _leads(by, LATENESS, 1), _leads(by, ROUND, 2, **ANY_ROUND)
    for lead in late:
        _late_pass_on(audit, lead)
    for lead in round_ones[1:]:
        why = f"{MARK}已调阅合同与分期付款约定，金额为合同约定的整数，不属于异常。"
        with acting(audit.team[1], _days_ago(SHOWN)) as by:
            leads.dismiss_lead(by=by, lead=lead, why=why)


def _leads(by: Actor, name: str, most: int, **values: Decimal) -> list[Lead]:
    """Leads of the first lines of an analysis, with what it proposes as its parameters where nothing else is given."""
    analysis = ANALYSES[name]
    asked = {one.name: values.get(one.name, one.default) for one in analysis.parameters}
    result = leads.keep_analysis(by=by, analysis=analysis, found=leads.look(by=by, analysis=analysis, values=asked))
    # What was passed on late comes before what still lies with its province.
    lines = sorted(result.lines, key=lambda line: str(line["key"]).startswith("issue:"))
    return [leads.make_lead(by=by, result=result, key=line["key"]) for line in lines[:most]]


def _late_pass_on(audit: Audit, lead: Lead) -> None:
    with acting(audit.team[0], _days_ago(SHOWN)) as by:
        about = objects.thing(by, *(objects.at_address(lead.url) or ("", "")))
        if about is None:
            return
        body = Organisation.objects.get(kind="provincial_finance", province=about.province).pk
        passed = PassOn.objects.filter(pk=about.id).first() if about.type == "grants.passon" else None
        what = audit.text(
            "奖补资金未在30日内拨付",
            "省级财政收到中央奖补资金后，未在三十日内拨付到试点城市。",
            Grade.SERIOUS,
            "说明滞留原因，明确责任，并完善资金拨付内部流程。",
            article="第五十二条",
            amount=passed.amount if passed else None,
        )
        row = raising.take_up(
            by=by, lead=lead, engagement=audit.held, about=about, body=body, what=what, is_shared=True
        )
        findings.show(by=by, finding=row)


def _sample(audit: Audit) -> Sample:
    """A random sample of the round's payments, kept; its last items have no result yet."""
    at, of_batch = _days_ago(DREW, 2), {"field": "batch", "op": "is", "value": str(audit.payer.batch.number)}
    with acting(audit.team[0], at) as by:
        what = samples.SampleInput(
            name=f"{MARK}第{audit.payer.batch.number}批支付随机抽样",
            method="random",
            source="payments",
            tree={"join": "all", "groups": [{"join": "all", "conditions": [of_batch]}]},
            as_of=at,
            confidence=Decimal(90),
            tolerable=Decimal(15),
            seed=f"demonstration-{audit.payer.batch.number}",
        )
        row = samples.draw_sample(by=by, what=what)
    with acting(audit.team[0], _days_ago(DREW - 3)) as by:
        for place in range(1, row.size - UNTESTED + 1):
            book = Decimal(row.items[place - 1]["amount"])
            wrong = place == 1
            samples.keep_result(
                by=by,
                sample=row,
                place=place,
                found="wrong" if wrong else "right",
                audited=(book * Decimal("0.9")).quantize(Decimal("0.01")) if wrong else None,
                note=f"{MARK}验收单数量少于发票数量，多付部分无依据。" if wrong else "",
            )
    return row


def _from_sample(audit: Audit, sample: Sample) -> None:
    """The item in error is a draft finding, which the team alone reads."""
    if sample.size <= UNTESTED:
        return
    item = sample.items[0]
    with acting(audit.team[0], _days_ago(DREW - 4)) as by:
        about = objects.thing(by, "grants.payment", item["key"])
        if about is None:
            return
        body = Organisation.objects.get(kind="unit_finance", unit=about.unit).pk
        what = audit.text(
            "支付金额大于验收数量对应的价款",
            "抽查的支付凭证中，发票数量大于验收单数量，差额部分没有支付依据。",
            Grade.MINOR,
            "补充验收依据，或收回多付的款项。",
            amount=(Decimal(item["amount"]) * Decimal("0.1")).quantize(Decimal("0.01")),
        )
        raising.raise_from_item(by=by, sample=sample, place=1, engagement=audit.held, about=about, body=body, what=what)


def _replied(audit: Audit, row: object, what: findings.TextInput) -> Finding:
    """A finding on something of the paying unit that was shown with evidence and accepted by the unit."""
    unit = Organisation.objects.get(kind="unit_finance", unit=PAYING)
    with acting(audit.team[0], _days_ago(SHOWN)) as by:
        about = objects.thing(by, row._meta.label_lower, str(row.pk))  # type: ignore[attr-defined]
        if about is None:
            raise RuntimeError(f"{row} is no object of a finding.")
        found = raising.raise_on(by=by, engagement=audit.held, about=about, body=unit.pk, what=what, is_shared=True)
        findings.show(by=by, finding=found)
    with acting(audit.payer.treasury(f"CZ{PAYING}").checker, _days_ago(REPLIED)) as by:
        said = answering.AnswerInput(f"{MARK}情况属实，已组织核查，将按要求整改。", Stance.ACCEPTED)
        answering.reply(by=by, finding=found, what=said)
    with acting(audit.team[0], _days_ago(ORDERED)) as by:
        found.refresh_from_db()
        due = clock.today() + timedelta(days=TERM)
        return findings.order(by=by, finding=found, due_on=due)


def _rectifying(audit: Audit, payment: Payment) -> None:
    """A payment before its milestone: the unit has to rectify it by a day that is to come."""
    what = audit.text(
        "设备到货节点未达到即付款",
        "付款申请所依据的设备到货节点尚无验收资料，款项已经支付。",
        Grade.SERIOUS,
        "补齐到货验收资料；不能补齐的，收回款项。",
        amount=payment.amount,
    )
    _replied(audit, payment, what)


def _closed(audit: Audit, project: GrantProject) -> None:
    """Incomplete records of a project: rectified with proof, followed up by the second, closed by the third."""
    what = audit.text(
        "项目台账不完整",
        "项目合同、发票、付款凭证未按项目归集，支持资金使用情况不能逐笔核对。",
        Grade.MINOR,
        "按项目建立台账并报送。",
    )
    row = _replied(audit, project, what)
    with acting(audit.payer.treasury(f"CZ{PAYING}").checker, _days_ago(REPORTED)) as by:
        proof = SimpleUploadedFile("项目台账（演示）.pdf", audit.payer.voucher, "application/pdf")
        done = answering.AnswerInput(f"{MARK}已按项目建立台账，合同、发票、凭证归集完毕。", files=[proof])
        answering.report(by=by, finding=row, what=done)
    with acting(audit.team[1], _days_ago(FOLLOWED)) as by:
        row.refresh_from_db()
        text = f"{MARK}现场核对十笔凭证，台账与凭证一致。"
        findings.follow_up(by=by, finding=row, outcome=Outcome.MENDED, text=text)
    with acting(audit.team[2], _days_ago(CLOSED)) as by:
        row.refresh_from_db()
        findings.close(by=by, finding=row, why=f"{MARK}整改到位，证明材料齐全，同意销号。")
