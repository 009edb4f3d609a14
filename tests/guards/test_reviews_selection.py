"""Frozen candidates, the selections that answer for them, what is worked out and proposed: held without the portal."""

from __future__ import annotations

import json

import psycopg
import pytest

from reviews.selection.canonical import canonical, sha256_of
from reviews.selection.system import key_of
from tests.guards.reviews_world import refused, world  # noqa: F401
from tests.guards.test_reviews_decisions import PROPOSE, SIGN, WITHDRAW

pytestmark = pytest.mark.guard
FREEZE = """insert into reviews_candidateset (batch_id, number, body, sha256, size, created_by_id, created_at)
            values (%s, %s, %s, %s, %s, scope_user(), now())"""
BEGIN = """insert into reviews_scenario (batch_id, candidate_set_id, number, name, state, changes, reason, instance,
           instance_sha256, decision, chosen, created_by_id, created_at)
           values (%s, %s, %s, '', 'computing', %s, 'x', '', '', '', '{}', scope_user(), now()) returning id"""
FINISH = """update reviews_scenario set state = 'optimal', instance = %s, decision = %s, chosen = %s,
            instance_sha256 = %s, total_score = 80, total_amount = 0 where id = %s"""
STUDY = """insert into reviews_scenariostudy (scenario_id, kind, body, sha256, created_by_id, created_at)
           values (%s, %s, %s, %s, scope_user(), now())"""
COMMENT = "insert into reviews_scenariocomment (scenario_id, text, by_id, at) values (%s, %s, %s, now())"


def kept(connection, world):  # noqa: F811
    """Key and content of the frozen set, and question and answer of the computed selection."""
    frozen = connection.execute(
        "select id, body from reviews_candidateset where batch_id = %s", [world.batches[8]]
    ).fetchone()
    asked = connection.execute(
        "select instance, decision, chosen from reviews_scenario where id = %s", [world.scenario]
    ).fetchone()
    return frozen[0], json.loads(frozen[1]), json.loads(asked[0]), json.loads(asked[1]), asked[2]


def freeze(connection, world, body, number=77, batch=8):  # noqa: F811
    """What is inserted for this content."""
    return [
        world.batches[batch], number, canonical(body).decode(), sha256_of(body), len(body["candidates"])
    ]  # fmt: skip


def finish(connection, world, question, answer, chosen, changes=None, number=90):  # noqa: F811
    """A new selection of the frozen set, and the values that end it."""
    frozen = kept(connection, world)[0]
    made = [world.batches[8], frozen, number, json.dumps(changes or {})]
    new = connection.execute(BEGIN, made).fetchone()[0]
    digest = sha256_of(question)
    answer = {**answer, "instance_sha256": digest}
    return [canonical(question).decode(), json.dumps(answer), chosen, digest, new]


def test_a_frozen_set_holds_exactly_what_is_locked(world):  # noqa: F811
    with world.web("miit") as connection:
        body = kept(connection, world)[1]

        def changed(**what):
            return {**body, **what}

        first = body["candidates"][0]
        for name, candidate in [
            ("score", {**first, "score": "99.000000"}),
            ("amount", {**first, "amount": first["amount"] + 1}),
            ("region", {**first, "region": "west"}),
            ("counts_for_province", {**first, "counts_for_province": not first["counts_for_province"]}),
            ("sectors", {**first, "sectors": [*first["sectors"], "C99"]}),
            ("soes", {**first, "soes": ["YQ999"]}),
        ]:
            forged = changed(candidates=[candidate, *body["candidates"][1:]])
            assert forged != body, name
            refused(connection, "candidates_are_the_locked_results", FREEZE, *freeze(connection, world, forged))
        mark = {**body["reviews"][0], "score": "1.000000"}
        for forged in (
            changed(candidates=body["candidates"][1:]),
            changed(reviews=[mark, *body["reviews"][1:]]),
            changed(reviews=body["reviews"][1:]),
            changed(results_sha256="0" * 64),
        ):
            refused(connection, "candidates_are_the_locked_results", FREEZE, *freeze(connection, world, forged))
        for forged in (
            changed(rules={**body["rules"], "total": 2}),
            changed(rules={name: rule for name, rule in body["rules"].items() if name != "budget"}),
            changed(seed="another"),
            changed(rule_set="another"),
            changed(format="another"),
            changed(batch=1),
            changed(result_by="trimmed"),
            changed(note="x"),
        ):
            refused(connection, "candidates_keep_the_rule_set", FREEZE, *freeze(connection, world, forged))
        values = freeze(connection, world, body)
        refused(connection, "candidates_are_the_locked_results", FREEZE, *values[:3], "0" * 64, values[4])
        refused(connection, "candidates_are_the_locked_results", FREEZE, *values[:4], values[4] + 1)
        refused(connection, "candidate_set_once", FREEZE, *values)
        refused(connection, "candidates_in_their_phase", FREEZE, *freeze(connection, world, body, batch=9))


