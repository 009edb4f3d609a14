"""What guards of scores ask: kinds of criteria, comments, "not enough to judge"; reopening; who sees whom.

Kinds: a score counts by its weight, of a scale from nought to `max`; a bonus adds its points; a veto is a finding (1)
or none (0) that the panel discusses. Points add up to 100 at most. What cannot be judged is left out of the mean, as
long as half of the weight is judged.
"""

from __future__ import annotations

from typing import Final

_DEFINER: Final = "security definer set search_path = public, pg_temp"
SCORING: Final = f"""
create or replace function reviews_standing_problem(p_assignment bigint, p_application bigint, p_reviewer bigint)
returns text language plpgsql stable {_DEFINER} as $$
declare
    held record;
begin
    select s.application_id, s.reviewer_id, s.state, b.state as batch_state into held
      from reviews_assignment s join programme_batch b on b.id = s.batch_id where s.id = p_assignment;
    if held.application_id is distinct from p_application or held.reviewer_id is distinct from p_reviewer
       or p_reviewer is distinct from scope_user() then
        return 'review_is_ones_own';
    end if;
    if held.state <> 'declared' or not exists (
        select 1 from reviews_interest where application_id = p_application and reviewer_id = p_reviewer
           and not has_interest) then
        return 'review_needs_declaration';
    end if;
    return case when held.batch_state = 'reviewing' then '' else 'score_is_locked' end;
end $$;
create or replace function reviews_score_problem(p_review bigint, p_criterion text, p_value numeric,
    p_insufficient boolean default false) returns text language plpgsql stable {_DEFINER} as $$
declare
    held record; problem text; criterion jsonb;
begin
    select r.assignment_id, r.application_id, r.reviewer_id, r.state, s.batch_id into held
      from reviews_review r join reviews_assignment s on s.id = r.assignment_id where r.id = p_review;
    if held.state is distinct from 'draft' then
        return 'score_is_locked';
    end if;
    problem := reviews_standing_problem(held.assignment_id, held.application_id, held.reviewer_id);
    if problem <> '' then
        return problem;
    end if;
    select c into criterion
      from programme_batch b join programme_ruleset u on u.id = b.rule_set_id,
           jsonb_array_elements(u.details->'criteria') c
     where b.id = held.batch_id and c->>'code' = p_criterion;
    return case when criterion is null or p_value < 0 or p_value > (criterion->>'max')::numeric
                  or criterion->>'kind' = 'veto' and p_value not in (0, 1)
                  or p_insufficient and coalesce(criterion->>'kind', 'score') <> 'score'
                then 'score_within_its_scale' else '' end;
end $$;
create or replace function reviews_total_problem(p_review bigint, p_assignment bigint, p_total numeric)
returns text language plpgsql stable {_DEFINER} as $$
declare
    given record;
begin
    select bool_and(s.value is not null or coalesce(s.is_insufficient, false)) filter (where q.kind = 'score')
               as complete,
           coalesce(sum(q.weight) filter (where q.kind = 'score' and s.value is not null), 0) as judged,
           sum(q.weight) filter (where q.kind = 'score') as weights,
           sum(q.weight * s.value * 100 / q.most) filter (where q.kind = 'score') as points,
           coalesce(sum(s.value) filter (where q.kind = 'bonus'), 0) as bonus,
           bool_or(s.comment = '' and (s.value < q.floor or q.kind = 'veto' and s.value = 1)) as silent
      into given
      from reviews_assignment a join programme_batch b on b.id = a.batch_id
      join programme_ruleset u on u.id = b.rule_set_id
      cross join jsonb_array_elements(u.details->'criteria') c
      cross join lateral (select coalesce(c->>'kind', 'score') as kind, (c->>'weight')::numeric as weight,
                                 (c->>'max')::numeric as most, (c->>'comment_below')::numeric as floor) q
      left join reviews_reviewscore s on s.review_id = p_review and s.criterion = c->>'code'
     where a.id = p_assignment and a.reviewer_id = scope_user();
    if not coalesce(given.complete, false) then
        return 'review_is_complete';
    elsif given.judged * 2 < given.weights then
        return 'review_judges_enough';
    elsif given.silent then
        return 'score_needs_a_comment';
    end if;
    return case when round(least(100, given.points / given.judged + given.bonus), 6) = p_total then ''
                else 'review_total_is_the_weighted_sum' end;
end $$;
"""
# The first form of it had no last argument: two of one name would leave a call undecided.
FIRST_FORM: Final = "drop function if exists reviews_score_problem(bigint, text, numeric);"
_SCORE: Final = "reviews_score_problem(bigint, text, numeric, boolean)"
SCORING_PRIVILEGES: Final = (
    f"revoke all on function {_SCORE} from public; grant execute on function {_SCORE} to portal_web, portal_reader;"
)
SCORING_REVERSE: Final = """
drop function reviews_total_problem(bigint, bigint, numeric);
drop function reviews_score_problem(bigint, text, numeric, boolean);
drop function reviews_standing_problem(bigint, bigint, bigint);
"""
REOPENING: Final = f"""
create or replace function reviews_reopen(p_review bigint) returns void language sql volatile {_DEFINER} as $$
    update reviews_review set state = 'draft', total = null, submitted_at = null where id = p_review
$$;
create or replace function reviews_reopening_problem(p_review bigint, p_application bigint) returns text
language sql stable {_DEFINER} as $$
    select case when exists (
        select 1 from reviews_review r join reviews_assignment s on s.id = r.assignment_id
          join programme_batch b on b.id = s.batch_id
         where r.id = p_review and r.application_id = p_application and r.state = 'submitted'
           and s.state = 'declared' and b.state = 'reviewing') and scope_officer_of('MIIT')
    then '' else 'reopening_of_a_submitted_review' end
$$;
"""
# A reviewer whose own review is in sees those of the others, where the rules of the batch say so.
SHOWN: Final = f"""
create or replace function scope_open_panels() returns bigint[] language sql stable {_DEFINER} as $$
    select coalesce(array_agg(s.application_id), '{{}}') from reviews_assignment s
      join reviews_review r on r.assignment_id = s.id and r.state in ('submitted', 'locked')
      join programme_batch b on b.id = s.batch_id join programme_ruleset u on u.id = b.rule_set_id
     where s.reviewer_id = scope_user() and s.state = 'declared'
       and (u.details->>'shows_others')::boolean
$$;
"""
SHOWN_PRIVILEGES: Final = (
    "revoke all on function scope_open_panels() from public; "
    "grant execute on function scope_open_panels() to portal_web, portal_reader;"
)
SHOWN_REVERSE: Final = "drop function scope_open_panels();"
REOPENING_PRIVILEGES: Final = (
    "revoke all on function reviews_reopening_problem(bigint, bigint), reviews_reopen(bigint) from public; "
    "grant execute on function reviews_reopening_problem(bigint, bigint), reviews_reopen(bigint)"
    " to portal_web, portal_reader;"
)
REOPENING_REVERSE: Final = (
    "drop function reviews_reopening_problem(bigint, bigint); drop function reviews_reopen(bigint);"
)
