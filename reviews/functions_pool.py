"""People who hold a reviewer's post with the address that a sheet names them by: for officers alone."""

from __future__ import annotations

from typing import Final

_DEFINER: Final = "security definer set search_path = public, pg_temp"
POOL: Final = f"""
create function reviews_people_by_email()
returns table (id bigint, email varchar, name varchar, reviewer_groups text[]) language sql stable {_DEFINER} as $$
    select u.id, u.email, u.name,
           array_agg(distinct case o.kind when 'expert_pool' then 'expert' else o.code end
                     order by case o.kind when 'expert_pool' then 'expert' else o.code end)
      from accounts_membership m join accounts_organisation o on o.id = m.organisation_id
      join accounts_user u on u.id = m.user_id
     where m.role = 'reviewer' and m.ended_at is null and o.is_active and u.is_active
       and scope_roles() && array['officer']
     group by u.id
$$;
"""
POOL_PRIVILEGES: Final = (
    "revoke all on function reviews_people_by_email() from public; "
    "grant execute on function reviews_people_by_email() to portal_web, portal_reader;"
)
POOL_REVERSE: Final = "drop function reviews_people_by_email();"