def test_a_frozen_set_stays(world):  # noqa: F811
    with world.owner("miit") as connection:
        refused(connection, "candidate_set_stays", "update reviews_candidateset set number = 9")
        refused(connection, "candidate_set_stays", "delete from reviews_candidateset")
        refused(connection, "candidate_set_stays", "truncate reviews_candidateset cascade")


def test_only_officers_freeze_and_only_they_and_auditors_read(world):  # noqa: F811
    with world.web("miit") as connection:
        values = freeze(connection, world, {**kept(connection, world)[1], "format": "candidate-set/1 "})
    for who in ("signatory", "industry", "maker", "reviewer_miit", "expert", "auditor", "security", "soe"):
        with world.web(who) as connection:
            with pytest.raises(psycopg.errors.DatabaseError), connection.transaction():
                connection.execute(FREEZE, values)
            read = connection.execute("select count(*) from reviews_candidateset").fetchone()[0]
            assert bool(read) == (who == "auditor"), who
            for table in ("reviews_scenariostudy", "reviews_scenariocomment"):
                seen = connection.execute(f"select count(*) from {table}").fetchone()[0]
                assert who == "auditor" or not seen, (who, table)


def test_a_selection_asks_of_the_frozen_set_with_the_named_changes(world):  # noqa: F811
    with world.web("miit") as connection:
        _, _, question, answer, chosen = kept(connection, world)
        first = {**question["candidates"][0], "score": "99.000000"}
        for forged, changes in [
            ({**question, "candidates": [first, *question["candidates"][1:]]}, {}),
            ({**question, "candidates": question["candidates"][1:]}, {}),
            ({**question, "total": 2}, {}),
            ({**question, "seed": "another"}, {}),
            (question, {"total": 2}),
            (question, {"budget": None}),
        ]:
            values = finish(connection, world, forged, answer, chosen, changes)
            refused(connection, "selection_asks_of_the_frozen_set", FINISH, *values)
            connection.execute("update reviews_scenario set state = 'failed' where id = %s", [values[-1]])
            connection.execute("rollback")
            connection.execute("select enter_scope(%s)", [world.people["miit"]])
        without = {name: rule for name, rule in question.items() if name != "budget"}
        connection.execute(FINISH, finish(connection, world, without, answer, chosen, {"budget": None}))


def test_a_change_is_one_of_rules_alone(world):  # noqa: F811
    """What is no rule is no change: neither scores nor the seed, of which the question and its record would speak."""
    with world.web("miit") as connection:
        _, _, question, answer, chosen = kept(connection, world)
        first = {**question["candidates"][0], "score": "99.000000"}
        for number, change in enumerate(
            (
                {"candidates": [first, *question["candidates"][1:]]},
                {"seed": "mine"},
                {"format": "selection-instance/1"},
                {"reviews": []},
                {"lottery": {"seed": "mine"}},
                {"note": "x"},
            )
        ):
            forged = {**question, **change}
            values = finish(connection, world, forged, answer, chosen, change, number=80 + number)
            refused(connection, "selection_asks_of_the_frozen_set", FINISH, *values)


def test_an_answer_belongs_to_its_question(world):  # noqa: F811
    with world.web("miit") as connection:
        _, _, question, answer, chosen = kept(connection, world)
        text, said, picked, digest, new = finish(connection, world, question, answer, chosen)
        name = "scenario_answers_its_question"
        refused(connection, name, FINISH, text, said, picked, "0" * 64, new)
        other = json.dumps({**json.loads(said), "instance_sha256": "0" * 64})
        refused(connection, name, FINISH, text, other, picked, digest, new)
        refused(connection, name, FINISH, text, said, ["350200"], digest, new)
        refused(
            connection,
            name,
            FINISH,
            text,
            json.dumps({**json.loads(said), "status": "infeasible"}),
            picked,
            digest,
            new,
        )
        connection.execute(FINISH, [text, said, picked, digest, new])
        connection.execute("update reviews_scenario set name = 'x' where id = %s", [new])
        refused(
            connection, "scenario_is_kept", "update reviews_scenario set name = 'y', reason = 'y' where id = %s", new
        )


