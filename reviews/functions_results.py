"""What the reviews of a batch come to, and who may fix it: both ministries, by signing the same figures.

`reviews_results` is the database's only count of a result; signature, panel result and invitation to the defence ask
it. The digest of a batch's results changes with every score, so a signature stands for the figures that were seen.
"""

from __future__ import annotations

from typing import Final

_DEFINER: Final = "security definer set search_path = public, pg_temp"
# given: reviews that count; open: reviewers who stand and have not submitted. The result is the mean, or the trimmed
# mean (without one highest and one lowest of three or more), or the calibrated score that was computed from exactly
# these totals, by the rule set. Asked about one application, the latest computation is taken as it is: whether it
# belongs to these totals is asked of the whole batch, by the signatures and by the step to the decision.
RESULTS: Final = f"""
create or replace function reviews_calibration_question(p_batch bigint) returns jsonb language sql stable as $$
    select coalesce(jsonb_agg(jsonb_build_array(r.application_id, r.reviewer_id, r.total::text)
                              order by r.application_id, r.reviewer_id), '[]')
      from reviews_assignment s join reviews_review r on r.assignment_id = s.id and r.state in ('submitted', 'locked')
      join applications_application a on a.id = s.application_id and a.state in ('in_review', 'defence')
     where s.batch_id = p_batch and s.state in ('assigned', 'declared')
$$;
create or replace function reviews_calibrated(p_batch bigint, p_application bigint) returns numeric
language sql stable as $$
    select ((select c.answer from reviews_calibrationresult c where c.batch_id = p_batch
             order by c.id desc limit 1)->>p_application::text)::numeric
$$;
create or replace function reviews_results(p_batch bigint, p_application bigint default null)
returns table (application_id bigint, given int, open int, score numeric, totals text)
language sql stable as $$
    with kept as (select c.answer, c.question from reviews_calibrationresult c where c.batch_id = p_batch
                   order by c.id desc limit 1),
         held as (select k.answer from kept k
                   where p_application is not null or k.question = reviews_calibration_question(p_batch))
    select a.id, count(r.id)::int, (count(s.id) - count(r.id))::int,
           round(case when u.details->>'result_by' is not distinct from 'calibrated'
                      then ((select h.answer from held h)->>a.id::text)::numeric
                      when u.details->>'result_by' is not distinct from 'trimmed' and count(r.id) > 2
                      then (sum(r.total) - max(r.total) - min(r.total)) / (count(r.id) - 2) else avg(r.total) end, 6),
           string_agg(s.id || '=' || r.total, ',' order by s.id)
      from applications_application a join programme_batch b on b.id = a.batch_id
      join programme_ruleset u on u.id = b.rule_set_id
      left join reviews_assignment s on s.application_id = a.id and s.state in ('assigned', 'declared')
      left join reviews_review r on r.assignment_id = s.id and r.state in ('submitted', 'locked')
     where a.batch_id = p_batch and a.state in ('in_review', 'defence')
       and (p_application is null or a.id = p_application)
     group by a.id, u.details->>'result_by'
$$;
create or replace function reviews_calibration_asked(p_batch bigint) returns jsonb
language sql stable {_DEFINER} as $$
    select reviews_calibration_question(p_batch) where scope_roles() && array['officer']
$$;
create or replace function reviews_calibration_problem(p_batch bigint, p_question jsonb, p_answer jsonb) returns text
language sql stable {_DEFINER} as $$
    select case
        when not exists (select 1 from programme_batch b join programme_ruleset u on u.id = b.rule_set_id
                          where b.id = p_batch and b.state = 'reviewing'
                            and u.details->>'result_by' is not distinct from 'calibrated')
            then 'calibration_by_the_rules'
        when p_question is distinct from reviews_calibration_question(p_batch)
             or (select array_agg(k order by k) from jsonb_object_keys(p_answer) k) is distinct from
                (select array_agg(distinct (q->>0) order by (q->>0)) from jsonb_array_elements(p_question) q)
             or exists (select 1 from jsonb_each_text(p_answer) e where e.value !~ '^-?[0-9]{{1,3}}\\.[0-9]{{6}}$')
            then 'calibration_answers_its_question'
        else '' end
$$;
create or replace function reviews_digest_of(p_batch bigint) returns text language sql stable as $$
    select encode(sha256(convert_to(coalesce(string_agg(q.application_id || ':' || q.given || ':' || q.open || ':'
               || coalesce(q.score::text, '') || ':' || coalesce(q.totals, ''), E'\\n' order by q.application_id), ''),
           'UTF8')), 'hex')
      from reviews_results(p_batch) q
$$;
create or replace function reviews_result_digest(p_batch bigint) returns text language sql stable {_DEFINER} as $$
    select reviews_digest_of(p_batch) where scope_nation() and scope_roles() && array['officer', 'auditor']
$$;
create or replace function reviews_result_problem(p_batch bigint) returns text language sql stable as $$
    select case
        when not exists (select 1 from programme_batch where id = p_batch and state = 'reviewing')
            then 'panel_result_in_its_phase'
        when (select coalesce(bool_or(given = 0 or open > 0), true) from reviews_results(p_batch))
            then 'result_of_complete_reviews'
        when exists (select 1 from reviews_results(p_batch) where score is null) then 'result_needs_its_calibration'
        else '' end
$$;
create or replace function reviews_signature_problem(p_batch bigint, p_ministry text, p_sha256 text) returns text
language sql stable {_DEFINER} as $$
    select case
        when p_ministry not in ('MIIT', 'MOF') or not scope_officer_of(p_ministry)
            then 'result_signed_for_ones_ministry'
        when reviews_result_problem(p_batch) <> '' then reviews_result_problem(p_batch)
        when exists (select 1 from reviews_hearing h join applications_application a on a.id = h.application_id
                      where a.batch_id = p_batch and a.state = 'defence' and h.state in ('invited', 'confirmed'))
             or exists (select 1 from reviews_defence d where d.batch_id = p_batch and d.seed = '')
            then 'result_after_the_defence'
        when reviews_digest_of(p_batch) <> p_sha256 then 'result_changed'
        else '' end
$$;
-- The digest both ministries' latest signatures name, by two people; none when they differ or one is missing.
create or replace function reviews_signed(p_batch bigint) returns text language sql stable as $$
    select case when count(*) = 2 and count(distinct l.by_id) = 2 and min(l.sha256) = max(l.sha256)
                then min(l.sha256) end
      from (select distinct on (s.ministry) s.by_id, s.sha256 from reviews_resultsignature s
             where s.batch_id = p_batch order by s.ministry, s.id desc) l
$$;
"""
# What a batch needs to go on; the same in each version of the function.
BATCH_STEPS: Final = """\
        when p_to = 'reviewing' and (not exists (select 1 from reviews_assignment where batch_id = p_batch)
             or exists (select 1 from applications_application where batch_id = p_batch
                         and state in ('recommended', 'screening', 'correction'))) then 'review_needs_assignments'
        when p_to = 'deciding' and (exists (
                 select 1 from applications_application a where a.batch_id = p_batch
                    and a.state in ('in_review', 'defence')
                    and not exists (select 1 from reviews_panelresult r where r.application_id = a.id))
             or not exists (select 1 from reviews_panelresult where batch_id = p_batch)
             or exists (select 1 from reviews_review r join reviews_assignment s on s.id = r.assignment_id
                         where s.batch_id = p_batch and r.state = 'submitted')) then 'decision_needs_locked_scores'
        when p_to = 'deciding' and reviews_signed(p_batch) is distinct from reviews_digest_of(p_batch)
            then 'result_needs_both_ministries'
        when p_to = 'publicity' and not exists (
             select 1 from reviews_decision where batch_id = p_batch and state = 'published')
            then 'publicity_needs_a_decision'"""
