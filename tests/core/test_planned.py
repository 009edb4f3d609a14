"""The database keeps the plans of prepared statements, and what anybody sees is decided anew each time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

import psycopg
import pytest
from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from applications.models import Application
from grants.models import Award
from portal.core import as_of, at_once, clock, planned
from portal.core.planned import ASKED_BEFORE, keeping
from portal.core.prepared import Prepared
from portal.core.scope import acting_as
from portal.programme.models import PilotUnit, Province
from tests import databases
from tests import factories_applications as make

pytestmark = pytest.mark.django_db
_numbers = count()
OFTEN = 12  # PostgreSQL weighs the common plan from the sixth time on


@pytest.fixture(autouse=True)
def nothing_kept(db: None) -> None:
    """What tests before asked on this connection is forgotten."""
    with connection.cursor() as cursor:
        cursor.execute(f"deallocate all -- {next(_numbers)}")  # the driver overlooks what it was told before


def kept_texts() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("select statement from pg_prepared_statements")
        return [text for (text,) in cursor.fetchall()]


def test_a_connection_keeps_what_it_is_asked_again():
    units = Prepared(lambda province: PilotUnit.objects.filter(province=province, kind="city").order_by("code"))
    assert not [text for text in kept_texts() if "programme_pilotunit" in text]
    for code in ("350000", "420000") * ASKED_BEFORE:
        found = units(code)
        assert found
        assert {unit.province_id for unit in found} == {code}
    (kept,) = (text for text in kept_texts() if "programme_pilotunit" in text)
    assert "'city'" in kept
    assert "$1" in kept
    assert "$2" not in kept


def test_an_act_that_is_undone_leaves_the_plans():
    rows = Prepared(lambda code: PilotUnit.objects.filter(code=code))

    @transaction.atomic
    def undone() -> None:
        assert rows.one("350200").name_en == "Xiamen"
        raise ZeroDivisionError

    for _ in range(OFTEN):
        with pytest.raises(ZeroDivisionError):
            undone()
    with connection.cursor() as cursor:
        cursor.execute(
            "select sum(generic_plans + custom_plans) from pg_prepared_statements where statement like '%pilotunit%'"
        )
        assert cursor.fetchone()[0] > OFTEN / 2


@pytest.fixture
def raw() -> Iterator[psycopg.Connection]:
    """A connection of the owner that keeps as the web's does."""
    with psycopg.connect(databases.owner_dsn()) as found:
        found._prepared = planned._Lasting()
        found.prepare_threshold = ASKED_BEFORE
        yield found
        found.rollback()


def test_a_whole_transaction_that_is_undone_leaves_them_too(raw):
    for _ in range(OFTEN):
        raw.execute("select %s::int", [1])
        raw.rollback()
    found = raw.execute("select statement, generic_plans + custom_plans from pg_prepared_statements").fetchall()
    assert found == [("select $1::int", OFTEN - ASKED_BEFORE)]


def test_a_table_made_anew_is_asked_anew(raw):
    for number in range(3):
        raw.execute(f"create table made_anew (of_{number} int)")
        for _ in range(OFTEN):
            asked = raw.execute("select * from made_anew where %s > 0", [1])
            assert [column.name for column in asked.description] == [f"of_{number}"]
        raw.execute("drop table made_anew")


def test_a_common_plan_is_used():
    rows = Prepared(lambda code: PilotUnit.objects.filter(code=code))
    for _ in range(OFTEN):
        assert rows.one("350200").name_en == "Xiamen"
    with connection.cursor() as cursor:
        cursor.execute("select max(generic_plans) from pg_prepared_statements where statement like '%pilotunit%'")
        assert cursor.fetchone()[0] > 0


