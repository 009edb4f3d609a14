"""Functions and triggers that hold evaluations, panels, their consequences for the money, and acceptances.

The database draws the sample, adds up the points, names the band and the plan's version that stood on the day; it
frees, limits or refuses the second tranche. Each trigger locks the award (or the row's parent) first.
"""

from __future__ import annotations

import json
from typing import Final

from grants.functions import SIGNATURES
from grants.ledger.functions import HEAD, refuse
from portal.core.functions_again import again
from portal.programme.defaults import ASSESSMENT

_SQL: Final = "language sql stable security definer set search_path = public, pg_temp as $$"
_DEFAULT: Final = json.dumps(ASSESSMENT, ensure_ascii=False).replace("'", "''")
# A rule set that was frozen before there was a form follows the default.
READS: Final = f"""
create function assessing_form(p_award bigint) returns jsonb {_SQL}
    select coalesce(r.details -> 'assessment', '{_DEFAULT}'::jsonb)
      from grants_award a join programme_batch b on b.id = a.batch_id join programme_ruleset r on r.id = b.rule_set_id
     where a.id = p_award
$$;
create function assessing_most(p_form jsonb, p_code text) returns numeric {_SQL.replace("stable", "immutable")}
    select (g ->> 'weight')::numeric * (i ->> 'share')::numeric / 100
      from jsonb_array_elements(p_form -> 'groups') g, jsonb_array_elements(g -> 'indicators') i
     where i ->> 'code' = p_code
$$;
create function assessing_weight(p_form jsonb, p_code text) returns numeric {_SQL.replace("stable", "immutable")}
    select (g ->> 'weight')::numeric from jsonb_array_elements(p_form -> 'groups') g where g ->> 'code' = p_code
$$;
create function assessing_band(p_form jsonb, p_total numeric) returns text {_SQL.replace("stable", "immutable")}
    select case when p_total >= (p_form -> 'bands' ->> 'excellent')::numeric then 'excellent'
                when p_total >= (p_form -> 'bands' ->> 'good')::numeric then 'good'
                when p_total >= (p_form -> 'bands' ->> 'fair')::numeric then 'fair' else 'poor' end
$$;
create function assessing_plan(p_award bigint, p_day date) returns bigint {_SQL}
    select v.id from applications_planversion v join grants_award a on a.application_id = v.application_id
     where a.id = p_award
     order by (v.at at time zone 'Asia/Shanghai')::date <= p_day desc,
              case when (v.at at time zone 'Asia/Shanghai')::date <= p_day then -v.number else v.number end limit 1
$$;
create function assessing_targets(p_award bigint, p_plan bigint) returns jsonb {_SQL}
    select jsonb_build_object('number', v.number, 'rows', v.content::jsonb -> 'targets' -> 'indicators')
      from applications_planversion v join grants_award a on a.application_id = v.application_id
     where a.id = p_award and v.id = p_plan
       and (scope_nation() or a.id = any(assessing_awards()) or a.province_id = any(scope_provinces()::text[])
            or a.unit_id = any(money_units()))
$$;
create function assessing_unit(p_user bigint, p_role text, p_unit text) returns boolean {_SQL}
    select exists (select 1 from accounts_membership m join accounts_organisation o on o.id = m.organisation_id
                    where m.user_id = p_user and m.role = p_role and m.ended_at is null and o.is_active
                      and o.kind = 'unit_government' and o.unit in (p_unit, money_unit_follows(p_unit)))
$$;
create function assessing_province(p_user bigint, p_province text) returns boolean {_SQL}
    select exists (select 1 from accounts_membership m join accounts_organisation o on o.id = m.organisation_id
                    where m.user_id = p_user and m.role = 'provincial_officer' and m.ended_at is null and o.is_active
                      and o.kind = 'provincial_industry' and o.province = p_province)
$$;
create function assessing_awards() returns bigint[] {_SQL}
    select coalesce(array_agg(distinct p.award_id), '{{}}') from grants_panelmember m
      join grants_panel p on p.id = m.panel_id where m.person_id = scope_user()
$$;
create function assessing_told(p_panel bigint) returns boolean {_SQL}
    select exists (select 1 from grants_panel p where p.id = p_panel and p.state = 'closed'
                      and (p.kind <> 'final' or exists (select 1 from grants_assessment s
                                                         where s.panel_id = p.id and s.state = 'confirmed')))
$$;
create function assessing_apart(p_user bigint, p_award bigint) returns boolean {_SQL}
    select not exists (
        select 1 from accounts_membership m join accounts_organisation o on o.id = m.organisation_id
         where m.user_id = p_user and m.ended_at is null
           and (o.province = a.province_id or o.unit in (a.unit_id, money_unit_follows(a.unit_id))))
       and not exists (select 1 from reviews_reviewerprofile f
                        where f.user_id = p_user and f.home_province_id = a.province_id)
       and not exists (select 1 from reviews_conflict c
                        where c.reviewer_id = p_user and c.application_id = a.application_id)
      from grants_award a where a.id = p_award
$$;
create function assessing_judges(p_user bigint) returns boolean {_SQL}
    select exists (select 1 from accounts_membership m join accounts_organisation o on o.id = m.organisation_id
                     join accounts_user u on u.id = m.user_id
                    where m.user_id = p_user and m.ended_at is null and o.is_active and u.is_active
                      and (m.role = 'reviewer' or (m.role = 'officer' and o.kind = 'ministry')))
$$;
create function assessing_candidates(p_award bigint) returns table (person_id bigint, name varchar, works_at varchar)
{_SQL}
    select u.id, u.name, min(o.name_zh)::varchar from accounts_user u
      join accounts_membership m on m.user_id = u.id and m.ended_at is null
      join accounts_organisation o on o.id = m.organisation_id
     where money_judge(scope_user(), 'MIIT') and assessing_judges(u.id) and assessing_apart(u.id, p_award)
     group by u.id, u.name order by 3, 2, 1
$$;
"""
EVALUATIONS: Final = f"""
create function evaluation_guard() returns trigger {HEAD}
declare
    form jsonb; missing int; me bigint := scope_user(); free text[];
begin
    if tg_op = 'INSERT' then
        form := assessing_form(new.award_id);
        select province_id, unit_id into new.province_id, new.unit_id from grants_award
         where id = new.award_id and state = 'confirmed' for key share;
        if not found or (new.kind <> 'final' and not coalesce((form -> 'asked' ->> new.kind)::boolean, false))
           or new.as_of > (now() at time zone 'Asia/Shanghai')::date or extract(year from new.as_of) <> new.year then
            {refuse("evaluation_by_the_rules", "the rules ask for no such evaluation of this award")}
        end if;
        return new;
    end if;
    free := case when (old.state, new.state) = ('draft', 'draft') then array['summary']
                 when (old.state, new.state) = ('draft', 'signed')
                     then array['state', 'signed_by_id', 'signed_at', 'total', 'band', 'plan_id']
                 when (old.state, new.state) = ('signed', 'verified')
                     then array['state', 'verified_by_id', 'verified_at', 'comment']
                 else array[]::text[] end;
    if to_jsonb(new) - free <> to_jsonb(old) - free then
        {refuse("evaluation_is_frozen", "a signed evaluation does not change")}
    end if;
    if (old.state, new.state) = ('draft', 'signed') then
        if new.signed_by_id is distinct from me or not assessing_unit(me, 'signatory', new.unit_id) then
            {refuse("evaluation_signed_by_signatory", "a signatory of the unit signs as oneself")}
        end if;
        form := assessing_form(new.award_id);
        select count(*) into missing
          from jsonb_array_elements(form -> 'groups') g, jsonb_array_elements(g -> 'indicators') i
         where not exists (select 1 from grants_evaluationscore s
                            where s.evaluation_id = new.id and s.code = i ->> 'code');
        if missing > 0 then
            {refuse("evaluation_is_whole", "each indicator has its points before it is signed")}
        end if;
        select sum(points) into new.total from grants_evaluationscore where evaluation_id = new.id;
        new.band := assessing_band(form, new.total);
        new.plan_id := assessing_plan(new.award_id, new.as_of);
    elsif (old.state, new.state) = ('signed', 'verified')
          and (new.verified_by_id is distinct from me or not assessing_province(me, new.province_id)) then
        {refuse("evaluation_verified_by_province", "the industry department of the province verifies as oneself")}
    end if;
    return new;
end $$;
create trigger grants_1_evaluation before insert or update on grants_evaluation
    for each row execute function evaluation_guard();
create function evaluation_score_guard() returns trigger {HEAD}
declare
    sheet record; most numeric;
begin
    select e.state, e.award_id into sheet from grants_evaluation e where e.id = new.evaluation_id for update;
    if sheet.state <> 'draft' or (tg_op = 'UPDATE' and (new.evaluation_id, new.code) <> (old.evaluation_id, old.code))
    then
        {refuse("evaluation_is_frozen", "a signed evaluation does not change")}
    end if;
    most := assessing_most(assessing_form(sheet.award_id), new.code);
    if most is null or new.points < 0 or new.points > most then
        {refuse("evaluation_score_within_points", "no such indicator, or more points than it has")}
    end if;
    return new;
end $$;
create trigger grants_1_score before insert or update on grants_evaluationscore
    for each row execute function evaluation_score_guard();
"""
PANELS: Final = f"""
create function panel_guard() returns trigger {HEAD}
declare
    award record; form jsonb; members int; given int; groups int;
    free text[] := array['state', 'closed_by_id', 'closed_at', 'total', 'band'];
begin
    form := assessing_form(new.award_id);
    if tg_op = 'INSERT' then
        select a.* into award from grants_award a where a.id = new.award_id for update;
        if not found or award.state <> 'confirmed' or new.as_of > (now() at time zone 'Asia/Shanghai')::date
           or new.kind not in ('mid', 'final') or (new.kind = 'mid' and not (form -> 'asked' ->> 'mid')::boolean)
           or (new.kind = 'final' and (award.assessment_passed_on is not null or exists (
               select 1 from grants_assessment s where s.award_id = new.award_id
                  and (s.state = 'entered' or (s.state = 'confirmed' and s.for_good))))) then
            {refuse("panel_by_the_rules", "no panel of this kind is opened on this award now")}
        end if;
        new.province_id := award.province_id; new.unit_id := award.unit_id;
        new.plan_id := assessing_plan(new.award_id, new.as_of);
        return new;
    end if;
    if old.state <> 'open' or new.state <> 'closed' or to_jsonb(new) - free <> to_jsonb(old) - free
       or new.closed_by_id is distinct from scope_user() then
        {refuse("panel_is_kept", "a panel is only closed, and never changes afterwards")}
    end if;
    select count(*) into members from grants_panelmember where panel_id = new.id;
    select count(*) into given from grants_panelscore where panel_id = new.id;
    groups := jsonb_array_length(form -> 'groups');
    if members < (form ->> 'panel_least')::int or given < members * groups or exists (
        select 1 from grants_sampledproject s, grants_panelmember m where s.panel_id = new.id and m.panel_id = new.id
           and not exists (select 1 from grants_sampleremark r where r.sampled_id = s.id and r.person_id = m.person_id))
    then
        {refuse("panel_is_whole", "each member scores each group and looks at each project first")}
    end if;
    select round(sum(points) / members, 2) into new.total from grants_panelscore where panel_id = new.id;
    new.band := assessing_band(form, new.total);
    return new;
end $$;
create trigger grants_1_panel before insert or update on grants_panel for each row execute function panel_guard();
create function panel_draws() returns trigger {HEAD}
declare
    form jsonb := assessing_form(new.award_id); v_all int;
begin
    select count(*) into v_all from grants_grantproject p where p.award_id = new.award_id
       and not exists (select 1 from grants_projectend e where e.grant_project_id = p.id);
    insert into grants_sampledproject (panel_id, grant_project_id, place, name, enterprise_name, total_investment,
        approved_support)
    select new.id, d.id, row_number() over (order by d.key, d.id), d.name, d.enterprise_name, d.total_investment,
           d.approved_support
      from (select p.*, encode(sha256(convert_to(new.seed || ':' || p.id, 'UTF8')), 'hex') collate "C" as key
              from grants_grantproject p where p.award_id = new.award_id
               and not exists (select 1 from grants_projectend e where e.grant_project_id = p.id)
             order by 2) d
     order by d.key, d.id
     limit least(v_all, greatest((form ->> 'sample_least')::int,
                                 ceil(v_all * (form ->> 'sample_share')::numeric / 100)::int));
    return null;
end $$;
create trigger grants_panel_draws after insert on grants_panel for each row execute function panel_draws();
create function panel_member_guard() returns trigger {HEAD}
declare
    work record;
begin
    select p.state, p.award_id into work from grants_panel p where p.id = new.panel_id for update;
    if work.state <> 'open' then
        {refuse("panel_is_kept", "a closed panel does not change")}
    end if;
    if not assessing_judges(new.person_id) or not assessing_apart(new.person_id, work.award_id) then
        {refuse("panel_member_stands_apart", "a member judges, and comes neither from the province nor the unit")}
    end if;
    return new;
end $$;
create trigger grants_1_member before insert on grants_panelmember
    for each row execute function panel_member_guard();
create function panel_score_guard() returns trigger {HEAD}
declare
    work record; v_panel bigint;
begin
    if tg_table_name = 'grants_panelscore' then
        v_panel := new.panel_id;
    else
        select s.panel_id into v_panel from grants_sampledproject s where s.id = new.sampled_id;
    end if;
    select p.state, p.award_id into work from grants_panel p where p.id = v_panel for share;
    if not found or work.state <> 'open' then
        {refuse("panel_is_kept", "nothing is scored once the panel is closed")}
    end if;
    if not exists (select 1 from grants_panelmember m where m.panel_id = v_panel and m.person_id = new.person_id)
       or new.person_id is distinct from scope_user() or not assessing_apart(new.person_id, work.award_id) then
        {refuse("panel_scored_by_member", "a member without interest scores as oneself")}
    end if;
    if tg_op = 'UPDATE' and (to_jsonb(new) - array['points', 'remark', 'text'])
                         <> (to_jsonb(old) - array['points', 'remark', 'text']) then
        {refuse("panel_is_kept", "points stay with their member and group")}
    end if;
    if tg_table_name = 'grants_panelscore' then
        if coalesce(assessing_weight(assessing_form(work.award_id), new.code), -1) < new.points or new.points < 0 then
            {refuse("panel_score_within_weight", "no such group, or more points than it has")}
        end if;
    end if;
    return new;
end $$;
create trigger grants_1_score before insert or update on grants_panelscore
    for each row execute function panel_score_guard();
create trigger grants_1_remark before insert or update on grants_sampleremark
    for each row execute function panel_score_guard();
"""
# What a result does to the second tranche. The award is locked first, as an issue does.
CONSEQUENCES: Final = f"""
create function assessment_limits() returns trigger {HEAD}
declare
    award record; work record; v_share numeric;
begin
    select a.* into award from grants_award a where a.id = new.award_id for update;
    if award.state <> 'confirmed' or award.assessment_passed_on is not null then
        {refuse("assessment_not_after_the_pass", "the final assessment was passed already")}
    end if;
    if exists (select 1 from grants_assessment s where s.award_id = new.award_id and s.state = 'confirmed'
                  and s.for_good) then
        {refuse("assessment_refused_for_good", "the second tranche was refused for good")}
    end if;
    if exists (select 1 from grants_panel p where p.award_id = new.award_id and p.kind = 'final' and p.state = 'open')
       then
        {refuse("assessment_after_its_panel", "the panel is still at work")}
    end if;
    select p.* into work from grants_panel p where p.award_id = new.award_id and p.kind = 'final'
     order by p.id desc limit 1;
    new.panel_id := work.id;
    if new.result = 'passed' and work.band = 'poor' then
        {refuse("assessment_fits_its_band", "a poor total does not pass")}
    end if;
    select r.first_tranche_share into v_share from programme_batch b join programme_ruleset r on r.id = b.rule_set_id
     where b.id = award.batch_id;
    if new.second_limit > award.amount - round(award.amount * v_share, 2) then
        {refuse("assessment_limit_within_tranche", "more than the second tranche holds")}
    end if;
    return new;
end $$;
create trigger grants_3_limits before insert on grants_assessment for each row execute function assessment_limits();
create function second_tranche_limit(p_award bigint) returns numeric {_SQL}
    select s.second_limit from grants_assessment s
     where s.award_id = p_award and s.state = 'confirmed'
       and (s.result = 'passed' or exists (select 1 from grants_rectification r
                                            where r.assessment_id = s.id and r.state = 'confirmed'))
     order by s.id desc limit 1
$$;
create function issue_within_reduction() returns trigger {HEAD}
declare
    taken numeric;
begin
    perform 1 from grants_award where id = new.award_id for update;
    select coalesce(sum(amount), 0) into taken from grants_issue
     where award_id = new.award_id and tranche = 2 and state not in ('refused', 'reversed');
    if taken + new.amount > second_tranche_limit(new.award_id) then
        {refuse("second_tranche_within_reduction", "above what the assessment left of the second tranche")}
    end if;
    return new;
end $$;
create trigger grants_4_reduced before insert on grants_issue for each row
    when (new.tranche = 2) execute function issue_within_reduction();
create trigger grants_1_place before insert on grants_rectification for each row execute function money_place();
create trigger grants_2_signature before insert or update on grants_rectification
    for each row execute function money_signature('assessment');
create function rectification_limits() returns trigger {HEAD}
declare
    award record; result record;
begin
    select a.* into award from grants_award a where a.id = new.award_id for update;
    select s.* into result from grants_assessment s where s.award_id = new.award_id and s.state <> 'refused'
     order by s.id desc limit 1;
    if award.assessment_passed_on is not null or result.id is distinct from new.assessment_id
       or result.state <> 'confirmed' or result.result <> 'rectify' then
        {refuse("rectification_of_the_last_result", "the newest result asks for no rectification")}
    end if;
    if new.mended_on < result.assessed_on or new.mended_on > result.rectify_by then
        {refuse("rectification_in_time", "mended before the assessment or after its deadline")}
    end if;
    return new;
end $$;
create trigger grants_3_limits before insert on grants_rectification
    for each row execute function rectification_limits();
create trigger grants_3_limits_still before update of state on grants_rectification for each row
    when (new.state = 'confirmed') execute function rectification_limits();
create function rectification_counts() returns trigger {HEAD}
begin
    update grants_award set assessment_passed_on = new.mended_on where id = new.award_id;
    return null;
end $$;
create trigger grants_book after update on grants_rectification for each row
    when (old.state = 'entered' and new.state = 'confirmed') execute function rectification_counts();
create or replace function award_assessed() returns trigger {HEAD}
begin
    if old.assessment_passed_on is not null or not (exists (
        select 1 from grants_assessment s where s.award_id = new.id and s.state = 'confirmed'
           and s.result = 'passed' and s.assessed_on = new.assessment_passed_on) or exists (
        select 1 from grants_rectification r where r.award_id = new.id and r.state = 'confirmed'
           and r.mended_on = new.assessment_passed_on)) then
        {refuse("award_passed_by_assessment", "only a confirmed assessment says that it was passed")}
    end if;
    return new;
end $$;
"""
ACCEPTANCES: Final = f"""
create function acceptance_guard() returns trigger {HEAD}
declare
    me bigint := scope_user(); free text[];
begin
    if tg_op = 'INSERT' then
        select p.award_id, p.province_id, p.unit_id, p.name
          into new.award_id, new.province_id, new.unit_id, new.project_name
          from grants_grantproject p where p.id = new.grant_project_id;
        return new;
    end if;
    free := case when (old.state, new.state) = ('draft', 'draft')
                     then array['invested', 'accepted_on', 'result', 'findings']
                 when (old.state, new.state) = ('draft', 'sent') then array['state', 'returned_why']
                 when old.state = 'sent' then array['state', 'returned_why', 'decided_by_id', 'decided_at']
                 else array[]::text[] end;
    if to_jsonb(new) - free <> to_jsonb(old) - free then
        {refuse("acceptance_is_frozen", "what was sent does not change")}
    end if;
    if (old.state, new.state) = ('draft', 'sent') and (
           not assessing_unit(me, 'drafter', new.unit_id)
           or not exists (select 1 from grants_equipment q where q.acceptance_id = new.id)
           or (select count(distinct f.kind) from grants_evidence f where f.acceptance_id = new.id
                  and f.kind in ('photo', 'report')) < 2) then
        {refuse("acceptance_is_whole", "it has equipment, a photograph and the independent report")}
    end if;
    if old.state = 'sent' and new.state <> 'sent' and (new.decided_by_id is distinct from me
           or not assessing_province(me, new.province_id) or (new.state = 'draft') <> (new.returned_why <> '')) then
        {refuse("acceptance_decided_by_province", "the province decides as oneself, and says why it sends back")}
    end if;
    return new;
end $$;
create trigger grants_1_acceptance before insert or update on grants_acceptance
    for each row execute function acceptance_guard();
create function acceptance_part_guard() returns trigger {HEAD}
declare
    parent text;
begin
    select a.state into parent from grants_acceptance a
     where a.id = case when tg_op = 'DELETE' then old.acceptance_id else new.acceptance_id end for update;
    if parent <> 'draft' or tg_op = 'UPDATE' then
        {refuse("acceptance_is_frozen", "what was sent does not change")}
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger grants_1_equipment before insert or update or delete on grants_equipment
    for each row execute function acceptance_part_guard();
create function evidence_guard() returns trigger {HEAD}
declare
    sheet record; work record;
begin
    if tg_op <> 'INSERT' then
        {refuse("evidence_stays", "a file of proof is kept as it came")}
    end if;
    if new.evaluation_id is not null then
        select e.award_id, e.state into sheet from grants_evaluation e where e.id = new.evaluation_id for update;
    else
        select a.award_id, a.state into sheet from grants_acceptance a where a.id = new.acceptance_id for update;
    end if;
    if sheet.state is distinct from 'draft' then
        {refuse("evidence_before_the_signature", "files come before it is signed or sent")}
    end if;
    new.award_id := sheet.award_id;
    select a.province_id, a.unit_id into new.province_id, new.unit_id from grants_award a where a.id = new.award_id;
    return new;
end $$;
create trigger grants_1_evidence before insert or update or delete on grants_evidence
    for each row execute function evidence_guard();
"""
_TRIGGERS: Final = (
    "evaluation_guard",
    "evaluation_score_guard",
    "panel_guard",
    "panel_draws",
    "panel_member_guard",
    "panel_score_guard",
    "assessment_limits",
    "issue_within_reduction",
    "rectification_limits",
    "rectification_counts",
    "acceptance_guard",
    "acceptance_part_guard",
    "evidence_guard",
)
_FOR_ALL: Final = (
    "assessing_unit(bigint, text, text)",
    "assessing_province(bigint, text)",
    "assessing_awards()",
    "assessing_told(bigint)",
)
_ASKED: Final = (
    "assessing_form(bigint)",
    "assessing_most(jsonb, text)",
    "assessing_weight(jsonb, text)",
    "assessing_band(jsonb, numeric)",
    "assessing_candidates(bigint)",
    "assessing_targets(bigint, bigint)",
    "assessing_plan(bigint, date)",
    "second_tranche_limit(bigint)",
)
_KEPT: Final = ("assessing_apart(bigint, bigint)", "assessing_judges(bigint)")
RIGHTS: Final = f"""
revoke all on function {", ".join(f"{name}()" for name in _TRIGGERS)}, {", ".join(_FOR_ALL + _ASKED + _KEPT)}
    from public;
grant execute on function {", ".join(_FOR_ALL + _ASKED)} to portal_web;
grant execute on function {", ".join(_FOR_ALL + _ASKED)} to portal_reader;
"""
# What policies ask stands before the tables: bodies in SQL are read when they are made, so these are read later.
EARLY: Final = "set local check_function_bodies = off;\n" + READS
_LATER: Final = "second_tranche_limit(bigint)"
EARLY_REVERSE: Final = f"drop function {', '.join(n for n in (*_FOR_ALL, *_ASKED, *_KEPT) if n != _LATER)};"
FUNCTIONS: Final = EVALUATIONS + PANELS + CONSEQUENCES + ACCEPTANCES + RIGHTS
REVERSE: Final = (
    again(SIGNATURES, "award_assessed")
    + f"drop function {', '.join(f'{name}()' for name in _TRIGGERS)}, {_LATER} cascade;"
)