# Guards of the result and of the batch's steps, in a language that looks names up when they are asked.
STEPS: Final = f"""
create or replace function reviews_panel_problem(p_application bigint, p_batch bigint, p_reviews int, p_score numeric)
returns text language plpgsql stable {_DEFINER} as $$
declare
    held record;
begin
    if not exists (select 1 from applications_application a join programme_batch b on b.id = a.batch_id
                    where a.id = p_application and b.id = p_batch and b.state = 'reviewing'
                      and a.state in ('in_review', 'defence'))
       or not (scope_officer_of('MIIT') or scope_officer_of('MOF')) then
        return 'panel_result_in_its_phase';
    elsif reviews_signed(p_batch) is null then
        return 'result_needs_both_ministries';
    end if;
    select r.given, r.open, r.score into held from reviews_results(p_batch, p_application) r;
    return case when held.open > 0 then 'result_of_complete_reviews'
                when held.given = p_reviews and held.given > 0 and held.score = p_score then ''
                else 'panel_result_is_the_mean' end;
end $$;
create or replace function reviews_batch_problem(p_batch bigint, p_from text, p_to text) returns text
language plpgsql stable {_DEFINER} as $$ begin
    return case
{BATCH_STEPS}
        when p_to = 'final' and exists (select 1 from reviews_objection where batch_id = p_batch and state = 'lodged')
            then 'final_needs_answers'
        else '' end;
end $$;
"""
_ASKED: Final = (
    "reviews_calibration_asked(bigint)",
    "reviews_calibration_problem(bigint, jsonb, jsonb)",
    "reviews_calibrated(bigint, bigint)",
    "reviews_result_digest(bigint)",
    "reviews_signature_problem(bigint, text, text)",
    "reviews_panel_problem(bigint, bigint, int, numeric)",
    "reviews_batch_problem(bigint, text, text)",
)
_KEPT: Final = (
    "reviews_results(bigint, bigint)",
    "reviews_calibration_question(bigint)",
    "reviews_digest_of(bigint)",
    "reviews_result_problem(bigint)",
    "reviews_signed(bigint)",
)
RESULTS_PRIVILEGES: Final = (
    f"revoke all on function {', '.join(_ASKED + _KEPT)} from public; "
    f"grant execute on function {', '.join(_ASKED)} to portal_web, portal_reader;"
)
RESULTS_REVERSE: Final = """
drop function reviews_signature_problem(bigint, text, text); drop function reviews_result_digest(bigint);
drop function reviews_result_problem(bigint); drop function reviews_signed(bigint);
drop function reviews_digest_of(bigint); drop function reviews_calibration_problem(bigint, jsonb, jsonb);
drop function reviews_calibration_asked(bigint); drop function reviews_results(bigint, bigint);
drop function reviews_calibrated(bigint, bigint); drop function reviews_calibration_question(bigint);
"""