def test_everybody_sees_their_own_through_the_same_plan(cast):
    """The statement names no place: what stands in the policies is asked each time, also for the role that reads."""
    rows = {unit: make.begun(unit=unit).pk for unit in ("350200", "360100")}
    everything = Prepared(lambda: Application.objects.filter(pk__in=list(rows.values())).order_by("pk"))
    of = {cast("drafter", f"ZF{unit}").pk: [pk] for unit, pk in rows.items()}
    of |= {cast("soe_officer", "YQ002").pk: [], cast("auditor", "SJ").pk: sorted(rows.values())}
    for number in range(OFTEN):
        for person, seen in of.items():
            with transaction.atomic(), acting_as(person):
                if number % 3 == 2 and len(seen) > 1:
                    connection.cursor().execute("set local role portal_reader")
                assert [row.pk for row in everything()] == seen
                if number % 3 == 2 and len(seen) > 1:
                    connection.cursor().execute("set local role none")
    with transaction.atomic():
        assert everything() == [], "nobody's scope is that of nobody"


def test_the_past_has_no_part_in_it():
    """There the same text means views, whose columns may be of other kinds: PostgreSQL would refuse the kept plan."""
    rows = Prepared(lambda code: Award.objects.filter(unit=code))
    before = clock.now() - timedelta(days=1)
    for _ in range(OFTEN):
        assert rows("350200") == []
        with as_of.at(before):
            assert rows("350200") == []
            with keeping() as cursor:
                cursor.execute("select count(*) from grants_award where unit_id = %s", ["350200"])
    assert sum("grants_award" in text for text in kept_texts()) == 1


def test_no_function_that_reads_the_scope_is_told_to_be_the_same_for_ever():
    """A plan that is kept would hold its answer."""
    with connection.cursor() as cursor:
        cursor.execute(
            """select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where n.nspname = 'public' and p.provolatile = 'i' and p.prosrc ~* 'current_setting|scope_|now\\(|clock_timestamp'"""
        )
        found = {name for (name,) in cursor.fetchall()}
    assert found == set(), found


def test_a_kind_that_cannot_be_told_is_asked_as_ever():
    rows = Prepared(lambda day: Province.objects.filter(code="350000").annotate(said=Coalesce(Value(day), Value(day))))
    for day in (date(2026, 1, 2), date(2027, 3, 4)):
        assert rows.one(day).said in (day, str(day))
    unknown = planned.text_of(connection, "select %s is null as it", ["x"], {0})
    assert unknown is None, "and the transaction goes on:"
    assert Province.objects.filter(code="350000").exists()


def test_signs_of_the_text_stay_what_they_are():
    rows = Prepared(lambda code: PilotUnit.objects.filter(code=code).annotate(said=Value("50 %s of 100 %% '\\' $1")))
    for code in ("350200", "360100", "350200", "360100"):
        assert (rows.one(code).code, rows.one(code).said) == (code, "50 %s of 100 %% '\\' $1")


def test_plans_are_not_kept_where_the_setting_says_so(settings):
    settings.DATABASE_KEEPS_PLANS = False
    rows = Prepared(lambda code: PilotUnit.objects.filter(code=code).annotate(place=F("province_id")))
    before = kept_texts()
    for _ in range(OFTEN):
        assert rows.one("350200").place == "350000"
        with keeping() as cursor:
            cursor.execute("select %s::int + 1", [1])
            assert cursor.fetchone() == (2,)
    assert kept_texts() == before


def test_the_log_of_queries_has_the_text(django_assert_num_queries):
    rows = Prepared(lambda code: PilotUnit.objects.filter(code=code))
    rows.one("350200")
    with django_assert_num_queries(OFTEN) as seen:
        for _ in range(OFTEN):
            rows.one("350200")
    assert all("programme_pilotunit" in row["sql"] for row in seen.captured_queries)


def test_what_is_asked_together_is_kept_too(cast):
    found = make.begun(unit="350200")
    followed = at_once.Together(lambda: ("sign_offs", "rulings"))
    with acting_as(cast("drafter", "ZF350200").pk):
        for _ in range(OFTEN):
            one = Application.objects.get(pk=found.pk)
            followed(one)
            assert list(one.sign_offs.all()) == list(found.sign_offs.all())
    assert any("json_agg" in text for text in kept_texts())
