"""What a signature signs, the record of a decision, and what a unit is told: attacked with raw SQL as portal_web."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest

from tests import databases
from tests import factories_deciding as decide
from tests import factories_reviews as make
from tests.factories_applications import person
from tests.guards.applications_sql import as_person
from tests.guards.reviews_world import count, refused
from tests.guards.test_applications_races import race
from tests.guards.test_reviews_decisions import SIGN, WITHDRAW
from tests.guards.test_reviews_races import STEP_BACK
from tests.worlds import standing

pytestmark = pytest.mark.guard
ADOPT = """update reviews_decision set state = 'adopted' where id = %s and state = 'proposed'
              and signed_miit_by_id is not null and signed_mof_by_id is not null"""
# The proposal anew, with one value exchanged: paper and digest are those the database would write for the old values.
AGAIN = """insert into reviews_decision (batch_id, scenario_id, baseline_id, state, grounds, chosen, reserve, price,
               proposed_by_id, proposed_at, withdrawn_why, versions, paper, sha256)
           select batch_id, scenario_id, baseline_id, 'proposed', %(grounds)s, chosen, %(reserve)s, price,
                  scope_user(), proposed_at, '', %(versions)s, %(paper)s, %(sha256)s
             from reviews_decision where id = %(id)s"""
RECORD = """insert into reviews_decisionrecord (decision_id, body, sums, sha256, made_at)
            values (%s, %s, %s, %s, now())"""
PARTS = """select c.body, s.instance, s.decision, n.instance, n.decision, d.versions, d.grounds, d.paper, d.sha256,
                  (select body from reviews_scenariostudy where scenario_id = s.id and kind = 'explanation'),
                  (select body from reviews_scenariostudy where scenario_id = s.id and kind = 'robustness')
             from reviews_decision d join reviews_scenario s on s.id = d.scenario_id
             join reviews_candidateset c on c.id = s.candidate_set_id join reviews_scenario n on n.id = d.baseline_id
            where d.id = %s"""
NAMES = ("candidate-set.json", "instance.json", "decision.json", "baseline-instance.json", "baseline-decision.json",
         "versions.json", "grounds.txt", "signed.txt", "", "explanation.json", "robustness.json")  # fmt: skip
POSTS = {
    "miit": ("officer", "MIIT", 1),
    "miit2": ("officer", "MIIT", 2),
    "mof": ("officer", "MOF", 1),
    "mof2": ("officer", "MOF", 2),
    "drafter": ("drafter", "ZF350200", 1),
    "signatory": ("signatory", "ZF330200", 1),
    "wuhan": ("drafter", "ZF420100", 1),
    "chengdu": ("drafter", "ZF510100", 1),
    "industry": ("provincial_officer", "GX420000", 1),
    "soe": ("soe_officer", "YQ001", 1),
    "other_soe": ("soe_officer", "YQ002", 1),
    "maker": ("finance_maker", "MOF", 1),
    "auditor": ("auditor", "SJ", 1),
    "reviewer": ("reviewer", "MIIT", 1),
    "expert": ("reviewer", "ZJ", 1),
    "security": ("security_admin", "YW", 1),
}


@dataclass
class World:
    """A proposal with a rule by hand (batch 8), and a final list with the same (batch 7)."""

    people: dict[str, int] = field(default_factory=dict)
    proposal: int = 0
    final: int = 0
    open: dict[str, int] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)

    def web(self, who: str | None) -> Any:
        """A connection as portal_web in the scope of a person; undone when it is closed."""
        if who is not None:
            return as_person(self.people[who])
        return psycopg.connect(databases.web_dsn())

    def as_owner(self, who: str) -> Any:
        """The same as the owner of the tables."""
        connection = psycopg.connect(databases.owner_dsn())
        connection.execute("select enter_scope(%s)", [self.people[who]])
        return connection


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), standing(build) as found:
        yield found


def build() -> World:
    told, deciding = decide.told_and_compared()
    found = World(people={name: person(*post).pk for name, post in POSTS.items()})
    found.proposal = make.proposed(decide.by_hand(deciding), reserve=1).pk
    found.final = decide.decision(told).pk
    for unit in decide.UNITS:
        found.open[unit] = make.application(deciding, unit).pk
        found.told[unit] = make.application(told, unit).pk
    return found


def kept(connection: Any, decision: int) -> dict[str, Any]:
    names = ("id", "grounds", "reserve", "versions", "paper", "sha256")
    row = connection.execute(f"select {', '.join(names)} from reviews_decision where id = %s", [decision]).fetchone()
    return dict(zip(names, row, strict=True))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_proposal_stands_under_the_digest_of_its_parts(world):
    with world.web("miit2") as connection:
        row = kept(connection, world.proposal)
        assert row["sha256"] == digest(row["paper"])
        connection.execute(WITHDRAW, [world.proposal])
        other = row["paper"].replace("price: 5.5", "price: 4.5")
        assert other != row["paper"]
        for forged in (
            row | {"sha256": "0" * 64},
            row | {"sha256": ""},
            row | {"paper": "", "sha256": digest("")},
            row | {"paper": other, "sha256": digest(other)},
            row | {"grounds": "另一个理由（演示）"},
            row | {"reserve": []},
            row | {"versions": "{}"},
        ):
            refused_as(connection, "decision_digest_is_its_own", AGAIN, forged)
        connection.execute(AGAIN, row)
        connection.rollback()
    with world.web("miit") as connection:  # the paper names who proposed
        connection.execute(WITHDRAW, [world.proposal])
        refused_as(connection, "decision_digest_is_its_own", AGAIN, row)
        connection.rollback()


def refused_as(connection: Any, name: str, sql: str, values: dict[str, Any]) -> None:
    with pytest.raises(psycopg.errors.IntegrityError) as error, connection.transaction():
        connection.execute(sql, values)
    assert error.value.diag.constraint_name == name, error.value


def test_what_is_signed_never_changes(world):
    with world.as_owner("miit") as connection:
        for change in ("paper = paper || ' '", "sha256 = repeat('0', 64)", "versions = '{}'", "price = 0"):
            sql = f"update reviews_decision set {change} where id = %s"
            refused(connection, "decision_is_the_scenario", sql, world.proposal)
        connection.rollback()


@pytest.mark.parametrize(("who", "ministry"), [("miit", "MIIT"), ("mof", "MOF")])
def test_a_signature_stands_under_the_digest_that_was_seen(world, who, ministry):
    column = f"signed_{ministry.lower()}"
    with world.web(who) as connection:
        for seen in ("''", "repeat('0', 64)"):
            sql = SIGN[ministry].replace(f"{column}_sha256 = sha256", f"{column}_sha256 = {seen}")
            refused(connection, "decision_signed_as_seen", sql, world.people[who], world.proposal)
        early = f"update reviews_decision set {column}_sha256 = sha256 where id = %s"
        refused(connection, "decision_is_signed_by_its_ministry", early, world.proposal)
        connection.execute(SIGN[ministry], [world.people[who], world.proposal])
        late = f"update reviews_decision set {column}_sha256 = '' where id = %s"
        refused(connection, "decision_is_signed_by_its_ministry", late, world.proposal)
        connection.rollback()


def test_the_proposer_adopts_nothing_and_one_signature_neither(world):
    with world.web("miit2") as connection:
        refused(connection, "decision_signed_by_others", SIGN["MIIT"], world.people["miit2"], world.proposal)
        connection.execute("select enter_scope(%s)", [world.people["mof"]])
        connection.execute(SIGN["MOF"], [world.people["mof"], world.proposal])
        alone = "update reviews_decision set state = 'adopted' where id = %s"
        refused(connection, "decision_needs_two_ministries", alone, world.proposal)
        connection.rollback()


def parts(connection: Any, decision: int) -> tuple[dict[str, str], str]:
    """The texts of the record that are kept already, by name, and the digest of what was signed."""
    row = connection.execute(PARTS, [decision]).fetchone()
    found = dict(zip(NAMES, row, strict=True))
    return {name: text for name, text in found.items() if name}, found[""]


def sums(texts: dict[str, str]) -> str:
    return "".join(f"{digest(texts[name])}  {name}\n" for name in sorted(texts))


def adopted(connection: Any, world: World) -> None:
    for who, ministry in (("miit", "MIIT"), ("mof", "MOF")):
        connection.execute("select enter_scope(%s)", [world.people[who]])
        connection.execute(SIGN[ministry], [world.people[who], world.proposal])
    connection.execute(ADOPT, [world.proposal])


def test_a_record_is_made_with_the_adoption_and_is_whole(world):
    with world.web("mof") as connection:
        texts, sha256 = parts(connection, world.proposal)
        more = {"signatures.json": json.dumps({"sha256": sha256}), "README.txt": "演示"}
        body, right = json.dumps(more), sums(texts | more)
        good = [world.proposal, body, right, "0" * 64]
        refused(connection, "record_of_an_adopted_decision", RECORD, *good)
        adopted(connection, world)
        other = json.dumps(more | {"signatures.json": json.dumps({"sha256": "0" * 64})})
        for forged in (
            [world.proposal, body, "", "0" * 64],
            [world.proposal, body, right.replace("instance.json", "question.json"), "0" * 64],
            [world.proposal, body, sums(texts | more | {"grounds.txt": "x"}), "0" * 64],
            [world.proposal, json.dumps(more | {"more.txt": "x"}), right, "0" * 64],
            [world.proposal, other, sums(texts | more | json.loads(other)), "0" * 64],
        ):
            refused(connection, "decision_record_is_whole", RECORD, *forged)
        connection.execute("select enter_scope(%s)", [world.people["mof2"]])
        refused(connection, "record_of_an_adopted_decision", RECORD, *good)
        connection.execute("select enter_scope(%s)", [world.people["mof"]])
        connection.execute(RECORD, good)
        connection.rollback()


def test_a_record_stays(world):
    with world.as_owner("miit") as connection:
        for sql in (
            "update reviews_decisionrecord set sums = ''",
            "delete from reviews_decisionrecord",
            "truncate reviews_decisionrecord",
        ):
            refused(connection, "decision_record_stays", sql)
        connection.rollback()


def test_the_record_is_read_by_whoever_reads_the_selection(world):
    for who in (*POSTS, None):
        with world.web(who) as connection:
            seen = count(connection, "select count(*) from reviews_decisionrecord")
            assert seen == (1 if who in ("miit", "miit2", "mof", "mof2", "auditor") else 0), who
            paper = "select reviews_decision_paper(%s, %s, null, '', '{}', '{}', 0, '', 1, now())"
            told = connection.execute(paper, [1, 1]).fetchone()[0]
            assert told is None or who in ("miit", "miit2", "mof", "mof2"), who
            connection.rollback()
    with world.web("mof2") as connection:  # an officer with an interest reads none of it any more
        connection.execute(STEP_BACK, [world.told["510100"], world.people["mof2"]])
        assert count(connection, "select count(*) from reviews_decisionrecord") == 0
        connection.rollback()


def told(connection: Any, application: int) -> Any:
    return connection.execute("select reviews_outcome(%s)", [application]).fetchone()[0]


# Who may see which outcome: whole, the outcome alone, or nothing.
WHOLE = {
    "miit": set(decide.UNITS),
    "miit2": set(decide.UNITS),
    "mof": set(decide.UNITS),
    "mof2": set(decide.UNITS),
    "auditor": set(decide.UNITS),
    "drafter": {"350200"},
    "signatory": {"330200"},
    "wuhan": {"420100"},
    "chengdu": {"510100"},
    "industry": {"420100"},
}
ALONE = {"soe": {"330200"}}


def test_an_outcome_is_told_to_whoever_may_see_the_application(world):
    for who in (*POSTS, None):
        with world.web(who) as connection:
            found = {unit: told(connection, pk) for unit, pk in world.told.items()}
            connection.rollback()
        assert {unit for unit, one in found.items() if one and one["whole"]} == WHOLE.get(who or "", set()), who
        assert {unit for unit, one in found.items() if one and not one["whole"]} == ALONE.get(who or "", set()), who


def test_no_outcome_before_the_final_list(world):
    for who in (*POSTS, None):
        with world.web(who) as connection:
            assert [told(connection, pk) for pk in world.open.values()] == [None] * 4, who
            connection.rollback()


def test_an_outcome_names_no_score_and_no_other_unit(world):
    with world.web("miit") as connection:
        scores = connection.execute(
            """select e->>'threshold' from reviews_scenariostudy t join reviews_decision d on d.scenario_id = t.scenario_id,
                      jsonb_array_elements(t.body::jsonb->'candidates') e where d.id = %s and t.kind = 'explanation'
               union all select c->>'score' from reviews_decision d join reviews_scenario s on s.id = d.scenario_id,
                      jsonb_array_elements(s.instance::jsonb->'candidates') c where d.id = %s
               union all select total_score::text from reviews_scenario""",
            [world.final, world.final],
        ).fetchall()
        found = {unit: told(connection, pk) for unit, pk in world.told.items()}
        connection.rollback()
    known = {score for (score,) in scores if score}
    assert len(known) > 6
    for unit, one in found.items():
        text = json.dumps(one)
        assert not [score for score in known if score.rstrip("0").rstrip(".") in text], (unit, text)
        assert not [other for other in decide.UNITS if other != unit and other in text], (unit, text)
        assert not {"price", "gain", "displaces", "reserve_place", "threshold"} & set(one)
    assert (found["330200"]["place"], found["350200"]["place"]) == ("chosen", "chosen")
    assert "let_in_by" not in found["330200"]
    assert found["420100"]["place"] == "reserve"
    let_in = sorted(found["420100"]["let_in_by"], key=lambda rule: rule["kind"])
    assert let_in == [{"kind": "include", "of": "", "limit": 1}, {"kind": "total_max", "of": "", "limit": 2}]
    assert found["420100"]["more_merit_helps"] is True
    assert (found["510100"]["place"], [rule["kind"] for rule in found["510100"]["let_in_by"]]) == ("", ["total_max"])


def test_two_sign_at_once_and_adopt_once_under_one_digest(world):
    """Last: it commits. Each signs and adopts if the other has signed; whoever comes second adopts."""

    def sign(who: str, ministry: str) -> str:
        with world.web(who) as connection:
            connection.execute(SIGN[ministry], [world.people[who], world.proposal])
            adopted = connection.execute(ADOPT, [world.proposal]).rowcount
            connection.commit()
            return "adopted" if adopted else "signed"

    ended = race(lambda: sign("miit", "MIIT"), lambda: sign("mof", "MOF"))
    assert ended == Counter({"signed": 1, "adopted": 1})
    with world.web("auditor") as connection:
        row = connection.execute(
            "select state, sha256, signed_miit_sha256, signed_mof_sha256 from reviews_decision where id = %s",
            [world.proposal],
        ).fetchone()
        connection.rollback()
    assert row[0] == "adopted"
    assert len(set(row[1:])) == 1
