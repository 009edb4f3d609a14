"""Database functions of frozen candidates, computed selections and what is proposed for decision.

A selection's question is bound whole: the candidate set is exactly what the locked results, the dossiers and the rule
set say, and the question is exactly the set with the named changes. So a list can only answer the real question.
"""

from __future__ import annotations

from typing import Final

_DEFINER: Final = "security definer set search_path = public, pg_temp"

SELECTION: Final = f"""
create or replace function reviews_balance_rules(p_rule_set bigint) returns jsonb language sql stable as $$
    select jsonb_strip_nulls(jsonb_build_object(
               'total', case when u.details->'total_min' is null then to_jsonb(u.total_units)
                             else jsonb_build_object('min', (u.details->>'total_min')::int, 'max', u.total_units) end,
               'budget', floor(u.budget)::bigint, 'regions', u.region_bounds, 'province_max', u.province_max))
           || coalesce(u.details->'balance', '{{}}')
      from programme_ruleset u where u.id = p_rule_set
$$;
create or replace function reviews_candidates(p_batch bigint) returns jsonb language sql stable as $$
    select coalesce(jsonb_agg(jsonb_build_object(
               'id', a.unit_id, 'province', a.province_id, 'region', v.region,
               'score', r.score::numeric(12, 6)::text, 'amount', ceil(a.amount_asked)::bigint,
               'counts_for_province', not u.is_separately_planned,
               'sectors', (select coalesce(jsonb_agg(distinct left(f.industry_id, 3) collate "C"), '[]')
                             from applications_focusindustry f where f.application_id = a.id),
               'soes', (select coalesce(jsonb_agg(distinct o.code::text collate "C"), '[]')
                          from applications_partner t join accounts_organisation o on o.id = t.organisation_id
                         where t.application_id = a.id and t.state = 'committed'))
             order by a.unit_id collate "C"), '[]')
      from reviews_panelresult r join applications_application a on a.id = r.application_id
      join programme_pilotunit u on u.code = a.unit_id join programme_province v on v.code = u.province_id
     where r.batch_id = p_batch and a.state <> 'withdrawn'
$$;
create or replace function reviews_candidates_asked(p_batch bigint) returns jsonb language sql stable {_DEFINER} as $$
    select jsonb_build_object('candidates', reviews_candidates(p_batch), 'rules', reviews_balance_rules(b.rule_set_id),
                              'results_sha256', coalesce(reviews_signed(p_batch), ''))
      from programme_batch b where b.id = p_batch and scope_nation() and scope_roles() && array['officer', 'auditor']
       and p_batch <> all(scope_conflicted_batches())
$$;
-- One line for each review that counts: unit and total; whose it was is not said.
create or replace function reviews_totals(p_batch bigint) returns text[] language sql stable as $$
    select coalesce(array_agg(l.line order by l.line collate "C"), '{{}}') from (
        select a.unit_id || ':' || r.total::numeric(12, 6) as line
          from reviews_assignment s join reviews_review r on r.assignment_id = s.id and r.state = 'locked'
          join applications_application a on a.id = s.application_id
         where s.batch_id = p_batch and s.state in ('assigned', 'declared') and a.state <> 'withdrawn'
           and exists (select 1 from reviews_panelresult p where p.application_id = a.id)) l
$$;
create or replace function reviews_freeze_problem(p_batch bigint, p_body jsonb) returns text
language sql stable {_DEFINER} as $$
    select case
        when b.state <> 'deciding' or not (scope_officer_of('MIIT') or scope_officer_of('MOF'))
            then 'candidates_in_their_phase'
        when p_body->'candidates' is distinct from reviews_candidates(p_batch)
             or p_body->>'results_sha256' is distinct from reviews_signed(p_batch)
             or (select coalesce(array_agg(l.line order by l.line collate "C"), '{{}}') from (
                     select (e->>'candidate') || ':' || (e->>'score')::numeric(12, 6) as line
                       from jsonb_array_elements(p_body->'reviews') e) l) is distinct from reviews_totals(p_batch)
            then 'candidates_are_the_locked_results'
        when p_body->'rules' is distinct from reviews_balance_rules(b.rule_set_id)
             or p_body->>'rule_set' is distinct from (select version from programme_ruleset where id = b.rule_set_id)
             or p_body->>'seed' is distinct from b.year || '-batch-' || b.number
             or p_body - '{{rules,rule_set,seed,candidates,reviews,results_sha256}}'::text[] is distinct from
                (select jsonb_build_object('format', 'candidate-set/1', 'batch', b.number,
                                           'result_by', coalesce(u.details->>'result_by', 'mean'))
                   from programme_ruleset u where u.id = b.rule_set_id)
            then 'candidates_keep_the_rule_set'
        else '' end
      from programme_batch b where b.id = p_batch
$$;
-- The question is the frozen set with the named changes and nothing else; no candidate has left since it was frozen.
create or replace function reviews_question_problem(p_batch bigint, p_set bigint, p_changes jsonb, p_instance jsonb)
returns text language sql stable {_DEFINER} as $$
    select case
        when not scope_roles() && array['officer'] then 'selection_asks_of_the_frozen_set'
        when c.batch_id is distinct from p_batch or p_instance is distinct from jsonb_strip_nulls(
                 jsonb_build_object('format', 'selection-instance/1', 'seed', c.body::jsonb->'seed',
                                    'candidates', c.body::jsonb->'candidates')
                 || (c.body::jsonb->'rules') || p_changes)
            then 'selection_asks_of_the_frozen_set'
        when c.body::jsonb->'candidates' is distinct from reviews_candidates(p_batch)
            then 'candidates_are_the_locked_results'
        else '' end
      from (select 1) one left join reviews_candidateset c on c.id = p_set
$$;
create or replace function reviews_study_problem(p_scenario bigint, p_kind text, p_body jsonb) returns text
language sql stable {_DEFINER} as $$
    select case
        when s.state is distinct from 'optimal' or not scope_roles() && array['officer']
             or s.chosen::text[] is distinct from array(
                 select e->>'id' from jsonb_array_elements(p_body->'candidates') e
                  where (e->>'chosen')::boolean order by e->>'id' collate "C")
             or p_kind = 'explanation' and p_body->>'instance_sha256' is distinct from s.instance_sha256
            then 'study_of_its_selection' else '' end
      from (select 1) one left join reviews_scenario s on s.id = p_scenario
$$;
-- The key that decides between equal totals: the first 8 hexadecimal digits of SHA-256 over `seed:id`.
create or replace function reviews_key(p_seed text, p_unit text) returns bigint language sql immutable as $$
    select ('x' || left(encode(sha256(convert_to(p_seed || ':' || p_unit, 'UTF8')), 'hex'), 8))::bit(32)::bigint
$$;
-- What a proposal says beside its list: what the changed rules cost, the reasons worked out, the reserve in its order.
create or replace function reviews_proposal_problem(p_scenario bigint, p_baseline bigint, p_price numeric,
    p_reserve text[]) returns text language plpgsql stable {_DEFINER} as $$
declare
    held record;
    base record;
    seed text;
    reserve text[];
begin
    select s.candidate_set_id, s.changes, s.total_score, s.instance::jsonb as instance into held
      from reviews_scenario s where s.id = p_scenario;
    select s.candidate_set_id, s.changes, s.state, s.total_score into base
      from reviews_scenario s where s.id = p_baseline;
    if held.changes = '{{}}' and (p_baseline is not null or p_price is distinct from 0)
       or held.changes <> '{{}}' and (base.candidate_set_id is distinct from held.candidate_set_id
          or base.changes <> '{{}}' or base.state not in ('optimal', 'infeasible')
          or p_price is distinct from case base.state when 'optimal' then base.total_score - held.total_score end) then
        return 'decision_says_its_price';
    end if;
    if (select count(*) from reviews_scenariostudy t where t.scenario_id = p_scenario) <> 2 then
        return 'decision_has_its_reasons';
    end if;
    seed := held.instance->>'seed';
    select coalesce(array_agg(c->>'id' order by (c->>'score')::numeric desc, reviews_key(seed, c->>'id'),
                              c->>'id' collate "C"), '{{}}') into reserve
      from jsonb_array_elements(held.instance->'candidates') c where c->>'id' = any(p_reserve);
    if p_reserve is distinct from reserve then
        return 'decision_reserve_in_its_order';
    end if;
    return '';
end $$;
"""
_ASKED: Final = (
    "reviews_candidates_asked(bigint)",
    "reviews_freeze_problem(bigint, jsonb)",
    "reviews_question_problem(bigint, bigint, jsonb, jsonb)",
    "reviews_study_problem(bigint, text, jsonb)",
    "reviews_proposal_problem(bigint, bigint, numeric, text[])",
)
_KEPT: Final = ("reviews_balance_rules(bigint)", "reviews_candidates(bigint)", "reviews_totals(bigint)",
               "reviews_key(text, text)")  # fmt: skip
SELECTION_PRIVILEGES: Final = (
    f"revoke all on function {', '.join(_ASKED + _KEPT)} from public; "
    f"grant execute on function {', '.join(_ASKED)} to portal_web, portal_reader;"
)
SELECTION_REVERSE: Final = f"drop function {', '.join(_ASKED + _KEPT)};"
