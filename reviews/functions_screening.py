"""What binds a ruling that the unit reads (`applications`) to what the ministries said in screening."""

from __future__ import annotations

from typing import Final

RULINGS: Final = """
create function reviews_ruling_problem(p_snapshot bigint, p_kind text, p_sections text[], p_due timestamptz)
returns text language sql stable security definer set search_path = public, pg_temp as $$
    with said as (
        select distinct on (s.ministry) s.ministry, s.decision, s.person_id, s.sections::text[] as sections, s.due
          from reviews_screening s where s.snapshot_id = p_snapshot order by s.ministry, s.id desc)
    select case
        when p_kind = 'correction' and not exists (
             select 1 from said where ministry = 'MIIT' and decision = 'correction'
                and sections = p_sections and due = p_due) then 'correction_needs_screening'
        when p_kind = 'rejection' and not (select count(*) = 2 and count(distinct person_id) = 2 from said
                                            where decision = 'reject') then 'reject_needs_both'
        else '' end
$$;
create function reviews_ruling_step() returns trigger language plpgsql as $$
declare
    problem text := reviews_ruling_problem(new.snapshot_id, new.kind, new.sections::text[], new.due);
begin
    if problem <> '' then
        raise exception 'ruling: %', problem using errcode = 'check_violation', constraint = problem;
    end if;
    return new;
end $$;
create trigger reviews_ruling_step before insert on applications_ruling
    for each row execute function reviews_ruling_step();
revoke all on function reviews_ruling_problem(bigint, text, text[], timestamptz) from public;
grant execute on function reviews_ruling_problem(bigint, text, text[], timestamptz) to portal_web, portal_reader;
"""
RULINGS_REVERSE: Final = """
drop trigger reviews_ruling_step on applications_ruling; drop function reviews_ruling_step();
drop function reviews_ruling_problem(bigint, text, text[], timestamptz);
"""
