"""What a version of the plan says of a project's support is followed by the database, within the award and what is paid."""

from __future__ import annotations

from decimal import Decimal

import psycopg
import pytest
from django.test import Client

from grants.models import GrantProject, SupportRevision
from tests import databases
from tests import factories_grants as make
from tests.grants.raw import guard_of, race, refused, run
from tests.worlds import standing

pytestmark = pytest.mark.guard
UNIT = "350200"
NEW = {
    "id": -1,
    "name": "Foundry line",
    "enterprise_name": "Foundry Ltd",
    "total_investment": "50000000.00",
    "support_asked": "8000000.00",
    "other_national_money": False,
    "enterprises": [{"credit_code": make.credit_code(8), "name": "Foundry Ltd"}],
}


@pytest.fixture
def world(django_db_setup, django_db_blocker):
    """People, the application, its award of 25 million yuan with one project of 20 million, of which 1,000 are paid."""
    with django_db_blocker.unblock(), standing(_built) as found:
        yield found


def _built():
    who, applications = make.live(UNIT, number=94, budget="300000000.00")
    award = make.funded_unit(who, application=applications[0], award="25000000.00", held="100000.00")
    target = make.project(who, award)
    make.paid(who, project=target, amount="1000.00", number="V1")
    return who, applications[0], award, target


def version(application, *rows, without=0, number=2):
    """A version of the plan with these rows beside the dossier's."""
    with psycopg.connect(databases.owner_dsn()) as owner:
        return make.version_without(owner, application=application, project=without, number=number, more=rows)


def of_dossier(target, **values):
    """The dossier's project as a plan has it, with other values."""
    row = {"id": target.project_id, "name": target.name, "enterprise_name": target.enterprise_name}
    money = {"total_investment": f"{target.total_investment}", "support_asked": "20000000.00"}
    return row | money | {"other_national_money": False} | values


def supported(who):
    with make.acting(who["mof"]):
        return list(GrantProject.objects.order_by("pk").values_list("name", "plan_id", "approved_support"))


def test_an_added_project_is_supported_by_what_is_left_and_paid(world):
    who, application, _award, _target = world
    made = version(application, NEW)
    assert supported(who)[1] == ("Foundry line", -1, Decimal("5000000.00")), "25 less 20 million are left"
    with make.acting(who["mof"]):
        row = GrantProject.objects.get(plan_id=-1)
    assert (row.version_id, row.province_id, row.unit_id, row.project) == (made, "350000", UNIT, None)
    make.paid(who, project=row, amount="2000.00", number="V2")
    page = Client(headers={"accept-language": "en"})
    page.force_login(who["unit_maker"])
    text = page.get(f"/grants/projects/{row.pk}/").content.decode()
    assert "Added by a change of the plan" in text
    assert "version 2" in text


def test_an_auditor_finds_an_added_project_by_its_name(world):
    """The plan names it, no dossier does: a finding may be about it as about any other."""
    from portal.audit.findings import objects

    who, application, _award, _target = world
    version(application, NEW)
    with make.acting(who["auditor"]) as by:
        for words in ("Foundry line", "foundry ltd"):
            assert len(objects.search(by, "grants.grantproject", words)) == 1, words


def test_what_an_ended_project_did_not_use_goes_to_the_added_one(world):
    who, application, _award, target = world
    version(application, NEW, without=target.project_id)
    assert supported(who)[1][2] == Decimal("8000000.00")
    version(application, NEW, NEW | {"id": -2, "support_asked": "10000000.00"}, without=target.project_id, number=3)
    assert [row[2] for row in supported(who)[1:]] == [Decimal("8000000.00"), Decimal("10000000.00")]


def test_no_more_than_the_share_of_the_investment_and_nothing_without_money(world):
    who, application, _award, target = world
    version(application, NEW | {"total_investment": "10000000.00"}, without=target.project_id)
    assert supported(who)[1][2] == Decimal("2000000.00"), "a fifth of ten million"
    version(
        application,
        NEW | {"total_investment": "10000000.00"},
        NEW | {"id": -2, "other_national_money": True},
        NEW | {"id": -3, "support_asked": "0.00"},
        without=target.project_id,
        number=3,
    )
    assert len(supported(who)) == 2


