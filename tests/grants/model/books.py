"""The same acts through the commands: money on its way there, and what is decided about it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests import factories_grants as make
from tests.grants.model.done import Model
from tests.grants.model.papers import REDUCED, Paper

INVOICES = tuple(f"{place:020}" for place in (11, 12))
WRONG = ("auditor", "miit", "other_maker", "other_checker")


class Books:
    """Enters and decides as the right person; while `instead` is set, as that wrong one."""

    def __init__(self, world: Any, people: list[dict[str, Any]]) -> None:
        self.applications = [world.application, world.other]
        self.people = people
        self.count = 0
        self.instead = ""

    def paper(self, file: Any = None) -> Any:
        """A document with a number of its own."""
        self.count += 1
        return make.paper(f"财建〔2026〕{self.count}号", file=file)

    def as_(self, unit: int, role: str) -> AbstractContextManager[Any]:
        """Act as the holder of the role on the way of the unit's money."""
        if self.instead.startswith("other"):
            return make.acting(self.people[1 - unit][self.instead.replace("other", "unit")])
        return make.acting(self.people[unit][self.instead or role])

    def fresh(self, model: Model, unit: int) -> Any:
        """The award's row as it stands, which the ministry sees."""
        award = model.award(unit) or next(iter(model.of("award", unit)))
        with make.acting(self.people[unit]["mof"]):
            award.row.refresh_from_db()
        return award.row

    def project(self, model: Model, unit: int) -> Any:
        """The first project of a unit."""
        from grants.models import GrantProject

        with make.acting(self.people[unit]["mof"]):
            rows = GrantProject.objects.filter(award=model.standing(unit).row).select_related("award__batch__rule_set")
            return rows.order_by("pk").first()

    def award(self, model: Model, unit: int, amount: Decimal) -> Any:
        from applications.models import Application
        from grants.domain import awards

        with make.acting(self.people[unit]["mof"]):
            row = Application.objects.select_related("batch__rule_set").get(pk=self.applications[unit])
        with self.as_(unit, "mof_maker") as by:
            return awards.enter_award(by=by, application=row, what=awards.AwardInput(amount, self.paper(make.pdf())))

    def change(self, model: Model, unit: int, amount: Decimal) -> Any:
        from grants.domain import award_changes

        award = self.fresh(model, unit)
        with self.as_(unit, "mof_maker") as by:
            what = award_changes.AwardChangeInput(amount, "another amount", self.paper(make.pdf()))
            return award_changes.enter_award_change(by=by, award=award, what=what)

    def agree(self, model: Model, change: Paper) -> Any:
        from grants.domain import award_changes

        with self.as_(change.unit, "miit") as by:
            return award_changes.agree_award_change(by=by, award_change=change.row)

    def issue(self, model: Model, unit: int, tranche: int, amount: Decimal) -> Any:
        from grants.domain import issues
        from grants.enums import Tranche

        award = self.fresh(model, unit)
        with self.as_(unit, "mof_maker") as by:
            what = issues.IssueInput(Tranche(tranche), amount, self.paper(make.pdf()))
            return issues.enter_issue(by=by, award=award, what=what)

    def issue_paper(self, model: Model, tranche: int, *amounts: Decimal) -> Any:
        from grants.domain import issue_papers
        from grants.enums import Tranche
        from grants.models import Issue

        awards = {unit: self.fresh(model, unit) for unit, amount in enumerate(amounts) if amount}
        lines = [issue_papers.LineInput(row.pk, amounts[unit]) for unit, row in awards.items()]
        with make.acting(self.people[0]["mof"]):
            batch = next(iter(awards.values())).batch
        with self.as_(0, "mof_maker") as by:
            what = issue_papers.IssuePaperInput(
                Tranche(tranche), lines, sum(amounts, Decimal(0)), self.paper(make.pdf())
            )
            made = issue_papers.enter_issue_paper(by=by, batch=batch, what=what)
            return made, {unit: Issue.objects.get(paper=made, award=row) for unit, row in awards.items()}

    def receive(self, model: Model, issue: Paper) -> Any:
        from grants.domain import issues

        with self.as_(issue.unit, "province_maker") as by:
            return issues.receive(by=by, issue=issue.row, received_on=make.today())

    def pass_on(self, model: Model, issue: Paper, amount: Decimal) -> Any:
        from grants.domain import issues

        with self.as_(issue.unit, "province_maker") as by:
            issue.row.refresh_from_db()
            what = issues.PassOnInput(amount, make.today(), self.paper(), "passed on in parts")
            return issues.enter_pass_on(by=by, issue=issue.row, what=what)

    def arrive(self, model: Model, pass_on: Paper) -> Any:
        from grants.domain import arrivals

        with self.as_(pass_on.unit, "unit_checker") as by:
            pass_on.row.refresh_from_db()
            return arrivals.confirm_arrival(by=by, pass_on=pass_on.row, arrived_on=make.today())

    def pay(self, model: Model, unit: int, amount: Decimal, invoice: int | None) -> Any:
        from grants.domain import payments
        from grants.models import PaymentRequest

        number = INVOICES[invoice] if invoice is not None else ""
        asked = make.request_rows(self.people[unit], self.project(model, unit), str(amount), invoice=number)
        with self.as_(unit, "unit_maker") as by:
            request = PaymentRequest.objects.get(pk=asked)
            return payments.enter_payment(by=by, request=request, paper=self.paper(make.pdf()))

    def hold(self, model: Model, unit: int) -> Any:
        from grants.domain import holds

        project = self.project(model, unit)
        what = holds.HoldInput("national", "A fund", "F 7", Decimal("5.00"), "By audit.", make.pdf("found.pdf"))
        with self.as_(unit, "unit_checker") as by:
            return holds.raise_hold(by=by, project=project, what=what)

    def judge(self, model: Model, unit: int, who: str, word: str) -> Any:
        from grants.domain import holds

        with self.as_(unit, who) as by:
            return holds.judge_hold(by=by, hold=model.holds[unit].row, word=word, why="looked into")

    def assess(self, model: Model, unit: int, how: str) -> Any:
        from grants.domain import awards
        from grants.enums import Result

        more: dict[str, Any] = {
            "rectify": {"rectify_what": "mend", "rectify_by": make.today() + timedelta(days=30)},
            "reduced": {"second_limit": REDUCED},
            "for_good": {"for_good": True},
        }.get(how, {})
        result = {"reduced": "passed", "for_good": "failed"}.get(how, how)
        award = self.fresh(model, unit)
        with self.as_(unit, "miit") as by:
            what = awards.AssessmentInput(Result(result), make.today(), self.paper(), **more)
            return awards.enter_assessment(by=by, award=award, what=what)

    def mend(self, model: Model, result: Paper) -> Any:
        from grants.domain import rectifying

        with make.acting(self.people[result.unit]["mof"]):
            row = type(result.row).objects.select_related("award").get(pk=result.row.pk)
        with self.as_(result.unit, "miit") as by:
            what = rectifying.RectificationInput(make.today(), "mended", self.paper())
            return rectifying.enter_rectification(by=by, assessment=row, what=what)
