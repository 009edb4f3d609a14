"""The text of a finding, its way, its evidence and papers, attacked with raw SQL past every command."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta

import psycopg
import pytest

from tests import databases
from tests import factories_audit as audit
from tests import factories_grants as make
from tests.grants.raw import race, refused, run
from tests.guards.findings_rows import ANSWER, CLOSE, EVIDENCE, FOLLOW_UP, VERSION, cast_of, held, people
from tests.guards.test_grants_races import live

pytestmark = pytest.mark.guard
__all__ = ["held", "live", "people"]


def test_the_text_of_a_shown_finding_never_changes(people, held, award):
    found = audit.shown(people, held, award)
    with make.acting(people["lead"]):
        with refused("finding_text_stays"):
            run("update audit_findingversion set text = 'other', by_id = %(by)s where finding_id = %(id)s",
                id=found.pk, by=people["lead"].pk)  # fmt: skip
        with refused("finding_change_says_why"):
            run(VERSION, finding=found.pk, reason="", by=people["lead"].pk)
        assert run(VERSION, finding=found.pk, reason="amount was wrong", by=people["lead"].pk) == 1
        with refused("finding_text_stays"):
            run("update audit_findingversion set text = 'other', by_id = %(by)s where finding_id = %(id)s",
                id=found.pk, by=people["lead"].pk)  # fmt: skip
        found.refresh_from_db()
        assert found.current.number == 2


def test_a_draft_is_mended_in_place_and_has_one_version(people, held, award):
    draft = audit.finding(people, held, award)
    with make.acting(people["second"]):
        sql = "update audit_findingversion set text = 'better', by_id = %(by)s where finding_id = %(id)s"
        assert run(sql, id=draft.pk, by=people["second"].pk) == 1
        with refused("finding_text_stays"):
            run(VERSION, finding=draft.pk, reason="x", by=people["second"].pk)


def test_an_ended_finding_takes_nothing_more(people, held, award):
    from portal.audit.findings.domain import findings

    draft = audit.finding(people, held, award)
    with make.acting(people["lead"]) as by:
        findings.drop(by=by, finding=draft, why="no ground")
        with refused("finding_text_stays"):
            run(VERSION, finding=draft.pk, reason="x", by=by.id)
        with refused("finding_is_fixed"):
            run(
                EVIDENCE,
                finding=draft.pk,
                kind="row",
                type="grants.award",
                id=str(award.pk),
                snapshot="",
                sha="",
                by=by.id,
            )


@pytest.mark.parametrize(
    "change", ["object_id = '7'", "in_unit = ''", "raised_by_id = raised_by_id + 1", "number = 9", "matter = 'x'",
               "reply_due = reply_due + 30", "shown_at = now()", "rectify_due = '2030-01-01'"]
)  # fmt: skip
def test_what_a_shown_finding_says_of_itself_is_fixed(people, held, award, change):
    found = audit.shown(people, held, award)
    with make.acting(people["lead"]), refused("finding_is_fixed"):
        run(f"update audit_finding set {change} where id = %(id)s", id=found.pk)


def test_the_body_of_a_shown_finding_stays(people, held, award):
    found = audit.shown(people, held, award)
    with make.acting(people["lead"]), refused("finding_is_fixed"):
        run("update audit_finding set body_id = %(body)s where id = %(id)s", id=found.pk, body=audit.body("ZF350200"))


def test_nothing_is_shown_without_evidence(people, held, award):
    draft = audit.finding(people, held, award)
    show = (
        "update audit_finding set state = 'shown', shown_by_id = %(by)s, shown_at = now(),"
        " reply_due = current_date + 20 where id = %(id)s"
    )
    with make.acting(people["lead"]), refused("finding_shown_with_evidence"):
        run(show, id=draft.pk, by=people["lead"].pk)
    audit.evidence(people, draft, award)
    with make.acting(people["lead"]):
        assert run(show, id=draft.pk, by=people["lead"].pk) == 1


@pytest.mark.parametrize(("state", "to"), [("shown", "replied"), ("rectifying", "reported"), ("reported", "followed"),
                                           ("reported", "rectifying")])  # fmt: skip
def test_only_a_paper_moves_a_finding_there(people, held, award, state, to):
    found = audit.at(state, people, held, award)
    with make.acting(people["lead"]), refused("finding_moved_by_its_paper"):
        run("update audit_finding set state = %(to)s where id = %(id)s", to=to, id=found.pk)


def test_rectification_without_a_reply_only_after_the_term(people, held, award):
    found = audit.shown(people, held, award)
    order = (
        "update audit_finding set state = 'rectifying', ordered_by_id = %(by)s, ordered_at = now(),"
        " rectify_due = %(due)s where id = %(id)s"
    )
    values = {"by": people["lead"].pk, "id": found.pk}
    with make.acting(people["lead"]), refused("finding_waits_for_the_reply"):
        run(order, due=make.today() + timedelta(days=30), **values)
    audit.replied(people, found)
    with make.acting(people["lead"]):
        with refused("finding_leaves_time"):
            run(order, due=make.today(), **values)
        assert run(order, due=make.today() + timedelta(days=30), **values) == 1
        with refused("finding_moved_by_its_paper"):
            run("update audit_finding set rectify_due = %(due)s where id = %(id)s", id=found.pk, due="2099-01-01")


@pytest.mark.parametrize("name", ["drafter", "government", "elsewhere", "lead", "mof", "reviewer"])
def test_only_people_who_sign_for_the_body_answer(people, held, award, name):
    found = audit.shown(people, held, award)
    values = {"finding": found.pk, "kind": "reply", "stance": "accepted", "by": people[name].pk}
    with make.acting(people[name]), refused("InsufficientPrivilege"):
        run(ANSWER, body=audit.body("CZ350200"), **values)


def test_an_answer_is_of_the_audited_body_in_its_turn_and_the_own_name(people, held, award):
    found = audit.shown(people, held, award)
    values = {"finding": found.pk, "kind": "reply", "stance": "accepted", "body": audit.body("CZ350200")}
    with make.acting(people["government"]), refused("answer_of_the_audited_body"):
        run(ANSWER, **values | {"body": audit.body("ZF350200"), "by": people["government"].pk})
    with make.acting(people["unit"]):
        with refused("audit_signed_by_oneself"):
            run(ANSWER, **values, by=people["unit_checker"].pk)
        with refused("answer_in_its_turn"):
            run(ANSWER, **values | {"kind": "report", "stance": ""}, by=people["unit"].pk)
        assert run(ANSWER, **values, by=people["unit"].pk) == 1
        with refused("answer_in_its_turn"):
            run(ANSWER, **values, by=people["unit"].pk)
        for change in ("update audit_answer set text = 'other'", "delete from audit_answer"):
            with refused("InsufficientPrivilege"):
                run(change)


def test_a_report_comes_with_proof(people, held, award):
    found = audit.at("rectifying", people, held, award)
    values = {"finding": found.pk, "kind": "report", "stance": "", "body": audit.body("CZ350200")}
    with make.acting(people["unit"]), refused("report_has_proof"):
        run(ANSWER, **values, by=people["unit"].pk)


def test_proof_does_not_come_later(people, held, award):
    found = audit.at("reported", people, held, award)
    later = (
        "insert into audit_proof (answer_id, file_name, content_type, size, sha256, storage_key, uploaded_by_id,"
        " uploaded_at) select answer_id, 'later.pdf', content_type, size, sha256, storage_key, uploaded_by_id, now()"
        " from audit_proof"
    )
    with make.acting(people["unit"]), refused("proofs_come_with_their_answer"):
        run(later)
        run("set constraints audit_proof_proofs immediate")
    assert found.state == "reported"


def test_who_raised_it_does_not_close_it(people, held, award):
    found = audit.at("followed", people, held, award)
    with make.acting(people["lead"]), refused("finding_closed_by_another"):
        run(CLOSE, to="closed", by=people["lead"].pk, id=found.pk)
    with make.acting(people["second"]), refused("finding_not_closed_by_its_follower"):
        run(CLOSE, to="closed", by=people["second"].pk, id=found.pk)
    with make.acting(people["third"]):
        assert run(CLOSE, to="closed", by=people["third"].pk, id=found.pk) == 1
    with make.acting(people["lead"]), refused("finding_state"):
        run("update audit_finding set state = 'rectifying' where id = %(id)s", id=found.pk)


def test_a_shown_finding_is_dropped_by_a_second_auditor_with_a_reason(people, held, award):
    found = audit.shown(people, held, award)
    with make.acting(people["lead"]), refused("finding_closed_by_another"):
        run(CLOSE, to="dropped", by=people["lead"].pk, id=found.pk)
    with make.acting(people["second"]):
        with refused("finding_ends_with_reason"):
            run(CLOSE.replace("'x'", "''"), to="dropped", by=people["second"].pk, id=found.pk)
        assert run(CLOSE, to="dropped", by=people["second"].pk, id=found.pk) == 1


def test_a_follow_up_is_of_a_report_and_by_the_team(people, held, award):
    found = audit.at("rectifying", people, held, award)
    with make.acting(people["second"]), refused("follow_up_of_a_report"):
        run(FOLLOW_UP, finding=found.pk, by=people["second"].pk)
    audit.reported(people, found)
    for name in ("bureau", "unit"):
        with make.acting(people[name]), refused("InsufficientPrivilege"):
            run(FOLLOW_UP, finding=found.pk, by=people[name].pk)
    with make.acting(people["second"]), refused("audit_signed_by_oneself"):
        run(FOLLOW_UP, finding=found.pk, by=people["lead"].pk)


def test_a_finding_is_handed_over_once_shown_and_within_its_place(people, held, award):
    hand_over = (
        "insert into audit_handover (finding_id, organisation_id, note, by_id, at)"
        " values (%(finding)s, %(body)s, 'x', %(by)s, now())"
    )
    draft, found = audit.finding(people, held, award), audit.shown(people, held, award)
    with make.acting(people["lead"]) as by:
        with refused("handover_of_a_shown_finding"):
            run(hand_over, finding=draft.pk, body=audit.body("CZ350000"), by=by.id)
        for code in ("CZ360000", "CZ350500", "SJ", "CZ350200"):
            with refused("handover_of_a_shown_finding"):
                run(hand_over, finding=found.pk, body=audit.body(code), by=by.id)
        assert run(hand_over, finding=found.pk, body=audit.body("CZ350000"), by=by.id) == 1


def test_the_database_takes_the_copy_itself(people, held, award):
    import hashlib
    import json

    draft = audit.finding(people, held, award)
    with make.acting(people["lead"]):
        run(EVIDENCE, finding=draft.pk, kind="row", type="grants.award", id=str(award.pk), snapshot="forged",
            sha="f" * 64, by=people["lead"].pk)  # fmt: skip
        row = draft.evidence.get()
    assert json.loads(row.snapshot)["amount"] == float(award.amount)
    assert row.sha256 == hashlib.sha256(row.snapshot.encode()).hexdigest()


@pytest.mark.parametrize(("type_", "key"), [("accounts.user", "1"), ("audit.event", "1"), ("grants.award", "0"),
                                            ("grants.award", "x"), ("pg_catalog.pg_authid", "1"),
                                            ("grants.nothing", "1")])  # fmt: skip
def test_evidence_is_of_what_is_there(people, held, award, type_, key):
    draft = audit.finding(people, held, award)
    with make.acting(people["lead"]), refused("evidence_is_of_what_is_there"):
        run(
            EVIDENCE, finding=draft.pk, kind="row", type=type_, id=key, snapshot="x", sha="0" * 64, by=people["lead"].pk
        )


def test_a_record_outside_the_scope_is_no_evidence(people, award, others, world):
    other = make.awarded(others, application=world.other, amount="1000000.00", number="财建〔2026〕9号")
    own = audit.engagement(people, by="bureau")
    draft = audit.finding(people, own, award, by="bureau")
    with make.acting(people["bureau"]), refused("evidence_is_of_what_is_there"):
        run(EVIDENCE, finding=draft.pk, kind="row", type="grants.award", id=str(other.pk), snapshot="x", sha="0" * 64,
            by=people["bureau"].pk)  # fmt: skip


@pytest.mark.parametrize(
    "table",
    ["audit_finding", "audit_findingversion", "audit_evidence", "audit_answer", "audit_proof", "audit_followup",
     "audit_handover", "audit_engagement", "audit_member"],
)  # fmt: skip
def test_nothing_is_removed_not_even_by_the_owner(people, held, award, table):
    audit.at("followed", people, held, award)
    with make.acting(people["lead"]) as by:
        from portal.audit.findings.domain import findings
        from portal.audit.models import Finding

        findings.hand_over(by=by, finding=Finding.objects.get(), organisation=audit.body("CZ350000"), note="x")
    with make.acting(people["lead"]), refused("InsufficientPrivilege"):
        run(f"delete from {table}")


# The names under which each table's two triggers refuse, and whether its rows are papers that never change.
STAY = {
    "audit_finding": ("finding_stays", False),
    "audit_findingversion": ("finding_version_stays", False),
    "audit_engagement": ("engagement_stays", False),
    "audit_member": ("audit_member_stays", False),
    "audit_evidence": ("audit_evidence_stays", True),
    "audit_answer": ("answer_stays", True),
    "audit_proof": ("audit_proof_stays", True),
    "audit_followup": ("follow_up_stays", True),
    "audit_handover": ("handover_stays", True),
}


def test_papers_are_not_changed_even_by_the_owner(live):
    people = audit.team(cast_of)
    who, applications = live
    award = make.awarded(who, application=applications[0], amount="1000.00")
    held = audit.engagement(people, "second", "third")
    found = audit.at("followed", people, held, award)
    with make.acting(people["lead"]) as by:
        from portal.audit.findings.domain import findings

        findings.hand_over(by=by, finding=found, organisation=audit.body("CZ350000"), note="x")
    with psycopg.connect(databases.owner_dsn(), autocommit=True) as owner:
        for table, (name, is_paper) in STAY.items():
            acts = {f"delete from {table}": name, f"truncate {table} cascade": f"{name}_whole"}
            if is_paper:
                acts[f"update {table} set id = id"] = name
            for statement, trigger in acts.items():
                with pytest.raises(psycopg.DatabaseError) as caught:
                    owner.execute(statement)
                told = caught.value.diag
                assert told.constraint_name == "audit_objects_stay", statement
                # The table's own trigger, not that of a table that falls with it.
                assert re.search(rf"pgtrigger_{trigger}_[0-9a-f]+\(\)", told.context or ""), (statement, told.context)


def test_of_two_replies_at_once_one_counts(live):
    people = audit.team(cast_of)
    who, applications = live
    award = make.awarded(who, application=applications[0], amount="1000.00")
    held = audit.engagement(people, "second", "third")
    found = audit.shown(people, held, award)
    values = {"finding": found.pk, "kind": "reply", "stance": "accepted", "body": audit.body("CZ350200")}
    both = [people["unit"].pk, people["unit_checker"].pk]
    assert race([(person, ANSWER, values | {"by": person}) for person in both]) == Counter(
        {"done": 1, "answer_in_its_turn": 1}
    )


def test_of_two_closings_at_once_one_counts(live):
    people = audit.team(cast_of)
    who, applications = live
    award = make.awarded(who, application=applications[0], amount="1000.00")
    held = audit.engagement(people, "second", "third")
    found = audit.at("followed", people, held, award)
    third = people["third"].pk
    counts = race([(third, CLOSE + " and state = 'followed'", {"to": "closed", "by": third, "id": found.pk})] * 2)
    assert counts["done"] == 2  # the second changes no row
    with make.acting(people["third"]):
        found.refresh_from_db()
    assert (found.state, found.closed_by_id) == ("closed", third)
