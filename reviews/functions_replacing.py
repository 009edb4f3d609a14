"""Who takes the place of a reviewer who stepped back or was relieved: the next best choice, by the database itself.

Whom an officer pinned comes first, whom an officer keeps away never. A ministry's only place goes to one of the same
ministry; then fit, load and lot decide. Somebody at work elsewhere at this very moment (the row is locked) is passed
over: waiting for them could mean waiting for each other. Once all have scored and the unit is invited to its defence,
nobody takes a place any more: who steps back at the door leaves a smaller panel.
"""

from __future__ import annotations

from typing import Final

_DEFINER: Final = "security definer set search_path = public, pg_temp"
REPLACE: Final = f"""
create or replace function reviews_replace(p_assignment bigint) returns void language plpgsql volatile {_DEFINER} as $$
declare
    gone record; chosen record;
begin
    select s.id, s.batch_id, s.application_id, s.assigned_by_id, p.group, b.number, b.year into gone
      from reviews_assignment s join programme_batch b on b.id = s.batch_id
      join reviews_reviewerprofile p on p.user_id = s.reviewer_id
      join applications_application a on a.id = s.application_id
     where s.id = p_assignment and s.state in ('recused', 'relieved') and b.state in ('closed', 'reviewing')
       and a.state = 'in_review'
       and not exists (select 1 from reviews_assignment n where n.replaces_id = s.id);
    if not found then
        return;
    end if;
    -- One replacement of a batch after the other: two at once would both see the same free place.
    perform pg_advisory_xact_lock(hashtextextended('reviews_replace:' || gone.batch_id, 0));
    select p.user_id, coalesce(f.affinity, 0) as affinity into chosen
      from reviews_reviewerprofile p
      left join reviews_fit(gone.batch_id) f on f.application_id = gone.application_id and f.reviewer_id = p.user_id
      cross join lateral (select count(*) as held from reviews_assignment s
                           where s.batch_id = gone.batch_id and s.reviewer_id = p.user_id
                             and s.state in ('assigned', 'declared')) l
      left join reviews_assignmentwish w on w.application_id = gone.application_id and w.reviewer_id = p.user_id
     where reviews_is_here(p.user_id, p.is_active, p.away_from, p.away_to) and l.held < p.max_load
       and not exists (select 1 from reviews_assignment s
                        where s.application_id = gone.application_id and s.reviewer_id = p.user_id)
       and coalesce(w.is_pin, true) and reviews_may_be_taken(gone.batch_id, p.group, p.user_id)
       and not reviews_stand_apart(gone.batch_id, gone.application_id, p.user_id)
     order by coalesce(w.is_pin, false) desc,
              (p.group = gone.group and gone.group <> 'expert' and not exists (
                  select 1 from reviews_assignment s join reviews_reviewerprofile q on q.user_id = s.reviewer_id
                   where s.application_id = gone.application_id and s.state in ('assigned', 'declared')
                     and q.group = gone.group)) desc,
              coalesce(f.affinity, 0) desc, l.held,
              md5(gone.year || '-batch-' || gone.number || ':' || p.user_id)
     limit 1 for no key update of p skip locked;
    if not found then
        update reviews_assignment set announced = false where id = gone.id;
        return;
    end if;
    insert into reviews_assignment (batch_id, application_id, reviewer_id, state, affinity, assigned_by_id,
                                    assigned_at, replaces_id, announced)
    values (gone.batch_id, gone.application_id, chosen.user_id, 'assigned', chosen.affinity, gone.assigned_by_id,
            clock_timestamp(), gone.id, false);
end $$;
drop function if exists reviews_announce();
create function reviews_announce()
returns table (reviewer_id bigint, batch_number int, unit_id varchar, is_gone boolean)
language plpgsql volatile {_DEFINER} as $$ begin
    return query
    with told as (update reviews_assignment s set announced = true where not s.announced
                  returning s.reviewer_id, s.batch_id, s.application_id, s.state)
    select t.reviewer_id, b.number::int, a.unit_id, t.state in ('recused', 'relieved')
      from told t join programme_batch b on b.id = t.batch_id
      join applications_application a on a.id = t.application_id order by 2, 3, 1;
end $$;
revoke all on function reviews_replace(bigint), reviews_announce() from public;
grant execute on function reviews_replace(bigint), reviews_announce() to portal_web, portal_reader;
"""
