"""Random acts on money against an exact model in Python: the same are done, the same refused, the books agree."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.core import clock
from tests import factories_grants as make
from tests.grants.raw import run

CAP, BUDGET, SHARE = Decimal("300000000.00"), Decimal("400000000.00"), Decimal("0.5")
AMOUNTS = st.sampled_from(
    [
        Decimal(text)
        for text in ("0.01", "99.99", "10000000.00", "50000000.00", "100000000.00", "150000000.01", "300000000.01")
    ]
)
WHICH = st.integers(0, 5)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("award"), st.integers(0, 1), AMOUNTS),
        st.tuples(st.just("issue"), st.integers(0, 1), st.sampled_from([1, 1, 1, 2]), AMOUNTS),
        st.tuples(st.just("receive"), WHICH),
        st.tuples(st.just("pass_on"), WHICH, AMOUNTS),
        st.tuples(st.just("pay"), st.integers(0, 1), AMOUNTS),
        st.tuples(st.just("assess"), st.integers(0, 1), st.booleans()),
        st.tuples(st.just("check"), WHICH, st.sampled_from([True, True, True, False])),
        st.tuples(st.just("reverse"), WHICH),
        st.tuples(st.just("next_year")),
        st.tuples(st.just("close")),
    ),
    min_size=12,
    max_size=40,
)


# The acts begin last year, which can be closed once the clock has gone over into this one.
NOW = make.today().year
THEN = NOW - 1
LEVELS = {"award": "mof", "issue": "mof", "pass_on": "province", "pay": "unit"}


def at(model):
    """The clock of the model's year."""
    return clock.at(datetime(THEN, 12, 1, 10, tzinfo=clock.SHANGHAI) if model.year == THEN else clock.now())


@dataclass
class Paper:
    """One paper of the model: what it is, its unit, its amount, its state, and the row in the database."""

    kind: str
    unit: int
    amount: Decimal
    row: object
    state: str = "entered"
    tranche: int = 0
    parent: object = None
    received: bool = False
    carried: Decimal = Decimal(0)
    year: int = 0