def test_a_changed_project_gets_its_new_support_and_keeps_the_old_one_in_its_history(world):
    who, application, _award, target = world
    version(application, of_dossier(target), without=target.project_id)
    version(
        application, of_dossier(target, support_asked="12000000.00", name="Line B"), without=target.project_id, number=3
    )
    assert supported(who) == [("Line B", target.project_id, Decimal("12000000.00"))]
    version(application, of_dossier(target, support_asked="90000000.00"), without=target.project_id, number=4)
    assert supported(who)[0][2] == Decimal("25000000.00"), "no more than the award"
    with make.acting(who["mof"]):
        found = list(SupportRevision.objects.values_list("before", "after"))
    assert found == [
        (Decimal("20000000.00"), Decimal("12000000.00")),
        (Decimal("12000000.00"), Decimal("25000000.00")),
    ]
    page = Client(headers={"accept-language": "en"})
    page.force_login(who["unit_maker"])
    text = page.get(f"/grants/projects/{target.pk}/").content.decode()
    assert "12,000,000.00" in text
    assert "25,000,000.00" in text
    # A version that gives the project another name only does not tell of a change from one amount to the same.
    version(
        application,
        of_dossier(target, support_asked="90000000.00", name="Line C"),
        without=target.project_id,
        number=5,
    )
    text = page.get(f"/grants/projects/{target.pk}/").content.decode()
    assert "support as before" in text
    assert "from 25,000,000.00 yuan to 25,000,000.00 yuan" not in text


def test_a_support_never_falls_below_what_is_paid(world):
    who, application, _award, target = world
    version(application, of_dossier(target), without=target.project_id)
    with pytest.raises(psycopg.Error) as error:
        version(application, of_dossier(target, support_asked="999.99"), without=target.project_id, number=3)
    assert guard_of(error.value) == "support_covers_what_is_paid"
    assert supported(who)[0][2] == Decimal("20000000.00")


def test_nobody_moves_a_support_by_hand(world):
    who, application, _award, target = world
    version(application, of_dossier(target), without=target.project_id)
    version(application, of_dossier(target, support_asked="12000000.00"), without=target.project_id, number=3)
    for sql in (
        "update grants_grantproject set approved_support = 1",
        "update grants_supportrevision set after = 1",
        "delete from grants_supportrevision",
        "truncate grants_supportrevision",
    ):
        with make.acting(who["mof_checker"]):
            found = race([(who["mof_checker"].pk, sql, None)])
        assert set(found) <= {"InsufficientPrivilege", "done"}, sql
        with pytest.raises(psycopg.Error) as error, psycopg.connect(databases.owner_dsn()) as owner:
            owner.execute(sql)
        assert guard_of(error.value) == "ledger_is_append_only", sql
    assert supported(who)[0][2] == Decimal("12000000.00")
    insert = "insert into grants_supportrevision select * from grants_supportrevision"
    assert set(race([(who["mof_checker"].pk, insert, None)])) == {"InsufficientPrivilege"}


ADDED = (
    "insert into grants_grantproject (award_id, version_id, plan_id, province_id, unit_id, name, enterprise_name,"
    f" total_investment, approved_support) values (%(award)s, %(version)s, %(plan)s, '350000', '{UNIT}', 'x', 'x',"
    " 50000000, %(support)s)"
)


@pytest.mark.parametrize(
    ("plan", "support", "guard"),
    [
        (-7, "1.00", "support_of_awarded_plan"),
        (7, "1.00", "support_of_awarded_plan"),
        (-1, "8000000.01", "support_within_share"),
    ],
)
def test_a_support_by_hand_follows_the_plan_that_stands(world, plan, support, guard):
    who, application, award, target = world
    made = version(application, NEW | {"support_asked": "0.00"}, without=target.project_id)
    last = version(
        application,
        NEW | {"support_asked": "8000000.00", "other_national_money": plan == -1 and support != "8000000.01"},
        number=3,
    )
    with make.acting(who["mof_checker"]), refused(guard):
        run(ADDED, award=award.pk, version=last, plan=plan, support=support)
    with make.acting(who["mof_checker"]), refused("support_of_awarded_plan"):
        run(ADDED, award=award.pk, version=made, plan=plan, support="1.00")


def test_an_award_after_the_change_keeps_what_the_plan_says_then(fresh_db):
    who, applications = make.live(UNIT, number=95, budget="300000000.00")
    with psycopg.connect(databases.owner_dsn()) as owner:
        (project,) = owner.execute("select min(id) from applications_project").fetchone()
    version(applications[0], NEW, without=project)
    make.awarded(who, application=applications[0], amount="100000000.00")
    assert supported(who) == [("Foundry line", -1, Decimal("8000000.00"))]


@pytest.fixture
def asks_later(django_db_setup, django_db_blocker):
    """An award of 25 million yuan with one project of 20 million; a second one of the dossier asks for nothing."""
    with django_db_blocker.unblock(), standing(_silent) as found:
        yield found


