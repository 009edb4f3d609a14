"""Functions of the database on places and enterprises that are followed by others, and on the bodies they have.

Those of one line (who follows whom, over any number of steps, and all that ended in the same) are kin: what one of them
was given, and who has an interest in one of them, counts for the others. Each is its own kin too. Only few have a
successor, so the pairs are worked out anew each time.
"""

from __future__ import annotations

from typing import Final

from portal.core.functions_again import again, changed


def _kin(name: str, table: str, key: str, kind: str) -> str:
    return f"""
create function {name}_kin() returns table (one {kind}, kin {kind})
language sql stable set search_path = public, pg_temp as $$
    with recursive up (one, root, step) as (
        select t.{key}, t.successor_id, 1 from {table} t where t.successor_id is not null
        union all
        select u.one, t.successor_id, u.step + 1 from up u join {table} t on t.{key} = u.root
         where t.successor_id is not null and u.step < 50),
    ends as (select distinct on (u.one) u.one, u.root from up u order by u.one, u.step desc),
    members as (select e.one, e.root from ends e union select e.root, e.root from ends e)
    select a.one, b.one from members a join members b on b.root = a.root and b.one <> a.one
    union all
    select t.{key}, t.{key} from {table} t
$$;
revoke all on function {name}_kin() from public;
grant execute on function {name}_kin() to portal_web, portal_reader;
create function {name}_goes_round() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('followed: {name}', 0));
    if exists (with recursive up (at) as (
                   select t.successor_id from {table} t where t.{key} = new.{key}
                   union
                   select t.successor_id from up u join {table} t on t.{key} = u.at)
               select 1 from up where up.at = new.{key}) then
        raise exception 'it would follow itself'
            using errcode = 'check_violation', constraint = '{name}_follows_another';
    end if;
    return null;
end $$;
create trigger {name}_goes_round after insert or update of successor_id on {table}
    for each row when (new.successor_id is not null) execute function {name}_goes_round();
"""


