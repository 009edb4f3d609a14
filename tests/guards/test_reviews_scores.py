"""Interests, assignments and scores, attacked with raw SQL as portal_web."""

from __future__ import annotations

import threading
import time

import psycopg
import pytest

from tests import databases
from tests.guards.reviews_world import count, forbidden, refused, world  # noqa: F401 - the fixture

pytestmark = pytest.mark.guard
SECRET = ("reviews_review", "reviews_reviewscore", "reviews_panelresult", "reviews_scenario", "reviews_screening")
ASSIGN = """insert into reviews_assignment (batch_id, application_id, reviewer_id, state, affinity, assigned_by_id, assigned_at)
            values (%s, %s, %s, 'assigned', 0, %s, now())"""
CONFLICT = """insert into reviews_conflict (application_id, reviewer_id, code, reason, is_derived, at)
              values (%s, %s, 'declared', 'x', false, now())"""
INTEREST = """insert into reviews_interest (application_id, reviewer_id, has_interest, kind, reason, declared_at)
              values (%s, %s, %s, %s, '', now())"""
REVIEW = """insert into reviews_review (assignment_id, application_id, reviewer_id, state, comment, version)
            values (%s, %s, %s, 'draft', '', 0)"""
SCORE = "insert into reviews_reviewscore (review_id, criterion, value) values (%s, %s, %s)"


@pytest.mark.parametrize(
    "who",
    [
        None,
        "city",
        "signatory",
        "industry",
        "finance",
        "soe",
        "maker",
        "checker",
        "province_maker",
        "bureau",
        "system",
        "security",
        "trail",
        "neighbour",
    ],
)
def test_scores_stay_with_the_ministries(world, who):  # noqa: F811
    with world.web(who) as connection:
        assert {table: count(connection, f"select count(*) from {table}") for table in SECRET} == dict.fromkeys(
            SECRET, 0
        )
        assert count(connection, "select count(*) from reviews_assignment") == 0
        found = connection.execute("select after::text from audit_event where act like 'reviews.%'").fetchall()
        assert not any("80.00" in text or "90.00" in text for (text,) in found)


@pytest.mark.parametrize("who", ["miit", "mof", "auditor"])
def test_ministries_and_national_audit_see_them(world, who):  # noqa: F811
    with world.web(who) as connection:
        assert all(count(connection, f"select count(*) from {table}") for table in SECRET[:4])
        # A draft is its reviewer's own.
        assert count(connection, "select count(*) from reviews_review where state = 'draft'") == 0


def test_a_reviewer_sees_the_own_review_alone(world):  # noqa: F811
    with world.web("reviewer_mof") as connection:
        mine = world.people["reviewer_mof"]
        assert count(connection, "select count(*) from reviews_review where reviewer_id <> %s", mine) == 0
        assert count(connection, "select count(*) from reviews_review where id = %s", world.draft) == 1
        assert count(connection, "select count(*) from reviews_review where id = %s", world.submitted) == 0
        assert count(connection, "select count(*) from reviews_panelresult") == 0
        assert count(connection, "select count(*) from reviews_scenario") == 0


def test_a_reviewer_reads_only_what_is_assigned(world):  # noqa: F811
    with world.web("neighbour") as connection:
        assert count(connection, "select count(*) from applications_application") == 0
    with world.web("reviewer_mof") as connection:
        seen = count(connection, "select count(*) from applications_application where batch_id = %s", world.batches[9])
        assert seen == 2
        assert (
            count(connection, "select count(*) from applications_application where batch_id = %s", world.batches[6])
            == 0
        )


@pytest.mark.parametrize("who", ["reviewer_miit", "miit"])
def test_a_conflicted_person_sees_nothing_of_it(world, who):  # noqa: F811
    mine, other = world.applications[9, "350200"], world.applications[9, "330200"]
    tables = ["snapshot", "project", "partner", "attachment"]
    with world.web(who) as connection:
        assert count(connection, "select count(*) from applications_application where id = %s", mine) == 1
        assert count(connection, "select count(*) from reviews_review where application_id = %s", mine) == 1
        connection.execute(INTEREST, [mine, world.people[who], True, "kinship"])
        assert count(connection, "select count(*) from applications_application where id = %s", mine) == 0
        assert count(connection, "select count(*) from applications_application where id = %s", other) == 1
        for table in tables:
            assert count(connection, f"select count(*) from applications_{table} where application_id = %s", mine) == 0
        assert count(connection, "select count(*) from reviews_review where application_id = %s", mine) == 0
        assert count(connection, "select count(*) from reviews_reviewscore where review_id = %s", world.submitted) == 0
        state = "select count(*) from reviews_assignment where application_id = %s and state <> 'recused'"
        if who == "reviewer_miit":
            assert count(connection, f"{state} and reviewer_id = %s", mine, world.people[who]) == 0
        else:
            assert count(connection, state, mine) == 0


