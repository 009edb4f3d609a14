"""Database functions of the reviews (kept apart: migrations quote them).

Those that end in `_problem` belong to the owner (SECURITY DEFINER), so that a guard sees what its caller may not;
they answer with the name of the broken guard, or an empty text. The trigger that asks raises the name.
"""

from __future__ import annotations

from typing import Final

from reviews.functions_results import STEPS as RESULT_STEPS

_DEFINER: Final = "security definer set search_path = public, pg_temp"

# What the policies of `applications` ask about the caller; the empty versions there are replaced by these.
SCOPES: Final = f"""
create or replace function scope_assigned_applications() returns bigint[] language sql stable {_DEFINER} as $$
    select coalesce(array_agg(application_id), '{{}}') from reviews_assignment
     where reviewer_id = scope_user() and state in ('assigned', 'declared')
$$;
create or replace function scope_conflicted_applications() returns bigint[] language sql stable {_DEFINER} as $$
    select coalesce(array_agg(distinct application_id), '{{}}') from reviews_conflict where reviewer_id = scope_user()
$$;
create or replace function scope_conflicted_batches() returns bigint[] language sql stable {_DEFINER} as $$
    select coalesce(array_agg(distinct a.batch_id), '{{}}')
      from reviews_conflict c join applications_application a on a.id = c.application_id
     where c.reviewer_id = scope_user()
$$;
create or replace function reviews_is_officer(p_user bigint, p_code text) returns boolean
language sql stable {_DEFINER} as $$
    select exists (select 1 from accounts_membership m join accounts_organisation o on o.id = m.organisation_id
                    where m.user_id = p_user and m.role = 'officer' and m.ended_at is null
                      and o.is_active and o.code = p_code)
$$;
create or replace function scope_officer_of(p_code text) returns boolean language sql stable {_DEFINER} as $$
    select reviews_is_officer(scope_user(), p_code)
$$;
create or replace function reviews_people() returns table (id bigint, name varchar, reviewer_group text)
language sql stable {_DEFINER} as $$
    select distinct on (u.id) u.id, u.name, case o.kind when 'expert_pool' then 'expert' else o.code end
      from accounts_membership m join accounts_organisation o on o.id = m.organisation_id
      join accounts_user u on u.id = m.user_id
     where m.role = 'reviewer' and m.ended_at is null and o.is_active and u.is_active
       and scope_roles() && array['officer']
     order by u.id, m.id
$$;
"""
SCOPES_REVERSE: Final = f"""
create or replace function scope_assigned_applications() returns bigint[] language sql stable {_DEFINER} as
    $$ select '{{}}'::bigint[] $$;
create or replace function scope_conflicted_applications() returns bigint[] language sql stable {_DEFINER} as
    $$ select '{{}}'::bigint[] $$;
drop function reviews_people(); drop function scope_officer_of(text); drop function reviews_is_officer(bigint, text);
drop function scope_conflicted_batches();
"""

