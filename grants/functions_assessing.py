"""Functions and triggers that hold evaluations, panels, their consequences for the money, and acceptances.

The database draws the sample, adds up the points, names the band and the plan's version that stood on the day
(`grants.functions_panels`); it frees, limits or refuses the second tranche (`grants.functions_acceptances`). Each
trigger locks the award (or the row's parent) first. Here stand what they read, who may call them, and their order.
"""

from __future__ import annotations

import json
from typing import Final

from grants.functions import SIGNATURES
from grants.functions_acceptances import ACCEPTANCES, CONSEQUENCES, SQL
from grants.functions_panels import EVALUATIONS, PANELS
from portal.core.functions_again import again
from portal.programme.defaults import ASSESSMENT

_DEFAULT: Final = json.dumps(ASSESSMENT, ensure_ascii=False).replace("'", "''")
# A rule set that was frozen before there was a form follows the default.
READS: Final = f"""
create function assessing_form(p_award bigint) returns jsonb {SQL}
    select coalesce(r.details -> 'assessment', '{_DEFAULT}'::jsonb)
      from grants_award a join programme_batch b on b.id = a.batch_id join programme_ruleset r on r.id = b.rule_set_id
     where a.id = p_award
$$;
create function assessing_most(p_form jsonb, p_code text) returns numeric {SQL.replace("stable", "immutable")}
    select (g ->> 'weight')::numeric * (i ->> 'share')::numeric / 100
      from jsonb_array_elements(p_form -> 'groups') g, jsonb_array_elements(g -> 'indicators') i
     where i ->> 'code' = p_code
$$;
create function assessing_weight(p_form jsonb, p_code text) returns numeric {SQL.replace("stable", "immutable")}
    select (g ->> 'weight')::numeric from jsonb_array_elements(p_form -> 'groups') g where g ->> 'code' = p_code
$$;
create function assessing_band(p_form jsonb, p_total numeric) returns text {SQL.replace("stable", "immutable")}
    select case when p_total >= (p_form -> 'bands' ->> 'excellent')::numeric then 'excellent'
                when p_total >= (p_form -> 'bands' ->> 'good')::numeric then 'good'
                when p_total >= (p_form -> 'bands' ->> 'fair')::numeric then 'fair' else 'poor' end
$$;
create function assessing_plan(p_award bigint, p_day date) returns bigint {SQL}
    select v.id from applications_planversion v join grants_award a on a.application_id = v.application_id
     where a.id = p_award
     order by (v.at at time zone 'Asia/Shanghai')::date <= p_day desc,
              case when (v.at at time zone 'Asia/Shanghai')::date <= p_day then -v.number else v.number end limit 1
$$;
create function assessing_targets(p_award bigint, p_plan bigint) returns jsonb {SQL}
    select jsonb_build_object('number', v.number, 'rows', v.content::jsonb -> 'targets' -> 'indicators')
      from applications_planversion v join grants_award a on a.application_id = v.application_id
     where a.id = p_award and v.id = p_plan
       and (scope_nation() or a.id = any(assessing_awards()) or a.province_id = any(scope_provinces()::text[])
            or a.unit_id = any(money_units()))
$$;
create function assessing_unit(p_user bigint, p_role text, p_unit text) returns boolean {SQL}
    select exists (select 1 from accounts_membership m join accounts_organisation o on o.id = m.organisation_id
                    where m.user_id = p_user and m.role = p_role and m.ended_at is null and o.is_active
                      and o.kind = 'unit_government' and o.unit in (p_unit, money_unit_follows(p_unit)))
$$;
create function assessing_province(p_user bigint, p_province text) returns boolean {SQL}
    select exists (select 1 from accounts_membership m join accounts_organisation o on o.id = m.organisation_id
                    where m.user_id = p_user and m.role = 'provincial_officer' and m.ended_at is null and o.is_active
                      and o.kind = 'provincial_industry' and o.province = p_province)
$$;
create function assessing_awards() returns bigint[] {SQL}
    select coalesce(array_agg(distinct p.award_id), '{{}}') from grants_panelmember m
      join grants_panel p on p.id = m.panel_id where m.person_id = scope_user()
$$;
create function assessing_told(p_panel bigint) returns boolean {SQL}
    select exists (select 1 from grants_panel p where p.id = p_panel and p.state = 'closed'
                      and (p.kind <> 'final' or exists (select 1 from grants_assessment s
                                                         where s.panel_id = p.id and s.state = 'confirmed')))
$$;
create function assessing_apart(p_user bigint, p_award bigint) returns boolean {SQL}
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
create function assessing_judges(p_user bigint) returns boolean {SQL}
    select exists (select 1 from accounts_membership m join accounts_organisation o on o.id = m.organisation_id
                     join accounts_user u on u.id = m.user_id
                    where m.user_id = p_user and m.ended_at is null and o.is_active and u.is_active
                      and (m.role = 'reviewer' or (m.role = 'officer' and o.kind = 'ministry')))
$$;
create function assessing_candidates(p_award bigint) returns table (person_id bigint, name varchar, works_at varchar)
{SQL}
    select u.id, u.name, min(o.name_zh)::varchar from accounts_user u
      join accounts_membership m on m.user_id = u.id and m.ended_at is null
      join accounts_organisation o on o.id = m.organisation_id
     where money_judge(scope_user(), 'MIIT') and assessing_judges(u.id) and assessing_apart(u.id, p_award)
     group by u.id, u.name order by 3, 2, 1
$$;
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
