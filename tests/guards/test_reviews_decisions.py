"""Screening, selection, decision, publicity and objections, attacked with raw SQL as portal_web."""

from __future__ import annotations

import psycopg
import pytest

from tests.guards.reviews_world import count, forbidden, refused, world  # noqa: F401 - the fixture

pytestmark = pytest.mark.guard
SCREEN = """insert into reviews_screening (application_id, snapshot_id, ministry, decision, rule, reason, person_id, at,
            sections, answers, in_bulk)
            select %s, max(id), %s, %s, 'r', 'x', %s, now(), '{}', '{}', false
              from applications_snapshot where application_id = %s"""
ASK = """insert into reviews_screening (application_id, snapshot_id, ministry, decision, rule, reason, person_id, at, due,
         sections, answers, in_bulk)
         select %s, max(id), %s, 'correction', '', 'x', scope_user(), now(), '2030-01-31', %s, '{}', false
           from applications_snapshot where application_id = %s"""
RULE = """insert into applications_ruling (application_id, snapshot_id, kind, rule, reason, sections, due, person_id, at)
          select %s, max(id), %s, %s, 'x', %s, %s, scope_user(), now() from applications_snapshot
           where application_id = %s"""
CORRECT = """update applications_application set state = 'correction', correction_until = %s, reopened = %s
              where id = %s"""
STATE = "update applications_application set state = %s where id = %s"
# With the paper and the digest that the database itself would write.
PROPOSE = """insert into reviews_decision
             (batch_id, scenario_id, state, grounds, chosen, reserve, proposed_by_id, proposed_at, withdrawn_why, price,
              baseline_id, paper, sha256)
             select a.batch, a.scenario, 'proposed', 'x', a.chosen, a.reserve, a.by, now(), '', a.price, a.baseline,
                    p.paper, encode(sha256(convert_to(p.paper, 'UTF8')), 'hex')
               from (select %s::bigint as batch, %s::bigint as scenario, %s::text[] as chosen, %s::text[] as reserve,
                            %s::bigint as by, 0::numeric as price, null::bigint as baseline) a,
                    lateral (select reviews_decision_paper(a.batch, a.scenario, a.baseline, 'x', a.chosen, a.reserve,
                             a.price, '', a.by, now()) as paper) p"""
SIGN = {
    "MIIT": """update reviews_decision set signed_miit_by_id = %s, signed_miit_at = now(), signed_miit_sha256 = sha256
                where id = %s""",
    "MOF": """update reviews_decision set signed_mof_by_id = %s, signed_mof_at = now(), signed_mof_sha256 = sha256
               where id = %s""",
}
ADOPT = "update reviews_decision set state = 'adopted' where id = %s"
WITHDRAW = "update reviews_decision set state = 'withdrawn', withdrawn_why = 'x' where id = %s"
ENTRY = """insert into reviews_publicentry (batch_id, application_id, unit_id, province_id, name_zh, name_en, published_at,
           state, publicity_from, publicity_to, changed_at, dropped_why)
           values (%s, %s, %s, %s, 'x', 'x', now(), 'listed', current_date, current_date + 30, now(), '')"""


def screened(connection, world, ministry, decision, who, unit="350200"):  # noqa: F811
    application = world.applications[6, unit]
    connection.execute("select enter_scope(%s)", [world.people[who]])
    connection.execute(SCREEN, [application, ministry, decision, world.people[who], application])
    return application


def rejected(connection, application):
    """The step is refused without a ruling, and the ruling for what the ministries said."""
    refused(connection, "ruling_before_its_step", STATE, "rejected", application)
    refused(connection, "reject_needs_both", RULE, application, "rejection", "r", [], None, application)


