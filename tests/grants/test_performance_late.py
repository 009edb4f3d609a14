"""Late reports climb from the unit to the province to MIIT, each with its letters, none twice; what the pages cost."""

from __future__ import annotations

from datetime import date, timedelta

import psycopg
import pytest

from grants.queries.performance import open_quarters
from portal.core import clock
from portal.notifications import reminders
from tests import databases
from tests import factories_grants as make
from tests import factories_performance as perform

BOARDS = [("miit", "/grants/performance/", 9), ("miit", "/grants/reports/", 8), ("miit", "/grants/reports/open/", 8)]
SEEN: dict[str, int] = {}


@pytest.fixture(scope="module", autouse=True)
def plans(world, django_db_blocker):
    with django_db_blocker.unblock():
        perform.planned(world.application)


@pytest.fixture
def team(cast, world):
    return perform.people(cast) | {"finance": cast("provincial_officer", "CZ350000"), "mof": cast("officer", "MOF")}


@pytest.fixture
def award(who, world):
    """Confirmed in the last quarter: one report is due."""
    return perform.awarded(who, world.application, back=1)


@pytest.fixture
def due(team, award):
    with make.acting(team["miit"]) as by:
        return open_quarters(by.scope, on=clock.today())[0].due_on


def on(day):
    return clock.at(clock.end_of_day(day) - timedelta(hours=9))


def things(person):
    from grants.todo_performance import reports

    with make.acting(person) as by:
        return reports(by)


def lines(person):
    return [str(one.label) for one in things(person)]


def letters(person, due, *days):
    sent = []
    for day in days:
        with on(due + timedelta(days=day)):
            sent.append(reminders.remind(person.pk))
    return sent


def test_the_unit_is_reminded_before_and_on_the_last_day(team, due):
    assert letters(team["drafter"], due, -14, -7, -7, -3, -1, 0, 0, 1) == [
        False,
        True,
        False,
        True,
        True,
        True,
        False,
        False,
    ]
    with on(due + timedelta(days=3)):
        assert len(lines(team["drafter"])) == len(lines(team["signatory"])) == 1


def test_a_late_report_climbs_to_the_province_and_to_miit(team, due):
    steps = {6: (0, 0), 7: (1, 0), 14: (1, 0), 15: (1, 1)}
    for days, (province, miit) in steps.items():
        with on(due + timedelta(days=days)):
            assert (len(lines(team["industry"])), len(lines(team["miit"]))) == (province, miit), days
            assert lines(team["finance"]) == lines(team["mof"]) == []
    with on(due + timedelta(days=15)):
        # The day of the report stands beside that of who sees to it: "late since" and "due on" differ.
        assert all(due.isoformat() in str(thing.note) for thing in things(team["miit"]) + things(team["industry"]))
        assert {str(thing.due_of) for thing in things(team["miit"]) + things(team["industry"])} == {"督办期限"}
        assert {thing.due_of for thing in things(team["drafter"])} == {""}
    assert letters(team["industry"], due, 6, 7, 7, 8) == [False, True, False, False]
    assert letters(team["miit"], due, 14, 15, 15) == [False, True, False]


def test_days_are_those_of_the_rules_of_the_batch(team, award, due):
    with psycopg.connect(databases.owner_dsn(), autocommit=True) as owner:
        owner.execute("alter table programme_ruleset disable trigger user")
        change = (
            "update programme_ruleset set details = jsonb_set(details, '{performance}', %s) where version = 'test.90'"
        )
        owner.execute(change, ['{"due_days": 20, "province_after": 2}'])
    try:
        with make.acting(team["miit"]) as by:
            row = open_quarters(by.scope, on=clock.today())[0]
        assert (row.due_on - due).days == 5
        assert (row.province_after, row.miit_after) == (2, 15)
    finally:
        with psycopg.connect(databases.owner_dsn(), autocommit=True) as owner:
            owner.execute("update programme_ruleset set details = details - 'performance' where version = 'test.90'")
            owner.execute("alter table programme_ruleset enable trigger user")


def test_a_submitted_report_moves_from_the_unit_to_the_province(team, award, due):
    perform.signed(team, award)
    assert lines(team["drafter"]) == []
    assert len(lines(team["industry"])) == 1
    assert lines(team["miit"]) == []


