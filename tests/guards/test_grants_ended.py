"""Projects that a change took out of the plan: no support and no payment follows, whichever of two at once is first."""

from __future__ import annotations

import threading

import psycopg
import pytest
from django.test import Client

from grants.models import GrantProject
from tests import databases
from tests import factories_grants as make
from tests.grants.raw import CONFIRM, PAYMENT, guard_of, organisation, race, refused
from tests.worlds import standing

pytestmark = pytest.mark.guard
UNIT = "350200"
LIVING = "payment_of_living_project"
PAYING = PAYMENT.replace("'350000', '350200'", f"'350000', '{UNIT}'")


def owned():
    return psycopg.connect(databases.owner_dsn())


def end(application, project):
    with owned() as owner:
        make.version_without(owner, application=application, project=project)


def ends():
    with owned() as owner:
        return owner.execute(
            "select p.project_id from grants_projectend e join grants_grantproject p on p.id = e.grant_project_id"
        ).fetchall()


@pytest.fixture
def world(django_db_setup, django_db_blocker):
    """People, the application, its supported project that was paid one yuan, and a payment that waits."""
    with django_db_blocker.unblock(), standing(_built) as found:
        yield found


def _built():
    who, applications = make.live(UNIT, "360100", number=92, budget="300000000.00")
    award = make.funded_unit(who, application=applications[0], award="100000000.00", held="10.00")
    target = make.project(who, award)
    make.paid(who, project=target, amount="1.00", number="V1")
    return who, applications, target, make.entered_payment(who, project=target, amount="1.00", number="V2")


def paying(who, target, waits, number="V3"):
    """The web role enters one more payment: person, statement, values."""
    maker = who["unit_maker"].pk
    asked = make.request_rows(who, target, "1.00")
    with make.acting(who["unit_maker"]):
        values = {"organisation": organisation(f"CZ{UNIT}"), "maker": maker, "no": number}
    return (
        maker,
        PAYING,
        values | {"project": target.pk, "amount": "1.00", "document": waits.document_id, "request": asked},
    )


def confirming(who, waits):
    checker = who["unit_checker"].pk
    return checker, CONFIRM.format(table="grants_payment"), {"id": waits.pk, "checker": checker}


def test_neither_a_new_payment_nor_one_that_waits_is_done(world):
    who, applications, target, waits = world
    end(applications[0], target.project_id)
    assert ends() == [(target.project_id,)]
    assert race([paying(who, target, waits)]) == {LIVING: 1}
    assert race([confirming(who, waits)]) == {LIVING: 1}


def test_a_version_that_keeps_the_project_ends_nothing(world):
    who, applications, target, waits = world
    with owned() as owner:
        make.version_without(owner, application=applications[0], project=-1)
    assert ends() == []
    assert race([paying(who, target, waits)]) == {"done": 1}


def test_an_end_is_written_by_the_database_alone_and_stays(world):
    who, applications, target, _waits = world
    end(applications[0], target.project_id)
    for sql in ("insert into grants_projectend select * from grants_projectend",
                "update grants_projectend set at = now()", "delete from grants_projectend"):  # fmt: skip
        with make.acting(who["unit_maker"]):
            found = race([(who["unit_maker"].pk, sql, None)])
        assert set(found) <= {"InsufficientPrivilege"}, sql
    for sql in (
        "update grants_projectend set at = now()",
        "delete from grants_projectend",
        "truncate grants_projectend",
    ):
        with pytest.raises(psycopg.Error) as error, owned() as owner:
            owner.execute(sql)
        assert guard_of(error.value) == "ledger_is_append_only"
    assert ends() == [(target.project_id,)]


def test_a_project_out_of_the_plan_is_not_supported_by_a_later_award(fresh_db):
    who, applications = make.live(UNIT, number=93, budget="300000000.00")
    with owned() as owner:
        (project,) = owner.execute("select min(id) from applications_project").fetchone()
    end(applications[0], project)
    award = make.awarded(who, application=applications[0], amount="100000000.00")
    assert make.project(who, award) is None
    values = {"province_id": "350000", "unit_id": UNIT, "name": "x", "enterprise_name": "x"}
    with make.acting(who["mof_checker"]), refused("support_of_planned_project"):
        GrantProject.objects.create(
            award=award, project_id=project, total_investment="600000000.00", approved_support="1.00", **values
        )


def waiting_behind(first, second):
    """Begin `first` in a session, start `second` in another, which has to wait; commit; how the second ended."""
    ended = []

    def run():
        try:
            second()
            ended.append("done")
        except psycopg.Error as error:
            ended.append(guard_of(error))

    with first() as session:
        thread = threading.Thread(target=run)
        thread.start()
        thread.join(1)
        assert thread.is_alive(), "nothing made the second wait"
        session.commit()
    thread.join(20)
    return ended[0]


