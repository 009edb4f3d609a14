"""Functions and triggers: a finding that begins from a lead takes it up; one of a sample is of an item in error."""

from __future__ import annotations

from typing import Final

from portal.audit.findings.functions_engagements import CALLER, OWNER
from portal.audit.findings.guards import refuse

# The lead and the sample are read in the caller's rights: they belong to the caller's audit organisation or are not
# found. The lead's row is locked, so that of two findings at once the second is refused.
ORIGINS: Final = f"""
create function audit_finding_origin() returns trigger {CALLER}
declare
    v_state text; v_item record;
begin
    if new.lead_id is not null then
        select l.state into v_state from audit_lead l where l.id = new.lead_id for update;
        if v_state is distinct from 'open' then
            {refuse("finding_of_an_open_lead", "a finding begins from an open lead of the own organisation")}
        end if;
    end if;
    if new.sample_id is not null then
        select s.items -> (new.place - 1) ->> 'key' as key,
               (select r.found from audit_sampleresult r where r.sample_id = s.id and r.place = new.place
                 order by r.id desc limit 1) as result
          into v_item from audit_sample s where s.id = new.sample_id and new.place between 1 and s.size;
        if not found or v_item.key is distinct from new.object_id or coalesce(v_item.result, 'right') = 'right' then
            {refuse("finding_of_an_item_in_error", "a finding begins from an item that is in error or not proven")}
        end if;
    end if;
    return new;
end $$;
create trigger audit_6_origin before insert on audit_finding
    for each row when (new.lead_id is not null or new.sample_id is not null)
    execute function audit_finding_origin();
create function audit_lead_taken_up() returns trigger {OWNER}
begin
    update audit_lead set state = 'taken_up', finding_type = 'audit.finding', finding_id = new.id::text,
           decided_by = new.raised_by_id, decided_at = new.raised_at,
           decided_by_name = (select u.name from accounts_user u where u.id = new.raised_by_id)
     where id = new.lead_id;
    return null;
end $$;
create trigger audit_7_takes_up after insert on audit_finding
    for each row when (new.lead_id is not null) execute function audit_lead_taken_up();
create function audit_lead_moved() returns trigger {CALLER}
begin
    if current_user <> 'portal_owner'
       and ((new.state = 'taken_up' and old.state <> 'taken_up')
            or (new.finding_type, new.finding_id) is distinct from (old.finding_type, old.finding_id)) then
        {refuse("lead_taken_up_by_its_finding", "a finding takes the lead up from which it begins")}
    end if;
    return new;
end $$;
create trigger audit_1_moved before update on audit_lead for each row execute function audit_lead_moved();
revoke all on function audit_finding_origin(), audit_lead_taken_up(), audit_lead_moved() from public;
"""
# A lead of a team chooses colleagues on a page, and an auditor's pages are read by the role that only reads.
_COLLEAGUES: Final = "function notice_recipients_of(text[], text[], text[], text[])"
COLLEAGUES: Final = f"grant execute on {_COLLEAGUES} to portal_reader;"
COLLEAGUES_REVERSE: Final = f"revoke execute on {_COLLEAGUES} from portal_reader;"
REVERSE: Final = """
drop trigger audit_1_moved on audit_lead; drop trigger audit_7_takes_up on audit_finding;
drop trigger audit_6_origin on audit_finding;
drop function audit_lead_moved(), audit_lead_taken_up(), audit_finding_origin();
"""
