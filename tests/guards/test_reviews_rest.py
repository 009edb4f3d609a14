"""The remaining guards of the reviews: removal of scores, states, scope of each table, checks of single rows."""

from __future__ import annotations

import psycopg
import pytest

from tests.guards.lists_world import OBJECT, TAKE
from tests.guards.reviews_world import count, forbidden, refused, world  # noqa: F401 - the fixture
from tests.guards.test_reviews_decisions import ENTRY, PROPOSE, SCREEN, SIGN, STATE, WITHDRAW
from tests.guards.test_reviews_scores import ASSIGN, INTEREST, SCORE

pytestmark = pytest.mark.guard
PROFILE = """insert into reviews_reviewerprofile ("user_id", "group", home_province_id, employer, employer_code, fields, languages, min_load, max_load, is_active)
             values (%s, %s, '110000', 'x', '', '{}', '{zh}', 0, %s, true)"""
SCENARIO = """insert into reviews_scenario (batch_id, candidate_set_id, number, state, changes, reason, instance,
              instance_sha256, decision, chosen, created_by_id, created_at)
              select %s, max(id), 98, %s, '{}', '', '', '', '', '{}', %s, now() from reviews_candidateset"""


def test_scores_are_not_removed_after_the_submission(world):  # noqa: F811
    remove = "delete from reviews_reviewscore where review_id = %s"
    with world.web("reviewer_miit") as connection:
        refused(connection, "score_is_locked", remove, world.submitted)
        forbidden(connection, "delete from reviews_review where id = %s", world.submitted)
    with world.web("expert") as connection:
        assert connection.execute(remove, [world.submitted]).rowcount == 0
        assert connection.execute(remove, [world.draft]).rowcount == 0
    with world.owner("reviewer_miit") as connection:
        refused(connection, "score_is_locked", remove, world.submitted)
        refused(connection, "score_is_locked", "truncate reviews_reviewscore")
    with world.owner("miit") as connection:
        refused(connection, "score_is_locked", "delete from reviews_review where id = %s", world.submitted)
        refused(connection, "score_is_locked", "truncate reviews_review cascade")


def test_states_go_one_way(world):  # noqa: F811
    with world.web("miit") as connection:
        connection.execute(
            """insert into reviews_conflict (application_id, reviewer_id, code, reason, is_derived, at)
               values (%s, %s, 'declared', 'x', false, now())""",
            [world.applications[9, "350200"], world.people["reviewer_miit"]],
        )
        held = world.assignments["reviewer_miit", "350200"]
        connection.execute("select enter_scope(%s)", [world.people["miit2"]])
        again = "update reviews_assignment set state = 'assigned' where id = %s"
        refused(connection, "assignment_state", again, held)
    with world.web("miit") as connection:
        refused(connection, "scenario_state", SCENARIO, world.batches[8], "failed", world.people["miit"])
        published = "update reviews_decision set state = 'adopted' where batch_id = %s"
        refused(connection, "decision_state", published, world.batches[7])


@pytest.mark.parametrize("who", [None, "city", "industry", "soe", "maker", "bureau", "security", "neighbour"])
def test_who_declared_what_and_what_is_decided_stays_with_the_offices(world, who):  # noqa: F811
    mine = world.people.get(who or "", 0)
    with world.web(who) as connection:
        for table, whose in [("conflict", "reviewer_id"), ("interest", "reviewer_id"), ("reviewerprofile", "user_id")]:
            sql = f"select count(*) from reviews_{table} where {whose} <> %s"
            assert count(connection, sql, mine) == 0, table
        for table in ("decision", "objection", "screening"):
            assert count(connection, f"select count(*) from reviews_{table}") == 0, table


def test_the_offices_see_them(world):  # noqa: F811
    for who in ("miit", "mof", "auditor"):
        with world.web(who) as connection:
            for table in ("conflict", "interest", "reviewerprofile", "decision"):
                assert count(connection, f"select count(*) from reviews_{table}") > 0, table


@pytest.mark.parametrize("who", ["city", "reviewer_miit", "auditor", "maker", "industry"])
def test_nobody_else_writes(world, who):  # noqa: F811
    person = world.people[who]
    with world.web(who) as connection:
        for sql, *values in [
            (PROFILE, person, "MIIT", 5),
            (SCENARIO, world.batches[8], "computing", person),
            (ENTRY, world.batches[7], world.applications[7, "330200"], "330200", "330000"),
            (ASSIGN, world.batches[9], world.applications[9, "350200"], world.people["spare"], person),
        ]:
            with pytest.raises(psycopg.errors.DatabaseError), connection.transaction():
                connection.execute(sql, values)
        for sql in (
            "update reviews_reviewerprofile set max_load = 1 where user_id <> scope_user()",
            "update reviews_scenario set reason = 'x'",
            "update reviews_publicentry set dropped_why = 'x'",
            "update reviews_objection set answer = 'x'",
            "update reviews_decision set withdrawn_why = 'x'",
        ):
            assert connection.execute(sql).rowcount == 0, sql
        connection.execute("select enter_scope(%s)", [world.people["miit"]])
        connection.execute(WITHDRAW, [world.decision])
        connection.execute("select enter_scope(%s)", [person])
        with pytest.raises(psycopg.errors.DatabaseError), connection.transaction():
            connection.execute(PROPOSE, [world.batches[8], world.scenario, ["330200"], [], person])