def test_nothing_is_asked_after_the_years_of_the_plan(team, award, due):
    """Three years from that of the batch, of 2026: the last quarter is that of the end of 2028."""
    with make.acting(team["miit"]) as by:
        for day, last in ((date(2029, 1, 5), (2028, 4)), (date(2031, 7, 5), (2028, 4))):
            rows = open_quarters(by.scope, on=day)
            assert max((row.year, row.quarter) for row in rows) == last


def test_a_verified_report_is_nobodys_work(team, award, due):
    perform.verified(team, award)
    assert [lines(team[name]) for name in ("drafter", "signatory", "industry", "miit")] == [[], [], [], []]


def test_other_units_and_provinces_are_told_nothing(cast, team, award, due):
    with on(due + timedelta(days=40)):
        assert lines(cast("drafter", "ZF360100")) == []
        assert lines(cast("provincial_officer", "GX360000")) == []


def test_the_list_keeps_to_province_batch_and_what_is_late(team, client_as, award, due):
    miit = client_as(team["miit"])

    def shown(**asked):
        answer = miit.get("/grants/reports/open/", asked)
        assert answer.status_code == 200
        return answer.context["table"].page.paginator.count

    number = award.batch.number
    with on(due):
        assert shown() == shown(province="350000") == shown(batch=number) == shown(region="east") == 1
        assert shown(province="360000") == shown(batch=number + 1) == shown(region="west") == shown(timing="late") == 0
        assert shown(province="nowhere", batch="-1", timing="?", region="north") == 0
        assert shown(batch="-1", timing="?", region="north") == 1
    with on(due + timedelta(days=1)):
        assert shown(timing="late") == shown(timing="late", province="350000") == 1
        assert shown(timing="late", province="360000") == 0


def multiplied(name, count):
    """Copies of the award with its verified report, past every guard: as many units as a country has not."""
    with psycopg.connect(databases.dsn("postgres", name), autocommit=True) as root:
        root.execute("set session_replication_role = replica")
        for table, keys in (
            ("grants_award", {"id": "id + n * 100000", "application_id": "application_id + n * 100000"}),
            ("grants_quarterreport", {"id": "id + n * 100000", "award_id": "award_id + n * 100000"}),
            ("grants_indicatoractual", {"id": "id + n * 100000", "report_id": "report_id + n * 100000"}),
        ):
            names = [
                row[0]
                for row in root.execute(
                    "select column_name::text from information_schema.columns where table_schema = 'public' and table_name = %s",
                    [table],
                )
            ]
            values = ", ".join(keys.get(one, f'"{one}"') for one in names)
            listed = ", ".join(f'"{one}"' for one in names)
            root.execute(
                f"insert into {table} ({listed}) select {values} from {table}, generate_series(1, %s) n", [count]
            )


@pytest.mark.parametrize("size", [10, 3330])
def test_pages_cost_the_same_at_any_size(django_db_setup, django_db_blocker, budget, size):
    with django_db_blocker.unblock(), databases.fresh_clone() as name:
        from django.db import connections
        from django.test import Client

        from portal.accounts.cast import ensure_user
        from portal.accounts.models import User

        def cast(role, code, number=1):
            made = ensure_user(f"{role}.{number}@{code.lower()}.test", f"{role} {code} {number}", code, role)
            return User.objects.get(pk=made.pk)

        who, (application,) = make.live("350200", number=90, budget="400000000.00")
        perform.planned(application)
        award, team = perform.awarded(who, application, back=2), perform.people(cast)
        report = perform.verified(team, award, 2)
        multiplied(name, size - 1)
        pages = [
            *BOARDS,
            ("drafter", f"/grants/performance/{award.pk}/", 9),
            ("drafter", f"/grants/reports/{report.pk}/", 12),
            ("miit", "/desk/", 12),
            ("industry", "/desk/", 12),
        ]
        for person, path, most in pages:
            client = Client(headers={"accept-language": "en"})
            client.force_login(team[person])
            client.get(path)
            with budget(most) as seen:
                assert client.get(path).status_code == 200
            key = path.replace(str(award.pk), "A").replace(str(report.pk), "R")
            assert SEEN.setdefault(key + person, len(seen)) == len(seen), path
        connections.close_all()