@dataclass
class Model:
    """The rules of money in the fewest words: amounts counted, limits compared."""

    papers: list[Paper] = field(default_factory=list)
    passed: set = field(default_factory=set)
    year: int = THEN
    closed: bool = False
    carry: list[Decimal] = field(default_factory=lambda: [Decimal(0), Decimal(0)])
    # What moved in and out of the account of each unit, with its year.
    units: list[list[tuple[int, Decimal]]] = field(default_factory=lambda: [[], []])

    def of(self, kind, unit=None, *, state=None, **where):
        return [
            one
            for one in self.papers
            if one.kind == kind
            and unit in (None, one.unit)
            and (one.state == state if state else one.state in {"entered", "confirmed"})
            and all(getattr(one, key) is value or getattr(one, key) == value for key, value in where.items())
        ]

    def sum(self, *args, **where):
        return sum((one.amount for one in self.of(*args, **where)), Decimal(0))

    def award(self, unit):
        return next(iter(self.of("award", unit, state="confirmed")), None)

    def held(self, unit, place):
        """What lies at a place of a unit's award: what came less what went on."""
        path = ["award", "issue", "pass_on", "pay"]
        step = {"central": 0, "province": 1, "unit": 2}[place]
        came, went = (self.sum(path[step + more], unit, state="confirmed") for more in (0, 1))
        return came - went

    def support(self, unit):
        return min(Decimal("20000000.00"), self.award(unit).amount)

    def allows(self, act, *what):
        """Whether the act is done, by the rules of the programme."""
        return getattr(self, f"may_{act}")(*what)

    def may_award(self, unit, amount):
        return not self.of("award", unit) and amount <= CAP and self.sum("award") + amount <= BUDGET

    def may_issue(self, unit, tranche, amount):
        award = self.award(unit)
        if award is None or (tranche == 2 and unit not in self.passed):
            return False
        first = (award.amount * SHARE).quantize(Decimal("0.01"), "ROUND_HALF_UP")
        most = first if tranche == 1 else award.amount - first
        return self.sum("issue", unit, tranche=tranche) + amount <= most

    def may_receive(self, issue):
        return issue.state == "confirmed" and not issue.received

    def may_pass_on(self, issue, amount):
        return issue.received and self.sum("pass_on", parent=issue) + amount <= issue.amount

    def may_pay(self, unit, amount):
        if self.award(unit) is None:
            return False
        left = self.support(unit) - self.sum("pay", unit)
        return amount <= min(left, self.held(unit, "unit"))

    def may_assess(self, unit, passed):
        waiting = self.of("assess", unit, state="entered")
        return self.award(unit) is not None and unit not in self.passed and not waiting

    def of_the_unit(self, unit):
        """What lies in the account of the unit itself, without what was carried over."""
        return sum((amount for _year, amount in self.units[unit]), Decimal(0))

    def is_there(self, paper):
        """Whether the money of a paper is still where it put it, and no later step rests on it."""
        if paper.kind == "award":
            return not self.of("issue", paper.unit)
        if paper.kind == "issue":
            return not self.of("pass_on", parent=paper) and paper.amount <= self.held(paper.unit, "province")
        return paper.kind == "pay" or paper.amount <= self.of_the_unit(paper.unit)

    def may_reverse(self, paper):
        return paper.state == "confirmed" and not self.of("reversal", parent=paper) and self.is_there(paper)

    def may_close(self):
        booked = any(one.kind != "assess" and one.year == THEN for one in self.papers)
        return self.year > THEN and booked and not self.closed

    def close(self):
        self.closed = True
        for unit in (0, 1):
            left = max(
                Decimal(0), sum((amount for year, amount in self.units[unit] if year == THEN or amount < 0), Decimal(0))
            )
            self.carry[unit] += left
            self.units[unit].append((self.year, -left))

    def booked(self, paper):
        """What a confirmed paper does to the account of its unit and to what was carried over."""
        paper.year = self.year
        if paper.kind == "pass_on":
            self.units[paper.unit].append((self.year, paper.amount))
        elif paper.kind == "pay":
            paper.carried = min(self.carry[paper.unit], paper.amount)
            self.carry[paper.unit] -= paper.carried
            self.units[paper.unit].append((self.year, paper.carried - paper.amount))
        elif paper.kind == "reversal":
            self.taken_back(paper.parent)

    def taken_back(self, paper):
        paper.state = "reversed"
        if paper.kind == "award":
            self.passed.discard(paper.unit)
            for one in self.of("assess", paper.unit):
                one.state = "gone"
        elif paper.kind == "pass_on":
            self.units[paper.unit].append((self.year, -paper.amount))
        elif paper.kind == "pay":
            self.carry[paper.unit] += paper.carried
            self.units[paper.unit].append((self.year, paper.amount - paper.carried))

    def may_check(self, paper, confirm):
        if paper.state != "entered":
            return False
        if paper.kind == "reversal":
            return not confirm or self.is_there(paper.parent)
        place = {"issue": "central", "pass_on": "province", "pay": "unit"}.get(paper.kind)
        return not confirm or place is None or paper.amount <= self.held(paper.unit, place)


