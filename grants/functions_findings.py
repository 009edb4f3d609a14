"""A demand that names an audit finding: one of its unit, shown, and in the hands of who demands."""

from __future__ import annotations

from typing import Final

from grants.ledger.functions import HEAD, refuse

DEMANDS: Final = f"""
create function recovery_of_finding() returns trigger {HEAD}
begin
    if not exists (
           select 1 from audit_finding f
            where f.id = new.finding_id and f.shown_at is not null and f.state <> 'dropped'
              and f.in_unit = new.unit_id
              and (f.body_id = new.organisation_id
                   or exists (select 1 from audit_handover h
                               where h.finding_id = f.id and h.organisation_id = new.organisation_id))) then
        {refuse("recovery_of_a_finding_at_hand", "the finding is of another unit, or not in the hands of who demands")}
    end if;
    return new;
end $$;
create trigger grants_3_finding before insert or update of finding_id on grants_recovery for each row
    when (new.finding_id is not null) execute function recovery_of_finding();
revoke all on function recovery_of_finding() from public;
"""
DEMANDS_REVERSE: Final = "drop trigger grants_3_finding on grants_recovery; drop function recovery_of_finding();"
# Tables made before RowSecurity refused auditors every change get the same policies as those made after.
ONLY_READ: Final = """
do $$
declare
    held record; v_command text; v_check text;
begin
    for held in select c.oid, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
                 where n.nspname = 'public' and c.relkind in ('r', 'p') and c.relrowsecurity
                   and c.relname ~ '^(programme|applications|reviews|grants)_' loop
        foreach v_command in array array['insert', 'update', 'delete'] loop
            if has_table_privilege('portal_web', held.oid, v_command) and not exists (
                   select 1 from pg_policy p
                    where p.polrelid = held.oid and p.polname = 'auditors_only_read_' || v_command) then
                v_check := case v_command when 'insert' then 'with check' else 'using' end;
                execute format('create policy %I on %I as restrictive for %s to portal_web %s'
                    ' ((select scope_roles()) is distinct from array[''auditor'']::text[])',
                    'auditors_only_read_' || v_command, held.relname, v_command, v_check);
            end if;
        end loop;
    end loop;
end $$;
"""
