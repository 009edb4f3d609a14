"""Rows of money born with what only a later step writes: each sent in the scope of somebody who may insert the row."""

from __future__ import annotations

import re

import psycopg
import pytest

from tests import databases
from tests import factories_grants as make
from tests.grants.raw import AWARD, CONFIRM, ISSUE, PASS_ON, refused, run
from tests.guards.money_rows import award_file, mof, organisation_in
from tests.guards.use_rows import RETURN

pytestmark = pytest.mark.guard
TODAY = "(now() at time zone 'Asia/Shanghai')::date"


def born(statement: str, first: str, columns: str, values: str) -> str:
    """The statement with more columns, before the one named."""
    more = statement.replace(f"({first},", f"({columns}, {first},", 1).replace("values (", f"values ({values}, ", 1)
    assert more.count(columns) == 1
    return more


def test_an_award_is_not_born_assessed(who, world):
    """It would open its second tranche at once."""
    from grants.models import Award

    statement = born(AWARD, "application_id", "document_id, assessment_passed_on", "%(document)s, current_date")
    with make.acting(who["mof_maker"]):
        values = mof(who, application=world.application, amount="1000.00") | {"document": award_file(who)}
        with refused("award_passed_by_assessment"):
            run(statement, **values)
            row = Award.objects.get(document_no="财建〔2026〕1号")
            with make.acting(who["mof_checker"]):
                assert run(CONFIRM.format(table="grants_award"), id=row.pk, checker=who["mof_checker"].pk) == 1
            with make.acting(who["mof_maker"]):
                second = mof(who, award=row.pk, tranche=2, amount="1.00") | {"no": "R2"}
                assert run(ISSUE, **second) == 1


def test_an_issue_is_not_born_received(who, award):
    """MOF's maker would record the receipt of the province, of a day to come."""
    from grants.models import Issue

    receipt = "received_on, received_by_id, received_at"
    statement = born(ISSUE, "document_id", receipt, f"{TODAY} + 30, %(maker)s, now()")
    with make.acting(who["mof_maker"]), refused("issue_received_once"):
        run(statement, **mof(who, award=award.pk, tranche=1, amount="100.00") | {"no": "R7"})
        row = Issue.objects.get(document_no="R7")
        with make.acting(who["mof_checker"]):
            assert run(CONFIRM.format(table="grants_issue"), id=row.pk, checker=who["mof_checker"].pk) == 1
        onward = PASS_ON.replace(f"{TODAY}, 'in parts'", f"{TODAY} + 30, 'in parts'")
        values = mof(who, issue=row.pk, amount="10.00") | {"no": "P1", "maker": who["province_maker"].pk}
        values["organisation"] = organisation_in(who["province_maker"], "CZ350000")
        with make.acting(who["province_maker"]):
            assert run(onward, **values) == 1


def test_a_return_is_not_born_received(who, award):
    """Who gives back would record the receipt of the level above."""
    issue = make.issued(who, award=award, amount="100.00", received_on=make.today())
    receipt = "received_on, received_by_id, received_at"
    statement = born(RETURN, "award_id", receipt, f"{TODAY}, %(maker)s, now()")
    values = {"organisation": organisation_in(who["province_maker"], "CZ350000"), "maker": who["province_maker"].pk,
              "no": "T1", "award": award.pk, "issue": issue.pk, "source": "province", "amount": "10.00"}  # fmt: skip
    with make.acting(who["province_maker"]), refused("return_received_once"):
        run(statement, **values)


