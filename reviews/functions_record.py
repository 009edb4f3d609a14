"""Database functions of what is signed, of the record of a decision, and of what a unit is told of its outcome.

What both ministries sign is a short paper that names every part by its digest; the database writes it itself from the
rows and refuses another one, so that no signature can stand under anything else.
"""

from __future__ import annotations

from typing import Final

from applications.models.guards import SEES_APPLICATION

_DEFINER: Final = "security definer set search_path = public, pg_temp"
_PAPER: Final = (
    "reviews_decision_paper(bigint, bigint, bigint, text, text[], text[], numeric, text, bigint, timestamptz)"
)

PAPER: Final = f"""
create or replace function reviews_sha256(p_text text) returns text language sql immutable as $$
    select encode(sha256(convert_to(p_text, 'UTF8')), 'hex')
$$;
create or replace function reviews_decision_paper(p_batch bigint, p_scenario bigint, p_baseline bigint, p_grounds text,
    p_chosen text[], p_reserve text[], p_price numeric, p_versions text, p_by bigint, p_at timestamptz) returns text
language sql stable {_DEFINER} as $$
    select concat_ws(E'\\n',
               'decision-paper/1',
               'batch: ' || b.number,
               'rule set: ' || coalesce(u.version, '-'),
               'candidate-set.json: ' || coalesce(c.sha256, '-'),
               'instance.json: ' || s.instance_sha256,
               'decision.json: ' || reviews_sha256(s.decision),
               'explanation.json: ' || coalesce((select t.sha256 from reviews_scenariostudy t
                   where t.scenario_id = s.id and t.kind = 'explanation'), '-'),
               'robustness.json: ' || coalesce((select t.sha256 from reviews_scenariostudy t
                   where t.scenario_id = s.id and t.kind = 'robustness'), '-'),
               'baseline-instance.json: ' || coalesce(n.instance_sha256, '-'),
               'baseline-decision.json: ' || coalesce(reviews_sha256(n.decision), '-'),
               'versions.json: ' || reviews_sha256(p_versions),
               'grounds.txt: ' || reviews_sha256(p_grounds),
               'chosen: ' || array_to_string(p_chosen, ' '),
               'reserve: ' || array_to_string(p_reserve, ' '),
               'price: ' || coalesce(p_price::numeric(14, 6)::text, '-'),
               'proposed by: ' || p_by || ' ' || coalesce((select w.name from accounts_user w where w.id = p_by), '-'),
               'proposed at: ' || to_char(p_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD"T"HH24:MI:SS.US"+08:00"'),
               '')
      from reviews_scenario s join programme_batch b on b.id = p_batch
      left join programme_ruleset u on u.id = b.rule_set_id
      left join reviews_candidateset c on c.id = s.candidate_set_id
      left join reviews_scenario n on n.id = p_baseline
     where s.id = p_scenario and scope_roles() && array['officer']
$$;
-- The record is whole: an adopted decision, made by who adopted it, and each file under its digest.
create or replace function reviews_record_problem(p_decision bigint, p_body jsonb, p_sums text) returns text
language plpgsql stable {_DEFINER} as $$
declare
    held record;
    sums text;
begin
    select d.state, d.signed_miit_by_id, d.signed_mof_by_id, d.versions, d.grounds, d.paper, d.sha256, s.id as scenario,
           s.instance, s.decision, c.body, n.instance as other_instance, n.decision as other_decision into held
      from reviews_decision d join reviews_scenario s on s.id = d.scenario_id
      left join reviews_candidateset c on c.id = s.candidate_set_id
      left join reviews_scenario n on n.id = d.baseline_id
     where d.id = p_decision;
    if held.state is distinct from 'adopted'
       or not coalesce(scope_user() in (held.signed_miit_by_id, held.signed_mof_by_id), false) then
        return 'record_of_an_adopted_decision';
    end if;
    select string_agg(reviews_sha256(f.content) || '  ' || f.name || E'\\n', '' order by f.name collate "C") into sums
      from (select key as name, value as content from jsonb_each_text(p_body)
            union all select t.kind || '.json', t.body from reviews_scenariostudy t where t.scenario_id = held.scenario
            union all values ('candidate-set.json', held.body), ('instance.json', held.instance),
                ('decision.json', held.decision), ('baseline-instance.json', held.other_instance),
                ('baseline-decision.json', held.other_decision), ('versions.json', held.versions),
                ('grounds.txt', held.grounds), ('signed.txt', held.paper)) f
     where f.content is not null;
    return case when p_sums is distinct from sums
                     or (p_body->>'signatures.json')::jsonb->>'sha256' is distinct from held.sha256
                then 'decision_record_is_whole' else '' end;
end $$;
"""
# What may be told of a rule: never which other unit an officer put on the list, or kept off it.
OUTCOME: Final = f"""
create or replace function reviews_rule_told(p_rule jsonb, p_unit text) returns jsonb language sql immutable as $$
    select jsonb_build_object('kind', p_rule->>'kind', 'limit', p_rule->'limit',
               'of', case when p_rule->>'kind' in ('include', 'exclude', 'province_max')
                               and p_rule->>'of' <> p_unit then '' else coalesce(p_rule->>'of', '') end)
$$;
create or replace function reviews_rules_told(p_names jsonb, p_rules jsonb, p_unit text) returns jsonb
language sql immutable as $$
    select coalesce(jsonb_agg(reviews_rule_told(r, p_unit) order by n.at), '[]')
      from jsonb_array_elements_text(p_names) with ordinality n(name, at)
      join jsonb_array_elements(p_rules) r on r->>'rule' = n.name
$$;
-- The outcome of one application after the final list, for whoever may see the application; a partner that committed
-- hears the outcome alone. No score, no threshold, no other unit.
create or replace function reviews_outcome(p_application bigint) returns jsonb language plpgsql stable {_DEFINER} as $$
declare
    held record;
    decided record;
    entry jsonb;
    told jsonb;
begin
    select a.unit_id, a.state, b.id as batch_id, b.number, b.final_document_no,
           scope_roles() && array['drafter', 'signatory', 'provincial_officer', 'officer', 'auditor']
               and exists (select 1 from (select * from applications_application where id = p_application) seen
                            where {SEES_APPLICATION}) as whole,
           scope_roles() && array['drafter', 'signatory', 'soe_officer']
               and exists (select 1 from applications_partner t where t.application_id = a.id
                              and t.state = 'committed' and t.organisation_id = any(scope_orgs())) as partner
      into held
      from applications_application a join programme_batch b on b.id = a.batch_id
     where a.id = p_application and b.state in ('final', 'running', 'assessed', 'archived')
       and a.state in ('selected', 'reserve', 'not_selected', 'proposed', 'publicity', 'rejected', 'withdrawn',
                       'not_recommended');
    if not coalesce(held.whole or held.partner, false) then
        return null;
    end if;
    told := jsonb_build_object('unit', held.unit_id, 'batch', held.number, 'document', held.final_document_no,
                               'state', held.state, 'whole', held.whole);
    if not held.whole then
        return told;
    end if;
    select d.chosen, d.reserve, t.body::jsonb as body into decided
      from reviews_decision d left join reviews_scenariostudy t
           on t.scenario_id = d.scenario_id and t.kind = 'explanation'
     where d.batch_id = held.batch_id and d.state in ('adopted', 'published', 'final');
    told := told || jsonb_build_object(
        'place', case when held.unit_id = any(decided.chosen) then 'chosen'
                      when held.unit_id = any(decided.reserve) then 'reserve' else '' end,
        'left', exists (select 1 from reviews_publicentry e
                         where e.application_id = p_application and e.dropped_at is not null));
    select e into entry from jsonb_array_elements(decided.body->'candidates') e where e->>'id' = held.unit_id;
    if entry is null or (entry->>'chosen')::boolean then
        return told;
    end if;
    return told || jsonb_build_object(
        'more_merit_helps', entry->>'threshold' is not null,
        'let_in_by', reviews_rules_told(entry->'let_in_by', decided.body->'rules', held.unit_id),
        'in_the_way', reviews_rules_told(entry->'why', decided.body->'rules', held.unit_id));
end $$;
"""
_ASKED: Final = (_PAPER, "reviews_record_problem(bigint, jsonb, text)", "reviews_outcome(bigint)")
_KEPT: Final = ("reviews_rule_told(jsonb, text)", "reviews_rules_told(jsonb, jsonb, text)")
RECORD_PRIVILEGES: Final = (
    f"revoke all on function {', '.join(_ASKED + _KEPT)} from public; "
    f"grant execute on function {', '.join(_ASKED)} to portal_web, portal_reader;"
)
RECORD_REVERSE: Final = f"drop function {', '.join(_ASKED + _KEPT)}, reviews_sha256(text);"