def test_a_rejection_needs_both_ministries(world):  # noqa: F811
    with world.web("miit") as connection:
        rejected(connection, world.applications[6, "350200"])
        application = screened(connection, world, "MIIT", "reject", "miit")
        rejected(connection, application)
        screened(connection, world, "MIIT", "reject", "miit2")
        rejected(connection, application)
        screened(connection, world, "MOF", "pass", "mof")
        rejected(connection, application)
        screened(connection, world, "MOF", "reject", "mof")
        refused(connection, "ruling_before_its_step", STATE, "rejected", application)
        refused(connection, "ruling_is_whole", RULE, application, "rejection", "", [], None, application)
        connection.execute(RULE, [application, "rejection", "r", [], None, application])
        connection.execute(STATE, ["rejected", application])


def test_the_step_itself_asks_both_ministries(world):  # noqa: F811
    """Were there a ruling without them (only the owner could leave the triggers out), the step is refused all the same."""
    application = world.applications[6, "350200"]
    with world.owner("miit") as connection:
        connection.execute("alter table applications_ruling disable trigger reviews_ruling_step")
        connection.execute(RULE, [application, "rejection", "r", [], None, application])
        refused(connection, "ruling_stays", "update applications_ruling set reason = 'y'")
        refused(connection, "ruling_stays", "delete from applications_ruling")
        refused(connection, "reject_needs_both", STATE, "rejected", application)


def test_one_person_in_both_ministries_does_not_reject_alone(world):  # noqa: F811
    with world.web("both") as connection:
        application = screened(connection, world, "MIIT", "reject", "both")
        screened(connection, world, "MOF", "reject", "both")
        rejected(connection, application)


def test_a_ministry_speaks_for_itself(world):  # noqa: F811
    application = world.applications[6, "350200"]
    for who, ministry, person in [("mof", "MIIT", "mof"), ("miit", "MOF", "miit"), ("miit", "MIIT", "miit2")]:
        with world.web(who) as connection:
            forbidden(connection, SCREEN, application, ministry, "reject", world.people[person], application)
    for who in ("city", "industry", "maker", "reviewer_miit", "auditor", None):
        with world.web(who) as connection, pytest.raises(psycopg.errors.DatabaseError):
            connection.execute(SCREEN, [application, "MIIT", "pass", world.people[who or "city"], application])


def test_no_review_without_a_pass_and_no_correction_unasked(world):  # noqa: F811
    with world.web("miit") as connection:
        application = world.applications[6, "350200"]
        refused(connection, "pass_needs_screening", STATE, "in_review", application)
        refused(connection, "ruling_before_its_step", CORRECT, "2030-01-31", ["basics"], application)
        asked = RULE, application, "correction", "", ["basics"], "2030-01-31", application
        refused(connection, "correction_needs_screening", *asked)
        screened(connection, world, "MIIT", "pass", "miit")
        screened(connection, world, "MOF", "reject", "mof")
        refused(connection, "pass_needs_screening", STATE, "in_review", application)
        screened(connection, world, "MOF", "pass", "mof")
        connection.execute(STATE, ["in_review", application])


def test_a_correction_reopens_what_was_asked_for(world):  # noqa: F811
    application = world.applications[6, "350200"]
    with world.web("mof") as connection:
        refused(connection, "correction_needs_screening", RULE, application, "correction", "", ["basics"], "2030-01-31",
                application)  # fmt: skip
        refused(connection, "correction_names_sections", ASK, application, "MOF", [], application)
    with world.web("miit") as connection:
        connection.execute(ASK, [application, "MIIT", ["basics", "funding"], application])
        for sections, due in ((["basics"], "2030-01-31"), (["basics", "funding"], "2030-02-01")):
            values = [application, "correction", "", sections, due, application]
            refused(connection, "correction_needs_screening", RULE, *values)
        passed = world.applications[9, "350200"]
        late = RULE, passed, "correction", "", ["basics"], "2030-01-31", passed
        refused(connection, "ruling_on_current_submission", *late)
        connection.execute(RULE, [application, "correction", "", ["basics", "funding"], "2030-01-31", application])
        refused(connection, "ruling_once", RULE, application, "correction", "", ["basics", "funding"], "2030-01-31",
                application)  # fmt: skip
        refused(connection, "ruling_before_its_step", CORRECT, "2030-02-01", ["basics", "funding"], application)
        refused(connection, "ruling_before_its_step", CORRECT, "2030-01-31", ["basics", "plan"], application)
        connection.execute(CORRECT, ["2030-01-31", ["basics", "funding"], application])
        late = "update applications_application set correction_until = '2031-01-01' where id = %s"
        refused(connection, "application_is_frozen", late, application)
        wide = "update applications_application set reopened = '{basics,funding,plan}' where id = %s"
        refused(connection, "application_is_frozen", wide, application)
        forbidden(connection, "update applications_ruling set reason = 'y'")
    with world.web("city") as connection:
        assert count(connection, "select count(*) from applications_ruling") == 0  # nothing was kept of all this