class Books:
    """The same acts through the commands."""

    def __init__(self, world, people):
        self.applications = [world.application, world.other]
        self.people = people
        self.count = 0

    def paper(self, file=None):
        self.count += 1
        return make.paper(f"财建〔2026〕{self.count}号", file=file)

    def as_(self, unit, role):
        return make.acting(self.people[unit][role])

    def award(self, model, unit, amount):
        from applications.models import Application
        from grants.domain import awards

        with self.as_(unit, "mof_maker") as by:
            row = Application.objects.select_related("batch__rule_set").get(pk=self.applications[unit])
            return awards.enter_award(by=by, application=row, what=awards.AwardInput(amount, self.paper()))

    def issue(self, model, unit, tranche, amount):
        from grants.domain import issues
        from grants.enums import Tranche

        award = model.award(unit) or next(iter(model.of("award", unit)), None)
        with self.as_(unit, "mof_maker") as by:
            award.row.refresh_from_db()
            what = issues.IssueInput(Tranche(tranche), amount, self.paper())
            return issues.enter_issue(by=by, award=award.row, what=what)

    def receive(self, model, issue):
        from grants.domain import issues

        with self.as_(issue.unit, "province_maker") as by:
            return issues.receive(by=by, issue=issue.row, received_on=make.today())

    def pass_on(self, model, issue, amount):
        from grants.domain import issues

        with self.as_(issue.unit, "province_maker") as by:
            issue.row.refresh_from_db()
            what = issues.PassOnInput(amount, make.today(), self.paper(), "passed on in parts")
            return issues.enter_pass_on(by=by, issue=issue.row, what=what)

    def pay(self, model, unit, amount):
        from grants.domain import payments
        from grants.models import GrantProject, PaymentRequest

        with self.as_(unit, "unit_maker"):
            project = GrantProject.objects.filter(award=model.award(unit).row).order_by("pk").first()
        asked = make.request_rows(self.people[unit], project, str(amount))
        with self.as_(unit, "unit_maker") as by:
            request = PaymentRequest.objects.get(pk=asked)
            return payments.enter_payment(by=by, request=request, paper=self.paper(make.pdf()))

    def assess(self, model, unit, passed):
        from grants.domain import awards
        from grants.enums import Result

        award = model.award(unit)
        with self.as_(unit, "miit") as by:
            award.row.refresh_from_db()
            what = awards.AssessmentInput(Result.PASSED if passed else Result.FAILED, make.today(), self.paper())
            return awards.enter_assessment(by=by, award=award.row, what=what)

    def reverse(self, model, paper):
        from grants.domain import reversals
        from grants.models import Entry

        mine = {"award": "award", "issue": "issue", "pass_on": "pass_on", "pay": "payment"}[paper.kind]
        kind = {"kind": "award"} if mine == "award" else {}
        with self.as_(paper.unit, f"{LEVELS[paper.kind]}_maker") as by:
            entry = Entry.objects.filter(**{mine: paper.row.pk}, **kind).first() or Entry(kind=mine)
            return reversals.enter_reversal(by=by, entry=entry, what=reversals.ReversalInput("wrong", self.paper()))

    def close(self, model):
        from grants.domain import years

        with self.as_(0, "mof_maker") as by:
            row = years.enter_year_close(by=by, year=THEN, paper=self.paper())
        with self.as_(0, "mof_checker") as by:
            return years.confirm_year_close(by=by, year_close=row)

    def check(self, model, paper, confirm):
        from grants.domain import awards, issues, payments, reversals

        commands = {
            "award": (awards.confirm_award, awards.refuse_award, "award", "mof_checker"),
            "issue": (issues.confirm_issue, issues.refuse_issue, "issue", "mof_checker"),
            "pass_on": (issues.confirm_pass_on, issues.refuse_pass_on, "pass_on", "province_checker"),
            "pay": (payments.confirm_payment, payments.refuse_payment, "payment", "unit_checker"),
            "reversal": (
                reversals.confirm_reversal,
                reversals.refuse_reversal,
                "reversal",
                f"{LEVELS.get(getattr(paper.parent, 'kind', ''))}_checker",
            ),
            "assess": (awards.confirm_assessment, awards.refuse_assessment, "assessment", "mof"),
        }
        do, refuse, name, role = commands[paper.kind]
        with self.as_(paper.unit, role) as by:
            if confirm:
                return do(by=by, **{name: paper.row})
            ground = {"ground": "other"} if paper.kind == "pay" else {}
            return refuse(by=by, **{name: paper.row}, **ground, why="no")


def play(model, books, act):
    """One act on both sides; they agree on whether it is done."""
    from portal.core.errors import DomainError

    name, *what = act
    if name == "next_year":
        model.year = NOW
        return
    if name == "reverse":
        found = [one for one in model.papers if one.state == "confirmed" and one.kind in LEVELS]
        what[0] = found[what[0] % len(found)] if found else None
    if name in {"receive", "pass_on"}:
        found = model.of("issue")
        what[0] = found[what[0] % len(found)] if found else None
    elif name == "check":
        waiting = [one for one in model.papers if one.state == "entered"] or model.papers
        what[0] = waiting[what[0] % len(waiting)] if waiting else None
    missing = (what and what[0] is None) or (name == "issue" and not model.of("award", what[0]))
    if missing or (name in {"pay", "assess"} and model.award(what[0]) is None):
        return
    allowed = model.allows(name, *what)
    try:
        row = getattr(books, name)(model, *what)
    except DomainError as error:
        assert not allowed, (act, str(error))  # noqa: PT017 - both outcomes may be right; the model says which
        return
    assert allowed, act
    if name == "receive":
        what[0].received = True
    elif name == "close":
        model.close()
    elif name == "reverse":
        model.papers.append(Paper("reversal", what[0].unit, what[0].amount, row, parent=what[0]))
    elif name == "check":
        what[0].state = "confirmed" if what[1] else "refused"
        if what[1]:
            model.booked(what[0])
        if what[0].kind == "assess" and what[1] and what[0].amount:
            model.passed.add(what[0].unit)
    else:
        unit = what[0].unit if name == "pass_on" else what[0]
        amount = Decimal(what[1]) if name == "assess" else what[-1]
        parent, tranche = (what[0], 0) if name == "pass_on" else (None, what[1] if name == "issue" else 0)
        model.papers.append(Paper(name, unit, amount, row, parent=parent, tranche=tranche))


