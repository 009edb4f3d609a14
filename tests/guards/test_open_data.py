"""What is public the database itself decides: asked raw, without a scope, it gives what stands on a final list alone."""

from __future__ import annotations

import psycopg
import pytest

from tests import databases
from tests import factories_grants as make
from tests import factories_open as openly

pytestmark = pytest.mark.guard
UNIT, OTHER = "350200", "360100"
ASKED = ("open_lists", "open_awards", "open_projects", "open_payments")
HIDDEN = ("open_listed", "open_awarded", "open_paid")
CLOSED = (
    "grants_award",
    "grants_grantproject",
    "grants_payment",
    "grants_yearsum",
    "grants_line",
    "applications_application",
    "applications_enterprise",
    "reviews_reviewscore",
    "reviews_panelresult",
)


@pytest.fixture
def paid(fresh_db):
    """A unit that was awarded and paid a project, on the final list; another one beside it that was awarded nothing."""
    who, applications = make.live(UNIT, OTHER, number=96, budget="300000000.00")
    openly.published(*applications)
    award = make.funded_unit(who, application=applications[0], award="100000000.00", held="1000.00")
    make.paid(who, project=make.project(who, award), amount="250.00", number="V1")
    return who, award


@pytest.fixture
def web(paid):
    """The web role without a scope."""
    from django.db import connection

    with psycopg.connect(databases.dsn("portal_web", connection.settings_dict["NAME"])) as raw:
        yield raw
        raw.rollback()


def count(web, function):
    return web.execute(f"select count(*) from {function}()").fetchone()[0]


def counts(web):
    return [count(web, function) for function in ASKED]


def test_without_a_scope_what_is_published_is_seen_and_nothing_behind_it(web):
    assert counts(web) == [2, 1, 1, 1]
    for table in CLOSED:
        assert web.execute(f"select count(*) from {table}").fetchone()[0] == 0, table


@pytest.mark.parametrize("function", HIDDEN)
def test_the_functions_behind_are_closed(web, function):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        count(web, function)


@pytest.mark.parametrize("state", ["open", "closed", "reviewing", "deciding", "publicity"])
def test_a_batch_before_its_final_list_appears_nowhere(web, state):
    openly.as_owner("update programme_batch set state = %s where number = 96", state)
    assert counts(web) == [0, 0, 0, 0]


@pytest.mark.parametrize("state", ["running", "assessed", "archived"])
def test_a_batch_stays_public_once_it_is(web, state):
    openly.as_owner("update programme_batch set state = %s where number = 96", state)
    assert counts(web) == [2, 1, 1, 1]


@pytest.mark.parametrize("state", ["listed", "suspended", "dropped"])
def test_a_unit_that_is_not_final_appears_nowhere(web, state):
    left = state == "dropped"
    openly.as_owner(
        "update reviews_publicentry set state = %s, final_list_id = null, dropped_at = case when %s then now() end,"
        " dropped_why = case when %s then 'x' else '' end where unit_id = %s",
        *(state, left, left, UNIT),
    )
    assert counts(web) == [1, 0, 0, 0]


@pytest.mark.parametrize("state", ["entered", "refused", "reversed"])
def test_an_award_that_is_not_confirmed_appears_nowhere(web, state):
    waits, why = state == "entered", "x" if state == "refused" else ""
    openly.as_owner(
        "update grants_award set state = %s, refused_why = %s, checker_id = case when not %s then checker_id end,"
        " checked_at = case when not %s then checked_at end",
        *(state, why, waits, waits),
    )
    assert counts(web) == [2, 0, 0, 0]


