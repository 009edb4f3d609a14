"""What a joint applicant is asked for, from its first person's question to the second one's word, and what a district
that leaves takes with it. Twenty-fourth migration. Each function looks past the policies and asks for the caller's
right itself, by the memberships: what a session says of its own roles counts nothing here.
"""

from __future__ import annotations

from typing import Final

from applications.functions_partners import DISTRICTS, PARTNERS
from portal.core.functions_again import again, changed

_HEAD: Final = "security definer set search_path = public, pg_temp as $$"

# Who drafts for a member of a shared body (two districts that apply as one) drafts for the body.
_DRAFTS: Final = f"""
create function drafts_for(p_user bigint, p_organisation bigint) returns boolean language sql stable {_HEAD}
    select exists (select 1 from accounts_membership m
                    where m.user_id = p_user and m.role = 'drafter' and m.ended_at is null
                      and (m.organisation_id = p_organisation or exists (
                           select 1 from accounts_sharing s where s.body_id = p_organisation
                              and s.member_id = m.organisation_id and s.ended_at is null)))
$$;
revoke all on function drafts_for(bigint, bigint) from public;
grant execute on function drafts_for(bigint, bigint) to portal_web;
"""
# The digest of what is asked: as what the partner takes part, the task, and its projects as it is told of them.
_ASKED: Final = f"""
create function partner_asked(p_partner bigint) returns text language sql stable {_HEAD}
    select encode(sha256(convert_to(jsonb_build_array(p.role, p.task, coalesce((
               select jsonb_agg(jsonb_build_array(j.id, j.name, j.mode, j.starts_on, j.ends_on) order by j.id)
                 from applications_partnerproject r join applications_project j on j.id = r.project_id
                where r.partner_id = p.id), '[]'))::text, 'UTF8')), 'hex')
      from applications_partner p join applications_application a on a.id = p.application_id
     where p.id = p_partner
       and (p.organisation_id = any((select scope_orgs())::bigint[]) or drafts_for(scope_user(), a.organisation_id)
            or session_user = 'portal_owner')
$$;
revoke all on function partner_asked(bigint) from public;
grant execute on function partner_asked(bigint) to portal_web, portal_reader;
"""
# The unit changed what it asks while a second person was asked to confirm: the part, which the unit does not see, goes
# back to be asked anew. Says whether it did.
_ANEW: Final = f"""
create function partner_asks_anew(p_partner bigint, p_why text) returns boolean language plpgsql volatile {_HEAD}
begin
    update applications_part t
       set state = 'draft', asked_by_id = null, asked_at = null, returned_why = left(p_why, 2000)
      from applications_partner p join applications_application a on a.id = p.application_id
     where t.partner_id = p_partner and p.id = t.partner_id and t.state = 'asked' and p.state = 'invited'
       and drafts_for(scope_user(), a.organisation_id) and t.asked_for is distinct from partner_asked(p.id);
    return found;
end $$;
revoke all on function partner_asks_anew(bigint, text) from public;
grant execute on function partner_asks_anew(bigint, text) to portal_web;
"""
_SHARED: Final = changed(
    again(PARTNERS, "partner_shared"),
    (
        "select jsonb_build_object('title', a.title,",
        "select jsonb_build_object('asked', partner_asked(p.id), 'title', a.title,",
    ),
)
# The pair ends with its second district alone; nothing of what that one gave stands then, and it may answer anew.
_PART: Final = f"""
drop function districts_part(bigint);
create function districts_part(p_application bigint, p_second bigint) returns boolean
language plpgsql volatile {_HEAD}
declare
    pair record; partner record;
begin
    select p.* into pair from applications_districtpair p join applications_application a on a.id = p.application_id
     where p.application_id = p_application and p.second_id = p_second and p.ended_at is null
       and a.state in ('draft', 'returned') and a.first_submitted_at is null
       and (drafts_for(scope_user(), p.first_id) or signs_for(scope_user(), p.first_id)
            or drafts_for(scope_user(), p.second_id) or signs_for(scope_user(), p.second_id)) for update of a;
    if pair is null then
        return false;
    end if;
    update applications_districtpair set ended_at = clock_timestamp() where id = pair.id;
    update applications_application set unit_id = pair.first_unit_id, organisation_id = pair.first_id
     where id = p_application;
    update applications_partner set unit_id = pair.first_unit_id where application_id = p_application;
    select p.id, p.letter_id into partner from applications_partner p
     where p.application_id = p_application and p.organisation_id = p_second and p.state = 'committed';
    update applications_partner
       set state = 'invited', contribution = '', amount_committed = 0, letter_id = null, answered_by_id = null,
           answered_at = null
     where id = partner.id;
    update applications_partnerproject set amount = 0 where partner_id = partner.id;
    update applications_attachment set removed_at = clock_timestamp(), removed_by_id = scope_user()
     where id = partner.letter_id and removed_at is null;
    update applications_part
       set state = 'draft', asked_by_id = null, asked_at = null, confirmed_by_id = null, confirmed_at = null
     where partner_id = partner.id and state = 'confirmed';
    update accounts_sharing s set ended_at = clock_timestamp()
      from accounts_organisation b
     where b.id = s.body_id and b.unit = pair.unit_id and s.ended_at is null
       and not exists (select 1 from applications_application a where a.unit_id = pair.unit_id);
    return true;
end $$;
revoke all on function districts_part(bigint, bigint) from public;
grant execute on function districts_part(bigint, bigint) to portal_web;
"""
ASKED: Final = _DRAFTS + _ASKED + _ANEW + _SHARED + _PART
ASKED_REVERSE: Final = (
    "drop function districts_part(bigint, bigint);\n"
    + again(DISTRICTS, "districts_part")
    + again(PARTNERS, "partner_shared")
    + "drop function partner_asks_anew(bigint, text); drop function partner_asked(bigint);"
    + " drop function drafts_for(bigint, bigint);"
)
# Who waits for a second person now was asked for what stands now.
WAITING: Final = "update applications_part set asked_for = partner_asked(partner_id) where state = 'asked';"
