"""Conflicts noted and acted on for all rows of a statement at once, and read for one application.

What a conflict is stands in `reviews.functions_interests`; here is only for whom it is asked.
"""

from __future__ import annotations

from typing import Final

_DEFINER: Final = "security definer set search_path = public, pg_temp"
CONFLICTS_AT_ONCE: Final = f"""
create function reviews_conflicts_of(p_batch bigint, p_application bigint)
returns table (reviewer_id bigint, code text, reason text) language sql stable {_DEFINER} as $$
    select d.reviewer_id, d.code, d.reason from reviews_derived_conflicts(p_batch) d
     where d.application_id = p_application and scope_roles() && array['officer']
$$;
create function reviews_note_conflicts(p_reviewers bigint[]) returns void
language plpgsql volatile {_DEFINER} as $$
declare
    open_batch bigint;
begin
    if p_reviewers = '{{}}' then
        return;
    end if;
    for open_batch in select b.id from programme_batch b where b.state in ('closed', 'reviewing') order by b.id loop
        insert into reviews_conflict (application_id, reviewer_id, code, reason, is_derived, at)
        select distinct on (d.application_id, d.reviewer_id, d.code) d.application_id, d.reviewer_id, d.code, d.reason,
               true, clock_timestamp()
          from reviews_derived_conflicts(open_batch) d
         where d.reviewer_id = any(p_reviewers)
         order by d.application_id, d.reviewer_id, d.code, d.reason
        on conflict do nothing;
    end loop;
end $$;
create function reviews_recuse(p_applications bigint[], p_reviewers bigint[]) returns void
language plpgsql volatile {_DEFINER} as $$ begin
    -- Assignment and conflict of one reviewer take turns at this row, so neither misses the other.
    perform 1 from reviews_reviewerprofile where user_id = any(p_reviewers) order by user_id for no key update;
    update reviews_assignment s set state = 'recused'
      from unnest(p_applications, p_reviewers) as held(application, reviewer)
     where s.application_id = held.application and s.reviewer_id = held.reviewer and s.state in ('assigned', 'declared')
       and exists (select 1 from reviews_conflict c
                    where c.application_id = s.application_id and c.reviewer_id = s.reviewer_id);
end $$;
revoke all on function reviews_conflicts_of(bigint, bigint), reviews_note_conflicts(bigint[]),
    reviews_recuse(bigint[], bigint[]) from public;
grant execute on function reviews_conflicts_of(bigint, bigint), reviews_note_conflicts(bigint[]),
    reviews_recuse(bigint[], bigint[]) to portal_web, portal_reader;
"""
CONFLICTS_AT_ONCE_REVERSE: Final = """
drop function reviews_recuse(bigint[], bigint[]); drop function reviews_note_conflicts(bigint[]);
drop function reviews_conflicts_of(bigint, bigint);
"""
# Those that went one row after the other: asked by nothing since the triggers go by statement; on the way back again.
ONE_BY_ONE: Final = f"""
create function reviews_note_conflicts(p_reviewer bigint) returns void
language plpgsql volatile {_DEFINER} as $$ begin
    insert into reviews_conflict (application_id, reviewer_id, code, reason, is_derived, at)
    select distinct on (d.application_id, d.code) d.application_id, d.reviewer_id, d.code, d.reason, true,
           clock_timestamp()
      from programme_batch b cross join lateral reviews_derived_conflicts(b.id) d
     where b.state in ('closed', 'reviewing') and d.reviewer_id = p_reviewer
     order by d.application_id, d.code, d.reason
    on conflict do nothing;
end $$;
create function reviews_recuse(p_application bigint, p_reviewer bigint) returns void
language plpgsql volatile {_DEFINER} as $$ begin
    perform 1 from reviews_reviewerprofile where user_id = p_reviewer for no key update;
    update reviews_assignment set state = 'recused'
     where application_id = p_application and reviewer_id = p_reviewer and state in ('assigned', 'declared')
       and exists (select 1 from reviews_conflict c
                    where c.application_id = p_application and c.reviewer_id = p_reviewer);
end $$;
revoke all on function reviews_note_conflicts(bigint), reviews_recuse(bigint, bigint) from public;
grant execute on function reviews_note_conflicts(bigint), reviews_recuse(bigint, bigint) to portal_web, portal_reader;
"""
ONE_BY_ONE_REVERSE: Final = (
    "drop function reviews_recuse(bigint, bigint); drop function reviews_note_conflicts(bigint);"
)