KIN: Final = _kin("unit", "programme_pilotunit", "code", "varchar") + _kin(
    "soe", "programme_centralsoe", "id", "bigint"
)
KIN_REVERSE: Final = """
drop trigger soe_goes_round on programme_centralsoe; drop trigger unit_goes_round on programme_pilotunit;
drop function soe_goes_round(); drop function unit_goes_round(); drop function soe_kin(); drop function unit_kin();
"""
# A place has a government and a finance bureau, an enterprise stands for itself; they are called as it is called now.
BODIES: Final = """
create function unit_has_its_bodies() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into accounts_organisation (code, kind, name_zh, name_en, province, unit, is_active)
    select v.mark || new.code, v.kind, left(new.name_zh || v.zh, 120), left(new.name_en || ': ' || v.en, 160),
           new.province_id, new.code, true
      from (values ('ZF', 'unit_government', case when new.kind = 'xpcc' then '（试点申报）' else '人民政府' end,
                    'government'),
                   ('CZ', 'unit_finance', '财政局', 'finance bureau')) as v(mark, kind, zh, en)
        on conflict (code) do update set name_zh = excluded.name_zh, name_en = excluded.name_en,
           province = excluded.province, unit = excluded.unit, kind = excluded.kind;
    return null;
end $$;
create trigger unit_has_its_bodies after insert or update of name_zh, name_en on programme_pilotunit
    for each row execute function unit_has_its_bodies();
create function soe_has_its_body() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into accounts_organisation (code, kind, name_zh, name_en, province, unit, is_active)
    values (new.code, 'central_soe', new.name_zh, left(new.name_en, 160), '', '', true)
        on conflict (code) do update set name_zh = excluded.name_zh, name_en = excluded.name_en;
    return null;
end $$;
create trigger soe_has_its_body after insert or update of name_zh, name_en on programme_centralsoe
    for each row execute function soe_has_its_body();
"""
BODIES_REVERSE: Final = """
drop trigger soe_has_its_body on programme_centralsoe; drop trigger unit_has_its_bodies on programme_pilotunit;
drop function soe_has_its_body(); drop function unit_has_its_bodies();
"""
# A pair of districts is what both its districts are: it is kin of their lines and of every pair that holds one of them.
# Two that meet in a pair are no kin of each other: of each unit the lines are taken, never the kin of its kin.
KIN_OF_PARTS: Final = changed(
    again(KIN, "unit_kin"),
    (
        "    members as (select e.one, e.root from ends e union select e.root, e.root from ends e)\n    select a.one, ",
        """    held as (select p.one, coalesce(e.root, p.part) as root
               from (select t.code as one, unnest(t.districts) as part from programme_pilotunit t
                      where t.kind = 'joint_districts') p left join ends e on e.one = p.part),
    members as (select e.one, e.root from ends e union select e.root, e.root from ends e
                union select h.one, h.root from held h union select h.root, h.root from held h)
    select distinct a.one, """,
    ),
)
KIN_OF_PARTS_REVERSE: Final = again(KIN, "unit_kin")
# A body is made or renamed with its row alone: a code that gives the body of another (a ministry, the finance
# department of a province) makes nothing and is refused.
_NOT_ITS_OWN: Final = """    get diagnostics done = row_count;
    if done < {bodies} then
        raise exception 'a body of this code is another''s'
            using errcode = 'check_violation', constraint = 'body_is_anothers';
    end if;
    return null;
"""
_ITS_OWN: Final = """
         where accounts_organisation.kind = excluded.kind and accounts_organisation.unit = excluded.unit;
"""
BODIES_OF_ITS_OWN: Final = changed(
    again(BODIES, "unit_has_its_bodies"),
    ("as $$\nbegin", "as $$\ndeclare\n    done int;\nbegin"),
    (
        "province = excluded.province, unit = excluded.unit, kind = excluded.kind;\n    return null;\n",
        f"province = excluded.province{_ITS_OWN}{_NOT_ITS_OWN.format(bodies=2)}",
    ),
) + changed(
    again(BODIES, "soe_has_its_body"),
    ("as $$\nbegin", "as $$\ndeclare\n    done int;\nbegin"),
    (
        "name_en = excluded.name_en;\n    return null;\n",
        f"name_en = excluded.name_en{_ITS_OWN}{_NOT_ITS_OWN.format(bodies=1)}",
    ),
)
BODIES_OF_ITS_OWN_REVERSE: Final = again(BODIES, "unit_has_its_bodies", "soe_has_its_body")
# The new district of Chongqing whose code is not published yet is a district like the others, alone or in a pair.
DISTRICT_OF_ITS_OWN: Final = """
update programme_pilotunit set districts = array[code] where kind = 'district' and cardinality(districts) = 0;
"""
# Who signs a batch, asked past the policies. The ministries' bodies belong to accounts, which stands below.
SIGNERS: Final = """
create function batch_officer_of(p_code text) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select exists (select 1 from accounts_membership m join accounts_organisation o on o.id = m.organisation_id
                    where m.user_id = scope_user() and m.role = 'officer' and m.ended_at is null
                      and o.is_active and o.code = p_code)
$$;
revoke all on function batch_officer_of(text) from public;
grant execute on function batch_officer_of(text) to portal_web;
"""
SIGNERS_REVERSE: Final = "drop function batch_officer_of(text);"
# With the call the rules are public: whoever opens the batch, and however, they are frozen with it.
FREEZES: Final = """
create function batch_freezes_its_rules() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update programme_ruleset set frozen_at = now() where id = new.rule_set_id and frozen_at is null;
    return null;
end $$;
revoke all on function batch_freezes_its_rules() from public;
create trigger batch_freezes_its_rules after update on programme_batch
    for each row when (old.state = 'draft' and new.state <> 'draft') execute function batch_freezes_its_rules();
update programme_ruleset r set frozen_at = now() where r.frozen_at is null and exists (
    select from programme_batch b where b.rule_set_id = r.id and b.state <> 'draft');
"""
FREEZES_REVERSE: Final = """
drop trigger batch_freezes_its_rules on programme_batch; drop function batch_freezes_its_rules();
"""
