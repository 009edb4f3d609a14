"""Money of a round that pays, by the commands of the portal: awards, issues, pass-ons, payments, and a few troubles.

Provinces receive their money by one document over several units. The troubles: a pass-on that came late, one that is
overdue, one in parts, an issue that waits for its checker, a payment that was refused, one that waits for its checker,
a project at which other national money was found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from applications.enums import Side
from applications.models import Application
from grants.domain import arrivals, awards, issue_papers, issues, payments
from grants.domain.papers import Paper
from grants.enums import Tranche
from grants.enums_paying import Ground as RefusalGround
from grants.models import Award, GrantProject, Issue, PassOn
from portal.core import clock
from portal.core.files import Kept
from portal.core.money import to_fen
from portal.demonstration import bank, paying
from portal.demonstration.invent import MARK, MILLION
from portal.demonstration.provinces import body
from portal.demonstration.stage import acting
from portal.programme.models import Batch

if TYPE_CHECKING:
    from portal.demonstration.build import Ground

LATE, OVERDUE, UNCHECKED, UNISSUED, FOUND = 3, 7, 11, 13, 17
# Units whose tranche is issued by one document; the money of the first of them is passed on in parts.
TOGETHER: Final = (4, 5, 6, 8, 9, 10)
PART: Final = Decimal("0.60")
# The cast's own: Quanzhou's issue waits for Fujian, Xiamen pays and has a payment to check.
WAITING: Final = "350500"
PAYING: Final = "350200"


@dataclass(frozen=True)
class Treasury:
    """Maker and checker of one finance body."""

    maker: int
    checker: int


class Payer:
    """Moves the money of one batch."""

    def __init__(self, batch: Batch, on: Ground, at: datetime) -> None:
        self.batch, self.on, self.at = batch, on, at
        with default_storage.open(on.voucher.storage_key) as file:
            self.voucher = file.read()
        self.mof = self.treasury("MOF")

    def treasury(self, code: str) -> Treasury:
        """Maker and checker of a finance body."""
        people = self.on.people
        return Treasury(people[code, "finance_maker"][0], people[code, "finance_checker"][0])

    def _province(self, code: str) -> Treasury:
        return self.treasury(body(Side.FINANCE, code))

    def paper(self, number: str, at: datetime, *, with_file: bool = False) -> Paper:
        """A paper of the day, with the invented voucher as its file where it needs one."""
        kept: Kept = self.on.voucher
        file = SimpleUploadedFile(kept.file_name, self.voucher, kept.content_type) if with_file else None
        return Paper(f"{number}（演示）", at.date(), file)

    def award(self, row: Application, place: int, at: datetime) -> Award:
        """Enter and confirm the award of a unit."""
        what = awards.AwardInput(
            row.amount_asked, self.paper(f"财建〔{at.year}〕9{self.batch.number:02}{place:02}号", at, with_file=True)
        )
        with acting(self.mof.maker, at) as by:
            award = awards.enter_award(by=by, application=row, what=what)
        with acting(self.mof.checker, at + timedelta(hours=5)) as by:
            return awards.confirm_award(by=by, award=award)

    def issue(
        self, award: Award, place: int, at: datetime, *, tranche: Tranche = Tranche.FIRST, checked: bool = True
    ) -> Issue:
        """Enter a whole tranche and confirm it."""
        amount = issues.tranche_left(award, tranche)
        number = f"财建〔{at.year}〕9{self.batch.number:02}{place + 50:02}号"
        with acting(self.mof.maker, at) as by:
            what = issues.IssueInput(tranche, amount, self.paper(number, at, with_file=True))
            issue = issues.enter_issue(by=by, award=award, what=what)
        if checked:
            with acting(self.mof.checker, at + timedelta(days=1)) as by:
                issues.confirm_issue(by=by, issue=issue)
        return issue

    def issue_together(self, awards: Sequence[Award], at: datetime) -> list[Issue]:
        """Enter and confirm one document that issues the first tranche to several units; gives its lines."""
        lines = [issue_papers.LineInput(row.pk, issues.tranche_left(row, Tranche.FIRST)) for row in awards]
        paper = self.paper(f"财建〔{at.year}〕9{self.batch.number:02}90号", at, with_file=True)
        what = issue_papers.IssuePaperInput(
            Tranche.FIRST, lines, sum((line.amount for line in lines), Decimal(0)), paper
        )
        with acting(self.mof.maker, at) as by:
            made = issue_papers.enter_issue_paper(by=by, batch=self.batch, what=what)
        with acting(self.mof.checker, at + timedelta(days=1)) as by:
            issue_papers.confirm_issue_paper(by=by, issue_paper=made)
            return list(Issue.objects.filter(paper=made).order_by("province_id", "unit_id"))

    def receive(self, issue: Issue, at: datetime) -> None:
        """The province records that the money arrived."""
        with acting(self._province(issue.province_id).maker, at) as by:
            issues.receive(by=by, issue=issue, received_on=at.date())

    def arrived(self, pass_on: PassOn, at: datetime) -> None:
        """The unit's bureau confirms that a pass-on came."""
        with acting(self.treasury(f"CZ{pass_on.unit_id}").maker, at) as by:
            arrivals.confirm_arrival(by=by, pass_on=pass_on, arrived_on=at.date())

    def pass_on(self, issue: Issue, at: datetime, note: str = "", share: Decimal = Decimal(1)) -> PassOn:
        """The province passes all of it on, or a share with a reason."""
        treasury = self._province(issue.province_id)
        with acting(treasury.maker, at) as by:
            amount = to_fen(issue.amount * share)
            what = issues.PassOnInput(amount, at.date(), self.paper(f"省财〔{at.year}〕{issue.pk}号", at), note)
            row = issues.enter_pass_on(by=by, issue=issue, what=what)
        with acting(treasury.checker, at + timedelta(hours=4)) as by:
            return issues.confirm_pass_on(by=by, pass_on=row)

    def pay(self, project: GrantProject, share: Decimal, number: int, at: datetime, end: str = "confirm") -> None:
        """Pay a share of the approved support. end: confirm, refuse or wait."""
        amount = (project.approved_support * share / MILLION).quantize(Decimal("0.01")) * MILLION
        if amount:
            self.pay_amount(project, amount, number, at, end)

    def pay_amount(
        self, project: GrantProject, amount: Decimal, number: int, at: datetime, end: str = "confirm"
    ) -> None:
        """Pay so many yuan to a project, where its plan names the payee. number: which payment; end: as in `pay`."""
        treasury = self.treasury(f"CZ{project.unit_id}")
        with acting(treasury.maker, at) as by:
            paper = self.paper(f"支付{at:%Y%m}-{project.pk}-{number}", at, with_file=True)
            proof = self.paper("证明", at, with_file=True).file
            request = paying.asked(by=by, project=project, amount=amount, number=number, evidence=proof)
            if request is None:
                return
            row = payments.enter_payment(by=by, request=request, paper=paper)
        with acting(treasury.checker, at + timedelta(hours=20)) as by:
            if end == "confirm":
                payments.confirm_payment(by=by, payment=row)
            elif end == "refuse":
                why = f"{MARK}发票与合同金额不一致，请核对后重新录入。"
                payments.refuse_payment(by=by, payment=row, ground=RefusalGround.INVOICE, why=why)


