"""The defence: who is invited, in which order they are heard, who revises a score, what an applicant is told.

Invited are the best of the rule set, by the results so far, all of the last rank with them. The agenda follows from a
seed published after that: units in the order of SHA-256 of seed, colon and code of the unit, but no two of one province
after one another where that can be helped (`reviews.agenda` says the same in Python).
"""

from __future__ import annotations

from typing import Final

_DEFINER: Final = "security definer set search_path = public, pg_temp"
DEFENCE: Final = f"""
create function reviews_invited(p_batch bigint) returns jsonb language sql stable {_DEFINER} as $$
    select coalesce(jsonb_agg(q.application_id order by q.application_id), '[]')
      from (select r.application_id, rank() over (order by r.score desc nulls last) as place
              from reviews_results(p_batch) r) q
      join programme_batch b on b.id = p_batch join programme_ruleset u on u.id = b.rule_set_id
     where q.place <= coalesce((u.details->>'defence_best')::int, 0) and scope_roles() && array['officer']
$$;
create function reviews_agenda(p_seed text, p_invited jsonb) returns jsonb language plpgsql stable {_DEFINER} as $$
declare
    ids bigint[]; provinces text[]; taken jsonb := '[]'; before text := ''; forced text; pick int;
begin
    select array_agg(q.id order by q.key), array_agg(q.province_id order by q.key) into ids, provinces
      from (select a.id, a.province_id, encode(sha256(convert_to(p_seed || ':' || a.unit_id, 'UTF8')), 'hex') as key
              from applications_application a
             where a.state = 'defence' and scope_roles() && array['officer']
               and a.id = any(select value::bigint from jsonb_array_elements_text(p_invited))) q;
    while coalesce(array_length(ids, 1), 0) > 0 loop
        -- A province with more than half of what is left comes now, or two of it will meet.
        forced := null;
        select q.province into forced
          from (select p as province, count(*) as held from unnest(provinces) p group by p) q
         where 2 * q.held > array_length(ids, 1) and q.province <> before;
        pick := null;
        select i into pick from generate_subscripts(ids, 1) i
         where provinces[i] = coalesce(forced, provinces[i]) and provinces[i] <> before order by i limit 1;
        pick := coalesce(pick, 1);
        taken := taken || to_jsonb(ids[pick]);
        before := provinces[pick];
        ids := ids[:pick - 1] || ids[pick + 1:];
        provinces := provinces[:pick - 1] || provinces[pick + 1:];
    end loop;
    return taken;
end $$;
create function reviews_defence_problem(p_batch bigint, p_invited jsonb) returns text
language sql stable {_DEFINER} as $$
    select case
        when not exists (select 1 from programme_batch b join programme_ruleset u on u.id = b.rule_set_id
                          where b.id = p_batch and b.state = 'reviewing'
                            and coalesce((u.details->>'defence_best')::int, 0) > 0) then 'defence_by_the_rules'
        when reviews_result_problem(p_batch) <> '' then reviews_result_problem(p_batch)
        when p_invited is distinct from reviews_invited(p_batch) then 'defence_of_the_best'
        else '' end
$$;
create function reviews_agenda_problem(p_batch bigint, p_seed text, p_invited jsonb, p_agenda jsonb) returns text
language sql stable {_DEFINER} as $$
    select case
        when p_agenda is distinct from reviews_agenda(p_seed, p_invited) then 'agenda_as_drawn'
        when coalesce((select sum(seats) from reviews_defencesession where batch_id = p_batch), 0)
             < jsonb_array_length(p_agenda) then 'agenda_needs_seats'
        else '' end
$$;
-- A hearing has the place of the draw, in the session whose seats reach that far.
create function reviews_hearing_problem(p_application bigint, p_session bigint, p_place int) returns text
language sql stable {_DEFINER} as $$
    select case when exists (
        select 1 from reviews_defence d
          join (select s.id, s.batch_id,
                       sum(s.seats) over (partition by s.batch_id order by s.begins_at, s.id) as last, s.seats
                  from reviews_defencesession s) q on q.batch_id = d.batch_id
         where q.id = p_session and d.seed <> '' and (d.agenda->>(p_place - 1))::bigint = p_application
           and p_place > q.last - q.seats and p_place <= q.last)
    then '' else 'agenda_as_drawn' end
$$;
create function reviews_is_fixed(p_application bigint) returns boolean language sql stable {_DEFINER} as $$
    select exists (select 1 from reviews_panelresult where application_id = p_application)
$$;
create function reviews_heard_problem(p_application bigint) returns text language sql stable {_DEFINER} as $$
    select case when exists (
        select 1 from applications_application a join programme_batch b on b.id = a.batch_id
         where a.id = p_application and a.state = 'defence' and b.state = 'reviewing')
         and not reviews_is_fixed(p_application) then '' else 'hearing_before_the_result' end
$$;
create function reviews_attendance_problem(p_application bigint, p_person bigint) returns text
language sql stable {_DEFINER} as $$
    select case
        when not exists (select 1 from reviews_assignment where application_id = p_application
                            and reviewer_id = p_person and state in ('assigned', 'declared'))
            then 'attendance_of_the_panel'
        else reviews_heard_problem(p_application) end
$$;
create or replace function reviews_reopening_problem(p_review bigint, p_application bigint) returns text
language sql stable {_DEFINER} as $$
    select case when exists (
        select 1 from reviews_review r join reviews_assignment s on s.id = r.assignment_id
          join programme_batch b on b.id = s.batch_id
         where r.id = p_review and r.application_id = p_application and r.state = 'submitted'
           and s.state = 'declared' and b.state = 'reviewing' and not reviews_is_fixed(p_application)
           and (scope_officer_of('MIIT') or r.reviewer_id = scope_user() and exists (
                select 1 from reviews_hearing h join reviews_attendance t on t.hearing_id = h.application_id
                 where h.application_id = p_application and h.state = 'heard'
                   and t.person_id = r.reviewer_id and t.is_present)))
    then '' when not scope_officer_of('MIIT') then 'revision_after_the_hearing'
    else 'reopening_of_a_submitted_review' end
$$;
create function reviews_feedback_problem(p_application bigint, p_outcome text, p_comment text) returns text
language sql stable {_DEFINER} as $$
    select case when exists (
        select 1 from applications_application a join programme_batch b on b.id = a.batch_id
          join reviews_panelrecord r on r.application_id = a.id
         where a.id = p_application and b.state in ('final', 'running', 'assessed', 'archived')
           and a.state = p_outcome and a.state in ('selected', 'reserve', 'not_selected')
           and r.approved_by_id is not null and r.comment = p_comment)
    then '' else 'feedback_after_the_final_list' end
$$;
-- An application goes to the defence by its invitation, and by nothing else.
create function reviews_application_invited() returns trigger language plpgsql {_DEFINER} as $$ begin
    if not exists (select 1 from reviews_defence d where d.batch_id = new.batch_id
                      and d.invited @> to_jsonb(array[new.id])) then
        raise exception 'application % was not invited', new.id
            using errcode = 'check_violation', constraint = 'defence_by_invitation';
    end if;
    return new;
end $$;
create trigger reviews_application_invited before update of state on applications_application
    for each row when (new.state = 'defence' and old.state is distinct from new.state)
    execute function reviews_application_invited();
"""
_ASKED: Final = (
    "reviews_invited(bigint), reviews_agenda(text, jsonb), reviews_defence_problem(bigint, jsonb),"
    " reviews_agenda_problem(bigint, text, jsonb, jsonb), reviews_hearing_problem(bigint, bigint, int),"
    " reviews_heard_problem(bigint), reviews_attendance_problem(bigint, bigint),"
    " reviews_feedback_problem(bigint, text, text), reviews_is_fixed(bigint)"
)
DEFENCE_PRIVILEGES: Final = (
    f"revoke all on function {_ASKED}, reviews_application_invited() from public; "
    f"grant execute on function {_ASKED} to portal_web, portal_reader;"
)
DEFENCE_REVERSE: Final = f"""
drop trigger reviews_application_invited on applications_application;
drop function {_ASKED}, reviews_application_invited();
"""