def test_points_of_screening_are_the_ministrys_own(world):  # noqa: F811
    application = world.applications[6, "350200"]
    point = """insert into reviews_screeningpoint (application_id, snapshot_id, ministry, code, answer, comment, person_id,
               at) select %s, max(id), %s, 'targets', %s, '', scope_user(), now() from applications_snapshot
               where application_id = %s"""
    with world.web("miit") as connection:
        forbidden(connection, point, application, "MOF", "fulfilled", application)
        refused(connection, "screening_point_says_what", point, application, "MIIT", "mend", application)
        connection.execute(point, [application, "MIIT", "fulfilled", application])
        refused(connection, "screening_point_once", point, application, "MIIT", "fulfilled", application)
        refused(connection, "screening_point_is_kept", "update reviews_screeningpoint set code = 'x'")
        forbidden(connection, "update reviews_screeningpoint set person_id = person_id + 1 where application_id = %s",
                  application)  # fmt: skip
        passed = world.applications[9, "350200"]
        name = "screening_on_current_submission"
        refused(connection, name, point, passed, "MIIT", "fulfilled", passed)
    for who in ("city", "industry", "maker", "reviewer_miit", None):
        with world.web(who) as connection:
            assert count(connection, "select count(*) from reviews_screeningpoint") == 0


def test_what_was_said_in_screening_stays(world):  # noqa: F811
    with world.owner("miit") as connection:
        refused(connection, "screening_stays", "update reviews_screening set decision = 'reject'")
        refused(connection, "screening_stays", "delete from reviews_screening")


@pytest.mark.parametrize("as_owner", [False, True])
def test_a_computed_selection_never_changes(world, as_owner):  # noqa: F811
    with (world.owner if as_owner else world.web)("miit") as connection:
        for change in (
            "chosen = '{350200}'",
            "instance = instance || ' '",
            "decision = '{}'",
            "total_score = 1",
            "batch_id = batch_id + 1",
        ):
            refused(
                connection, "scenario_is_kept", f"update reviews_scenario set {change} where id = %s", world.scenario
            )


def test_a_decision_is_exactly_the_selection(world):  # noqa: F811
    with world.web("miit") as connection:
        connection.execute(WITHDRAW, [world.decision])
        values = [world.batches[8], world.scenario]
        miit = world.people["miit"]
        refused(connection, "decision_is_the_scenario", PROPOSE, *values, ["350200"], [], miit)
        refused(connection, "decision_is_the_scenario", PROPOSE, *values, ["330200", "350200"], [], miit)
        refused(connection, "decision_is_the_scenario", PROPOSE, world.batches[9], world.scenario, ["330200"], [], miit)
        refused(connection, "decision_reserve_is_not_chosen", PROPOSE, *values, ["330200"], ["330200"], miit)
        refused(connection, "decision_reserve_is_not_chosen", PROPOSE, *values, ["330200"], ["110000"], miit)
        connection.execute(PROPOSE, [*values, ["330200"], ["350200"], miit])
    with world.owner("miit") as connection:
        for change in ("chosen = '{350200}'", "reserve = '{350200}'", "grounds = 'other'", "scenario_id = 1"):
            refused(
                connection,
                "decision_is_the_scenario",
                f"update reviews_decision set {change} where id = %s",
                world.decision,
            )


