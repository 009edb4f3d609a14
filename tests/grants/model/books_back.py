"""The same acts through the commands: use, matching money, money on its way back, corrections, and every checker."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from tests import factories_grants as make
from tests.grants.model.books import Books
from tests.grants.model.done import Model
from tests.grants.model.papers import THEN, Paper, level

# Of a kind: the module of its commands, what they call it, and who checks it (None: the level that entered it).
CHECKS: Final[dict[str, tuple[str, str, str | None]]] = {
    "award": ("awards", "award", "mof_checker"),
    "change": ("award_changes", "award_change", "mof_checker"),
    "issue": ("issues", "issue", "mof_checker"),
    "issue_paper": ("issue_papers", "issue_paper", "mof_checker"),
    "pass_on": ("issues", "pass_on", "province_checker"),
    "pay": ("payments", "payment", "unit_checker"),
    "reversal": ("reversals", "reversal", None),
    "spend": ("spending", "spending", "unit_checker"),
    "match": ("matching", "matching", "unit_checker"),
    "give_back": ("returns", "return", None),
    "demand": ("recoveries", "recovery", "mof_checker"),
    "collect": ("recoveries", "recovery_payment", "unit_checker"),
    "assess": ("awards", "assessment", "mof"),
    "mend": ("rectifying", "rectification", "mof"),
}


class AllBooks(Books):
    """Every act there is."""

    def spend(self, model: Model, unit: int, amount: Decimal) -> Any:
        from grants.domain import spending
        from grants.enums import Spent

        project = self.project(model, unit)
        with self.as_(unit, "unit_maker") as by:
            day = make.today()
            what = spending.SpendingInput(amount, "E", Spent.EQUIPMENT, "p", day, day, self.paper(make.pdf()))
            return spending.enter_spending(by=by, project=project, what=what)

    def match(self, model: Model, unit: int, amount: Decimal) -> Any:
        from grants.domain import matching
        from grants.enums import Matching

        award = self.fresh(model, unit)
        with self.as_(unit, "unit_maker") as by:
            what = matching.MatchingInput(2026, Matching.LOCAL, amount, make.today(), self.paper())
            return matching.enter_matching(by=by, award=award, what=what)

    def give_back(self, model: Model, unit: int, source: str, amount: Decimal) -> Any:
        from grants.domain import returns
        from grants.enums import GivenBack

        award = self.fresh(model, unit)
        with self.as_(unit, "province_maker" if source == "province" else "unit_maker") as by:
            what = returns.ReturnInput(GivenBack(source), amount, "r", self.paper())
            return returns.enter_return(by=by, award=award, what=what)

    def demand(self, model: Model, unit: int, amount: Decimal) -> Any:
        from grants.domain import recoveries
        from grants.enums import Ground

        award = self.fresh(model, unit)
        with self.as_(unit, "mof_maker") as by:
            due = make.today() + timedelta(days=30)
            what = recoveries.DemandInput(Ground.FAILED, amount, due, "r", self.paper())
            return recoveries.demand(by=by, award=award, what=what)

    def collect(self, model: Model, demand: Paper, source: str, amount: Decimal) -> Any:
        from grants.domain import recoveries

        project = self.project(model, demand.unit) if source == "project" else None
        with self.as_(demand.unit, "unit_maker") as by:
            demand.row.refresh_from_db()
            what = recoveries.CollectedInput(amount, self.paper(), project)
            return recoveries.enter_recovery_payment(by=by, recovery=demand.row, what=what)

    def withdraw(self, model: Model, demand: Paper) -> Any:
        from grants.domain import recoveries

        with self.as_(demand.unit, "mof_maker") as by:
            demand.row.refresh_from_db()
            what = recoveries.WithdrawalInput("w", self.paper())
            row = recoveries.enter_withdrawal(by=by, recovery=demand.row, what=what)
        with self.as_(demand.unit, "mof_checker") as by:
            return recoveries.confirm_withdrawal(by=by, withdrawal=row)

    def reverse(self, model: Model, paper: Paper) -> Any:
        from grants.domain import reversals
        from grants.models import Entry

        mine = {
            "pay": "payment",
            "spend": "spending",
            "collect": "recovery_payment",
            "give_back": "return_paper",
        }.get(paper.kind, paper.kind)
        kind = {"kind": "award"} if mine == "award" else {}
        with make.acting(self.people[paper.unit]["mof"]):
            entry = Entry.objects.get(**{mine: paper.row.pk}, **kind)
        with self.as_(paper.unit, f"{level(paper)}_maker") as by:
            return reversals.enter_reversal(by=by, entry=entry, what=reversals.ReversalInput("wrong", self.paper()))

    def close(self, model: Model) -> Any:
        from grants.domain import years

        with self.as_(0, "mof_maker") as by:
            row = years.enter_year_close(by=by, year=THEN, paper=self.paper())
        with self.as_(0, "mof_checker") as by:
            return years.confirm_year_close(by=by, year_close=row)

    def check(self, model: Model, paper: Paper, confirm: bool) -> Any:
        from importlib import import_module

        module, called, role = CHECKS[paper.kind]
        acts = import_module(f"grants.domain.{module}")
        row = {"return_paper" if called == "return" else called: paper.row}
        with self.as_(
            paper.unit, role or f"{level(paper.parent if paper.kind == 'reversal' else paper)}_checker"
        ) as by:
            if confirm:
                return getattr(acts, f"confirm_{called}")(by=by, **row)
            ground = {"ground": "other"} if paper.kind == "pay" else {}
            return getattr(acts, f"refuse_{called}")(by=by, **row, **ground, why="no")
