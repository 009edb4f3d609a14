"""What the database itself holds about an application, beyond the table of its states."""

from __future__ import annotations

from typing import Final

import pgtrigger

from applications.models.application_content import FROZEN, WRITTEN
from applications.models.guards import UNLESS_OWNER, refuse

STATE: Final = pgtrigger.UpdateOf("state")  # type: ignore[no-untyped-call]
_UNANSWERED: Final = "correction_is_unanswered(new.id)"
PLACE: Final = pgtrigger.Trigger(
    name="application_place_fits_unit",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func=f"""
        if not exists (select 1 from programme_pilotunit u
                        where u.code = new.unit_id and u.province_id = new.province_id)
           or not exists (select 1 from accounts_organisation o where o.id = new.organisation_id
                             and o.kind = 'unit_government' and o.unit = new.unit_id) then
            {refuse("application_place_fits_unit", "province, unit and government belong together")}
        end if;
        if {UNLESS_OWNER} and not exists (
            select 1 from programme_batch b where b.id = new.batch_id and b.state = 'open'
               and date_trunc('second', clock_timestamp()) <= b.deadline
               and coalesce(b.opens_at, '-infinity') <= clock_timestamp()) then
            {refuse("application_in_open_batch", "the batch takes no applications")}
        end if;
        if {UNLESS_OWNER} and (new.number <> '' or new.withdrawn_why <> '' or cardinality(new.reopened) > 0
               or num_nonnulls(new.submitted_at, new.first_submitted_at, new.correction_until, new.mend_until,
                               new.successor_unit_id) > 0) then
            {refuse("application_is_frozen", "an application is born as a draft without what its steps write")}
        end if;
        return new;
    """,
)
CAP: Final = pgtrigger.Trigger(
    name="application_amount_within_cap",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("amount_asked"),  # type: ignore[no-untyped-call]
    func=f"""
        if new.amount_asked > (select r.grant_cap from programme_batch b
                                 join programme_ruleset r on r.id = b.rule_set_id where b.id = new.batch_id) then
            {refuse("application_amount_within_cap", "the amount is above the cap of the rules")}
        end if;
        return new;
    """,
)
# Each step of an application belongs to one side; the owner stands for all of them (history, demonstration).
ROLES: Final = pgtrigger.Trigger(
    name="application_step_by_role",
    when=pgtrigger.Before,
    operation=STATE,
    declare=[("needed", "text[]")],
    func=f"""
        if {UNLESS_OWNER} and new.state is distinct from old.state then
            needed := case
                when new.state = 'awaiting_sign_off' then array['drafter']
                when old.state = 'awaiting_sign_off' and new.state = 'with_province' then array['signatory']
                when old.state = 'correction' and new.state = 'screening' then
                    case when {_UNANSWERED} then array['officer'] else array['signatory'] end
                when old.state = 'with_province' and new.state = 'draft' then array['signatory']
                when new.state = 'withdrawn' or old.state = 'awaiting_sign_off' then array['drafter', 'signatory']
                when old.state = 'with_province' then array['provincial_officer']
                else array['officer', 'clockwork'] end;
            -- Without somebody who makes it, the event of a step would name nobody.
            if not (select scope_roles()) && needed or (select scope_user()) is null then
                {refuse("application_step_by_role", "this step belongs to others")}
            end if;
        end if;
        return new;
    """,
)
SUBMISSION: Final = pgtrigger.Trigger(
    name="submission_needs_snapshot",
    when=pgtrigger.Before,
    operation=STATE,
    func=f"""
        if (old.state, new.state) not in (('awaiting_sign_off', 'with_province'), ('correction', 'screening')) then
            return new;
        end if;
        -- A correction that was not sent: the ministries go on with what they have, once its last second is over.
        if old.state = 'correction' and {_UNANSWERED} then
            if (new.number, new.submitted_at, new.first_submitted_at)
               is distinct from (old.number, old.submitted_at, old.first_submitted_at) then
                {refuse("submission_needs_snapshot", "a submission leaves a signed snapshot")}
            end if;
            if {UNLESS_OWNER}
               and coalesce(date_trunc('second', clock_timestamp()) <= old.correction_until, true) then
                {refuse("correction_still_runs", "the time of the correction is not over")}
            end if;
            return new;
        end if;
        if not exists (select 1 from applications_snapshot s where s.application_id = new.id
                          and s.submitted_at = new.submitted_at
                          and s.number = (select max(n.number) from applications_snapshot n
                                           where n.application_id = new.id)) then
            {refuse("submission_needs_snapshot", "a submission leaves a signed snapshot")}
        end if;
        if {UNLESS_OWNER} and (
            case when old.state = 'correction'
                 then coalesce(date_trunc('second', clock_timestamp()) > old.correction_until, true)
                 else coalesce(date_trunc('second', clock_timestamp())
                               > dossier_due(new.batch_id, old.mend_until), true) end) then
            {refuse("submission_after_deadline", "the deadline has passed")}
        end if;
        return new;
    """,
)
BOTH: Final = pgtrigger.Trigger(
    name="recommendation_needs_both",
    when=pgtrigger.Before,
    operation=STATE,
    declare=[("signed", "text[]"), ("people", "integer"), ("joint", "boolean")],
    func=f"""
        if old.state <> 'with_province' or new.state not in ('recommended', 'not_recommended', 'returned') then
            return new;
        end if;
        select coalesce(array_agg(distinct r.side || ':' || r.decision), '{{}}'), count(distinct r.person_id),
               count(distinct (coalesce(r.letter_id, 0), coalesce(r.rank, 0))) = 1
          into signed, people, joint
          from applications_recommendation r
         where r.application_id = new.id
           and r.snapshot_id = (select s.id from applications_snapshot s where s.application_id = new.id
                                 order by s.number desc limit 1);
        if new.state = 'returned' and not signed && array['industry:return', 'finance:return']
           or new.state = 'recommended' and not (
                  signed @> array['industry:recommend', 'finance:recommend'] and people = 2)
           or new.state = 'not_recommended' and not (
                  people = 2 and cardinality(signed) = 2
                  and signed && array['industry:not_recommend', 'finance:not_recommend']) then
            {refuse("recommendation_needs_both", "both departments of the province decide, by two people")}
        end if;
        if new.state = 'recommended' and not joint then
            {refuse("recommendation_is_joint", "both departments sign one letter with one rank")}
        end if;
        return new;
    """,
)
# What the ministries decide against a dossier, its unit reads: no step without the words. What they wanted corrected
# passes only as the unit submits it anew.
TOLD: Final = pgtrigger.Trigger(
    name="ruling_before_its_step",
    when=pgtrigger.Before,
    operation=STATE,
    func=f"""
        if (old.state, new.state) = ('screening', 'in_review') and {_UNANSWERED} then
            {refuse("pass_after_its_correction", "the correction was not sent")}
        end if;
        if old.state <> 'screening' or new.state not in ('correction', 'rejected') then
            return new;
        end if;
        if not ruling_says(new.id, new.state, new.correction_until, new.reopened) then
            {refuse("ruling_before_its_step", "the unit reads what is to be corrected, or why it was rejected")}
        end if;
        return new;
    """,
)
# A unit takes its submission back to change it, but never so late that it could not submit again.
RECALL: Final = pgtrigger.Trigger(
    name="recall_before_deadline",
    when=pgtrigger.Before,
    operation=STATE,
    func=f"""
        if {UNLESS_OWNER} and (old.state, new.state) = ('with_province', 'draft')
           and coalesce(date_trunc('second', clock_timestamp()) > dossier_due(new.batch_id, null), true) then
            {refuse("recall_before_deadline", "the deadline has passed")}
        end if;
        return new;
    """,
)
# A separately planned city counts by itself: it uses nothing of its province's quota. The others of the province are
# counted whatever of them the caller sees.
QUOTA: Final = pgtrigger.Trigger(
    name="province_quota",
    when=pgtrigger.Before,
    operation=STATE,
    declare=[("problem", "text")],
    func=f"""
        if old.state <> 'with_province' or new.state <> 'recommended' then
            return new;
        end if;
        problem := province_problem(new.id, new.batch_id, new.unit_id, new.province_id);
        if problem = 'province_rank_once' then
            {refuse("province_rank_once", "each rank is given once")}
        elsif problem is distinct from '' then
            {refuse("province_quota", "the province has recommended as many as it may")}
        end if;
        return new;
    """,
)
# A district is in one live application of a batch: alone, or as one of a pair.
DISTRICT: Final = pgtrigger.Trigger(
    name="application_district_once",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("unit_id"),  # type: ignore[no-untyped-call]
    func=f"""
        if new.state <> 'withdrawn' and district_is_taken(new.batch_id, new.unit_id, new.id) then
            {refuse("application_district_once", "the district is in another application of this batch")}
        end if;
        return new;
    """,
)
# Of a unit, those it follows and those that follow it one applies: the cap of the rules holds for them together. Each
# takes the lock of all it is kin of, in one order: a pair of districts has no key in common with both its lines.
# Who is not told whether another has applied is refused like who is told so.
LINE: Final = pgtrigger.Trigger(
    name="application_once_per_line",
    when=pgtrigger.Before,
    operation=STATE,
    func=f"""
        if (old.state, new.state) <> ('awaiting_sign_off', 'with_province') then
            return new;
        end if;
        perform pg_advisory_xact_lock(hashtextextended('line: ' || new.batch_id || ':' || k.kin, 0))
           from (select u.kin from unit_kin() u where u.one = new.unit_id order by u.kin) k;
        if line_has_applied(new.batch_id, new.unit_id, new.id) is distinct from false then
            {refuse("application_once_per_line", "a unit before or after this one has applied")}
        end if;
        return new;
    """,
)
ALL: Final = [DISTRICT, LINE, PLACE, CAP, FROZEN, WRITTEN, ROLES, SUBMISSION, RECALL, TOLD, BOTH, QUOTA]