@pytest.mark.parametrize("ministry", ["MIIT", "MOF"])
def test_one_signature_adopts_nothing(world, ministry):  # noqa: F811
    who = ministry.lower()
    with world.web(who) as connection:
        refused(connection, "decision_needs_two_ministries", ADOPT, world.decision)
        connection.execute(SIGN[ministry], [world.people[who], world.decision])
        refused(connection, "decision_needs_two_ministries", ADOPT, world.decision)
        refused(
            connection,
            "decision_is_signed_by_its_ministry",
            SIGN[ministry].replace("%s", "null", 1),
            world.decision,
        )


def test_the_wrong_ministry_and_others_do_not_sign(world):  # noqa: F811
    name = "decision_is_signed_by_its_ministry"
    for who, ministry, signer in [
        ("miit", "MOF", "miit"),
        ("mof", "MIIT", "mof"),
        ("miit", "MIIT", "miit2"),
        ("miit", "MOF", "mof"),
    ]:
        with world.web(who) as connection:
            refused(connection, name, SIGN[ministry], world.people[signer], world.decision)
    with world.owner("miit") as connection:
        refused(connection, name, SIGN["MOF"], world.people["mof"], world.decision)
    for who in ("city", "reviewer_miit", "maker", "auditor"):
        with world.web(who) as connection:
            assert connection.execute(SIGN["MOF"], [world.people[who], world.decision]).rowcount == 0


def test_one_person_signs_once(world):  # noqa: F811
    with world.web("both") as connection:
        connection.execute(SIGN["MIIT"], [world.people["both"], world.decision])
        refused(connection, "decision_two_people", SIGN["MOF"], world.people["both"], world.decision)


def test_two_signatures_adopt(world):  # noqa: F811
    with world.web("miit") as connection:
        connection.execute(SIGN["MIIT"], [world.people["miit"], world.decision])
        connection.execute("select enter_scope(%s)", [world.people["mof"]])
        connection.execute(SIGN["MOF"], [world.people["mof"], world.decision])
        connection.execute(ADOPT, [world.decision])


def test_no_entry_before_publication_or_beside_the_decision(world):  # noqa: F811
    with world.web("miit") as connection:
        values = [world.batches[8], world.applications[8, "330200"], "330200", "330000"]
        refused(connection, "entry_needs_publication", ENTRY, *values)
        values = [world.batches[7], world.applications[7, "350200"], "350200", "350000"]
        refused(connection, "entry_needs_publication", ENTRY, *values)
    for who in ("city", "reviewer_miit", None):
        with world.web(who) as connection, pytest.raises(psycopg.errors.DatabaseError):
            connection.execute(ENTRY, values)


def test_a_batch_is_published_by_decision_for_its_days(world):  # noqa: F811
    with world.web("miit") as connection:
        sql = "update programme_batch set state = 'publicity', publicity_from = current_date, publicity_to = current_date + 30 where id = %s"
        refused(connection, "publicity_needs_a_decision", sql, world.batches[8])
        sql = "update programme_batch set publicity_to = publicity_to - 1 where id = %s"
        refused(connection, "publicity_lasts_its_days", sql, world.batches[7])


def test_the_published_list_shows_no_score(world):  # noqa: F811
    with world.web(None) as connection:
        rows = connection.execute("select to_jsonb(e)::text from reviews_publicentry e").fetchall()
        assert len(rows) == 1
        assert "90" not in rows[0][0].replace("published_at", "").split('"dropped_why"')[0] or "score" not in rows[0][0]
        columns = connection.execute(
            "select column_name from information_schema.columns where table_name = 'reviews_publicentry'"
        ).fetchall()
        assert not {name for (name,) in columns} & {"score", "rank", "total", "amount"}
