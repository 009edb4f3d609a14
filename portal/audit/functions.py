"""The two database functions of the trail: append an event, and chain it when its transaction commits.

The chain is taken up by a deferred trigger: the lock on the chain's head is held for the commit alone, so requests
that have nothing to do with each other do not wait while they work. Order in the chain is the order of commits.
"""

from typing import Final

from portal.core.functions_again import again, changed

# What of an event goes under the digest, as one text; `verify_audit` asks the database for the same expression.
CANONICAL: Final = """jsonb_build_array(e.id, extract(epoch from e.at)::numeric(20,6)::text, e.actor, e.actor_name,
    e.organisation, e.address, e.request_id, e.act, e.outcome, e.object_type, e.object_id, e.province, e.unit,
    e.is_identity, e.before, e.after, e.why)::text"""

FUNCTIONS: Final = f"""
create or replace function audit_append(
    p_at timestamptz, p_actor bigint, p_actor_name text, p_organisation bigint, p_address text, p_request_id text,
    p_act text, p_outcome text, p_object_type text, p_object_id text, p_province text, p_unit text,
    p_is_identity boolean, p_before jsonb, p_after jsonb, p_why text) returns bigint
language sql security definer set search_path = public, pg_temp as $$
    insert into audit_event (at, actor, actor_name, organisation, address, request_id, act, outcome, object_type,
        object_id, province, unit, is_identity, before, after, why)
    values (p_at, p_actor, p_actor_name, p_organisation, p_address, p_request_id, p_act, p_outcome, p_object_type,
        p_object_id, p_province, p_unit, p_is_identity, p_before, p_after, p_why)
    returning id
$$;
create or replace function audit_chain() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    head record; text_of_event text;
begin
    perform pg_advisory_xact_lock(20240016);
    select seq, digest into head from audit_link order by seq desc limit 1;
    select {CANONICAL} into text_of_event from audit_event e where e.id = new.id;
    insert into audit_link (seq, event_id, digest) values (
        coalesce(head.seq, 0) + 1, new.id,
        encode(sha256(convert_to(coalesce(head.digest, repeat('0', 64)) || text_of_event, 'UTF8')), 'hex'));
    return null;
end $$;
create constraint trigger audit_event_chain after insert on audit_event
    deferrable initially deferred for each row execute function audit_chain();
revoke all on function audit_append(timestamptz, bigint, text, bigint, text, text, text, text, text, text, text, text,
    boolean, jsonb, jsonb, text) from public;
revoke all on function audit_chain() from public;
grant execute on function audit_append(timestamptz, bigint, text, bigint, text, text, text, text, text, text, text,
    text, boolean, jsonb, jsonb, text) to portal_web, portal_reader;
"""
REVERSE: Final = """
drop trigger audit_event_chain on audit_event; drop function audit_chain();
drop function audit_append(timestamptz, bigint, text, bigint, text, text, text, text, text, text, text, text,
    boolean, jsonb, jsonb, text);
"""

# The first link after {after} up to {upto} that does not fit; each is recomputed from the digest stored before it.
QUESTION: Final = f"""
    select seq, event_id, case when before is null and seq <> 1 then 'missing'
                               when event is null then 'removed' else 'changed' end as what
      from (select l.seq, l.event_id, l.digest, p.digest as before, e.id as event, {CANONICAL} as text
              from audit_link l left join audit_link p on p.seq = l.seq - 1 left join audit_event e on e.id = l.event_id
             where l.seq > {{after}} and l.seq <= {{upto}}) chain
     where (before is null and seq <> 1) or event is null
        or digest <> encode(sha256(convert_to(coalesce(before, repeat('0', 64)) || text, 'UTF8')), 'hex')
     order by seq limit 1
"""
UNCHAINED: Final = """
    select null::bigint as seq, e.id as event_id, 'unchained' as what from audit_event e
     where not exists (select 1 from audit_link l where l.event_id = e.id) order by e.id limit 1
"""
# The same for people who may not read every event: they learn where the chain is broken and nothing else.
VERIFYING: Final = f"""
create function audit_broken(p_after bigint, p_upto bigint) returns table (seq bigint, event_id bigint, what text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
    if not coalesce((select scope_roles()) && array['audit_admin', 'auditor']::text[], false) then
        raise exception 'only auditors have the trail recomputed' using errcode = 'insufficient_privilege';
    end if;
    return query {QUESTION.format(after="p_after", upto="p_upto")};
end $$;
create function audit_unchained() returns table (seq bigint, event_id bigint, what text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
    if not coalesce((select scope_roles()) && array['audit_admin', 'auditor']::text[], false) then
        raise exception 'only auditors have the trail recomputed' using errcode = 'insufficient_privilege';
    end if;
    return query {UNCHAINED};
end $$;
revoke all on function audit_broken(bigint, bigint), audit_unchained() from public;
grant execute on function audit_broken(bigint, bigint), audit_unchained() to portal_web, portal_reader;
"""
VERIFYING_REVERSE: Final = "drop function audit_unchained(); drop function audit_broken(bigint, bigint)"

# What the web says to the trail is of now and in the own name, whatever it names; events about accounts alone are told
# before a scope stands (a sign-in, an invitation that is taken). Which events are about accounts follows from the act,
# as `portal.audit.writer` says it. Acts that the database itself does are told by its triggers alone.
IDENTITY: Final = ("accounts", "account", "mfa", "usersessions")
BY_THE_DATABASE: Final = ("grants.book", "reviews.leave_list", "reviews.end_suspension")
_LISTED: Final = [", ".join(f"'{name}'" for name in names) for names in (IDENTITY, BY_THE_DATABASE)]
APPEND: Final = changed(
    again(FUNCTIONS, "audit_append"),
    ("language sql security definer", "language plpgsql security definer"),
    (
        "as $$\n",
        f"""as $$
declare
    v_event bigint;
begin
    if session_user = 'portal_web' then
        p_at := clock_timestamp();
        p_is_identity := split_part(p_act, '.', 1) in ({_LISTED[0]});
        if pg_trigger_depth() = 0
           and (p_act in ({_LISTED[1]}) or (not p_is_identity and p_actor is distinct from scope_user())) then
            raise exception 'what is told to the trail is one''s own act'
                using errcode = 'check_violation', constraint = 'audit_event_is_ones_own';
        end if;
        if p_actor is not null then
            p_actor_name := coalesce((select u.name from accounts_user u where u.id = p_actor), '');
        end if;
    end if;
""",
    ),
    ("    returning id\n$$;", "    returning id into v_event;\n    return v_event;\nend $$;"),
)
APPEND_REVERSE: Final = again(FUNCTIONS, "audit_append")
