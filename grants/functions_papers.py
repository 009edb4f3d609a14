"""Functions and triggers of one document for many units, of pass-ons in parts, and of arrivals at the unit.

Order of locks, the same everywhere: the document, its lines by number, accounts by number, the counter of the year.
"""

from __future__ import annotations

from typing import Final

from grants.ledger.functions import HEAD, refuse

# A line says what its document says, and is entered with it: the deferred sum refuses one that comes later.
LINES: Final = f"""
create function issue_of_paper() returns trigger {HEAD}
declare
    paper record; v_batch bigint;
begin
    select * into paper from grants_issuepaper where id = new.paper_id for update;
    select batch_id into v_batch from grants_award where id = new.award_id;
    if not found or paper.state <> 'entered' or paper.batch_id is distinct from v_batch
       or (paper.tranche, paper.document_no, paper.document_date, paper.organisation_id, paper.maker_id)
          is distinct from (new.tranche, new.document_no, new.document_date, new.organisation_id, new.maker_id)
       or new.document_id is not null then
        {refuse("line_of_its_paper", "a line says what its document says")}
    end if;
    return new;
end $$;
create trigger grants_1_paper before insert on grants_issue for each row
    when (new.paper_id is not null) execute function issue_of_paper();
create function issue_paper_adds_up() returns trigger {HEAD}
declare
    v_paper bigint := coalesce((to_jsonb(new) ->> 'paper_id')::bigint, new.id);
begin
    if (select total from grants_issuepaper where id = v_paper)
       is distinct from (select sum(amount) from grants_issue where paper_id = v_paper) then
        {refuse("issue_paper_adds_up", "the total of the document is not the sum of its lines")}
    end if;
    return null;
end $$;
create constraint trigger issue_paper_adds_up after insert on grants_issuepaper
    deferrable initially deferred for each row execute function issue_paper_adds_up();
create constraint trigger issue_paper_adds_up after insert on grants_issue
    deferrable initially deferred for each row when (new.paper_id is not null) execute function issue_paper_adds_up();
create function line_with_its_paper() returns trigger {HEAD}
begin
    if not exists (select 1 from grants_issuepaper p where p.id = new.paper_id and p.state = new.state
                      and p.checker_id = new.checker_id and p.checked_at = new.checked_at
                      and p.refused_why = new.refused_why) then
        {refuse("line_with_its_paper", "a line is confirmed and refused with its document")}
    end if;
    return new;
end $$;
create trigger grants_2_paper before update on grants_issue for each row
    when (new.paper_id is not null and old.state = 'entered' and new.state <> 'entered')
    execute function line_with_its_paper();
"""
# All lines follow the document in its own statement, or none: one that is refused by a guard refuses the whole.
PAPERS: Final = f"""
create trigger grants_2_signature before insert or update on grants_issuepaper
    for each row execute function money_signature('ministry');
create function issue_paper_booked() returns trigger {HEAD}
begin
    perform 1 from grants_issue where paper_id = new.id order by id for update;
    if new.state = 'confirmed' then
        perform 1 from grants_account a where a.place in ('central', 'province')
           and a.award_id in (select i.award_id from grants_issue i where i.paper_id = new.id)
         order by a.id for update;
    end if;
    update grants_issue set state = new.state, checker_id = new.checker_id, checked_at = new.checked_at,
        refused_why = new.refused_why where paper_id = new.id and state = 'entered';
    return null;
end $$;
create trigger grants_book after update on grants_issuepaper for each row
    when (old.state = 'entered' and new.state <> 'entered') execute function issue_paper_booked();
create trigger grants_stay before delete on grants_issuepaper for each row execute function ledger_stays();
create trigger grants_stay_whole before truncate on grants_issuepaper
    for each statement execute function ledger_stays();
create trigger grants_stay before update or delete on grants_issuefile for each row execute function ledger_stays();
create trigger grants_stay_whole before truncate on grants_issuefile
    for each statement execute function ledger_stays();
create function money_hold_centres(p_awards bigint[]) returns void {HEAD}
begin
    perform 1 from grants_account where award_id = any(p_awards) and place = 'central' order by id for update;
end $$;
"""
# After the limits of a pass-on, which hold the issue: what is passed on leaves a rest only with a reason.
PARTIAL: Final = f"""
create function pass_on_in_part() returns trigger {HEAD}
declare
    v_left numeric;
begin
    select i.amount - (select coalesce(sum(p.amount), 0) from grants_passon p
                        where p.issue_id = i.id and p.state in ('entered', 'confirmed'))
      into v_left from grants_issue i where i.id = new.issue_id;
    if new.amount < v_left and btrim(new.note) = '' then
        {refuse("partial_pass_on_says_why", "a part is passed on with a reason")}
    end if;
    return new;
end $$;
create trigger grants_3_partial before insert on grants_passon for each row execute function pass_on_in_part();
"""
ARRIVAL: Final = f"""
create function arrival_place() returns trigger {HEAD}
declare
    pass_on record;
begin
    select * into pass_on from grants_passon where id = new.pass_on_id for update;
    if not found or pass_on.state <> 'confirmed' then
        {refuse("arrival_of_confirmed_pass_on", "only a confirmed pass-on arrives")}
    end if;
    new.province_id := pass_on.province_id; new.unit_id := pass_on.unit_id;
    if new.arrived_on < pass_on.passed_on
       or new.arrived_on > (new.confirmed_at at time zone 'Asia/Shanghai')::date then
        {refuse("arrival_after_pass_on", "money arrives after it was passed on and not in the future")}
    end if;
    if scope_user() is not null and new.confirmed_by_id is distinct from scope_user() then
        {refuse("money_signed_by_oneself", "an arrival is signed as oneself")}
    end if;
    if not (money_post(new.confirmed_by_id, 'finance_maker', 'unit_finance', new.province_id, new.unit_id, null)
            or money_post(new.confirmed_by_id, 'finance_checker', 'unit_finance', new.province_id, new.unit_id, null))
    then
        {refuse("money_only_by_finance", "only the finance bureau of the unit confirms an arrival")}
    end if;
    return new;
end $$;
create trigger grants_1_place before insert on grants_arrival for each row execute function arrival_place();
create trigger grants_stay before update or delete on grants_arrival for each row execute function ledger_stays();
create trigger grants_stay_whole before truncate on grants_arrival for each statement execute function ledger_stays();
"""
_CLOSED: Final = (
    "issue_of_paper(), issue_paper_adds_up(), line_with_its_paper(), issue_paper_booked(), pass_on_in_part(),"
    " arrival_place(), money_hold_centres(bigint[])"
)
RIGHTS: Final = f"""
revoke all on function {_CLOSED} from public;
grant execute on function money_hold_centres(bigint[]) to portal_web;
"""
FUNCTIONS: Final = LINES + PAPERS + PARTIAL + ARRIVAL + RIGHTS
REVERSE: Final = f"""
drop trigger grants_1_paper on grants_issue; drop trigger grants_2_paper on grants_issue;
drop trigger issue_paper_adds_up on grants_issue; drop trigger issue_paper_adds_up on grants_issuepaper;
drop trigger grants_2_signature on grants_issuepaper; drop trigger grants_book on grants_issuepaper;
drop trigger grants_stay on grants_issuepaper; drop trigger grants_stay_whole on grants_issuepaper;
drop trigger grants_stay on grants_issuefile; drop trigger grants_stay_whole on grants_issuefile;
drop trigger grants_3_partial on grants_passon; drop trigger grants_1_place on grants_arrival;
drop trigger grants_stay on grants_arrival; drop trigger grants_stay_whole on grants_arrival;
drop function {_CLOSED};
"""