def test_a_conflicted_officer_reads_no_selection_of_the_batch(world):  # noqa: F811
    with world.web("mof") as connection:
        assert count(connection, "select count(*) from reviews_scenario where batch_id = %s", world.batches[8]) == 1
        connection.execute(INTEREST, [world.applications[8, "350200"], world.people["mof"], True, "kinship"])
        assert count(connection, "select count(*) from reviews_scenario where batch_id = %s", world.batches[8]) == 0
        assert count(
            connection, "select count(*) from reviews_panelresult where batch_id = %s", world.batches[8]
        ) == 1  # fmt: skip


def test_nobody_declares_for_another(world):  # noqa: F811
    with world.web("reviewer_miit") as connection:
        forbidden(connection, INTEREST, world.applications[9, "350200"], world.people["expert"], True, "kinship")
        forbidden(connection, CONFLICT, world.applications[9, "350200"], world.people["expert"])
        forbidden(connection, "update reviews_interest set has_interest = false")
        forbidden(connection, "delete from reviews_conflict")


def test_declarations_and_conflicts_stay_for_every_role(world):  # noqa: F811
    with world.owner("miit") as connection:
        refused(connection, "conflict_stays", "truncate reviews_conflict cascade")
        refused(connection, "interest_stays", "update reviews_interest set has_interest = true, kind = 'money'")
        connection.execute(CONFLICT, [world.applications[9, "350200"], world.people["spare"]])
        refused(connection, "conflict_stays", "delete from reviews_conflict")


def test_own_province_is_never_assigned(world):  # noqa: F811
    with world.web("miit") as connection:
        values = [world.batches[9], world.applications[9, "350200"], world.people["neighbour"], world.people["miit"]]
        refused(connection, "assignment_without_conflict", ASSIGN, *values)
        connection.execute(ASSIGN, [values[0], world.applications[9, "330200"], *values[2:]])


def test_a_declared_conflict_is_never_assigned(world):  # noqa: F811
    application, spare = world.applications[9, "350200"], world.people["spare"]
    with world.web("miit") as connection:
        connection.execute(CONFLICT, [application, spare])
        refused(
            connection,
            "assignment_without_conflict",
            ASSIGN,
            world.batches[9],
            application,
            spare,
            world.people["miit"],
        )


def test_an_assignment_needs_profile_phase_and_office(world):  # noqa: F811
    miit, application = world.people["miit"], world.applications[9, "350200"]
    with world.web("miit") as connection:
        refused(
            connection, "assignment_needs_a_profile", ASSIGN, world.batches[9], application, world.people["soe"], miit
        )
        late = world.applications[8, "350200"]
        refused(connection, "assignment_only_in_review", ASSIGN, world.batches[8], late, world.people["spare"], miit)
        held = world.assignments["reviewer_miit", "350200"]
        refused(
            connection,
            "assignment_holds",
            "update reviews_assignment set reviewer_id = %s where id = %s",
            world.people["spare"],
            held,
        )
        refused(connection, "assignment_holds", "update reviews_assignment set state = 'recused' where id = %s", held)
    for who in ("mof", "reviewer_miit", "city"):
        with world.web(who) as connection, pytest.raises(psycopg.errors.DatabaseError):
            connection.execute(ASSIGN, [world.batches[9], application, world.people["spare"], world.people[who]])


@pytest.mark.parametrize("first", ["conflict", "assignment"])
def test_conflict_and_assignment_at_once(world, first):  # noqa: F811
    """Whoever comes second waits for the first: never both stand."""
    reviewer = world.people["spare" if first == "conflict" else "spare2"]
    application = world.applications[9, "350200"]
    statements = {
        "conflict": (CONFLICT, [application, reviewer]),
        "assignment": (ASSIGN, [world.batches[9], application, reviewer, world.people["miit2"]]),
    }
    second = "assignment" if first == "conflict" else "conflict"
    outcome: list[str] = []

    def late() -> None:
        with psycopg.connect(databases.web_dsn()) as other:
            other.execute("select enter_scope(%s)", [world.people["miit2"]])
            try:
                other.execute(*statements[second])
                other.commit()
                outcome.append("kept")
            except psycopg.errors.IntegrityError as error:
                outcome.append(str(error.diag.constraint_name))

    with psycopg.connect(databases.web_dsn()) as connection:
        connection.execute("select enter_scope(%s)", [world.people["miit2"]])
        connection.execute(*statements[first])
        thread = threading.Thread(target=late)
        thread.start()
        time.sleep(0.5)
        assert outcome == []  # it waits
        connection.commit()
        thread.join(10)
    assert outcome == (["assignment_without_conflict"] if first == "conflict" else ["kept"])
    with world.web("miit") as connection:
        standing = "select count(*) from reviews_assignment where reviewer_id = %s and state <> 'recused'"
        assert count(connection, standing, reviewer) == 0
        assert count(connection, "select count(*) from reviews_conflict where reviewer_id = %s", reviewer) == 1


@pytest.mark.parametrize(("criterion", "value"), [("foundation", "100.01"), ("foundation", "-0.01"), ("invented", "1")])
def test_a_score_keeps_to_its_scale(world, criterion, value):  # noqa: F811
    with world.web("reviewer_mof") as connection:
        sql = "update reviews_reviewscore set value = %s where review_id = %s and criterion = %s"
        if criterion == "invented":
            refused(connection, "score_within_its_scale", SCORE, world.draft, criterion, value)
        else:
            refused(connection, "score_within_its_scale", sql, value, world.draft, criterion)