def test_an_assignment_of_another_is_not_touched(world):  # noqa: F811
    with world.web("expert") as connection:
        changed = connection.execute(
            "update reviews_assignment set state = 'declared' where reviewer_id <> %s", [world.people["expert"]]
        )
        assert changed.rowcount == 0


def test_none_is_declared_for_another_either(world):  # noqa: F811
    with world.web("reviewer_miit") as connection:
        forbidden(connection, INTEREST, world.applications[9, "330200"], world.people["expert"], False, "")


def test_no_review_is_locked_before_its_result_stands(world):  # noqa: F811
    sql = "update reviews_review set state = 'locked' where id = %s"
    for who in ("miit", "mof"):
        with world.web(who) as connection:
            refused(connection, "score_is_locked", sql, world.submitted)


def test_a_profile_belongs_to_a_reviewer_of_its_group(world):  # noqa: F811
    with world.web("miit") as connection:
        for person, group in [("city", "expert"), ("reviewer_miit", "expert"), ("reviewer_mof", "MIIT")]:
            refused(connection, "profile_fits_the_post", PROFILE, world.people[person], group, 5)
        sql = "update reviews_reviewerprofile set max_load = %s"
        refused(connection, "reviewer_load_within_reason", sql, 0)
        refused(connection, "reviewer_load_within_reason", sql, 401)


def test_screening_speaks_of_the_current_submission(world):  # noqa: F811
    name = "screening_on_current_submission"
    with world.web("miit") as connection:
        passed = world.applications[9, "350200"]
        refused(connection, name, SCREEN, passed, "MIIT", "pass", world.people["miit"], passed)
        other = SCREEN.replace("max(id)", "min(id) - 1")
        asked = world.applications[6, "350200"]
        refused(connection, name, other, asked, "MIIT", "pass", world.people["miit"], asked)


def test_a_dropped_unit_is_not_shown_any_more(world):  # noqa: F811
    with world.web("mof") as connection:
        entry = count(connection, "select id from reviews_publicentry where batch_id = %s", world.batches[7])
        connection.execute(OBJECT, [world.batches[7], None, "r-9", "r-9", "lodged", ""])
        connection.execute(OBJECT, [world.batches[7], entry, "r-10", "r-10", "lodged", ""])
        connection.execute(f"{TAKE} where receipt_no in ('r-9', 'r-10')", [world.people["mof"], "MOF"])
        answer = "update reviews_objection set state = 'upheld', answer = 'x', answered_by_id = %s, answered_at = now()"
        refused(
            connection,
            "objection_upheld_names_a_unit",
            f"{answer} where receipt_no = 'r-9'",
            world.people["mof"],
        )
        connection.execute(f"{answer} where receipt_no = 'r-10'", [world.people["mof"]])
        drop = "update reviews_publicentry set state = 'dropped', dropped_at = now(), dropped_why = %s where id = %s"
        refused(connection, "entry_dropped_with_reason", drop, "", entry)
        connection.execute(drop, ["x", entry])
        connection.execute(STATE, ["not_selected", world.applications[7, "330200"]])
        connection.execute("select leave_scope()")
        assert count(connection, "select count(*) from reviews_publicentry") == 0


def test_checks_of_single_rows(world):  # noqa: F811
    asked = world.applications[6, "350200"]
    screen = [asked, "MIIT", "correction", world.people["miit"], asked]
    with world.web("miit") as connection:
        refused(connection, "correction_has_a_deadline", SCREEN.replace("'{}', '{}'", "'{basics}', '{}'"), *screen)
        screen[2] = "reject"
        bulk = SCREEN.replace("false", "true")
        refused(connection, "screening_in_bulk_only_passes", bulk, *screen)
        refused(connection, "screening_gives_reason", SCREEN.replace("'r', 'x'", "'r', ''"), *screen)
        refused(connection, "screening_names_the_rule", SCREEN.replace("'r', 'x'", "'', 'x'"), *screen)
        no_why = "update reviews_decision set state = 'withdrawn' where id = %s"
        refused(connection, "decision_withdrawn_with_reason", no_why, world.decision)
        refused(connection, "interest_says_which", INTEREST, asked, world.people["miit"], True, "")
        refused(connection, "interest_says_which", INTEREST, asked, world.people["miit"], False, "money")
        nameless = OBJECT.replace("'n', 'c'", "'', 'c'")
        refused(connection, "objection_says_who_and_why", nameless, world.batches[7], None, "r-8", "r-8", "lodged", "")
        twice = ASSIGN.replace("'assigned', 0", "'assigned', 101")
        values = [world.batches[9], world.applications[9, "350200"], world.people["expert"], world.people["miit"]]
        refused(connection, "assignment_affinity_0_to_100", twice, *values)
    with world.web("reviewer_mof") as connection:
        early = "update reviews_review set total = 1 where id = %s"
        refused(connection, "review_total_when_submitted", early, world.draft)
        refused(connection, "score_once_per_criterion", SCORE, world.draft, "goals", "1")
    with world.web("mof") as connection:
        connection.execute(SIGN["MOF"], [world.people["mof"], world.decision])
        refused(
            connection,
            "decision_once_per_batch",
            PROPOSE,
            world.batches[8],
            world.scenario,
            ["330200"],
            [],
            world.people["mof"],
        )


def test_emptying_is_refused_to_every_role(world):  # noqa: F811
    with world.owner("miit") as connection:
        refused(connection, "interest_stays", "truncate reviews_interest cascade")
        refused(connection, "screening_stays", "truncate reviews_screening cascade")