# Conflicts that follow from what is known: one place for assignment, its guard and the pages.
CONFLICTS: Final = f"""
create or replace function reviews_derived_conflicts(p_batch bigint)
returns table (application_id bigint, reviewer_id bigint, code text) language sql stable as $$
    select a.id, p.user_id, 'own_province' from applications_application a
      join reviews_reviewerprofile p on p.home_province_id = a.province_id where a.batch_id = p_batch
    union
    select a.id, m.user_id, 'own_unit' from applications_application a
      join accounts_organisation o on o.unit = a.unit_id and o.unit <> ''
      join accounts_membership m on m.organisation_id = o.id and m.ended_at is null
      join reviews_reviewerprofile p on p.user_id = m.user_id where a.batch_id = p_batch
    union
    select a.id, p.user_id, 'employer' from applications_application a
      join applications_partner t on t.application_id = a.id and t.state <> 'declined'
      join accounts_organisation o on o.id = t.organisation_id
      join programme_centralsoe s on 'YQ' || lpad(s.list_no::text, 3, '0') = o.code
      join reviews_reviewerprofile p on p.employer_soe_id = s.id where a.batch_id = p_batch
$$;
create or replace function reviews_conflict_pairs(p_batch bigint)
returns table (application_id bigint, reviewer_id bigint, code text) language sql stable {_DEFINER} as $$
    select d.application_id, d.reviewer_id, d.code from reviews_derived_conflicts(p_batch) d
     where scope_roles() && array['officer']
$$;
create or replace function reviews_assignment_problem(p_batch bigint, p_application bigint, p_reviewer bigint)
returns text language plpgsql volatile {_DEFINER} as $$
declare
    application record;
begin
    if not scope_roles() && array['officer'] then
        return 'assignment_only_in_review';
    end if;
    -- Assignment and conflict of one reviewer take turns at this row, so neither misses the other.
    perform 1 from reviews_reviewerprofile where user_id = p_reviewer and is_active for no key update;
    if not found then
        return 'assignment_needs_a_profile';
    end if;
    select a.batch_id, a.state, b.state as batch_state into application
      from applications_application a join programme_batch b on b.id = a.batch_id where a.id = p_application;
    if application.batch_id is distinct from p_batch or application.state not in ('in_review', 'defence')
       or application.batch_state not in ('closed', 'reviewing') then
        return 'assignment_only_in_review';
    end if;
    if exists (select 1 from reviews_conflict where application_id = p_application and reviewer_id = p_reviewer)
       or exists (select 1 from reviews_derived_conflicts(p_batch)
                   where application_id = p_application and reviewer_id = p_reviewer) then
        return 'assignment_without_conflict';
    end if;
    return '';
end $$;
create or replace function reviews_recuse(p_application bigint, p_reviewer bigint) returns void
language plpgsql volatile {_DEFINER} as $$ begin
    perform 1 from reviews_reviewerprofile where user_id = p_reviewer for no key update;
    update reviews_assignment set state = 'recused'
     where application_id = p_application and reviewer_id = p_reviewer and state in ('assigned', 'declared')
       and exists (select 1 from reviews_conflict c
                    where c.application_id = p_application and c.reviewer_id = p_reviewer);
end $$;
create or replace function reviews_profile_problem(p_user bigint, p_group text) returns text
language sql stable {_DEFINER} as $$
    select case when exists (
        select 1 from accounts_membership m join accounts_organisation o on o.id = m.organisation_id
         where m.user_id = p_user and m.role = 'reviewer' and m.ended_at is null
           and p_group = case o.kind when 'expert_pool' then 'expert' else o.code end)
    then '' else 'profile_fits_the_post' end
$$;
"""
CONFLICTS_REVERSE: Final = """
drop function reviews_profile_problem(bigint, text);
drop function reviews_recuse(bigint, bigint); drop function reviews_assignment_problem(bigint, bigint, bigint);
drop function reviews_conflict_pairs(bigint); drop function reviews_derived_conflicts(bigint);
"""

# How screening ends; the same in each version of the function.
SCREENED: Final = """\
    if p_from in ('screening') and p_to in ('rejected', 'in_review', 'correction') then
        select count(*) filter (where l.decision = 'reject') as rejects,
               count(distinct l.person_id) filter (where l.decision = 'reject') as rejecters,
               bool_or(l.ministry = 'MIIT' and l.decision = 'pass') as passed,
               bool_or(l.ministry = 'MIIT' and l.decision = 'correction') as corrected into said
          from (select distinct on (s.ministry) s.ministry, s.decision, s.person_id from reviews_screening s
                 where s.application_id = p_application and s.snapshot_id = (
                       select id from applications_snapshot where application_id = p_application
                        order by number desc limit 1)
                 order by s.ministry, s.id desc) l;
        return case
            when p_to = 'rejected' and not (said.rejects = 2 and said.rejecters = 2) then 'reject_needs_both'
            when p_to = 'in_review' and (not coalesce(said.passed, false) or said.rejects > 0)
                then 'pass_needs_screening'
            when p_to = 'correction' and not coalesce(said.corrected, false) then 'correction_needs_screening'
            else '' end;
    end if;"""
