"""Different acts that want the same money, project or invoice at once, by the commands: never both, and said why."""

from __future__ import annotations

import threading
from decimal import Decimal

import psycopg
import pytest

from grants.ledger.verifier import differences
from tests import databases
from tests import factories_grants as make
from tests import factories_use as use
from tests.grants.raw import CONFIRM, together
from tests.worlds import standing

pytestmark = pytest.mark.guard
UNIT, OTHER = "350200", "360100"


def sentence(ended):
    """One did it; the other's sentence."""
    assert ended.pop("done") == 1
    (said,) = ended
    assert said.endswith(("。", "."))
    return said


@pytest.fixture
def live(django_db_setup, django_db_blocker):
    """The people, an award whose unit holds 100 yuan, and its project."""
    with django_db_blocker.unblock(), standing(_built) as found:
        yield found


def _built():
    who, applications = make.live(UNIT, number=93, budget="300000000.00")
    award = make.funded_unit(who, application=applications[0], award="100000000.00", held="100.00")
    return who, award, make.project(who, award)


def balances(who, award):
    from grants.models import Account

    with make.acting(who["mof"]):
        return {row.place: row.balance for row in Account.objects.filter(award=award, balance__gt=0)}


def test_a_payment_and_the_reversal_of_its_money(live):
    """The reader of the lost act hears what is left, or that the money has gone on."""
    from grants.domain import payments, reversals
    from grants.models import Entry

    who, award, project = live
    payment = make.entered_payment(who, project=project, amount="60.00", number="V1")
    with make.acting(who["mof"]):
        entry = Entry.objects.get(award=award, kind="pass_on")
    back = make.entered_reversal(who, entry=entry, by="province")
    ended = together(
        [
            (who["unit_checker"], lambda by: payments.confirm_payment(by=by, payment=payment)),
            (who["province_checker"], lambda by: reversals.confirm_reversal(by=by, reversal=back)),
        ]
    )
    sentence(ended)
    assert balances(who, award).keys() & {"project", "unit"} in ({"project", "unit"}, set())
    assert differences("owner") == []


def test_a_payment_and_a_demand_for_the_last_fen_of_the_unit(live):
    """What the unit holds is paid to a project or paid back, not both."""
    from grants.domain import payments, recoveries

    who, award, project = live
    payment = make.entered_payment(who, project=project, amount="100.00", number="V1")
    demand = use.demanded(who, award=award, amount="100.00")
    waiting = use.entered_collected(who, recovery=demand, amount="100.00")
    ended = together(
        [
            (who["unit_checker"], lambda by: payments.confirm_payment(by=by, payment=payment)),
            (who["unit_checker"], lambda by: recoveries.confirm_recovery_payment(by=by, recovery_payment=waiting)),
        ]
    )
    assert "0.00" in sentence(ended)
    assert balances(who, award) in (
        {"central": Decimal("99999900.00"), place: Decimal("100.00")} for place in ("project", "surplus")
    )
    assert differences("owner") == []


def test_two_demands_are_collected_at_once(live):
    """Both come in, from the same account: neither waits for the other for ever, and not a fen is lost."""
    from grants.domain import recoveries

    who, award, project = live
    make.paid(who, project=project, amount="100.00", number="V1")
    acts = []
    for number, amount in (("D1", "60.00"), ("D2", "40.00")):
        demand = use.demanded(who, award=award, amount=amount, project=project, number=number)
        for part in ("a", "b"):
            row = use.entered_collected(
                who, recovery=demand, amount=str(Decimal(amount) / 2), project=project, number=f"C{number}{part}"
            )
            acts.append(
                (
                    who["unit_checker"],
                    lambda by, row=row: recoveries.confirm_recovery_payment(by=by, recovery_payment=row),
                )
            )
    assert together(acts) == {"done": 4}
    assert balances(who, award)["surplus"] == Decimal("100.00")
    assert differences("owner") == []


def test_two_demands_collect_the_same_rest(live):
    """Use has taken part of the project's money before: what is left goes to one of the two."""
    from grants.domain import recoveries

    who, award, project = live
    make.paid(who, project=project, amount="100.00", number="V1")
    rows = []
    for number in ("D1", "D2"):
        demand = use.demanded(who, award=award, amount="50.00", project=project, number=number)
        rows.append(use.entered_collected(who, recovery=demand, amount="50.00", project=project, number=f"C{number}"))
    taken_back = make_smaller(who, award)
    assert taken_back == Decimal("60.00")
    ended = together(
        [
            (who["unit_checker"], lambda by, row=row: recoveries.confirm_recovery_payment(by=by, recovery_payment=row))
            for row in rows
        ]
    )
    assert "10.00" in sentence(ended)


def make_smaller(who, award):
    """By a fault of the books 60 yuan are left in the project's account; gives what is there."""
    with psycopg.connect(databases.owner_dsn()) as owner:
        owner.execute("alter table grants_account disable trigger user")
        (left,) = owner.execute(
            "update grants_account set balance = 60 where place = 'project' and award_id = %s returning balance",
            [award.pk],
        ).fetchone()
        owner.execute("alter table grants_account enable trigger user")
    return left