def test_only_the_assigned_reviewer_scores(world):  # noqa: F811
    application = world.applications[9, "350200"]
    for who in ("reviewer_miit", "expert", "miit", "city"):
        with world.web(who) as connection, pytest.raises(psycopg.errors.DatabaseError):
            connection.execute(SCORE, [world.draft, "foundation", "1"])
    with world.web("expert") as connection:
        held = world.assignments["reviewer_miit", "330200"]
        refused(connection, "review_is_ones_own", REVIEW, held, application, world.people["expert"])
        whole = [held, world.applications[9, "330200"], world.people["reviewer_miit"]]
        refused(connection, "review_is_ones_own", REVIEW, *whole)
        changed = connection.execute("update reviews_reviewscore set value = 1 where review_id = %s", [world.draft])
        assert changed.rowcount == 0
    with world.web("reviewer_mof") as connection:
        refused(
            connection,
            "review_is_ones_own",
            "update reviews_review set application_id = %s where id = %s",
            world.applications[9, "330200"],
            world.draft,
        )


def test_no_score_before_the_declaration(world):  # noqa: F811
    held = world.assignments["reviewer_miit", "330200"]
    values = [held, world.applications[9, "330200"], world.people["reviewer_miit"]]
    with world.web("reviewer_miit") as connection:
        refused(connection, "review_needs_declaration", REVIEW, *values)
        refused(
            connection,
            "review_needs_declaration",
            "update reviews_assignment set state = 'declared' where id = %s",
            held,
        )
        connection.execute(INTEREST, [values[1], values[2], False, ""])
        connection.execute("update reviews_assignment set state = 'declared' where id = %s", [held])
        connection.execute(REVIEW, values)


def test_nothing_changes_after_the_submission(world):  # noqa: F811
    with world.web("reviewer_miit") as connection:
        for sql in (
            "update reviews_review set comment = 'other' where id = %s",
            "update reviews_review set total = 99 where id = %s",
            "update reviews_reviewscore set value = 99 where review_id = %s",
        ):
            refused(connection, "score_is_locked", sql, world.submitted)
        refused(connection, "score_is_locked", SCORE, world.submitted, "more", "1")
        refused(
            connection, "score_is_locked", "update reviews_review set state = 'draft' where id = %s", world.submitted
        )


@pytest.mark.parametrize("as_owner", [False, True])
def test_nothing_changes_after_the_lock(world, as_owner):  # noqa: F811
    where = "where application_id = %s"
    application = world.applications[8, "350200"]
    with (world.owner if as_owner else world.web)("miit") as connection:
        refused(connection, "score_is_locked", f"update reviews_review set total = 99 {where}", application)
        for sql in (f"update reviews_panelresult set score = 99 {where}", f"delete from reviews_panelresult {where}"):
            if as_owner:
                refused(connection, "panel_result_stays", sql, application)
            else:
                forbidden(connection, sql, application)
    with world.owner("miit") as connection:
        refused(connection, "panel_result_stays", "truncate reviews_panelresult cascade")
        refused(
            connection,
            "score_is_locked",
            "update reviews_reviewscore set value = 99 where review_id in (select id from reviews_review where application_id = %s)",
            application,
        )


def test_a_total_is_the_weighted_sum_of_all_criteria(world):  # noqa: F811
    submit = "update reviews_review set state = 'submitted', total = %s, submitted_at = now() where id = %s"
    with world.web("reviewer_mof") as connection:
        refused(connection, "review_total_is_the_weighted_sum", submit, "70.000001", world.draft)
        connection.execute(
            "delete from reviews_reviewscore where review_id = %s and criterion = 'chain'", [world.draft]
        )
        refused(connection, "review_is_complete", submit, "70", world.draft)
        connection.execute(SCORE, [world.draft, "chain", "80"])  # weight 15: 70 + 0.15 * 10
        refused(connection, "review_total_is_the_weighted_sum", submit, "70", world.draft)
        connection.execute(submit, ["71.5", world.draft])


def test_a_panel_result_comes_in_its_phase_with_both_signatures(world):  # noqa: F811
    sql = """insert into reviews_panelresult (application_id, batch_id, reviews, score, locked_by_id, locked_at)
             values (%s, %s, 1, 80, %s, now())"""
    for who in ("miit", "mof"):
        with world.web(who) as connection:
            for number, name in ((9, "result_needs_both_ministries"), (6, "panel_result_in_its_phase")):
                values = [world.applications[number, "350200"], world.batches[number], world.people[who]]
                refused(connection, name, sql, *values)


def test_the_batch_waits_for_all_scores(world):  # noqa: F811
    with world.web("miit") as connection:
        sql = "update programme_batch set state = 'deciding' where id = %s"
        refused(connection, "decision_needs_locked_scores", sql, world.batches[9])
        sql = "update programme_batch set state = 'reviewing' where id = %s"
        refused(connection, "review_needs_assignments", sql, world.batches[6])