# Until 0013, when a selection began to ask of a frozen candidate set.
SCENARIO_PROBLEM: Final = f"""
create or replace function reviews_scenario_problem(p_batch bigint, p_instance jsonb) returns text
language sql stable {_DEFINER} as $$
    select case when scope_roles() && array['officer'] and not exists (
        select 1 from (
            select a.unit_id as unit, r.score from reviews_panelresult r
              join applications_application a on a.id = r.application_id
             where r.batch_id = p_batch and a.state <> 'withdrawn') held
          full join (
            select c->>'id' as unit, (c->>'score')::numeric as score
              from jsonb_array_elements(p_instance->'candidates') c) given using (unit)
         where held.score is distinct from given.score)
    then '' else 'scenario_scores_are_the_locked_ones' end
$$;
"""
# As the first migration made them; `functions_publicity` holds what is in force of entries, outcomes and receipts.
DECIDING: Final = (
    SCENARIO_PROBLEM
    + f"""
create or replace function reviews_decision_problem(p_batch bigint, p_scenario bigint, p_chosen text[],
    p_reserve text[]) returns text language plpgsql stable {_DEFINER} as $$
declare
    held record;
begin
    select s.batch_id, s.state, s.chosen::text[] as chosen, b.state as batch_state,
           nullif(s.instance, '')::jsonb as instance into held
      from reviews_scenario s join programme_batch b on b.id = s.batch_id where s.id = p_scenario;
    if held.batch_id is distinct from p_batch or held.state <> 'optimal' or held.chosen is distinct from p_chosen then
        return 'decision_is_the_scenario';
    end if;
    if p_reserve && p_chosen or not p_reserve <@ array(
        select c->>'id' from jsonb_array_elements(held.instance->'candidates') c) then
        return 'decision_reserve_is_not_chosen';
    end if;
    return case when held.batch_state = 'deciding' then '' else 'decision_in_its_phase' end;
end $$;
create or replace function reviews_entry_problem(p_batch bigint, p_application bigint, p_unit text, p_province text)
returns text language sql stable {_DEFINER} as $$
    select case when exists (
        select 1 from applications_application a join programme_batch b on b.id = a.batch_id
          join reviews_decision d on d.batch_id = b.id and d.state = 'published'
         where a.id = p_application and b.id = p_batch and b.state = 'publicity' and a.state = 'proposed'
           and a.unit_id = p_unit and a.province_id = p_province
           and (p_unit = any(d.chosen) or p_unit = any(d.reserve)))
    then '' else 'entry_needs_publication' end
$$;
create or replace function reviews_application_problem(p_application bigint, p_batch bigint, p_unit text, p_from text,
    p_to text) returns text language plpgsql stable {_DEFINER} as $$
declare
    said record; decided record;
begin
{SCREENED}
    if p_to = 'selected' then
        return case when exists (select 1 from programme_batch where id = p_batch and state = 'final')
            then '' else 'outcome_needs_decision' end;
    end if;
    if p_to not in ('proposed', 'reserve', 'not_selected', 'publicity') then
        return '';
    end if;
    select d.state, d.chosen, d.reserve into decided from reviews_decision d
     where d.batch_id = p_batch and d.state in ('adopted', 'published');
    return case
        when decided.state is null then 'outcome_needs_decision'
        when p_to = 'proposed' and p_from = 'reserve' and p_unit = any(decided.reserve) then ''
        when p_to = 'proposed' and p_from <> 'reserve' and p_unit = any(decided.chosen) then ''
        when p_to = 'reserve' and p_unit = any(decided.reserve) then ''
        when p_to = 'not_selected' and p_from in ('in_review', 'defence')
             and not p_unit = any(decided.chosen || decided.reserve) then ''
        when p_to = 'not_selected' and p_from in ('publicity', 'proposed', 'reserve') and exists (
             select 1 from reviews_publicentry where application_id = p_application and dropped_at is not null) then ''
        when p_to = 'publicity' and exists (
             select 1 from reviews_publicentry where application_id = p_application and dropped_at is null) then ''
        else 'outcome_needs_decision' end;
end $$;
create or replace function reviews_objection_status(p_receipt text) returns jsonb
language sql stable {_DEFINER} as $$
    select jsonb_build_object('state', o.state, 'answer', o.answer, 'lodged_at', o.lodged_at,
               'answered_at', o.answered_at, 'batch', b.number)
      from reviews_objection o join programme_batch b on b.id = o.batch_id where o.receipt_no = p_receipt
$$;
"""
    + RESULT_STEPS
)
DECIDING_REVERSE: Final = """
drop function reviews_objection_status(text); drop function reviews_batch_problem(bigint, text, text);
drop function reviews_panel_problem(bigint, bigint, int, numeric);
drop function reviews_application_problem(bigint, bigint, text, text, text);
drop function reviews_entry_problem(bigint, bigint, text, text);
drop function reviews_decision_problem(bigint, bigint, text[], text[]);
drop function reviews_scenario_problem(bigint, jsonb);
"""

