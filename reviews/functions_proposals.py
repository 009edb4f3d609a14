"""What guards of proposals, wishes and relief ask: the names of broken guards, or an empty text (see functions.py)."""

from __future__ import annotations

from typing import Final

_DEFINER: Final = "security definer set search_path = public, pg_temp"
PROPOSALS: Final = f"""
create or replace function reviews_proposal_problem(p_proposal bigint) returns text
language sql stable {_DEFINER} as $$
    select case when not exists (select 1 from reviews_proposedrow where proposal_id = p_proposal) or exists (
        select 1 from reviews_proposedrow r cross join lateral jsonb_array_elements(r.seats) s
         where r.proposal_id = p_proposal and not exists (
               select 1 from reviews_assignment a where a.application_id = r.application_id
                  and a.reviewer_id = (s.value ->> 'reviewer')::bigint and a.state in ('assigned', 'declared')))
    then 'proposal_takes_effect_whole' else '' end
$$;
create or replace function reviews_wish_problem(p_batch bigint, p_application bigint, p_reviewer bigint, p_pin boolean)
returns text language plpgsql stable {_DEFINER} as $$
declare
    application record; held boolean;
begin
    select a.batch_id, a.state, b.state as batch_state into application
      from applications_application a join programme_batch b on b.id = a.batch_id where a.id = p_application;
    if application.batch_id is distinct from p_batch or application.state not in ('in_review', 'defence')
       or application.batch_state not in ('closed', 'reviewing') then
        return 'assignment_only_in_review';
    end if;
    if not exists (select 1 from reviews_reviewerprofile where user_id = p_reviewer) then
        return 'assignment_needs_a_profile';
    end if;
    if exists (select 1 from reviews_assignment where application_id = p_application and reviewer_id = p_reviewer
                  and state in ('assigned', 'declared')) then
        return 'wish_against_an_assignment';
    end if;
    return case when p_pin and reviews_stand_apart(p_batch, p_application, p_reviewer)
                then 'assignment_without_conflict' else '' end;
end $$;
create or replace function reviews_relief_problem(p_assignment bigint, p_batch bigint) returns text
language sql stable {_DEFINER} as $$
    select case when exists (select 1 from reviews_review r where r.assignment_id = p_assignment and r.state <> 'draft')
                then 'relief_before_the_review'
                when not exists (select 1 from programme_batch b where b.id = p_batch
                                    and b.state in ('closed', 'reviewing')) then 'assignment_only_in_review'
                else '' end
$$;
"""
_ALL: Final = (
    "reviews_proposal_problem(bigint), reviews_wish_problem(bigint, bigint, bigint, boolean), "
    "reviews_relief_problem(bigint, bigint)"
)
PROPOSALS_PRIVILEGES: Final = (
    f"revoke all on function {_ALL} from public; grant execute on function {_ALL} to portal_web, portal_reader;"
)
PROPOSALS_REVERSE: Final = f"drop function {_ALL};"
