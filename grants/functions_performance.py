"""Functions and triggers of performance: what a report is to reach, what its enterprises come to, who may do what.

A direct write comes with trigger depth 1; what the triggers themselves write comes deeper, and no web role can make a
trigger. So figures, expectations and shares are the database's own work.
"""

from __future__ import annotations

from typing import Final

from grants.functions_quarters import PARTS, REPORTS
from grants.ledger.functions import HEAD

SQL_HEAD: Final = "set search_path = public, pg_temp as $$"
POSTS: Final = f"""
create function report_post(p_user bigint, p_role text, p_unit text, p_province text) returns boolean
language sql stable security definer {SQL_HEAD}
    select exists (
        select 1 from accounts_membership m join accounts_organisation o on o.id = m.organisation_id
         where m.user_id = p_user and m.role = p_role and m.ended_at is null and o.is_active
           and case p_role when 'provincial_officer' then o.kind = 'provincial_industry' and o.province = p_province
                    else o.kind = 'unit_government' and o.unit in (p_unit, money_unit_follows(p_unit)) end)
$$;
"""
REACHED: Final = f"""
create function performance_expected(p_baseline numeric, p_goal numeric, p_years jsonb, p_first int, p_last int,
    p_year int, p_quarter int) returns numeric
language sql immutable {SQL_HEAD}
    with points as (
        select p_first * 4 as n, p_baseline as v
        union all select key::int * 4 + 4, value::numeric from jsonb_each_text(p_years) where key::int >= p_first
        union all select p_last * 4 + 4, p_goal
         where not exists (select 1 from jsonb_object_keys(p_years) k where k::int >= p_last)),
    a as (select n, v from points where n <= p_year * 4 + p_quarter order by n desc limit 1),
    b as (select n, v from points where n > p_year * 4 + p_quarter order by n limit 1)
    select round(coalesce(case when b.n is null then a.v
                               else a.v + (b.v - a.v) * (p_year * 4 + p_quarter - a.n) / (b.n - a.n) end,
                          p_baseline), 2)
      from (values (1)) one left join a on true left join b on true
$$;
create function performance_reached(p_baseline numeric, p_expected numeric, p_goal numeric, p_value numeric)
returns numeric language sql immutable {SQL_HEAD}
    select case when p_value is null then null
        when (p_expected - p_baseline) * case when p_goal < p_baseline then -1 else 1 end <= 0 then
            case when p_value * case when p_goal < p_baseline then -1 else 1 end
                   >= p_expected * case when p_goal < p_baseline then -1 else 1 end then 100.00 else 0.00 end
        else greatest(-999999.99, least(999999.99,
                 round((p_value - p_baseline) * 100 / (p_expected - p_baseline), 2))) end
$$;
"""
FILL: Final = f"""
create function performance_plan(p_application bigint) returns jsonb
language sql stable security definer {SQL_HEAD}
    select coalesce(
        (select jsonb_build_object('number', v.number, 'targets', v.content::jsonb->'targets')
           from applications_planversion v where v.application_id = p_application and v.content::jsonb ? 'targets'
          order by v.number desc limit 1),
        (select jsonb_build_object('number', 0, 'targets', jsonb_build_object(
                    'digital_base', a.digital_base::text, 'digital_target', a.digital_target::text,
                    'indicators', coalesce((select jsonb_agg(jsonb_build_object(
                        'key', case when t.name = '' then t.code else t.code || ':' || t.name end, 'code', t.code,
                        'name', t.name, 'unit', t.unit, 'baseline', t.baseline::text, 'goal', t.goal::text,
                        'years', coalesce((select jsonb_object_agg(y.year::text, y.value::text)
                                             from applications_targetyear y where y.target_id = t.id), '{{}}'))
                        order by t.code = 'own', t.code, t.name)
                        from applications_target t where t.application_id = a.id), '[]')))
           from applications_application a where a.id = p_application))
$$;
create function performance_wanted(p_application bigint)
returns table (place int, key text, code text, name text, measure text, baseline numeric, goal numeric, years jsonb)
language sql stable security definer {SQL_HEAD}
    with plan as (select performance_plan(p_application)->'targets' as body),
    rows as (
        select 0 as place, 'digital' as key, 'digital' as code, '' as name, '%' as measure,
               nullif(body->>'digital_base', '')::numeric as baseline,
               nullif(body->>'digital_target', '')::numeric as goal, '{{}}'::jsonb as years from plan
        union all
        select o.place::int, o.one->>'key', o.one->>'code', coalesce(o.one->>'name', ''), o.one->>'unit',
               (o.one->>'baseline')::numeric, (o.one->>'goal')::numeric, coalesce(o.one->'years', '{{}}')
          from plan, jsonb_array_elements(body->'indicators') with ordinality o(one, place))
    select * from rows where baseline is not null and goal is not null
$$;
create function performance_fill(p_report bigint) returns void {HEAD}
declare
    r record;
begin
    select q.id, q.year, q.quarter, q.province_id, q.unit_id, a.application_id, b.year as first,
           b.year + coalesce((s.details->>'period_years')::int, 3) - 1 as last
      into r from grants_quarterreport q join grants_award a on a.id = q.award_id
      join programme_batch b on b.id = a.batch_id left join programme_ruleset s on s.id = b.rule_set_id
     where q.id = p_report;
    update grants_quarterreport set plan = (performance_plan(r.application_id)->>'number')::int where id = p_report;
    delete from grants_indicatoractual i
     where i.report_id = p_report and i.key not in (select w.key from performance_wanted(r.application_id) w);
    insert into grants_indicatoractual (report_id, province_id, unit_id, place, key, code, name, measure, is_counted,
                                        baseline, expected, year_target, goal, path, note)
        select p_report, r.province_id, r.unit_id, w.place, w.key, w.code, w.name, w.measure, w.code <> 'own',
               w.baseline, performance_expected(w.baseline, w.goal, w.years, r.first, r.last, r.year, r.quarter),
               performance_expected(w.baseline, w.goal, w.years, r.first, r.last, r.year, 4), w.goal,
               jsonb_build_object('years', w.years, 'first', r.first, 'last', r.last), ''
          from performance_wanted(r.application_id) w
    on conflict (report_id, key) do update set place = excluded.place, code = excluded.code, name = excluded.name,
        measure = excluded.measure, baseline = excluded.baseline, expected = excluded.expected,
        year_target = excluded.year_target, goal = excluded.goal, path = excluded.path;
end $$;
"""
COUNT: Final = f"""
create function performance_count(p_report bigint) returns void {HEAD}
declare
    r record; f jsonb;
begin
    select q.award_id, q.year * 4 + q.quarter as at, q.investment_now, q.investment_base, a.application_id
      into r from grants_quarterreport q join grants_award a on a.id = q.award_id where q.id = p_report;
    with latest as (
        select distinct on (p.enterprise_id) p.enterprise_id, p.digital_state, p.has_rd_tools, p.process_rate,
               p.energy_level
          from grants_enterpriseprogress p join grants_quarterreport q on q.id = p.report_id
         where q.award_id = r.award_id and q.year * 4 + q.quarter <= r.at
         order by p.enterprise_id, q.year desc, q.quarter desc),
    s as (
        select coalesce(l.digital_state, e.digital_state) as digital_state,
               coalesce(l.has_rd_tools, e.has_rd_tools) as has_rd_tools,
               case when l.enterprise_id is null then e.process_rate else l.process_rate end as process_rate,
               coalesce(l.energy_level, e.energy_level) as energy_level
          from applications_enterprise e left join latest l on l.enterprise_id = e.id
         where e.application_id = r.application_id)
    select jsonb_build_object('count', count(*), 'digital', count(*) filter (where digital_state = 'transformed'),
               'under_way', count(*) filter (where digital_state = 'under_way'),
               'tools', count(*) filter (where has_rd_tools), 'process', count(process_rate),
               'process_sum', coalesce(sum(process_rate), 0.00)::text,
               'energy', count(*) filter (where energy_level <> ''),
               'energy_benchmark', count(*) filter (where energy_level = 'benchmark'),
               'reported', (select count(*) from grants_enterpriseprogress p where p.report_id = p_report))
      into f from s;
    update grants_quarterreport set figures = f where id = p_report and figures is distinct from f;
    update grants_indicatoractual i set value = n.value
      from (values
        ('digital', round((f->>'digital')::numeric * 100 / nullif((f->>'count')::numeric, 0), 2)),
        ('digital_tools', round((f->>'tools')::numeric * 100 / nullif((f->>'count')::numeric, 0), 2)),
        ('process_control', round((f->>'process_sum')::numeric / nullif((f->>'process')::numeric, 0), 2)),
        ('energy', round((f->>'energy_benchmark')::numeric * 100 / nullif((f->>'energy')::numeric, 0), 2)),
        ('equipment_investment', round((r.investment_now / nullif(r.investment_base, 0) - 1) * 100, 2))
      ) n(code, value)
     where i.report_id = p_report and i.is_counted and i.code = n.code;
    update grants_indicatoractual i set reached = performance_reached(i.baseline, i.expected, i.goal, i.value)
     where i.report_id = p_report;
end $$;
"""
SNAPSHOT: Final = f"""
create function performance_keep(p_report bigint, p_signer bigint, p_at timestamptz) returns void {HEAD}
declare
    v_content text;
begin
    select jsonb_build_object('format', 1, 'award', q.award_id, 'unit', q.unit_id, 'year', q.year,
        'quarter', q.quarter, 'plan', q.plan, 'summary', q.summary, 'problems', q.problems,
        'investment_now', q.investment_now::text, 'investment_base', q.investment_base::text, 'figures', q.figures,
        'green_from', q.green_from::text, 'yellow_from', q.yellow_from::text,
        'indicators', (select jsonb_agg(jsonb_build_object('key', i.key, 'baseline', i.baseline::text,
            'expected', i.expected::text, 'year_target', i.year_target::text, 'goal', i.goal::text,
            'value', i.value::text, 'reached', i.reached::text, 'note', i.note, 'evidence', e.sha256) order by i.place)
            from grants_indicatoractual i left join grants_reportevidence e on e.id = i.evidence_id
           where i.report_id = q.id),
        'enterprises', (select jsonb_agg(jsonb_build_array(n.credit_code, p.digital_state, p.has_rd_tools,
            p.process_rate::text, p.energy_level) order by n.credit_code collate "C")
            from grants_enterpriseprogress p join applications_enterprise n on n.id = p.enterprise_id
           where p.report_id = q.id),
        'signed_by', p_signer)::text into v_content from grants_quarterreport q where q.id = p_report;
    insert into grants_reportsnapshot (report_id, province_id, unit_id, number, content, sha256, signed_by_id, at)
        select q.id, q.province_id, q.unit_id,
               1 + (select count(*) from grants_reportsnapshot s where s.report_id = q.id), v_content,
               encode(sha256(convert_to(v_content, 'UTF8')), 'hex'), p_signer, p_at
          from grants_quarterreport q where q.id = p_report;
end $$;
"""
# Peers without names: only where five units of the region have verified values, so that no single one can be told.
PEERS: Final = f"""
create function performance_peers(p_award bigint, p_at int)
returns table (key text, units bigint, low numeric, median numeric, high numeric)
language sql stable security definer {SQL_HEAD}
    with me as (
        select a.batch_id, v.region from grants_award a join programme_province v on v.code = a.province_id
         where a.id = p_award and (scope_nation() or a.province_id = any(scope_provinces()::text[])
               or a.unit_id = any(money_units()))),
    latest as (
        select distinct on (q.award_id) q.id from grants_quarterreport q join grants_award a on a.id = q.award_id
          join programme_province v on v.code = a.province_id join me on me.batch_id = a.batch_id
           and me.region = v.region
         where q.state = 'verified' and q.year * 4 + q.quarter <= p_at
         order by q.award_id, q.year desc, q.quarter desc)
    select i.key::text, count(*), round(percentile_cont(0.25) within group (order by i.value)::numeric, 2),
           round(percentile_cont(0.5) within group (order by i.value)::numeric, 2),
           round(percentile_cont(0.75) within group (order by i.value)::numeric, 2)
      from grants_indicatoractual i join latest l on l.id = i.report_id
     where i.code <> 'own' and i.value is not null
     group by i.key having count(*) >= 5
$$;
"""
_INNER: Final = (
    "performance_plan(bigint)",
    "performance_wanted(bigint)",
    "performance_fill(bigint)",
    "performance_count(bigint)",
    "performance_keep(bigint, bigint, timestamptz)",
    "report_is_open(bigint, bigint)",
)
BEFORE: Final = f"""{POSTS}{REACHED}
revoke all on function report_post(bigint, text, text, text) from public;
grant execute on function report_post(bigint, text, text, text) to portal_web, portal_reader;
"""
AFTER: Final = f"""{FILL}{COUNT}{SNAPSHOT}{REPORTS}{PARTS}{PEERS}
create trigger grants_1_place before insert on grants_quarterreport for each row execute function money_place();
revoke all on function {", ".join(_INNER)} from public;
revoke all on function performance_peers(bigint, int) from public;
grant execute on function performance_peers(bigint, int) to portal_web, portal_reader;
"""
REVERSE_BEFORE: Final = """
drop function report_post(bigint, text, text, text);
drop function performance_expected(numeric, numeric, jsonb, int, int, int, int);
drop function performance_reached(numeric, numeric, numeric, numeric);
"""
REVERSE_AFTER: Final = """
drop trigger grants_1_place on grants_quarterreport; drop trigger grants_2_begins on grants_quarterreport;
drop trigger grants_3_begun on grants_quarterreport; drop trigger grants_2_steps on grants_quarterreport;
drop trigger grants_3_signed on grants_quarterreport; drop trigger grants_2_steps on grants_indicatoractual;
drop trigger grants_1_place on grants_reportevidence; drop trigger grants_1_place on grants_progressfile;
drop trigger grants_2_kept_new on grants_enterpriseprogress;
drop trigger grants_2_kept_changed on grants_enterpriseprogress;
drop function report_begins(); drop function report_begun(); drop function report_steps();
drop function report_signed(); drop function indicator_steps(); drop function report_file_place();
drop function progress_kept(); drop function report_is_open(bigint, bigint);
drop function performance_peers(bigint, int); drop function performance_keep(bigint, bigint, timestamptz);
drop function performance_count(bigint); drop function performance_fill(bigint);
drop function performance_wanted(bigint); drop function performance_plan(bigint);
"""
