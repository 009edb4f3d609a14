"""Which acts the rules of the programme allow."""

from __future__ import annotations

from decimal import Decimal

from tests.grants.model.counting import Counting
from tests.grants.model.papers import BUDGET, CAP, REDUCED, THEN, UNBOOKED, Paper


class Allowed(Counting):
    """Each act has its question."""

    def allows(self, act: str, *what: object) -> bool:
        """Whether the act is done, by the rules of the programme."""
        return bool(getattr(self, f"may_{act}")(*what))

    def may_award(self, unit: int, amount: Decimal) -> bool:
        return not self.of("award", unit) and amount <= CAP and self.sum("award") + amount <= BUDGET

    def may_change(self, unit: int, amount: Decimal) -> bool:
        award = self.award(unit)
        return award is not None and not self.of("change", parent=award, state="entered") and self.fits(award, amount)

    def fits(self, award: Paper, amount: Decimal) -> bool:
        """Whether an award may have this amount now."""
        unit = award.unit
        others = self.sum("award") - award.amount
        return (
            award.state == "confirmed"
            and amount not in {award.amount, Decimal(0)}
            and amount <= CAP
            and others + amount <= BUDGET
            and all(self.sum("issue", unit, tranche=one) <= self.most(amount, one) for one in (1, 2))
            and award.amount - amount <= self.held(unit, "central")
            and amount >= sum(award.supports)
        )

    def may_agree(self, change: Paper) -> bool:
        return change.state == "entered" and not change.agreed

    def may_issue(self, unit: int, tranche: int, amount: Decimal) -> bool:
        award = self.award(unit)
        if award is None or (tranche == 2 and unit not in self.passed):
            return False
        most = self.most(award.amount, tranche)
        if tranche == 2 and (left := self.passed[unit]) is not None:
            most = min(most, left)
        return self.sum("issue", unit, tranche=tranche) + amount <= most

    def may_issue_paper(self, tranche: int, *amounts: Decimal) -> bool:
        return all(self.may_issue(unit, tranche, amount) for unit, amount in enumerate(amounts) if amount)

    def may_receive(self, issue: Paper) -> bool:
        return issue.state == "confirmed" and not issue.received

    def may_pass_on(self, issue: Paper, amount: Decimal) -> bool:
        return issue.received and self.sum("pass_on", parent=issue) + amount <= issue.amount

    def may_arrive(self, pass_on: Paper) -> bool:
        return pass_on.state == "confirmed" and not pass_on.arrived

    def may_pay(self, unit: int, amount: Decimal, invoice: int | None) -> bool:
        if self.stopped(unit) or (invoice is not None and self.of("pay", invoice=invoice)):
            return False
        left = self.standing(unit).supports[0] - self.sum("pay", unit)
        return amount <= min(left, self.held(unit, "unit"))

    def may_hold(self, unit: int) -> bool:
        return not self.stopped(unit)

    def may_judge(self, unit: int, who: str, word: str) -> bool:
        return self.holds[unit].state == "open"

    def may_assess(self, unit: int, how: str) -> bool:
        done = self.of("assess", unit)
        if unit in self.passed or any(one.state == "entered" or one.how == "for_good" for one in done):
            return False
        return how != "reduced" or self.most(self.standing(unit).amount, 2) >= REDUCED

    def may_mend(self, result: Paper) -> bool:
        """In time: in the model a year lies between a result and what is mended later."""
        return self.still(result) and result.year == self.year and not self.of("mend", parent=result)

    def still(self, result: Paper) -> bool:
        """Whether a result that asks for a rectification is the newest, and open."""
        return result.state == "confirmed" and result.unit not in self.passed and self.newest(result.unit) is result

    def may_spend(self, unit: int, amount: Decimal) -> bool:
        return amount <= self.lies[unit]["project"] - self.sum("spend", unit, state="entered")

    def may_match(self, unit: int, amount: Decimal) -> bool:
        return True

    def may_give_back(self, unit: int, source: str, amount: Decimal) -> bool:
        return amount <= self.may_go_back(unit, source)

    def may_demand(self, unit: int, amount: Decimal) -> bool:
        lies = self.lies[unit]
        there = self.carry[unit] + self.of_the_unit(unit) + lies["project"] + lies["used"]
        return amount <= there - sum((self.open_of(one) for one in self.of("demand", unit)), Decimal(0))

    def may_collect(self, demand: Paper, source: str, amount: Decimal) -> bool:
        left = demand.amount - self.sum("collect", parent=demand)
        return demand.state == "confirmed" and amount <= min(left, self.collectable(demand.unit, source))

    def may_withdraw(self, demand: Paper) -> bool:
        return demand.state == "confirmed" and self.open_of(demand) > 0

    def may_reverse(self, paper: Paper) -> bool:
        return paper.state == "confirmed" and not self.of("reversal", parent=paper) and self.is_there(paper)

    def may_close(self) -> bool:
        booked = any(one.kind not in UNBOOKED and one.year == THEN for one in self.papers)
        return self.year > THEN and booked and not self.closed

    def may_check(self, paper: Paper, confirm: bool) -> bool:
        if paper.state != "entered":
            return False
        if not confirm:
            return True
        if paper.kind in {"reversal", "change", "mend"}:
            return {
                "reversal": lambda: self.is_there(paper.parent),
                "change": lambda: paper.agreed and self.fits(paper.parent, paper.amount),
                "mend": lambda: self.still(paper.parent),
            }[paper.kind]()
        if paper.kind == "issue_paper":
            return all(self.has(line) for line in self.of("issue", document=paper))
        return self.has(paper)

    def has(self, paper: Paper) -> bool:
        """Whether the money that a confirmed paper moves is there."""
        if paper.kind == "spend":
            return paper.amount <= self.lies[paper.unit]["project"]
        if paper.kind == "collect":
            wanted = self.collectable(paper.unit, paper.source)
            return paper.parent.state == "confirmed" and paper.amount <= wanted
        if paper.kind == "give_back":
            at = self.held(paper.unit, "province") if paper.source == "province" else None
            return paper.amount <= (self.at(paper.unit, paper.source) if at is None else at)
        place = {"issue": "central", "pass_on": "province", "pay": "unit"}.get(paper.kind)
        there = place is None or paper.amount <= self.held(paper.unit, place)
        return there and not (paper.kind == "pay" and self.stopped(paper.unit))