def test_only_columns_that_are_public(web):
    """The columns by name: a new one is added here on purpose, after asking whether everyone may see it."""
    place = "batch province province_zh province_en region unit unit_zh unit_en"
    wanted = {
        "open_lists": f"year title_zh title_en list document_no issued_on {place}",
        "open_awards": f"award document_no awarded_on {place} projects awarded issued passed_on paid recovered",
        "open_projects": f"project award {place} name enterprise enterprise_code withheld mode method industry"
        " investment support supported_on ended_on paid",
        "open_payments": f"project award {place} year paid",
    }
    for function, names in wanted.items():
        asked = web.execute(f"select * from {function}() limit 0")
        assert [column.name for column in asked.description] == names.split(), function


def test_the_business_of_a_natural_person_is_not_named(web):
    assert web.execute("select enterprise, withheld from open_projects()").fetchone() == ("Enterprise 1", False)
    openly.credit_codes("92")
    asked = "select enterprise, enterprise_code, withheld from open_projects()"
    assert web.execute(asked).fetchone() == (None, None, True)
    openly.as_owner("update grants_grantproject set enterprise_name = '王小明'")  # in no roster, as short as a name
    assert web.execute(asked).fetchone() == (None, None, True)


def test_figures_are_those_of_the_ledger(web):
    asked = "select awarded::text, issued::text, passed_on::text, paid::text, recovered::text from open_awards()"
    assert web.execute(asked).fetchone() == ("100000000.00", "1000.00", "1000.00", "250.00", "0.00")
    assert web.execute("select sum(paid)::text from open_payments()").fetchone() == ("250.00",)
    assert web.execute("select paid::text from open_projects()").fetchone() == ("250.00",)


def test_a_payment_that_was_reversed_is_taken_off(paid, web):
    from grants.models import Entry

    who, award = paid
    with make.acting(who["mof"]):
        entry = Entry.objects.get(award=award, kind="payment")
    make.reversed_by(who, entry=entry, by="unit")
    assert count(web, "open_payments") == 0
    assert web.execute("select paid::text from open_projects()").fetchone() == ("0.00",)
    assert web.execute("select paid::text from open_awards()").fetchone() == ("0.00",)


FILE = """insert into grants_openfile (data_set, format, edition, rows, size, sha256, storage_key, stamp, made_at)
          values ('awards', 'csv', 1, 1, 1, repeat('a', 64), 'open/aa/a', '', now())"""


@pytest.mark.parametrize("who", ["mof", "miit", "auditor", "unit_maker", None])
def test_nobody_but_the_clockwork_publishes_a_file(paid, web, who):
    """open_file_rows: everyone reads, only the clockwork writes."""
    if who is not None:
        web.execute("select enter_scope(%s)", [paid[0][who].pk])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute(FILE)


def test_what_was_published_never_changes(paid):
    from django.db import connection

    name = connection.settings_dict["NAME"]
    with psycopg.connect(databases.dsn("portal_owner", name)) as owner:
        owner.execute(FILE)
        owner.commit()
        for statement in (
            "update grants_openfile set sha256 = repeat('b', 64)",
            "delete from grants_openfile",
            "truncate grants_openfile",
        ):
            with pytest.raises(psycopg.DatabaseError) as refused:
                owner.execute(statement)
            assert refused.value.diag.constraint_name == "open_file_stays"
            owner.rollback()


@pytest.mark.parametrize(
    ("changed", "guard"),
    [
        (("'awards'", "'awards'"), "open_file_once"),
        (("1, 1, 1, ", "2, 1, 0, "), "open_file_has_content"),
        (("'csv', 1, ", "'csv', 0, "), "open_file_has_content"),
        (("repeat('a', 64)", "repeat('g', 64)"), "open_file_has_content"),
        (("'open/aa/a'", "''"), "open_file_has_content"),
    ],
)
def test_an_edition_is_written_once_and_has_content(fresh_db, changed, guard):
    with psycopg.connect(databases.dsn("portal_owner", fresh_db)) as owner:
        owner.execute(FILE)
        with pytest.raises(psycopg.IntegrityError) as refused:
            owner.execute(FILE.replace(*changed))
        assert refused.value.diag.constraint_name == guard
        owner.rollback()
