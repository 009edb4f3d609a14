"""Conflicts that follow from employers, batch-wide declarations and overrides; fit of fields.

One place for the assignment, its guard, the pages and the replacement. Helpers that look past the policies are granted
to nobody; the functions pages ask check who asks.
"""

from __future__ import annotations

from typing import Final

from reviews.functions import CONFLICTS, SCOPES
from reviews.functions_replacing import REPLACE

_DEFINER: Final = "security definer set search_path = public, pg_temp"
# Employers of the last three years count (design of the programme's rules of recusal; assumed: three years).
YEARS: Final = 3

EMPLOYERS: Final = f"""
create function reviews_employers() returns table (user_id bigint, name varchar, soe_id bigint, code varchar,
    former boolean) language sql stable as $$
    select p.user_id, p.employer, p.employer_soe_id, p.employer_code, false from reviews_reviewerprofile p
    union all
    select p.user_id, f.name, f.soe_id, f.credit_code, true
      from reviews_formeremployer f join reviews_reviewerprofile p on p.id = f.profile_id
     where f.until > (now() at time zone 'Asia/Shanghai')::date - interval '{YEARS} years'
$$;
"""
DERIVED: Final = f"""
drop function reviews_conflict_pairs(bigint);
drop function reviews_derived_conflicts(bigint);
create function reviews_derived_conflicts(p_batch bigint)
returns table (application_id bigint, reviewer_id bigint, code text, reason text) language sql stable as $$
    select a.id, p.user_id, 'own_province', v.name_zh::text from applications_application a
      join reviews_reviewerprofile p on p.home_province_id = a.province_id
      join programme_province v on v.code = a.province_id where a.batch_id = p_batch
    union
    select a.id, m.user_id, 'own_unit', o.name_zh::text from applications_application a
      join accounts_organisation o on o.unit = a.unit_id and o.unit <> ''
      join accounts_membership m on m.organisation_id = o.id and m.ended_at is null
      join reviews_reviewerprofile p on p.user_id = m.user_id where a.batch_id = p_batch
    union
    select a.id, e.user_id, case when e.former then 'former' else 'employer' end, s.name_zh::text
      from applications_application a
      join applications_partner t on t.application_id = a.id and t.state <> 'declined'
      join accounts_organisation o on o.id = t.organisation_id
      join programme_centralsoe s on 'YQ' || lpad(s.list_no::text, 3, '0') = o.code
      join reviews_employers() e on e.soe_id = s.id where a.batch_id = p_batch
    union
    select a.id, e.user_id, case when e.former then 'former' else 'roster' end, x.name::text
      from reviews_employers() e
      join applications_enterprise x on x.credit_code = e.code and e.code <> ''
      join applications_application a on a.id = x.application_id where a.batch_id = p_batch
    union
    select a.id, i.reviewer_id, 'batch', i.reason::text from reviews_batchinterest i
      join applications_application a on a.unit_id = i.unit_id and a.batch_id = i.batch_id where i.batch_id = p_batch
    union
    select t.application_id, i.reviewer_id, 'batch', i.reason::text from reviews_batchinterest i
      join programme_centralsoe s on s.id = i.soe_id
      join accounts_organisation o on o.code = 'YQ' || lpad(s.list_no::text, 3, '0')
      join applications_partner t on t.organisation_id = o.id and t.batch_id = i.batch_id and t.state <> 'declined'
     where i.batch_id = p_batch
    union
    select a.id, i.reviewer_id, 'batch', i.reason::text from reviews_batchinterest i
      join applications_enterprise x on x.credit_code = i.credit_code and i.credit_code <> ''
      join applications_application a on a.id = x.application_id and a.batch_id = i.batch_id where i.batch_id = p_batch
$$;
create function reviews_conflict_pairs(p_batch bigint)
returns table (application_id bigint, reviewer_id bigint, code text, reason text) language sql stable {_DEFINER} as $$
    select d.application_id, d.reviewer_id, d.code, d.reason from reviews_derived_conflicts(p_batch) d
     where scope_roles() && array['officer']
$$;
"""
# An overridden conflict does not stand: for the policies, the guard and the replacement alike.
STANDING: Final = f"""
create function reviews_is_waived(p_application bigint, p_reviewer bigint, p_code text) returns boolean
language sql stable {_DEFINER} as $$
    select exists (select 1 from reviews_conflict c join reviews_conflictwaiver w on w.conflict_id = c.id
                    where c.application_id = p_application and c.reviewer_id = p_reviewer and c.code = p_code
                      and w.confirmed_by_id is not null)
$$;
create or replace function scope_conflicted_applications() returns bigint[] language sql stable {_DEFINER} as $$
    select coalesce(array_agg(distinct c.application_id), '{{}}') from reviews_conflict c
     where c.reviewer_id = scope_user() and not exists (
           select 1 from reviews_conflictwaiver w where w.conflict_id = c.id and w.confirmed_by_id is not null)
$$;
create or replace function scope_conflicted_batches() returns bigint[] language sql stable {_DEFINER} as $$
    select coalesce(array_agg(distinct a.batch_id), '{{}}')
      from applications_application a where a.id = any(scope_conflicted_applications())
$$;
create function reviews_stand_apart(p_batch bigint, p_application bigint, p_reviewer bigint) returns boolean
language sql stable {_DEFINER} as $$
    select exists (select 1 from reviews_conflict c
                    where c.application_id = p_application and c.reviewer_id = p_reviewer
                      and not reviews_is_waived(p_application, p_reviewer, c.code))
        or exists (select 1 from reviews_derived_conflicts(p_batch) d
                    where d.application_id = p_application and d.reviewer_id = p_reviewer
                      and not reviews_is_waived(p_application, p_reviewer, d.code))
$$;
create function reviews_is_here(p_active boolean, p_from date, p_to date) returns boolean language sql stable as $$
    select p_active and not coalesce(
        (now() at time zone 'Asia/Shanghai')::date between p_from and p_to, false)
$$;
"""
# Who left, or holds the post no more, is not here either, whatever the profile says of days.
SERVING: Final = f"""
create or replace function reviews_is_here(p_user bigint, p_active boolean, p_from date, p_to date) returns boolean
language sql stable {_DEFINER} as $$
    select reviews_is_here(p_active, p_from, p_to) and exists (
        select 1 from accounts_membership m join accounts_organisation o on o.id = m.organisation_id
          join accounts_user u on u.id = m.user_id
         where m.user_id = p_user and m.role = 'reviewer' and m.ended_at is null and o.is_active and u.is_active)
$$;
revoke all on function reviews_is_here(bigint, boolean, date, date) from public;
grant execute on function reviews_is_here(bigint, boolean, date, date) to portal_web, portal_reader;
"""
ASSIGNMENT_FITS: Final = f"""
create or replace function reviews_assignment_fits(p_batch bigint, p_application bigint, p_reviewer bigint)
returns text language plpgsql volatile {_DEFINER} as $$
declare
    application record;
begin
    -- Assignment and conflict of one reviewer take turns at this row, so neither misses the other.
    perform 1 from reviews_reviewerprofile p where p.user_id = p_reviewer
        and reviews_is_here(p.user_id, p.is_active, p.away_from, p.away_to) for no key update;
    if not found then
        return 'assignment_needs_a_profile';
    end if;
    select a.batch_id, a.state, b.state as batch_state into application
      from applications_application a join programme_batch b on b.id = a.batch_id where a.id = p_application;
    if application.batch_id is distinct from p_batch or application.state not in ('in_review', 'defence')
       or application.batch_state not in ('closed', 'reviewing') then
        return 'assignment_only_in_review';
    end if;
    if not reviews_may_be_taken(p_batch, (select p.group from reviews_reviewerprofile p where p.user_id = p_reviewer),
                                p_reviewer) then
        return 'assignment_of_a_drawn_expert';
    end if;
    return case when reviews_stand_apart(p_batch, p_application, p_reviewer) then 'assignment_without_conflict'
                else '' end;
end $$;
"""
FITS: Final = f"""{ASSIGNMENT_FITS}
create or replace function reviews_assignment_problem(p_batch bigint, p_application bigint, p_reviewer bigint)
returns text language plpgsql volatile {_DEFINER} as $$ begin
    if not scope_roles() && array['officer'] then
        return 'assignment_only_in_review';
    end if;
    return reviews_assignment_fits(p_batch, p_application, p_reviewer);
end $$;
create or replace function reviews_note_conflicts(p_reviewer bigint) returns void
language plpgsql volatile {_DEFINER} as $$ begin
    insert into reviews_conflict (application_id, reviewer_id, code, reason, is_derived, at)
    select distinct on (d.application_id, d.code) d.application_id, d.reviewer_id, d.code, d.reason, true,
           clock_timestamp()
      from programme_batch b cross join lateral reviews_derived_conflicts(b.id) d
     where b.state in ('closed', 'reviewing') and d.reviewer_id = p_reviewer
     order by d.application_id, d.code, d.reason
    on conflict do nothing;
end $$;
"""
# How well a reviewer knows an application's industries: strengths of its divisions, 3 each at most, in hundredths.
AFFINITY: Final = f"""
create function reviews_fit(p_batch bigint) returns table (application_id bigint, reviewer_id bigint, affinity int)
language sql stable as $$
    select w.application_id, p.user_id,
           round(100.0 * sum((p.fields ->> w.division)::int) / (3 * max(w.divisions)))::int
      from (select i.application_id, left(i.industry_id, 3) as division,
                   count(*) over (partition by i.application_id) as divisions
              from applications_focusindustry i join applications_application a on a.id = i.application_id
             where a.batch_id = p_batch group by i.application_id, left(i.industry_id, 3)) w
      join reviews_reviewerprofile p on p.fields ? w.division
     group by w.application_id, p.user_id
$$;
create function reviews_affinities(p_batch bigint)
returns table (application_id bigint, reviewer_id bigint, affinity int) language sql stable {_DEFINER} as $$
    select f.application_id, f.reviewer_id, f.affinity from reviews_fit(p_batch) f
     where f.affinity > 0 and scope_roles() && array['officer']
$$;
"""
_ASKED: Final = (
    "reviews_conflict_pairs(bigint)",
    "reviews_affinities(bigint)",
    "reviews_is_here(boolean, date, date)",
    "reviews_note_conflicts(bigint)",
)
_KEPT: Final = (
    "reviews_employers()",
    "reviews_derived_conflicts(bigint)",
    "reviews_is_waived(bigint, bigint, text)",
    "reviews_stand_apart(bigint, bigint, bigint)",
    "reviews_assignment_fits(bigint, bigint, bigint)",
    "reviews_fit(bigint)",
)
INTERESTS: Final = (
    EMPLOYERS
    + DERIVED
    + STANDING
    + SERVING
    + FITS
    + AFFINITY
    + REPLACE
    + f"revoke all on function {', '.join(_ASKED + _KEPT)} from public; "
    + f"grant execute on function {', '.join(_ASKED)} to portal_web, portal_reader;"
)
INTERESTS_REVERSE: Final = (
    """
drop function reviews_announce(); drop function reviews_replace(bigint); drop function reviews_affinities(bigint);
drop function reviews_fit(bigint); drop function reviews_note_conflicts(bigint);
drop function reviews_stand_apart(bigint, bigint, bigint);
drop function reviews_is_here(bigint, boolean, date, date); drop function reviews_is_here(boolean, date, date);
drop function reviews_is_waived(bigint, bigint, text); drop function reviews_conflict_pairs(bigint);
drop function reviews_derived_conflicts(bigint); drop function reviews_employers();
"""
    + SCOPES
    + CONFLICTS
    + "drop function reviews_assignment_fits(bigint, bigint, bigint);"
)
