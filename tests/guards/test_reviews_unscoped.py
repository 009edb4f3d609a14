"""Guards of the reviews whose question finds nothing where the scope was narrowed, emptied, or changed on the way."""

from __future__ import annotations

import pytest

from reviews.domain import answering
from tests import factories_defence as defence
from tests import factories_reviews as make
from tests.factories_applications import acting, person
from tests.guards.applications_sql import as_owner
from tests.guards.attack_sql import ended, seen, settings, web

pytestmark = pytest.mark.guard
UNITS = {"350200": "300000000.00"}
FIX = """insert into reviews_defence (batch_id, invited, fixed_by_id, fixed_at, seed, source, agenda)
         select %s, '[]', scope_user(), now(), '', '', '[]'"""
DRAW = "update reviews_defence set seed = 'x', source = 'x', agenda = '[]', drawn_by_id = %s, drawn_at = now()"


def test_sessions_keep_their_seats_whatever_their_planner_sees_of_the_agenda(fresh_db):
    defence.agreed_batch()
    me = person("officer", "MIIT").pk
    (other,) = seen("select min(id) from programme_batch")
    for change in ("seats = 1, minutes = 5", f"batch_id = {other}"):
        with web() as bad:
            bad.execute("select enter_scope(%s)", [me])
            assert ended(bad, f"update reviews_defencesession set {change}") == "session_seats_stay"
            settings(bad, user=me, roles="{officer}")
            assert ended(bad, f"update reviews_defencesession set {change}") == "session_seats_stay"


def test_who_is_invited_follows_from_the_results_whatever_role_is_named(fresh_db):
    batch = defence.ready_batch(places=2)
    me = person("officer", "MIIT").pk
    with web() as bad:
        settings(bad, user=me)
        assert ended(bad, FIX, batch.pk) == "defence_of_the_best"


def test_the_agenda_follows_from_its_seed_whatever_role_is_named(fresh_db):
    batch = defence.ready_batch(places=2)
    defence.invited(batch)
    defence.session(batch)
    me = person("officer", "MOF").pk
    with web() as bad:
        settings(bad, user=me)
        assert ended(bad, DRAW, me) == "agenda_as_drawn"


def test_a_former_employer_makes_a_conflict_whoever_the_statement_ends_as(fresh_db):
    """Whose profile it is, is asked after the statement: of a scope that sees none of them."""
    batch = make.reviewing_batch(UNITS, soes={"350200": ("YQ001",)})
    (row,) = [one for one in make.assignments(batch) if one.reviewer.email.startswith("reviewer.1@miit")]
    with web() as bad:
        bad.execute("select enter_scope(%s)", [row.reviewer_id])
        outcome = ended(bad, """
            insert into reviews_formeremployer (profile_id, name, soe_id, credit_code, until)
            select (select id from reviews_reviewerprofile where user_id = scope_user()), 'x', c.id, '', current_date
              from programme_centralsoe c where c.list_no = 1 returning set_config('portal.user', '', true)""")  # fmt: skip
    assert outcome == "done 1"
    assert seen(
        "select count(*) from reviews_conflict where reviewer_id = %s and code = 'former'", row.reviewer_id
    ) == (1,)
    assert seen("select state from reviews_assignment where id = %s", row.pk) == ("recused",)


def test_a_unit_waits_while_an_objection_is_open(fresh_db):
    """The second row of one statement is judged in the scope that the first one left."""
    batch = make.published_batch(
        {"350200": "300000000.00", "330200": "200000000.00"}, given={"350200": "80.00", "330200": "90.00"}, places=2
    )
    first, second = make.lodged(batch, unit="350200"), make.lodged(batch, unit="330200")
    make.suspended(first)
    make.suspended(second)
    with acting("officer", "MOF") as by:
        answering.take(by=by, objection=make.Objection.objects.get(pk=first.pk))
    make.answered(first, uphold=False)
    me = person("officer", "MIIT").pk
    end = f"""update reviews_suspension set ended_by_id = scope_user(), ended_at = now(), ended_why = 'x' || case
              when entry_id = (select entry_id from reviews_objection where id = '{second.pk}') then %s else '' end"""
    for last in ("''", "set_config('portal.roles', '', true)"):
        with web() as bad:
            bad.execute("select enter_scope(%s)", [me])
            assert ended(bad, end % last) == "entry_released_after_answers"


def test_who_took_a_place_is_told_by_whose_act_it_was(fresh_db):
    """Whoever hears it takes it from the list of what is to be told: not somebody without a role, and no auditor."""
    make.reviewing_batch(UNITS)
    as_owner("update reviews_assignment set announced = false")
    ask = "select * from reviews_announce()"
    with web() as bad:
        bad.execute("select leave_scope()")
        assert ended(bad, ask) == "done 0"
        for role in ("", "set local role portal_reader"):
            bad.execute("select enter_scope(%s)", [person("auditor", "SJ").pk])
            bad.execute(role or "select 1")
            assert ended(bad, ask) == ("policy: permission denied for function reviews_announce" if role else "done 0")
        assert seen("select count(*) from reviews_assignment where announced") == (0,)
        bad.execute("select enter_scope(%s)", [person("officer", "MIIT").pk])
        assert ended(bad, ask).removeprefix("done ") == str(seen("select count(*) from reviews_assignment")[0])


@pytest.mark.parametrize("call", ["replace(1)", "recuse('{}', '{}')", "note_conflicts('{}'::bigint[])", "declared(1)"])
def test_the_reading_role_writes_nothing_by_what_triggers_call(raw_web, cast, call):
    raw_web.execute("select enter_scope(%s)", [cast("auditor", "SJ").pk])
    raw_web.execute("set local role portal_reader")
    assert ended(raw_web, f"select reviews_{call}").startswith("policy: permission denied for function")
