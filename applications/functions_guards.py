"""What triggers of the dossier ask of other rows. Each looks past the policies, since whoever changes a row says by the
settings of the scope which others are seen; and answers a trigger alone: to anybody else it tells nothing (null).
"""

from __future__ import annotations

from typing import Final

from applications.functions_partners import PARTNERS
from portal.core.functions_again import again, changed

_BODY: Final = """language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
    if pg_trigger_depth() = 0 then return null; end if;"""
_LATEST: Final = """(select s.id from applications_snapshot s where s.application_id = p_application
                           order by s.number desc limit 1)"""
_RECOMMENDED: Final = """('recommended', 'screening', 'correction', 'rejected', 'in_review', 'defence', 'proposed',
                        'reserve', 'not_selected', 'publicity', 'selected')"""

GUARDS: Final = f"""
create function province_problem(p_application bigint, p_batch bigint, p_unit text, p_province text) returns text
{_BODY.replace("begin", "declare used integer; rules record; its_rank smallint; begin")}
    if (select u.is_separately_planned from programme_pilotunit u where u.code = p_unit) then
        return '';
    end if;
    perform pg_advisory_xact_lock(hashtextextended('province_quota:' || p_batch || ':' || p_province, 0));
    select count(*) into used from applications_application a
      join programme_pilotunit u on u.code = a.unit_id
     where a.batch_id = p_batch and a.province_id = p_province and a.id <> p_application
       and not u.is_separately_planned and a.state in {_RECOMMENDED};
    select coalesce(r.province_quota, 0) as quota, r.province_ranks as ranks into rules
      from programme_batch b join programme_ruleset r on r.id = b.rule_set_id where b.id = p_batch;
    if not found or used >= rules.quota then
        return 'province_quota';
    end if;
    -- Ranks are given under the same lock: each once, from the first to the last place.
    select c.rank into its_rank from current_recommendations(p_application) c;
    if rules.ranks and (its_rank is null or its_rank not between 1 and rules.quota or exists (
           select 1 from applications_application a cross join lateral current_recommendations(a.id) c
            where a.batch_id = p_batch and a.province_id = p_province and a.id <> p_application
              and c.rank = its_rank and a.state in {_RECOMMENDED})) then
        return 'province_rank_once';
    end if;
    return '';
end $$;
-- The last submission is the one on which a correction was asked for: the unit has not answered it.
create function correction_is_unanswered(p_application bigint) returns boolean
{_BODY}
    return exists (select 1 from applications_ruling r where r.application_id = p_application
                      and r.kind = 'correction' and r.snapshot_id = {_LATEST});
end $$;
create function ruling_says(p_application bigint, p_state text, p_due timestamptz, p_sections text[]) returns boolean
{_BODY}
    return exists (
        select 1 from applications_ruling r
         where r.application_id = p_application and r.snapshot_id = {_LATEST}
           and case when p_state = 'correction'
                    then r.kind = 'correction' and r.due = p_due and r.sections::text[] = p_sections
                    else r.kind = 'rejection' end);
end $$;
-- Both hold the project, so that what is asked for and what excludes or bounds it take turns.
create function project_support(p_project bigint) returns numeric
{_BODY.replace("begin", "declare asked numeric; begin")}
    select p.support_asked into asked from applications_project p where p.id = p_project for no key update;
    return asked;
end $$;
create function funding_is_within(p_project bigint) returns boolean
{_BODY.replace("begin", "declare asked numeric := project_support(p_project); begin")}
    return coalesce(asked >= (select coalesce(sum(l.amount), 0) from applications_fundingline l
                               where l.project_id = p_project and l.source = 'central'), false);
end $$;
"""
NAMES: Final = (
    "province_problem(bigint, bigint, text, text)",
    "correction_is_unanswered(bigint)",
    "ruling_says(bigint, text, timestamptz, text[])",
    "project_support(bigint)",
    "funding_is_within(bigint)",
)
GUARDS_ALLOWED: Final = f"""
revoke all on function {", ".join(NAMES)} from public;
grant execute on function {", ".join(NAMES)} to portal_web;
"""
GUARDS_REVERSE: Final = f"drop function {', '.join(NAMES)};"
# The number of its commitments is told to the enterprise, whose guard counts them whatever the settings say.
COMMITMENTS: Final = changed(
    again(PARTNERS, "commitments_of"),
    ("or session_user = 'portal_owner'", "or session_user = 'portal_owner' or pg_trigger_depth() > 0"),
)
COMMITMENTS_REVERSE: Final = again(PARTNERS, "commitments_of")
_WRITES: Final = (
    "keep_roster(bigint), keep_roster_text(bigint), partner_reopens_sign_off(bigint, text), districts_join(bigint)"
)
READER_WRITES_NOTHING: Final = f"""
revoke execute on function {_WRITES} from public, portal_reader;
grant execute on function {_WRITES} to portal_web;
"""
READER_WRITES_NOTHING_REVERSE: Final = f"grant execute on function {_WRITES} to public;"