def hold_input():
    from grants.domain import holds

    return holds.HoldInput("national", "A fund", "F 7", Decimal("5.00"), "By audit.", make.pdf("found.pdf"))


def test_a_hold_and_a_payment(live):
    """Either the payment was there before the hold, or it is refused with the reason; afterwards none is confirmed."""
    from grants.domain import holds, payments
    from portal.core.errors import DomainError

    who, _award, project = live
    first, second = (
        make.entered_payment(who, project=project, amount="6.00", number=number) for number in ("V1", "V2")
    )
    ended = together(
        [
            (who["mof"], lambda by: holds.raise_hold(by=by, project=project, what=hold_input())),
            (who["unit_checker"], lambda by: payments.confirm_payment(by=by, payment=first)),
        ]
    )
    if ended != {"done": 2}:
        sentence(ended)
    with make.acting(who["unit_checker"]) as by, pytest.raises(DomainError) as refused:
        payments.confirm_payment(by=by, payment=second)
    assert refused.value.code == "not_allowed"
    assert differences("owner") == []


def test_a_hold_waits_for_a_payment_that_is_being_confirmed(live):
    from grants.domain import holds

    who, _award, project = live
    payment = make.entered_payment(who, project=project, amount="6.00", number="V1")
    checker, ended = who["unit_checker"].pk, []
    with psycopg.connect(databases.web_dsn()) as web:
        web.execute("select enter_scope(%s)", [checker])
        web.execute(CONFIRM.format(table="grants_payment"), {"id": payment.pk, "checker": checker})
        raising = [(who["mof"], lambda by: holds.raise_hold(by=by, project=project, what=hold_input()))]
        thread = threading.Thread(target=lambda: ended.append(together(raising)))
        thread.start()
        thread.join(1)
        assert thread.is_alive(), "nothing made the hold wait"
        web.commit()
    thread.join(20)
    assert ended == [{"done": 1}]


def test_two_holds_of_one_project(live):
    from grants.domain import holds

    who, _award, project = live
    raising = [
        (who[name], lambda by: holds.raise_hold(by=by, project=project, what=hold_input()))
        for name in ("mof", "miit", "unit_checker")
    ]
    ended = together(raising)
    assert ended.pop("done") == 1
    assert len(ended) == 1


def test_one_invoice_in_two_provinces(fresh_db):
    """Eight payments of two units rest on the same invoice: one is entered, the others read that it counts."""
    from grants.domain import payments
    from portal.accounts.cast import ensure_user
    from portal.accounts.models import User

    def cast(role, code):
        made = ensure_user(f"{role}@{code.lower()}.test", f"{role} {code}", code, role)
        return User.objects.get(pk=made.pk)

    who, applications = make.live(UNIT, OTHER, number=94, budget="600000000.00")
    theirs = make.people(cast, province="360000", unit=OTHER)
    number, acts = make.invoice_number(), []
    for people, application, award_number in zip((who, theirs), applications, ("1", "2"), strict=True):
        award = make.funded_unit(people, application=application, award="100000000.00", held="100.00")
        project = make.project(people, award)
        for _request in range(4):
            request = make.asked(people, project=project, amount="1.00", invoices=[make.invoice_input(number=number)])
            paper = make.paper(f"V{award_number}-{request.pk}", file=make.pdf(f"{request.pk}.pdf"))
            acts.append(
                (
                    people["unit_maker"],
                    lambda by, request=request, paper=paper: payments.enter_payment(
                        by=by, request=request, paper=paper
                    ),
                )
            )
    ended = together(acts)
    assert ended.pop("done") == 1
    assert sum(ended.values()) == 7
    assert [said for said in ended if not said.endswith(("。", "."))] == []
    from grants.models import RequestInvoice

    with make.acting(who["mof"]):
        assert RequestInvoice.objects.filter(number=number, counted=True).count() == 1


def test_two_confirm_the_same_arrival(live):
    """The rule is asked before either row is there: the key of the table stops the second, in words."""
    from grants.domain import arrivals
    from grants.models import Arrival, PassOn

    who, award, _project = live

    def confirm(by):
        row = PassOn.objects.get(award=award)
        arrivals.confirm_arrival(by=by, pass_on=row, arrived_on=make.today())

    ended = together([(who[name], confirm) for name in ("unit_maker", "unit_checker", "unit_maker")])
    assert ended.pop("done") == 1
    assert all(said.endswith(("。", ".")) for said in ended)
    with make.acting(who["mof"]):
        assert Arrival.objects.count() == 1


def test_an_acceptance_is_begun_once(live):
    """Somebody whose page is older than the acceptance reads that it was begun."""
    from portal.core.errors import DomainError
    from tests import factories_assessing as assess
    from tests.people import person

    _who, _award, project = live
    team = {"drafter": person("drafter", f"ZF{UNIT}")}
    assess.acceptance(team, project, whole=False)
    with pytest.raises(DomainError) as refused:
        assess.acceptance(team, project, whole=False)
    assert refused.value.code == "grants_acceptance_grant_project_id_key"
    assert str(refused.value).endswith(("。", "."))