def test_a_payment_that_comes_while_the_project_is_ended_is_refused(world):
    who, applications, target, waits = world
    person, sql, values = paying(who, target, waits)

    def ending():
        owner = owned()
        make.version_without(owner, application=applications[0], project=target.project_id)
        return owner

    def pay():
        with psycopg.connect(databases.web_dsn()) as web:
            web.execute("select enter_scope(%s)", [person])
            web.execute(sql, values)

    assert waiting_behind(ending, pay) == LIVING


def test_an_end_that_comes_while_a_payment_is_entered_waits_and_stops_its_confirmation(world):
    who, applications, target, waits = world
    person, sql, values = paying(who, target, waits)

    def pay():
        web = psycopg.connect(databases.web_dsn())
        web.execute("select enter_scope(%s)", [person])
        web.execute(sql, values)
        return web

    assert waiting_behind(pay, lambda: end(applications[0], target.project_id)) == "done"
    assert ends() == [(target.project_id,)]
    assert race([confirming(who, waits)]) == {LIVING: 1}


def test_its_pages_say_it_and_what_waits_can_still_be_refused(world):
    who, applications, target, waits = world
    end(applications[0], target.project_id)
    words = "A change of the plan ended this project"

    def browser(role):
        client = Client(headers={"accept-language": "en"})
        client.force_login(who[role])
        return client

    maker, checker = browser("unit_maker"), browser("unit_checker")
    page = maker.get(f"/grants/projects/{target.pk}/").content.decode()
    assert words in page
    assert "Prepare a payment" not in page
    assert maker.post(f"/grants/projects/{target.pk}/pay/").status_code == 403
    address = f"/grants/payments/{waits.pk}/"
    page = checker.get(address).content.decode()
    assert words in page
    assert 'value="refuse"' in page
    assert 'value="confirm"' not in page
    assert "(optional)" not in page
    tampered = checker.post(address, {"act": "confirm", "why": ""})
    assert tampered.status_code in {403, 422}
    assert words in tampered.content.decode()
    assert (
        checker.post(address, {"act": "refuse", "ground": "other", "why": "The project has ended."}).status_code == 303
    )
    with make.acting(who["unit_checker"]):
        waits.refresh_from_db()
        assert waits.state == "refused"


def _refuse(who, payment):
    from grants.domain import payments
    from grants.models import Payment

    with make.acting(who["unit_checker"]) as by:
        payments.refuse_payment(by=by, payment=Payment.objects.get(pk=payment.pk), ground="other", why="not needed")


def test_what_an_ended_project_has_not_used_is_on_the_desks_of_those_who_demand_it(world):
    """The desk names the amount, leads to the demand with its ground and project, and is silent once it is made."""
    from grants.todo import lines
    from tests import factories_use as use

    who, applications, target, waits = world
    _refuse(who, waits)
    end(applications[0], target.project_id)
    address = f"/grants/awards/{target.award_id}/recover/?ground=ended&project={target.pk}"

    def desk(role):
        with make.acting(who[role]) as by:
            return {str(one.url): str(one.label) for one in lines(by)}

    for role in ("mof_maker", "province_maker"):
        assert "1.00" in desk(role)[address], role
        client = Client(headers={"accept-language": "en"})
        client.force_login(who[role])
        page = client.get(address).content.decode()
        assert f'value="{target.pk}" selected' in page
    for role in ("mof_checker", "unit_maker", "province_checker"):
        assert address not in desk(role)
    with make.acting(who["mof"]):
        ended = GrantProject.objects.select_related("award").get(pk=target.pk)
    # A demand of a part leaves the rest, also once it is paid; nothing is left once all is demanded.
    how = {"award": ended.award, "project": ended, "ground": "ended", "violation": ""}
    part = use.demanded(who, amount="0.40", number="D1", **how)
    assert "Demand 0.60 yuan" in desk("mof_maker")[address]
    use.collected(who, recovery=part, amount="0.40", project=ended)
    assert "Demand 0.60 yuan" in desk("mof_maker")[address]
    use.entered_recovery(who, amount="0.60", number="D2", **how)
    assert address not in desk("mof_maker")


def test_a_payment_of_an_ended_project_that_is_taken_back_leaves_its_plan(world):
    from grants.ledger.verifier import differences
    from grants.models import Entry

    who, applications, target, waits = world
    _refuse(who, waits)
    end(applications[0], target.project_id)
    support = "select support from grants_plansum where award_id = %s"
    with owned() as owner:
        before = owner.execute(support, [target.award_id]).fetchone()[0]
    with make.acting(who["mof"]):
        entry = Entry.objects.get(award=target.award_id, kind="payment")
    make.reversed_by(who, entry=entry, by="unit")
    with owned() as owner:
        assert owner.execute(support, [target.award_id]).fetchone()[0] == before - 1
    assert differences("owner") == []