def test_a_selection_needs_frozen_candidates(world):  # noqa: F811
    with world.web("miit") as connection:
        refused(connection, "selection_asks_of_the_frozen_set", BEGIN, world.batches[8], None, 91, "{}")


def test_what_is_worked_out_belongs_to_its_list_and_stays(world):  # noqa: F811
    with world.web("miit") as connection:
        question = kept(connection, world)[2]
        made = finish(connection, world, *kept(connection, world)[2:])
        connection.execute(FINISH, made)
        body = {"instance_sha256": made[3], "candidates": [{"id": unit, "chosen": True} for unit in made[2]]}
        good = [made[-1], "explanation", canonical(body).decode(), sha256_of(body)]
        refused(connection, "study_of_its_selection", STUDY, *good[:3], "0" * 64)
        for forged in (
            {**body, "instance_sha256": "0" * 64},
            {**body, "candidates": []},
            {**body, "candidates": [{"id": question["candidates"][0]["id"], "chosen": False}]},
        ):
            refused(
                connection, "study_of_its_selection", STUDY, *good[:2], canonical(forged).decode(), sha256_of(forged)
            )
        connection.execute(STUDY, good)
        refused(connection, "study_once_per_kind", STUDY, *good)
        connection.execute(COMMENT, [made[-1], "x", world.people["miit"]])
        refused(connection, "scenario_comment_says_something", COMMENT, made[-1], "", world.people["miit"])
        with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
            connection.execute(COMMENT, [made[-1], "x", world.people["mof"]])
    with world.owner("miit") as connection:
        refused(connection, "scenario_study_stays", "update reviews_scenariostudy set body = ''")
        refused(connection, "scenario_study_stays", "truncate reviews_scenariostudy")
        refused(connection, "scenario_comment_stays", "truncate reviews_scenariocomment")


def test_a_proposal_says_its_price_and_its_reasons(world):  # noqa: F811
    priced = PROPOSE.replace("0::numeric", "%s::numeric").replace("null::bigint", "%s::bigint")
    with world.web("miit") as connection:
        connection.execute(WITHDRAW, [world.decision])
        _, _, question, answer, chosen = kept(connection, world)
        miit = world.people["miit"]
        plain = [world.batches[8], world.scenario, chosen, [], miit]
        refused(connection, "decision_says_its_price", priced, *plain, 1, None)
        refused(connection, "decision_says_its_price", priced, *plain, 0, world.scenario)
        without = {name: rule for name, rule in question.items() if name != "budget"}
        made = finish(connection, world, without, answer, chosen, {"budget": None})
        connection.execute(FINISH, made)
        other = [world.batches[8], made[-1], chosen, [], miit]
        refused(connection, "decision_says_its_price", priced, *other, 0, None)
        refused(connection, "decision_says_its_price", priced, *other, 1, world.scenario)
        refused(connection, "decision_says_its_price", priced, *other, 0, made[-1])
        base = connection.execute(
            "select total_score - 80 from reviews_scenario where id = %s", [world.scenario]
        ).fetchone()[0]
        refused(connection, "decision_has_its_reasons", priced, *other, base, world.scenario)
        connection.execute(priced, [*plain, 0, None])


def test_a_reserve_stands_in_the_order_of_the_solver(world):  # noqa: F811
    asked = """select array_agg(id order by score desc, reviews_key('s', id), id collate "C") from (values
               ('a', 80.0), ('b', 80.0), ('c', 79.9), ('d', 80.1)) c(id, score)"""
    ties = sorted("ab", key=lambda unit: key_of("s", unit))
    with world.owner("miit") as connection:
        assert connection.execute(asked).fetchone()[0] == ["d", *ties, "c"]


def test_whoever_proposed_does_not_sign(world):  # noqa: F811
    with world.web("miit2") as connection:
        refused(connection, "decision_signed_by_others", SIGN["MIIT"], world.people["miit2"], world.decision)