def compare(model, who):
    from grants.ledger.verifier import differences
    from grants.models import Account, Entry

    with make.acting(who["mof"]):
        for unit in (0, 1):
            award = model.award(unit)
            if award is None:
                continue
            rows = Account.objects.filter(award_id=award.row.pk, project=None)
            balances = {row.place: row.balance for row in rows}
            assert balances.pop("source") == -award.amount
            assert balances.pop("carry_over", 0) == model.carry[unit]
            assert balances.pop("unit") == model.of_the_unit(unit)
            assert model.carry[unit] + model.of_the_unit(unit) == model.held(unit, "unit")
            assert balances == {place: model.held(unit, place) for place in ("central", "province")}
        done = [one for one in model.papers if one.state in {"confirmed", "reversed"} and one.kind != "assess"]
        for year in (THEN, NOW):
            booked = sum(1 for one in done if one.year == year)
            numbers = list(Entry.objects.filter(year=year).order_by("number").values_list("number", flat=True))
            assert numbers == list(range(1, len(numbers) + 1))
            assert booked <= len(numbers) <= booked + (2 if model.closed and year == NOW else 0)
    with make.acting(who["auditor"]):  # who sees the events of all
        assert differences() == []


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=ACTS)
def test_books_and_model_agree(world, who, others, acts):
    model, books = Model(), Books(world, [who, others])
    with transaction.atomic():
        for act in acts:
            with at(model):
                play(model, books, act)
        compare(model, who)
        run("set constraints all immediate")
        transaction.set_rollback(True)


def test_a_whole_life_agrees_with_the_model(world, who, others):
    """A sequence that surely reaches the second tranche and the last fen, whatever the random ones reach."""
    model, books = Model(), Books(world, [who, others])
    acts = [
        ("award", 0, Decimal("100000000.00")),
        ("check", 0, True),
        ("issue", 0, 1, Decimal("50000000.00")),
        ("check", 0, True),
        ("issue", 0, 1, Decimal("0.01")),
        ("receive", 0),
        ("pass_on", 0, Decimal("50000000.00")),
        ("check", 0, True),
        ("pass_on", 0, Decimal("0.01")),
        ("pay", 0, Decimal("20000000.00")),
        ("pay", 0, Decimal("0.01")),
        ("check", 0, True),
        ("issue", 0, 2, Decimal("0.01")),
        ("assess", 0, True),
        ("check", 0, True),
        ("issue", 0, 2, Decimal("50000000.00")),
        ("check", 0, True),
        ("issue", 0, 2, Decimal("0.01")),
    ]
    for act in acts:
        with at(model):
            play(model, books, act)
    assert model.passed == {0}
    assert model.held(0, "central") == 0
    compare(model, who)


def test_a_life_with_corrections_and_a_closed_year_agrees_with_the_model(world, who, others):
    """Surely reaches a reversal of each kind, carry-over, and a payment out of it that is taken back."""
    model, books = Model(), Books(world, [who, others])
    acts = [
        ("award", 0, Decimal("100000000.00")),
        ("check", 0, True),
        ("issue", 0, 1, Decimal("50000000.00")),
        ("check", 0, True),
        ("receive", 0),
        ("pass_on", 0, Decimal("10000000.00")),
        ("check", 0, True),
        ("pay", 0, Decimal("99.99")),
        ("check", 0, True),
        ("reverse", 0),
        ("reverse", 1),
        ("reverse", 2),
        ("check", 0, True),
        ("pass_on", 0, Decimal("10000000.00")),
        ("check", 0, True),
        ("reverse", 4),
        ("check", 0, True),
        ("pass_on", 0, Decimal("10000000.00")),
        ("check", 0, True),
        ("next_year",),
        ("close",),
        ("close",),
        ("pay", 0, Decimal("10000000.00")),
        ("check", 0, True),
        ("reverse", 5),
        ("check", 0, True),
    ]
    for act in acts:
        with at(model):
            play(model, books, act)
    compare(model, who)
    assert model.closed
    taken = [one.parent.kind for one in model.papers if one.kind == "reversal" and one.state == "confirmed"]
    assert taken == ["pass_on", "pay"]
