"""Functions and triggers of what an assessment does to the money, and of acceptances with their evidence."""

from __future__ import annotations

from typing import Final

from grants.ledger.functions import HEAD, refuse

SQL: Final = "language sql stable security definer set search_path = public, pg_temp as $$"

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
create function second_tranche_limit(p_award bigint) returns numeric {SQL}
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
