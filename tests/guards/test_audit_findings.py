"""Who sees and writes audit findings and engagements, attacked with raw SQL past every command."""

from __future__ import annotations

import pytest
from django.db import connection

from tests import factories_audit as audit
from tests import factories_grants as make
from tests.grants.raw import refused, run
from tests.guards.findings_rows import CLOSE, EVIDENCE, FINDING, held, people

pytestmark = pytest.mark.guard
__all__ = ["held", "people"]


def seen(person, table="audit_finding"):
    with make.acting(person), connection.cursor() as cursor:
        cursor.execute(f"select id from {table} order by id")
        return [row[0] for row in cursor.fetchall()]


# Who sees what.


def test_a_draft_is_read_by_its_team_alone(people, held, award):
    draft = audit.finding(people, held, award)
    audit.evidence(people, draft, award)
    for name in ("lead", "second", "third"):
        assert seen(people[name]) == [draft.pk], name
        assert len(seen(people[name], "audit_findingversion")) == 1
    outside = [name for name in people if name not in ("lead", "second", "third")]
    for name in outside:
        for table in ("audit_finding", "audit_findingversion", "audit_evidence"):
            assert seen(people[name], table) == [], (name, table)


def test_a_place_in_the_team_that_ended_reads_no_draft(people, held, award):
    from portal.audit.findings.domain import engagements

    audit.finding(people, held, award)
    with make.acting(people["lead"]) as by:
        engagements.end_member(by=by, member=held.members.get(person=people["third"]))
    assert seen(people["third"]) == []


def test_a_shown_finding_is_read_by_its_body_and_auditors_in_scope(people, held, award):
    found = audit.shown(people, held, award)
    reads = {name for name in people if seen(people[name]) == [found.pk]}
    assert reads == {"lead", "second", "third", "bureau", "unit", "unit_checker"}
    assert seen(people["unit"], "audit_engagement") == []
    assert seen(people["unit"], "audit_member") == []


def test_the_body_reads_only_evidence_meant_for_it(people, held, award):
    found = audit.shown(people, held, award)
    audit.evidence(people, found, award)
    assert len(seen(people["lead"], "audit_evidence")) == 2
    assert len(seen(people["unit"], "audit_evidence")) == 1


def test_what_is_handed_over_is_read_by_that_body(people, held, award):
    from portal.audit.findings.domain import findings

    found = audit.shown(people, held, award)
    assert seen(people["province"]) == []
    with make.acting(people["lead"]) as by:
        findings.hand_over(by=by, finding=found, organisation=audit.body("CZ350000"), note="demand it")
    assert seen(people["province"]) == [found.pk]
    assert seen(people["elsewhere"]) == []


def test_without_scope_no_row(people, held, award, raw_web):
    audit.shown(people, held, award)
    for table in ("finding", "findingversion", "evidence", "engagement", "member", "answer", "followup", "handover"):
        with connection.cursor() as cursor:
            cursor.execute("select leave_scope()")
            cursor.execute(f"select count(*) from audit_{table}")
            assert cursor.fetchone() == (0,), table


def test_the_trail_tells_no_draft(people, held, award):
    """The unit's people, and auditors outside the team, learn nothing of a draft from the trail."""
    draft = audit.finding(people, held, award, title="Secret title", text="Secret text", advice="Secret advice")
    with make.acting(people["bureau"]), connection.cursor() as cursor:
        cursor.execute(
            "select count(*), max(before::text || after::text || why) from audit_event where act like 'audit.%'"
        )
        count, told = cursor.fetchone()
    assert count >= 1
    assert "ecret" not in told
    with make.acting(people["unit"]), connection.cursor() as cursor:
        cursor.execute("select count(*) from audit_event where act like 'audit.%%' and object_id = %s", [str(draft.pk)])
        assert cursor.fetchone() == (0,)


# Who writes.


@pytest.mark.parametrize("name", ["unit", "government", "mof", "bureau", "other_bureau", "drafter"])
def test_nobody_outside_the_team_changes_a_finding(people, held, award, name):
    found = audit.shown(people, held, award)
    with make.acting(people[name]):
        assert run("update audit_finding set closed_why = closed_why where id = %(id)s", id=found.pk) == 0
        with refused("InsufficientPrivilege"):
            run("delete from audit_finding")
        # Who does not even see the award is refused before the policy is asked.
        with refused("evidence_is_of_what_is_there" if name == "other_bureau" else "InsufficientPrivilege"):
            run(EVIDENCE, finding=found.pk, kind="row", type="grants.award", id=str(award.pk), snapshot="x", sha="0" * 64,
                by=people[name].pk)  # fmt: skip


