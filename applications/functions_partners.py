"""Functions of the database for joint applicants: what a partner may know and do of a dossier it does not see, and how
two districts become one applicant. Each looks past the policies and asks for the caller's right itself.
"""

from __future__ import annotations

from typing import Final

_HEAD: Final = "security definer set search_path = public, pg_temp as $$"

PARTNERS: Final = f"""
create function signs_for(p_user bigint, p_organisation bigint) returns boolean language sql stable {_HEAD}
    select exists (select 1 from accounts_membership m where m.user_id = p_user and m.role = 'signatory'
                      and m.organisation_id = p_organisation and m.ended_at is null)
$$;
create function commitments_of(p_organisation bigint, p_batch bigint, p_but bigint) returns integer
language sql stable {_HEAD}
    select count(*)::integer from applications_partner p join applications_application a on a.id = p.application_id
     where p.organisation_id = p_organisation and p.batch_id = p_batch and p.id is distinct from p_but
       and p.state = 'committed' and a.state <> 'withdrawn'
       and (p_organisation = any((select scope_orgs())::bigint[]) or session_user = 'portal_owner')
$$;
create function partner_shared(p_partner bigint) returns jsonb language sql stable {_HEAD}
    select jsonb_build_object('title', a.title, 'summary', coalesce(s.text, ''), 'projects', coalesce((
               select jsonb_agg(jsonb_build_object('id', j.id, 'name', j.name, 'mode', j.mode,
                                    'starts_on', j.starts_on, 'ends_on', j.ends_on) order by j.id)
                 from applications_partnerproject r join applications_project j on j.id = r.project_id
                where r.partner_id = p.id), '[]'))
      from applications_partner p join applications_application a on a.id = p.application_id
      left join applications_jointsummary s on s.application_id = a.id
     where p.id = p_partner and p.organisation_id = any((select scope_orgs())::bigint[])
$$;
create function partner_reopens_sign_off(p_partner bigint, p_why text) returns boolean
language plpgsql volatile {_HEAD}
declare
    found_application bigint; found_state text; reopened boolean;
begin
    select a.id, a.state into found_application, found_state
      from applications_partner p join applications_application a on a.id = p.application_id
     where p.id = p_partner and p.state = 'committed' and p.organisation_id = any((select scope_orgs())::bigint[])
       and (select scope_roles()) && array['soe_officer', 'drafter', 'signatory'] and p_why <> ''
       for update of a;
    if found_state is null or found_state not in ('awaiting_sign_off', 'correction') then
        return false;
    end if;
    update applications_signoff
       set sent_back_by_id = scope_user(), sent_back_at = clock_timestamp(), sent_back_why = p_why
     where application_id = found_application and signed_by_id is null and sent_back_by_id is null;
    reopened := found;
    if found_state = 'awaiting_sign_off' then
        update applications_application set state = 'draft' where id = found_application;
    end if;
    return reopened;
end $$;
"""
DISTRICTS: Final = f"""
create function district_is_taken(p_batch bigint, p_unit text, p_but bigint) returns boolean
language plpgsql volatile {_HEAD}
declare
    mine text[];
begin
    select u.districts into mine from programme_pilotunit u
     where u.code = p_unit and u.kind in ('district', 'joint_districts');
    if mine is null or cardinality(mine) = 0 then
        return false;
    end if;
    perform pg_advisory_xact_lock(hashtextextended('districts: ' || p_batch, 0));
    return exists (select 1 from applications_application a join programme_pilotunit u on u.code = a.unit_id
                    where a.batch_id = p_batch and a.id is distinct from p_but and a.state <> 'withdrawn'
                      and u.districts::text[] && mine);
end $$;
create function districts_fit(p_application bigint, p_organisation bigint) returns boolean
language sql volatile {_HEAD}
    select exists (
        select 1 from applications_application a join programme_pilotunit mine on mine.code = a.unit_id
          join accounts_organisation o on o.id = p_organisation and o.kind = 'unit_government' and o.is_active
          join programme_pilotunit theirs on theirs.code = o.unit
         where a.id = p_application and mine.kind = 'district' and theirs.kind = 'district'
           and theirs.province_id = mine.province_id and theirs.code <> mine.code
           and coalesce(theirs.valid_to >= (now() at time zone 'Asia/Shanghai')::date, true)
           and not district_is_taken(a.batch_id, theirs.code, a.id))
$$;
create function districts_allow(p_application bigint, p_unit text, p_organisation bigint, p_new_unit text, p_new bigint)
returns boolean language sql stable {_HEAD}
    select exists (select 1 from applications_districtpair p where p.application_id = p_application
        and case when p.ended_at is null
                 then (p.first_unit_id, p.first_id, p.unit_id, p.body_id) = (p_unit, p_organisation, p_new_unit, p_new)
                 else (p.unit_id, p.body_id, p.first_unit_id, p.first_id) = (p_unit, p_organisation, p_new_unit, p_new)
            end)
$$;
create function district_body(p_first text, p_second text) returns text language plpgsql volatile {_HEAD}
declare
    codes text[] := array[least(p_first, p_second), greatest(p_first, p_second)];
    made text; part record;
begin
    select u.code into made from programme_pilotunit u
     where u.kind = 'joint_districts' and u.districts::text[] @> codes order by u.code limit 1;
    if made is null then
        made := codes[1] || '+' || codes[2];
        insert into programme_pilotunit (code, name_zh, name_en, province_id, kind, is_separately_planned,
                                         is_provincial_capital, districts, note)
        select made, a.name_zh || '、' || b.name_zh, a.name_en || ' and ' || b.name_en, a.province_id,
               'joint_districts', false, false, codes, ''
          from programme_pilotunit a join programme_pilotunit b on b.code = codes[2] where a.code = codes[1];
    end if;
    for part in select * from (values ('ZF', 'unit_government', '人民政府', 'government'),
                                      ('CZ', 'unit_finance', '财政局', 'finance bureau')) as v(mark, kind, zh, en) loop
        insert into accounts_organisation (code, kind, name_zh, name_en, province, unit, is_active)
        select part.mark || made, part.kind, left(u.name_zh || part.zh, 120), left(u.name_en || ': ' || part.en, 160),
               u.province_id, made, true
          from programme_pilotunit u where u.code = made
            on conflict (code) do nothing;
        insert into accounts_sharing (body_id, member_id, since)
        select b.id, m.id, clock_timestamp() from accounts_organisation b
          join accounts_organisation m on m.kind = b.kind and m.unit = any(codes)
         where b.code = part.mark || made and not exists (
               select 1 from accounts_sharing s where s.body_id = b.id and s.member_id = m.id and s.ended_at is null);
    end loop;
    return made;
end $$;
revoke all on function district_body(text, text) from public;
create function districts_join(p_partner bigint) returns bigint language plpgsql volatile {_HEAD}
declare
    mine record; made text; new_body bigint; new_pair bigint;
begin
    select a.id, a.unit_id, a.organisation_id, o.id as second_id, o.unit as second_unit into mine
      from applications_partner p join applications_application a on a.id = p.application_id
      join accounts_organisation o on o.id = p.organisation_id
     where p.id = p_partner and p.kind = 'district' and p.state = 'committed'
       and p.organisation_id = any((select scope_orgs())::bigint[]) and signs_for(scope_user(), p.organisation_id)
       and a.state in ('draft', 'returned') for update of a;
    if mine is null or not districts_fit(mine.id, mine.second_id) then
        raise exception 'the districts do not apply together'
            using errcode = 'check_violation', constraint = 'districts_join';
    end if;
    made := district_body(mine.unit_id, mine.second_unit);
    select o.id into new_body from accounts_organisation o where o.code = 'ZF' || made;
    insert into applications_districtpair (application_id, unit_id, body_id, first_unit_id, first_id, second_unit_id,
                                           second_id, joined_at, joined_by_id)
    values (mine.id, made, new_body, mine.unit_id, mine.organisation_id, mine.second_unit, mine.second_id,
            clock_timestamp(), scope_user()) returning id into new_pair;
    update applications_application set unit_id = made, organisation_id = new_body where id = mine.id;
    update applications_partner set unit_id = made where application_id = mine.id;
    return new_pair;
end $$;
create function districts_part(p_application bigint) returns boolean language plpgsql volatile {_HEAD}
declare
    pair record;
begin
    select p.* into pair from applications_districtpair p join applications_application a on a.id = p.application_id
     where p.application_id = p_application and p.ended_at is null and a.state in ('draft', 'returned')
       and a.first_submitted_at is null
       and (p.first_id = any((select scope_orgs())::bigint[]) or p.second_id = any((select scope_orgs())::bigint[]))
       and (select scope_roles()) && array['drafter', 'signatory'] for update of a;
    if pair is null then
        return false;
    end if;
    update applications_districtpair set ended_at = clock_timestamp() where id = pair.id;
    update applications_application set unit_id = pair.first_unit_id, organisation_id = pair.first_id
     where id = p_application;
    update applications_partner set unit_id = pair.first_unit_id where application_id = p_application;
    update accounts_sharing s set ended_at = clock_timestamp()
      from accounts_organisation b
     where b.id = s.body_id and b.unit = pair.unit_id and s.ended_at is null
       and not exists (select 1 from applications_application a where a.unit_id = pair.unit_id);
    return true;
end $$;
"""
CASCADES: Final = """
alter table applications_part add constraint part_of_partner foreign key (partner_id)
    references applications_partner (id) on delete cascade deferrable initially deferred;
alter table applications_partletter add constraint letter_of_partner foreign key (partner_id)
    references applications_partner (id) on delete cascade deferrable initially deferred;
alter table applications_partnerproject add constraint project_of_partner foreign key (partner_id)
    references applications_partner (id) on delete cascade deferrable initially deferred;
alter table applications_part add constraint letter_of_part foreign key (letter_id)
    references applications_partletter (id) deferrable initially deferred;
"""
REVERSE: Final = """
alter table applications_part drop constraint letter_of_part;
alter table applications_partnerproject drop constraint project_of_partner;
alter table applications_partletter drop constraint letter_of_partner;
alter table applications_part drop constraint part_of_partner;
drop function districts_part(bigint); drop function districts_join(bigint); drop function district_body(text, text);
drop function districts_allow(bigint, text, bigint, text, bigint); drop function districts_fit(bigint, bigint);
drop function district_is_taken(bigint, text, bigint); drop function partner_reopens_sign_off(bigint, text);
drop function partner_shared(bigint); drop function commitments_of(bigint, bigint, bigint);
drop function signs_for(bigint, bigint);
"""
SHEETS: Final = """
alter table applications_partsheet add constraint sheet_of_partner foreign key (partner_id)
    references applications_partner (id) on delete cascade deferrable initially deferred;
"""
SHEETS_REVERSE: Final = "alter table applications_partsheet drop constraint sheet_of_partner;"
