"""The database function that works out a person's scope from the memberships (kept apart: two migrations quote it).

It belongs to the owner (SECURITY DEFINER), so it reads the memberships before any scope stands. Nation: ministries'
programme and finance posts, the national audit office, the clockwork. A reviewer's post gives no scope beyond the
assignments; an administrator's none over business data. Who works for a member of a shared body works for the body.
"""

from typing import Final

from portal.core.functions_again import again, changed

ENTER_SCOPE: Final = """
create or replace function enter_scope(p_user bigint) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    posts jsonb; person record; in_nation boolean;
    in_provinces text[]; in_units text[]; in_orgs bigint[]; in_roles text[];
begin
    select id, name into person from accounts_user where id = p_user and is_active;
    if not found then
        perform leave_scope();
        return null;
    end if;
    select coalesce(jsonb_agg(jsonb_build_object(
               'role', m.role, 'organisation', o.id, 'code', o.code, 'kind', o.kind,
               'name_zh', o.name_zh, 'name_en', o.name_en, 'province', o.province, 'unit', o.unit)
               order by m.is_shared, m.id, o.id), '[]'),
           coalesce(bool_or(m.role = 'clockwork'
               or (o.kind = 'ministry' and m.role in ('officer', 'finance_maker', 'finance_checker'))
               or (o.kind = 'audit_office' and o.province = '')), false),
           coalesce(array_agg(distinct o.province) filter (where o.province <> '' and o.unit = ''), '{}'),
           coalesce(array_agg(distinct o.unit) filter (where o.unit <> ''), '{}'),
           coalesce(array_agg(distinct o.id), '{}'),
           coalesce(array_agg(distinct m.role::text), '{}')
      into posts, in_nation, in_provinces, in_units, in_orgs, in_roles
      from (select id, role, organisation_id, false as is_shared from accounts_membership
             where user_id = p_user and ended_at is null
             union all
            select m.id, m.role, s.body_id, true from accounts_membership m
              join accounts_sharing s on s.member_id = m.organisation_id and s.ended_at is null
             where m.user_id = p_user and m.ended_at is null) m
      join accounts_organisation o on o.id = m.organisation_id
     where o.is_active;
    perform set_config('portal.user', p_user::text, true),
            set_config('portal.nation', in_nation::text, true),
            set_config('portal.provinces', in_provinces::text, true),
            set_config('portal.units', in_units::text, true),
            set_config('portal.orgs', in_orgs::text, true),
            set_config('portal.roles', in_roles::text, true);
    return jsonb_build_object('user', p_user, 'name', person.name, 'posts', posts, 'nation', in_nation,
        'provinces', to_jsonb(in_provinces), 'units', to_jsonb(in_units), 'orgs', to_jsonb(in_orgs));
end $$;
revoke all on function enter_scope(bigint) from public;
grant execute on function enter_scope(bigint) to portal_web;
"""

# Taking an invitation happens before any scope stands; only the holder of the token gets through.
INVITATIONS: Final = """
create or replace function invitation_offer(p_sha256 text) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
    select jsonb_build_object('email', i.email, 'name', i.name, 'role', i.role, 'organisation_zh', o.name_zh,
               'organisation_en', o.name_en, 'known', exists (select 1 from accounts_user u where u.email = i.email))
      from accounts_invitation i join accounts_organisation o on o.id = i.organisation_id
     where i.token_sha256 = p_sha256 and i.taken_at is null and i.withdrawn_at is null and i.expires_at >= now()
$$;
create or replace function invitation_take(p_sha256 text, p_user bigint) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    offer record;
begin
    select i.* into offer from accounts_invitation i join accounts_user u on u.email = i.email
     where i.token_sha256 = p_sha256 and u.id = p_user and u.is_active
       and i.taken_at is null and i.withdrawn_at is null and i.expires_at >= now()
       for update of i;
    if not found then
        raise exception 'no such invitation' using errcode = 'check_violation', constraint = 'invitation_is_open';
    end if;
    update accounts_invitation set taken_at = now() where id = offer.id;
    insert into accounts_membership (user_id, organisation_id, role, granted_by_id, granted_at)
    values (p_user, offer.organisation_id, offer.role, offer.invited_by_id, now());
end $$;
revoke all on function invitation_offer(text), invitation_take(text, bigint) from public;
grant execute on function invitation_offer(text), invitation_take(text, bigint) to portal_web;
grant execute on function invitation_offer(text) to portal_reader;
"""