@pytest.mark.parametrize("name", ["unit", "bureau", "government"])
def test_nobody_outside_the_team_raises_a_finding(people, held, award, name):
    values = {"type": "grants.award", "id": str(award.pk), "province": "350000", "unit": "350200"}
    with make.acting(people[name]), refused("InsufficientPrivilege"):
        run(FINDING, engagement=held.pk, body=audit.body("CZ350200"), by=people[name].pk, **values)


def test_an_auditor_signs_as_oneself(people, held, award):
    values = {"type": "grants.award", "id": str(award.pk), "province": "350000", "unit": "350200"}
    with make.acting(people["lead"]), refused("audit_signed_by_oneself"):
        run(FINDING, engagement=held.pk, body=audit.body("CZ350200"), by=people["second"].pk, **values)
    draft = audit.shown(people, held, award)
    with make.acting(people["lead"]), refused("audit_signed_by_oneself"):
        run(CLOSE, to="dropped", by=people["second"].pk, id=draft.pk)


@pytest.mark.parametrize(
    ("changes", "guard"),
    [
        ({"id": "0"}, "finding_about_what_is_there"),
        ({"type": "accounts.user", "id": "1"}, "finding_about_what_is_there"),
        ({"type": "audit.event", "id": "1"}, "finding_about_what_is_there"),
        ({"unit": "350500"}, "finding_about_what_is_there"),
        ({"province": "360000"}, "finding_about_what_is_there"),
        ({"body": "CZ350500"}, "finding_to_a_body_of_the_place"),
        ({"body": "CZ360000"}, "finding_to_a_body_of_the_place"),
        ({"body": "SJ"}, "finding_to_a_body_of_the_place"),
    ],
)
def test_a_finding_is_about_something_in_reach_and_to_a_body_of_its_place(people, held, award, changes, guard):
    values = {"type": "grants.award", "id": str(award.pk), "province": "350000", "unit": "350200", "body": "CZ350200"}
    values |= changes
    values["body"] = audit.body(values["body"])
    with make.acting(people["lead"]), refused(guard):
        run(FINDING, engagement=held.pk, by=people["lead"].pk, **values)


@pytest.mark.parametrize("changes", [{"units": ["350500"]}, {"batches": [77]}, {"province": "360000"}])
def test_a_finding_lies_in_the_scope_of_its_engagement(people, award, changes):
    narrow = audit.engagement(people, **changes)
    values = {"type": "grants.award", "id": str(award.pk), "province": "350000", "unit": "350200"}
    with make.acting(people["lead"]), refused("finding_within_scope"):
        run(FINDING, engagement=narrow.pk, body=audit.body("CZ350200"), by=people["lead"].pk, **values)


@pytest.mark.parametrize("state", ["planned", "closed"])
def test_findings_are_raised_while_the_engagement_is_at_work(people, award, state):
    from portal.audit.findings.domain import engagements

    row = audit.engagement(people, start=state == "closed")
    if state == "closed":
        with make.acting(people["lead"]) as by:
            engagements.begin_reporting(by=by, engagement=row)
            engagements.close_engagement(by=by, engagement=row)
    values = {"type": "grants.award", "id": str(award.pk), "province": "350000", "unit": "350200"}
    with make.acting(people["lead"]), refused("finding_of_an_engagement_at_work"):
        run(FINDING, engagement=row.pk, body=audit.body("CZ350200"), by=people["lead"].pk, **values)


# Engagements.