def _silent():
    who = make.live_people(UNIT)
    plan = make.Plan(UNIT, [("20000000.00", "600000000.00"), ("0.00", "50000000.00")])
    (application,) = make.selected([plan], number=96, budget="300000000.00")
    award = make.funded_unit(who, application=application, award="25000000.00", held="100000.00")
    return who, application, make.project(who, award)


def test_a_project_of_the_dossier_that_asks_later_is_supported_as_well(asks_later):
    """A change that both ministries approved asks for it: its enterprise is paid, and the sums know its method."""
    from grants.ledger.verifier import differences
    from grants.queries import flows

    who, application, target = asks_later
    with psycopg.connect(databases.owner_dsn()) as owner:
        (number,) = owner.execute("select id from applications_project where support_asked = 0").fetchone()
    row = of_dossier(target, name="Project 2", enterprise_name="Enterprise 2", total_investment="50000000.00")
    before = supported(who)
    version(application, row | {"id": number, "support_asked": "0.00", "method": ""}, without=number)
    assert supported(who) == before
    asked = {"id": number, "support_asked": "8000000.00", "method": "loan_interest"}
    version(application, row | asked, without=number, number=3)
    assert supported(who) == [*before, ("Project 2", number, Decimal("5000000.00"))], "25 less 20 million are left"
    with make.acting(who["mof"]):
        added = GrantProject.objects.get(plan_id=number)
        assert (added.project_id, added.version_id) == (number, None)
        assert list(SupportRevision.objects.values_list("before", "after")) == [(Decimal(0), Decimal("5000000.00"))]
    make.paid(who, project=added, amount="2000.00", number="V2")
    with make.acting(who["mof"]) as by:
        paid = {one.key: one.sums["paid"] for one in flows.parts(by.scope, flows.Asked(), "method")}
        assert paid["loan_interest"] == sum(paid.values()) == flows.totals(by.scope, flows.Asked())["paid"]
    assert differences("owner") == []


def test_the_past_of_a_forecast_looks_at_supported_projects_alone(asks_later):
    """A project of the plan that gets no money ends years later: as of now is what is now, as of then what was then."""
    from grants.queries import forecast
    from grants.queries.flows import Asked
    from portal.core import as_of, clock

    who, application, target = asks_later
    with psycopg.connect(databases.owner_dsn()) as owner:
        (number,) = owner.execute("select id from applications_project where support_asked = 0").fetchone()
    silent = of_dossier(target, id=number, name="Project 2", support_asked="0.00", ends_on="2031-12-31")

    def expected(at=None):
        with make.acting(who["mof"]) as by, as_of.at(at):
            (row,) = forecast.expected(by.scope, Asked(), year=make.today().year)
            return row.last_year, row.second_year, row.support

    first, then = expected(), clock.now()
    version(application, silent, without=number)
    assert first[:2] == (2027, 2028)
    assert expected(clock.now()) == expected() == first
    assert expected(then) == first


def test_the_last_year_of_a_plan_is_that_of_the_projects_in_it(world):
    """A change takes out what ended last: calls and the second tranche follow the rest, the past stays as it was."""
    from grants.ledger.verifier import differences
    from grants.queries import forecast
    from grants.queries.flows import Asked
    from portal.core import as_of, clock

    who, application, _award, target = world

    def years(at=None, person="mof"):
        with make.acting(who[person]) as by, as_of.at(at):
            (row,) = forecast.expected(by.scope, Asked(), year=make.today().year)
            return row.last_year, row.second_year

    assert years() == (2027, 2028)
    moments = [clock.now()]
    version(application, NEW | {"ends_on": "2026-11-30"}, without=target.project_id)
    assert years() == (2026, 2027)
    moments.append(clock.now())
    version(application, without=target.project_id, number=3)
    assert years() == (2026, 2027), "the year of the batch, where no project is left"
    assert [years(at, person) for at in (*moments, clock.now()) for person in ("mof", "unit_maker")] == [
        *[(2027, 2028)] * 2,
        *[(2026, 2027)] * 4,
    ]
    assert differences("owner") == []


def test_a_population_of_projects_has_the_support_of_its_moment(world):
    """A sample is drawn again from the same population: what later versions changed or added is not in it."""
    from grants.audit_sources import projects
    from portal.core import clock

    who, application, _award, target = world
    moment = clock.now()
    row = of_dossier(target)
    version(application, row, without=target.project_id)
    version(application, row | {"support_asked": "12000000.00"}, NEW, without=target.project_id, number=3)
    with make.acting(who["auditor"]) as by:
        assert list(projects(by, moment).values_list("support", flat=True)) == [Decimal("20000000.00")]
        assert sorted(projects(by, None).values_list("support", flat=True)) == [
            Decimal("8000000.00"),
            Decimal("12000000.00"),
        ]
