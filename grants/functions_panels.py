"""Functions and triggers of evaluations and panels: the sample is drawn, points are added up, the band is named."""

from __future__ import annotations

from typing import Final

from grants.ledger.functions import HEAD, refuse

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