def test_a_bureau_plans_in_its_province_alone(people):
    plan = (
        "insert into audit_engagement (title, notice_no, objectives, period_from, period_to, organisation_id, province,"
        " units, batches, reply_days, state, created_by_id, created_at) values ('t', '', 'o', '2026-01-01',"
        " '2026-12-31', %(office)s, %(province)s, %(units)s, '{}', 10, 'planned', %(by)s, now())"
    )
    bureau, office = people["bureau"], audit.body("SJ350000")
    with make.acting(bureau):
        for province in ("360000", ""):
            with refused("engagement_within_office"):
                run(plan, office=office, province=province, units=[], by=bureau.pk)
        with refused("engagement_units_of_its_province"):
            run(plan, office=office, province="350000", units=["360100"], by=bureau.pk)
        with refused("engagement_within_office"):
            run(plan, office=audit.body("SJ"), province="350000", units=[], by=bureau.pk)
        assert run(plan, office=office, province="350000", units=["350200"], by=bureau.pk) == 1
    with make.acting(people["unit"]), refused("engagement_within_office"):
        run(plan, office=audit.body("CZ350200"), province="350000", units=[], by=people["unit"].pk)


def test_a_started_engagement_is_fixed(people, held):
    with make.acting(people["lead"]):
        for change in ("title = 'other'", "period_to = '2027-01-01'", "province = ''", "reply_days = 60"):
            with refused("engagement_is_fixed"):
                run(f"update audit_engagement set {change} where id = %(id)s", id=held.pk)
        with refused("engagement_state"):
            run("update audit_engagement set state = 'closed', closed_at = now() where id = %(id)s", id=held.pk)
    with make.acting(people["second"]):
        assert run("update audit_engagement set state = 'reporting' where id = %(id)s", id=held.pk) == 0


def test_an_engagement_closes_without_open_findings(people, held, award):
    audit.finding(people, held, award)
    with make.acting(people["lead"]):
        run("update audit_engagement set state = 'reporting' where id = %(id)s", id=held.pk)
        with refused("engagement_closes_without_open_findings"):
            run("update audit_engagement set state = 'closed', closed_at = now() where id = %(id)s", id=held.pk)


def test_leads_name_the_team_and_the_last_lead_stays(people, held):
    member = (
        "insert into audit_member (engagement_id, person_id, organisation_id, is_lead, added_by_id, added_at)"
        " values (%(engagement)s, %(person)s, %(office)s, false, %(by)s, now())"
    )
    office, bureau = audit.body("SJ350000"), people["bureau"]
    for name in ("second", "bureau"):
        with make.acting(people[name]), refused("InsufficientPrivilege"):
            run(member, engagement=held.pk, person=bureau.pk, office=office, by=people[name].pk)
    with make.acting(people["lead"]):
        with refused("audit_member_is_an_auditor"):
            run(
                member,
                engagement=held.pk,
                person=people["unit"].pk,
                office=audit.body("CZ350200"),
                by=people["lead"].pk,
            )
        with refused("audit_member_is_an_auditor"):
            run(member, engagement=held.pk, person=bureau.pk, office=audit.body("SJ"), by=people["lead"].pk)
        with refused("engagement_keeps_a_lead"):
            run("update audit_member set ended_at = now() where is_lead and engagement_id = %(id)s", id=held.pk)
        with refused("audit_member_only_ends"):
            run("update audit_member set is_lead = true where engagement_id = %(id)s", id=held.pk)


# Demands.


def test_a_demand_names_a_finding_in_the_hands_of_who_demands(people, held, award, who):
    from portal.audit.findings.domain import findings

    found = audit.shown(people, held, award)
    demand = (
        "insert into grants_recovery (award_id, level, ground, violation, reference, finding_id, reason, amount, due_on,"
        " province_id, unit_id, document_no, document_date, state, organisation_id, maker_id, made_at, refused_why)"
        " values (%(award)s, 'provincial_finance', 'finding', '', 'x', %(finding)s, 'r', 10, current_date + 60, '350000', '350200',"
        " %(no)s, (now() at time zone 'Asia/Shanghai')::date - 1, 'entered', %(organisation)s, %(maker)s, now(), '')"
    )
    maker = who["province_maker"]
    values = {"award": award.pk, "finding": found.pk, "organisation": audit.body("CZ350000"), "maker": maker.pk}
    make.passed_on(who, issue=make.issued(who, award=award, amount="100.00", received_on=make.today()), amount="100.00")
    with make.acting(maker), refused("recovery_of_a_finding_at_hand"):
        run(demand, no="Z1", **values)
    with make.acting(people["lead"]) as by:
        findings.hand_over(by=by, finding=found, organisation=audit.body("CZ350000"), note="demand it")
    with make.acting(maker):
        assert run(demand, no="Z2", **values) == 1
