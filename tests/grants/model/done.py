"""What acts do to the model."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.grants.model.allowed import Allowed
from tests.grants.model.counting import Hold
from tests.grants.model.papers import ASKED, REDUCED, THEN, Paper, fitted


class Model(Allowed):
    """The money and what was decided about it."""

    def does(self, name: str, what: list[Any], row: Any) -> None:
        """Take an act over that was allowed. row: what it made in the database."""
        if (does := getattr(self, f"do_{name}", None)) is not None:
            does(*what, row=row)
        else:
            self._enter(name, *what, row=row)

    def _enter(self, kind: str, unit: int, amount: Decimal, *, row: Any, **more: Any) -> Paper:
        self.papers.append(Paper(kind, unit, amount, row, **more))
        return self.papers[-1]

    def do_change(self, unit: int, amount: Decimal, *, row: Any) -> None:
        self._enter("change", unit, amount, row=row, parent=self.award(unit))

    def do_agree(self, change: Paper, *, row: Any) -> None:
        change.agreed = True

    def do_issue(self, unit: int, tranche: int, amount: Decimal, *, row: Any) -> None:
        self._enter("issue", unit, amount, row=row, tranche=tranche)

    def do_issue_paper(self, tranche: int, *amounts: Decimal, row: Any) -> None:
        document, lines = row
        paper = self._enter("issue_paper", 0, sum(amounts, Decimal(0)), row=document)
        for unit, amount in enumerate(amounts):
            if amount:
                self._enter("issue", unit, amount, row=lines[unit], tranche=tranche, document=paper)

    def do_receive(self, issue: Paper, *, row: Any) -> None:
        issue.received = True

    def do_pass_on(self, issue: Paper, amount: Decimal, *, row: Any) -> None:
        self._enter("pass_on", issue.unit, amount, row=row, parent=issue)

    def do_arrive(self, pass_on: Paper, *, row: Any) -> None:
        pass_on.arrived = True

    def do_pay(self, unit: int, amount: Decimal, invoice: int | None, *, row: Any) -> None:
        self._enter("pay", unit, amount, row=row, invoice=invoice)

    def do_hold(self, unit: int, *, row: Any) -> None:
        self.holds[unit] = Hold(row)

    def do_judge(self, unit: int, who: str, word: str, *, row: Any) -> None:
        self.holds[unit].words[who] = word

    def do_assess(self, unit: int, how: str, *, row: Any) -> None:
        self._enter("assess", unit, Decimal(0), row=row, how=how, year=self.year)

    def do_mend(self, result: Paper, *, row: Any) -> None:
        self._enter("mend", result.unit, Decimal(0), row=row, parent=result)

    def do_give_back(self, unit: int, source: str, amount: Decimal, *, row: Any) -> None:
        self._enter("give_back", unit, amount, row=row, source=source)

    def do_collect(self, demand: Paper, source: str, amount: Decimal, *, row: Any) -> None:
        self._enter("collect", demand.unit, amount, row=row, parent=demand, source=source)

    def do_withdraw(self, demand: Paper, *, row: Any) -> None:
        demand.state = "withdrawn"

    def do_reverse(self, paper: Paper, *, row: Any) -> None:
        self._enter("reversal", paper.unit, paper.amount, row=row, parent=paper)

    def do_check(self, paper: Paper, confirm: bool, *, row: Any) -> None:
        for one in (paper, *self.of("issue", document=paper)):
            one.state = "confirmed" if confirm else "refused"
            if confirm:
                self.booked(one)

    def do_close(self, *, row: Any) -> None:
        """Carry over what the units have of the year that is closed."""
        self.closed = True
        for unit in (0, 1):
            left = max(
                Decimal(0), sum((amount for year, amount in self.units[unit] if year == THEN or amount < 0), Decimal(0))
            )
            self.carry[unit] += left
            self.units[unit].append((self.year, -left))

    def booked(self, paper: Paper) -> None:
        """What a confirmed paper does."""
        done = paper.year  # of a result: when it was entered
        paper.year = self.year
        if paper.kind == "pass_on":
            self.moved(paper, paper.amount)
        elif paper.kind == "pay":
            paper.carried = min(self.carry[paper.unit], paper.amount)
            self.carry[paper.unit] -= paper.carried
            self.moved(paper, paper.carried - paper.amount)
            self.lies[paper.unit]["project"] += paper.amount
        elif paper.kind == "reversal":
            self.taken_back(paper.parent)
        elif paper.kind == "award":
            paper.supports = fitted(ASKED[paper.unit], paper.amount)
        elif paper.kind == "change":
            paper.parent.amount = paper.amount
        elif paper.kind == "assess":
            paper.year = done
            if paper.how in {"passed", "reduced"}:
                self.passed[paper.unit] = REDUCED if paper.how == "reduced" else None
        elif paper.kind == "mend":
            self.passed[paper.unit] = None
        else:
            self.goes(paper)

    def moved(self, paper: Paper, amount: Decimal, *, back: bool = False) -> None:
        """What moves in or out of the account of a unit; what is taken back in its own year never moved at all."""
        rows = self.units[paper.unit]
        if back and paper.year == self.year:
            rows.remove((self.year, -amount))
        else:
            rows.append((self.year, amount))

    def goes(self, paper: Paper, sign: int = 1) -> None:
        """What use, return and recovery do; with -1, what taking them back does."""
        lies, amount = self.lies[paper.unit], sign * paper.amount
        if paper.kind == "spend":
            lies["project"] -= amount
            lies["used"] += amount
        elif paper.kind == "give_back":
            if paper.source == "unit":
                self.moved(paper, -amount, back=sign < 0)
            elif paper.source == "carry_over":
                self.carry[paper.unit] -= amount
            else:
                lies["back" if paper.source == "province" else "surplus"] -= amount
            lies["recovered" if paper.source == "province" else "back"] += amount
        elif paper.kind == "collect":
            if sign > 0:
                first = self.carry[paper.unit] if paper.source == "unit" else lies["project"]
                paper.carried = min(first, paper.amount)
            first, rest = sign * paper.carried, sign * (paper.amount - paper.carried)
            if paper.source == "unit":
                self.carry[paper.unit] -= first
                self.moved(paper, -rest, back=sign < 0)
            else:
                lies["project"] -= first
                lies["used"] -= rest
            lies["surplus"] += amount

    def taken_back(self, paper: Paper) -> None:
        """What a reversal does."""
        paper.state = "reversed"
        if paper.kind == "award":
            self.passed.pop(paper.unit, None)
            self.holds.pop(paper.unit, None)
            for kind in ("assess", "mend", "spend", "give_back", "demand", "collect", "match", "change"):
                for one in self.of(kind, paper.unit):
                    one.state = "gone"
        elif paper.kind == "pass_on":
            self.moved(paper, -paper.amount, back=True)
        elif paper.kind == "pay":
            self.carry[paper.unit] += paper.carried
            self.moved(paper, paper.amount - paper.carried, back=True)
            self.lies[paper.unit]["project"] -= paper.amount
        else:
            self.goes(paper, -1)