def pay_out(batch: Batch, on: Ground, at: datetime) -> Payer:
    """Award every selected unit, issue the first tranche, pass it on and pay projects; gives who paid."""
    payer = Payer(batch, on, at)
    chosen = Application.objects.filter(batch=batch, state="selected").select_related("batch__rule_set", "unit")
    together: list[Award] = []
    for place, row in enumerate(chosen.order_by("province_id", "unit_id"), start=1):
        award = payer.award(row, place, payer.at + timedelta(hours=place))
        if place in TOGETHER and row.unit_id not in (PAYING, WAITING):
            together.append(award)
        else:
            _unit(payer, row, award, place)
    if together:
        _units(payer, together)
    bank.import_statement(batch, PAYING, payer.treasury(f"CZ{PAYING}").maker)
    return payer


def _units(payer: Payer, awards: Sequence[Award]) -> None:
    """Units of one document: the first gets its money in parts and lately, the others all and confirm its arrival."""
    now = clock.now()
    for place, issue in enumerate(payer.issue_together(awards, now - timedelta(days=30))):
        received = now - timedelta(days=26)
        payer.receive(issue, received)
        if place == 0:
            why = f"{MARK}试点单位专户尚在办理变更，其余资金待变更完成后拨付。"
            payer.pass_on(issue, received + timedelta(days=8), why, PART)
            continue
        passed = received + timedelta(days=10 + place)
        row = payer.pass_on(issue, passed)
        payer.arrived(row, passed + timedelta(days=2))
        _projects(
            payer, list(GrantProject.objects.filter(award_id=issue.award_id).order_by("pk")[:2]), passed, once=True
        )


def _unit(payer: Payer, row: Application, award: Award, place: int) -> None:
    at = payer.at + timedelta(hours=place)
    now = clock.now()
    if row.unit_id not in (PAYING, WAITING) and place == UNISSUED:
        return
    if row.unit_id not in (PAYING, WAITING) and place == UNCHECKED:
        payer.issue(award, place, now - timedelta(days=1), checked=False)
        return
    late_start = place == OVERDUE or row.unit_id == WAITING
    issued = now - timedelta(days=48 if place == OVERDUE else 20) if late_start else at + timedelta(days=3)
    issue = payer.issue(award, place, issued)
    received = issued + timedelta(days=4)
    payer.receive(issue, received)
    if late_start:
        return
    is_late = place == LATE and row.unit_id != PAYING
    passed = received + timedelta(days=47 if is_late else 9 + place % 17)
    arrived = payer.pass_on(issue, passed, f"{MARK}省级预算调整程序延误。" if is_late else "")
    if place % 3 != 1:
        payer.arrived(arrived, passed + timedelta(days=3))
    projects = list(GrantProject.objects.filter(award=award).order_by("pk"))
    _projects(payer, projects, passed)
    if place == FOUND and row.unit_id != PAYING:
        at = clock.now() - timedelta(days=1)
        with acting(payer.on.mof, at) as by:
            paying.found(by=by, project=projects[-1], evidence=payer.paper("证明", at, with_file=True).file)


def _projects(payer: Payer, projects: Sequence[GrantProject], passed: datetime, *, once: bool = False) -> None:
    """Pay the projects of a unit by turns. once: a first payment each, soon after the money came."""
    for place, project in enumerate(projects):
        first = passed + (timedelta(days=4 + place) if once else timedelta(days=20 + 7 * place))
        payer.pay(project, Decimal("0.25"), 1, first)
        if once:
            continue
        if place % 2 == 0:
            payer.pay(project, Decimal("0.15"), 2, first + timedelta(days=45))
    last = projects[-1]
    if last.unit_id == PAYING and not once:
        payer.pay(last, Decimal("0.10"), 3, clock.now() - timedelta(days=2), end="refuse")
        payer.pay(last, Decimal("0.08"), 4, clock.now() - timedelta(hours=30), end="wait")