# Columns that a row may bring as far as the catalogue tells, and why it does no harm.
MAY_BE_BROUGHT = {
    "is tied by a check to the moment, which bank_decision_guarded refuses": """
        grants_bankdecision.ended_by_id
    """,
    "a note of use or of work, by which no guard goes": """
        accounts_apitoken.last_used_at mfa_authenticator.last_used_at core_filescan.tried_at core_run.ended_at
        core_run.heartbeat_at notifications_notice.mailed_at notifications_notice.read_at
        reports_reportshare.matched_at reports_reportshare.tried_at reports_reportfile.removed_at
        audit_evidencebundle.removed_at reviews_assignmentproposal.done_at reviews_scenario.done_at
        applications_wordimport.taken_at applications_partsheet.kept_at
    """,
    "a term, or a day of what happened outside": """
        applications_sectionduty.due_on programme_batch.opens_at programme_centralsoe.changed_at
        programme_pilotunit.changed_at
    """,
    "ended from the beginning it gives nothing": """
        accounts_apitoken.revoked_at accounts_apitoken.revoked_by_id accounts_invitation.taken_at
        accounts_invitation.withdrawn_at accounts_membership.ended_at audit_member.ended_at
        applications_attachment.removed_at applications_attachment.removed_by_id reports_reportschedule.ended_at
        reviews_suspension.ended_at reviews_suspension.ended_by_id
    """,
    "tied by a check to whom or what the row's guard or policy refuses at its birth, or of no weight (applications)": """
        applications_changerequest.signed_at applications_comment.resolved_at applications_match.judged_at
        applications_match.judged_by_id applications_part.confirmed_at applications_signoff.sent_back_at
        applications_signoff.sent_back_by_id applications_signoff.signed_at
    """,
    "tied by a check to whom or what the row's guard or policy refuses at its birth, or of no weight (others)": """
        accounts_membership.granted_by_id audit_engagement.closed_at audit_engagement.started_at
        programme_batch.countersigned_at programme_batch.opened_at programme_ruleset.frozen_at
        reviews_conflictwaiver.confirmed_at reviews_defence.drawn_at reviews_defence.drawn_by_id
        reviews_expertdraw.drawn_at reviews_expertdraw.drawn_by_id reviews_panelrecord.approved_at
    """,
}

COLUMNS = r"""
    select c.relname::text, a.attname::text,
           coalesce((select string_agg(pg_get_constraintdef(k.oid), ' ') from pg_constraint k
                      where k.conrelid = c.oid and k.contype = 'c'), ''),
           coalesce((select string_agg(pg_get_triggerdef(t.oid), ' ') from pg_trigger t
                      where t.tgrelid = c.oid and t.tgfoid = to_regproc('refused_as') and t.tgtype & 4 > 0), ''),
           coalesce((select string_agg(p.prosrc, ' ') from pg_trigger t join pg_proc p on p.oid = t.tgfoid
                      where t.tgrelid = c.oid and t.tgtype & 7 = 7), ''),
           exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname ~ '^pgtrigger_.*_state_')
      from pg_attribute a join pg_class c on c.oid = a.attrelid
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
       and not a.attnotnull and (a.attname ~ '_(by_id|at|on)$' or a.attname = 'checker_id')
       and has_table_privilege('portal_web', c.oid, 'insert') and has_table_privilege('portal_web', c.oid, 'update')
     order by 1, 2
"""


def held(name: str, checks: str, refusals: str, bodies: str, *, has_states: bool) -> bool:
    """Whether no row is born with a value in this column, as far as the catalogue tells.

    A trigger refuses it or takes it away; or a check ties it to a state, and a machine of states says in which ones a
    row is born.
    """
    tied = has_states and re.search(rf"\(state\)[^;]*\b{name} IS NOT NULL|\b{name} IS NULL\)[^;]*\(state\)", checks)
    return bool(
        tied or f"new.{name} IS NOT NULL" in refusals or re.search(rf"new\.{name} (:= null|is not null)", bodies)
    )


def test_no_step_of_a_later_one_is_brought_by_an_insert(fresh_db):
    """The columns that may be empty and say who did a thing, when, or on which day: of every table the web writes."""
    with psycopg.connect(databases.owner_dsn()) as owner:
        found = owner.execute(COLUMNS).fetchall()
    assert len(found) > 100
    open_ones = {
        f"{table}.{name}"
        for table, name, checks, refusals, bodies, has_states in found
        if not held(name, checks, refusals, bodies, has_states=has_states)
    }
    allowed = {name for names in MAY_BE_BROUGHT.values() for name in names.split()}
    assert open_ones - allowed == set()
    assert {name for name in allowed - open_ones if name.startswith("grants_")} == set()