# Triggers on tables of apps that do not know the reviews.
STEPS: Final = """
create function reviews_application_step() returns trigger language plpgsql as $$
declare
    problem text := reviews_application_problem(new.id, new.batch_id, new.unit_id, old.state, new.state);
begin
    if problem <> '' then
        raise exception 'application %: %', new.id, problem using errcode = 'check_violation', constraint = problem;
    end if;
    return new;
end $$;
create trigger reviews_application_step before update of state on applications_application
    for each row when (old.state is distinct from new.state) execute function reviews_application_step();
create function reviews_batch_step() returns trigger language plpgsql as $$
declare
    problem text := '';
    today date := (clock_timestamp() at time zone 'Asia/Shanghai')::date;
begin
    if old.state is distinct from new.state then
        problem := reviews_batch_problem(new.id, old.state, new.state);
        if problem = '' and new.state = 'publicity' and (new.publicity_from is null or new.publicity_to is null
           or new.publicity_to - new.publicity_from + 1 < (select publicity_days from programme_ruleset
                                                            where id = new.rule_set_id)) then
            problem := 'publicity_lasts_its_days';
        end if;
        if problem = '' and new.state = 'final' and new.final_document_no = '' then
            problem := 'final_needs_document_no';
        end if;
        -- Guards of time bind everyone but the owner, who loads demonstrations in bulk.
        if problem = '' and new.state = 'final' and new.publicity_to >= today and current_user <> 'portal_owner' then
            problem := 'final_after_publicity';
        end if;
    elsif (new.publicity_to < old.publicity_to or new.publicity_from is distinct from old.publicity_from)
          and old.publicity_from is not null and current_user <> 'portal_owner' then
        problem := 'publicity_lasts_its_days';
    elsif new.final_document_no is distinct from old.final_document_no and old.final_document_no <> '' then
        problem := 'final_needs_document_no';
    end if;
    if problem <> '' then
        raise exception 'batch %: %', new.id, problem using errcode = 'check_violation', constraint = problem;
    end if;
    return new;
end $$;
create trigger reviews_batch_step before update on programme_batch
    for each row execute function reviews_batch_step();
"""
STEPS_REVERSE: Final = """
drop trigger reviews_batch_step on programme_batch; drop function reviews_batch_step();
drop trigger reviews_application_step on applications_application; drop function reviews_application_step();
"""
FUNCTIONS: Final = (
    "scope_conflicted_batches()",
    "reviews_is_officer(bigint, text)",
    "scope_officer_of(text)",
    "reviews_people()",
    "reviews_derived_conflicts(bigint)",
    "reviews_conflict_pairs(bigint)",
    "reviews_assignment_problem(bigint, bigint, bigint)",
    "reviews_recuse(bigint, bigint)",
    "reviews_profile_problem(bigint, text)",
    "reviews_standing_problem(bigint, bigint, bigint)",
    "reviews_score_problem(bigint, text, numeric, boolean)",
    "reviews_total_problem(bigint, bigint, numeric)",
    "reviews_panel_problem(bigint, bigint, int, numeric)",
    "reviews_scenario_problem(bigint, jsonb)",
    "reviews_decision_problem(bigint, bigint, text[], text[])",
    "reviews_entry_problem(bigint, bigint, text, text)",
    "reviews_application_problem(bigint, bigint, text, text, text)",
    "reviews_batch_problem(bigint, text, text)",
    "reviews_objection_status(text)",
)
# The web role needs them inside its triggers and policies; nobody else may call them.
PRIVILEGES: Final = (
    f"revoke all on function {', '.join(FUNCTIONS)} from public; "
    f"grant execute on function {', '.join(FUNCTIONS)} to portal_web, portal_reader;"
)
