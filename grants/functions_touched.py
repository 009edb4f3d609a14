"""What a place or an enterprise touches, counted for who records how it changed; thirty-first migration.

The system administrator sees no dossier, no award and no review; of all three the function gives numbers alone. It
stands here since money is above all that it counts.
"""

from __future__ import annotations

from typing import Final

TOUCHED: Final = """
create function reference_touches(p_unit text, p_soe bigint)
returns table (applications bigint, commitments bigint, awards bigint, conflicts bigint, reviews bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    with places as (
        select u.code from programme_pilotunit u
         where exists (select 1 from unit_kin() k
                        where k.one = p_unit and (k.kin = u.code or k.kin = any(u.districts)))),
    parts as (
        select t.application_id, t.state from soe_kin() k join programme_centralsoe s on s.id = k.kin
          join accounts_organisation o on o.code = s.code join applications_partner t on t.organisation_id = o.id
         where k.one = p_soe and t.state <> 'declined'),
    own as (
        select a.id from applications_application a join programme_batch b on b.id = a.batch_id
         where b.state <> 'archived' and a.state <> 'withdrawn'
           and (a.unit_id in (select p.code from places p) or a.id in (select p.application_id from parts p)))
    select (select count(*) from own),
           (select count(*) from parts p where p.state = 'committed' and p.application_id in (select o.id from own o)),
           (select count(*) from grants_award w
             where w.state in ('entered', 'confirmed') and w.application_id in (select o.id from own o)),
           (select count(*) from reviews_conflict c join applications_application a on a.id = c.application_id
              join programme_batch b on b.id = a.batch_id where b.state in ('closed', 'reviewing')),
           (select count(*) from reviews_assignment s join programme_batch b on b.id = s.batch_id
             where s.state = 'recused' and b.state in ('closed', 'reviewing'))
     where (select scope_roles()) && array['system_admin']
$$;
revoke all on function reference_touches(text, bigint) from public;
grant execute on function reference_touches(text, bigint) to portal_web, portal_reader;
"""
TOUCHED_REVERSE: Final = "drop function reference_touches(text, bigint);"