# A token is looked up before any scope stands: only who knows the secret gets an answer. The first use within an hour
# is marked (and then recorded) in the person's own scope; a reading role may do it too.
TOKENS: Final = """
create or replace function api_token_holder(p_sha256 text) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
    select jsonb_build_object('token', t.id, 'user', t.user_id, 'name', t.name, 'writes', t.can_write,
               'state', case when t.revoked_at is not null then 'revoked' when t.expires_at <= now() then 'expired'
                             when not u.is_active then 'inactive' else 'open' end)
      from accounts_apitoken t join accounts_user u on u.id = t.user_id where t.token_sha256 = p_sha256
$$;
create or replace function api_token_touch(p_token bigint) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update accounts_apitoken set last_used_at = now()
     where id = p_token and user_id = scope_user() and revoked_at is null
       and (last_used_at is null or last_used_at < now() - interval '1 hour');
    return found;
end $$;
revoke all on function api_token_holder(text), api_token_touch(bigint) from public;
grant execute on function api_token_holder(text), api_token_touch(bigint) to portal_web;
grant execute on function api_token_touch(bigint) to portal_reader;
"""
TOKENS_REVERSE: Final = "drop function api_token_holder(text); drop function api_token_touch(bigint)"

# The second factor is a library's table, read and counted before any scope stands (at the sign-in).
FACTORS: Final = """
create or replace function second_factor_is_ones_own() returns trigger
language plpgsql set search_path = public, pg_temp as $$
declare
    me bigint := scope_user();
begin
    if current_user = 'portal_web' and (
        (tg_op = 'INSERT' and new.user_id is distinct from me)
        or (tg_op = 'UPDATE' and ((new.user_id, new.type) is distinct from (old.user_id, old.type)
                                  or (me is not null and old.user_id <> me)))
        or (tg_op = 'DELETE' and old.user_id is distinct from me
            and (me is null or not scope_roles() && array['security_admin']::text[]))
    ) then
        raise exception 'a second factor is its own person''s'
            using errcode = 'check_violation', constraint = 'second_factor_is_ones_own';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger second_factor_is_ones_own before insert or update or delete on mfa_authenticator
    for each row execute function second_factor_is_ones_own();
"""
FACTORS_REVERSE: Final = """
drop trigger second_factor_is_ones_own on mfa_authenticator;
drop function second_factor_is_ones_own();
"""

# An invitation is the word of a security administrator: it holds while who wrote it is one, in an open account. The
# first of them is invited by the clockwork. Whoever takes it and whoever ends that post take turns at the post's row.
_INVITER: Final = """accounts_membership p join accounts_user v on v.id = p.user_id and v.is_active
     where p.user_id = {}.invited_by_id and p.role in ('security_admin', 'clockwork') and p.ended_at is null"""
_STILL: Final = f"""    if found then
        perform from {_INVITER.format("offer")} for share of p;
    end if;
"""
INVITATIONS_OF_OFFICE: Final = changed(
    again(INVITATIONS, "invitation_offer", "invitation_take"),
    (
        "i.expires_at >= now()\n$$",
        f"i.expires_at >= now()\n       and exists (select from {_INVITER.format('i')})\n$$",
    ),
    ("    if not found then\n", f"{_STILL}    if not found then\n"),
)
INVITATIONS_BEFORE: Final = again(INVITATIONS, "invitation_offer", "invitation_take")

# The sign-in counts before anybody is named: how far an app or a key has counted, that a key was copied, which recovery
# codes were used. Nothing else changes then, and nothing of it goes back: a used code would open once more.
_COUNTS: Final = "'{last,counter,copied,used_mask}'::text[]"
FACTORS_COUNTED: Final = changed(
    again(FACTORS, "second_factor_is_ones_own"),
    (
        "(me is not null and old.user_id <> me)))",
        f"""old.user_id is distinct from me and (
               me is not null
               or new.created_at is distinct from old.created_at
               or new.data - {_COUNTS} is distinct from old.data - {_COUNTS}
               or coalesce((new.data ->> 'last')::bigint, -1) < coalesce((old.data ->> 'last')::bigint, -1)
               or coalesce((new.data ->> 'counter')::bigint, 0) < coalesce((old.data ->> 'counter')::bigint, 0)
               or coalesce((old.data ->> 'copied')::boolean, false)
                  and not coalesce((new.data ->> 'copied')::boolean, false)
               or coalesce((old.data ->> 'used_mask')::numeric::bigint, 0)
                  & ~coalesce((new.data ->> 'used_mask')::numeric::bigint, 0) <> 0)))""",
    ),
)
FACTORS_COUNTED_REVERSE: Final = again(FACTORS, "second_factor_is_ones_own")
