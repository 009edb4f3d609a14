"""How use, returns and recoveries are held and booked: what lies where, who signs, the limits, the entries.

Order of locks, as everywhere: the paper, its parent (issue, award or demand), accounts by number, the counter.
"""

from __future__ import annotations

from typing import Final

from grants.ledger.functions import HEAD, refuse

_STABLE: Final = "language sql stable security definer set search_path = public, pg_temp as $$"
# What is left for each act; no locks, so that pages may ask too. Triggers and commands lock before they ask.
LEFT: Final = f"""
create function money_hold_row(p_what text, p_id bigint) returns void {HEAD}
begin
    case p_what
        when 'project' then perform 1 from grants_account where project_id = p_id order by id for update;
        when 'award' then perform 1 from grants_award where id = p_id for no key update;
        when 'recovery' then perform 1 from grants_recovery where id = p_id for update;
        when 'issue' then perform 1 from grants_issue where id = p_id for update;
    end case;
end $$;
create function money_spending_left(p_project bigint) returns numeric {_STABLE}
    select coalesce((select balance from grants_account where project_id = p_project and place = 'project'), 0)
         - coalesce((select sum(amount) from grants_spendingreport
                      where grant_project_id = p_project and state = 'entered'), 0)
$$;
-- Of an issue's money, what the province neither passed on nor gave back, papers that wait counted.
create function money_issue_left(p_issue bigint) returns numeric {_STABLE}
    select case when i.state <> 'confirmed' then 0 else i.amount
         - coalesce((select sum(p.amount) from grants_passon p
                      where p.issue_id = i.id and p.state in ('entered', 'confirmed')), 0)
         - coalesce((select sum(r.amount) from grants_returnpaper r
                      where r.issue_id = i.id and r.state in ('entered', 'confirmed')), 0) end
      from grants_issue i where i.id = p_issue
$$;
-- What came back to the province: what lies there beyond the money of issues it still has to pass on.
create function money_came_back(p_award bigint) returns numeric {_STABLE}
    select coalesce((select balance from grants_account where award_id = p_award and place = 'province'), 0)
         - coalesce((select sum(i.amount - coalesce((select sum(p.amount) from grants_passon p
                                where p.issue_id = i.id and p.state = 'confirmed'), 0)
                                - coalesce((select sum(r.amount) from grants_returnpaper r
                                where r.issue_id = i.id and r.state = 'confirmed'), 0))
                       from grants_issue i where i.award_id = p_award and i.state = 'confirmed'), 0)
         - coalesce((select sum(amount) from grants_returnpaper where award_id = p_award and source = 'province'
                       and issue_id is null and state = 'entered'), 0)
$$;
create function money_return_left(p_award bigint, p_source text, p_issue bigint) returns numeric {_STABLE}
    select case when p_issue is not null then
            (select case when i.award_id = p_award then money_issue_left(i.id) else 0 end
               from grants_issue i where i.id = p_issue)
        when p_source = 'province' then money_came_back(p_award)
        else coalesce((select balance from grants_account where award_id = p_award and place = p_source), 0)
           - coalesce((select sum(amount) from grants_returnpaper where award_id = p_award and source = p_source
                         and state = 'entered'), 0) end
$$;
create function money_demand_left(p_recovery bigint) returns numeric {_STABLE}
    select r.amount - coalesce((select sum(p.amount) from grants_recoverypayment p
                                 where p.recovery_id = r.id and p.state in ('entered', 'confirmed')), 0)
      from grants_recovery r where r.id = p_recovery
$$;
-- What may still be demanded: all the unit and its projects have and had, less what open demands ask for already.
create function money_recovery_left(p_award bigint, p_project bigint) returns numeric {_STABLE}
    with lies as (
        select coalesce(sum(balance), 0) as whole,
               coalesce(sum(balance) filter (where project_id = p_project), 0) as mine from grants_account
         where award_id = p_award and place in ('unit', 'carry_over', 'project', 'used')
    ), demanded as (
        select coalesce(sum(r.amount - paid), 0) as whole,
               coalesce(sum(r.amount - paid) filter (where r.grant_project_id = p_project), 0) as mine
          from grants_recovery r, lateral (select coalesce(sum(p.amount), 0) as paid from grants_recoverypayment p
                 where p.recovery_id = r.id and p.state = 'confirmed') p
         where r.award_id = p_award and r.state in ('entered', 'confirmed')
    )
    select least(l.whole - d.whole, case when p_project is not null then l.mine - d.mine end)
      from lies l, demanded d
$$;
"""
PLACES: Final = f"""
create function use_place() returns trigger {HEAD}
begin
    if tg_table_name = 'grants_spendingreport' then
        select p.award_id into new.award_id from grants_grantproject p where p.id = new.grant_project_id;
    elsif tg_table_name in ('grants_recoverypayment', 'grants_recoverywithdrawal') then
        select r.award_id into new.award_id from grants_recovery r where r.id = new.recovery_id;
    end if;
    if tg_table_name = 'grants_recoverywithdrawal' then
        select r.level, r.amount - coalesce((select sum(p.amount) from grants_recoverypayment p
                 where p.recovery_id = r.id and p.state = 'confirmed'), 0) into new.level, new.amount
          from grants_recovery r where r.id = new.recovery_id;
    end if;
    select a.province_id, a.unit_id into new.province_id, new.unit_id from grants_award a where a.id = new.award_id;
    return new;
end $$;
""" + "".join(
    f"create trigger grants_1_place before insert on grants_{table} for each row execute function use_place();\n"
    for table in (
        "spendingreport", "returnpaper", "matchingfunds", "recovery", "recoverypayment", "recoverywithdrawal",
    )
)  # fmt: skip
_SIGNED: Final = (
    "before insert or update on grants_{table} for each row {when}execute function money_signature('{kind}');"
)
SIGNED: Final = (
    "".join(
        f"create trigger grants_2_signature {_SIGNED.format(table=table, when='', kind='unit_finance')}\n"
        for table in ("spendingreport", "matchingfunds", "recoverypayment")
    )
    + "create trigger grants_2_signature_unit "
    + _SIGNED.format(table="returnpaper", when="when (new.source <> 'province') ", kind="unit_finance")
    + "\ncreate trigger grants_2_signature_province "
    + _SIGNED.format(table="returnpaper", when="when (new.source = 'province') ", kind="provincial_finance")
    + "".join(
        f"\ncreate trigger grants_2_signature_{name} "
        + _SIGNED.format(table=table, when=f"when (new.level = '{kind}'{more}) ", kind=kind)
        for table, more in (("recovery", " and new.state <> 'withdrawn'"), ("recoverywithdrawal", ""))
        for name, kind in (("ministry", "ministry"), ("province", "provincial_finance"))
    )
    + f"""
create function return_receipt() returns trigger {HEAD}
begin
    if old.received_on is not null or new.state <> 'confirmed' or old.state <> 'confirmed' then
        {refuse("return_received_once", "a receipt is recorded once, of a confirmed return")}
    end if;
    if scope_user() is not null and new.received_by_id is distinct from scope_user() then
        {refuse("money_signed_by_oneself", "a receipt is signed as oneself")}
    end if;
    if not money_post(new.received_by_id, 'finance_maker', case new.source when 'province' then 'ministry'
                      else 'provincial_finance' end, new.province_id, new.unit_id, null) then
        {refuse("money_only_by_finance", "only the level above records a receipt")}
    end if;
    return new;
end $$;
create trigger grants_2_receipt before update on grants_returnpaper for each row
    when ((new.received_on, new.received_by_id, new.received_at)
          is distinct from (old.received_on, old.received_by_id, old.received_at))
    execute function return_receipt();
create function recovery_withdrawn() returns trigger {HEAD}
begin
    if to_jsonb(new) - 'state' <> to_jsonb(old) - 'state' then
        {refuse("money_paper_is_kept", "what was entered is not changed")}
    end if;
    if not exists (select 1 from grants_recoverywithdrawal where recovery_id = new.id and state = 'confirmed') then
        {refuse("recovery_withdrawn_by_both", "a demand is withdrawn by a confirmed withdrawal")}
    end if;
    return new;
end $$;
create trigger grants_2_withdrawn before update on grants_recovery for each row
    when (new.state = 'withdrawn') execute function recovery_withdrawn();
"""
)
LIMITS: Final = f"""
create function spending_limits() returns trigger {HEAD}
begin
    perform money_hold_row('project', new.grant_project_id);
    if new.amount > money_spending_left(new.grant_project_id) then
        {refuse("spending_within_project", "more than lies with the project")}
    end if;
    return new;
end $$;
create trigger grants_3_limits before insert on grants_spendingreport
    for each row execute function spending_limits();
create function return_limits() returns trigger {HEAD}
begin
    if new.issue_id is not null then
        perform money_hold_row('issue', new.issue_id);
    end if;
    perform money_hold(new.award_id, array[new.source::text]);
    if new.amount > coalesce(money_return_left(new.award_id, new.source, new.issue_id), 0) then
        {refuse("return_within_held", "more than lies there to be given back")}
    end if;
    return new;
end $$;
create trigger grants_3_limits before insert on grants_returnpaper
    for each row execute function return_limits();
-- What the province gave back of an issue it does not pass on any more.
create function pass_on_beside_returns() returns trigger {HEAD}
begin
    perform money_hold_row('issue', new.issue_id);
    if new.amount > money_issue_left(new.issue_id) then
        {refuse("pass_on_within_issue", "above what the province still holds of the issue")}
    end if;
    return new;
end $$;
create trigger grants_3_returned before insert on grants_passon
    for each row execute function pass_on_beside_returns();
create function matching_limits() returns trigger {HEAD}
begin
    if not exists (select 1 from grants_award where id = new.award_id and state = 'confirmed') or
       (new.grant_project_id is not null and not exists (
            select 1 from grants_grantproject where id = new.grant_project_id and award_id = new.award_id)) then
        {refuse("matching_of_own_award", "the money belongs to a project of this award")}
    end if;
    return new;
end $$;
create trigger grants_3_limits before insert on grants_matchingfunds
    for each row execute function matching_limits();
create function recovery_limits() returns trigger {HEAD}
begin
    perform money_hold_row('award', new.award_id);
    if new.grant_project_id is not null and not exists (
        select 1 from grants_grantproject where id = new.grant_project_id and award_id = new.award_id) then
        {refuse("recovery_of_own_award", "the project belongs to another award")}
    end if;
    if new.ground = 'ended' and not exists (
        select 1 from grants_projectend where grant_project_id = new.grant_project_id) then
        {refuse("recovery_of_ended_project", "the project stands in the plan")}
    end if;
    if new.amount > coalesce(money_recovery_left(new.award_id, new.grant_project_id), 0) then
        {refuse("recovery_within_what_lies", "more than there is to be demanded")}
    end if;
    return new;
end $$;
create trigger grants_3_limits before insert on grants_recovery
    for each row execute function recovery_limits();
create function recovery_payment_limits() returns trigger {HEAD}
declare
    demand record;
begin
    perform money_hold_row('recovery', new.recovery_id);
    select * into demand from grants_recovery where id = new.recovery_id;
    if not found or demand.state <> 'confirmed' then
        {refuse("recovery_is_demanded", "the demand is not confirmed, or it was withdrawn")}
    end if;
    if tg_op = 'UPDATE' then
        return new;
    end if;
    if (demand.grant_project_id is not null and new.grant_project_id is distinct from demand.grant_project_id)
       or (new.grant_project_id is not null and not exists (
            select 1 from grants_grantproject where id = new.grant_project_id and award_id = demand.award_id)) then
        {refuse("recovery_of_own_award", "the money is that of another project")}
    end if;
    if new.amount > money_demand_left(new.recovery_id) then
        {refuse("recovered_within_demand", "more than is demanded")}
    end if;
    return new;
end $$;
create trigger grants_3_limits before insert on grants_recoverypayment
    for each row execute function recovery_payment_limits();
create trigger grants_3_limits_still before update of state on grants_recoverypayment for each row
    when (new.state = 'confirmed') execute function recovery_payment_limits();
create function recovery_withdrawal_limits() returns trigger {HEAD}
begin
    perform money_hold_row('recovery', new.recovery_id);
    if not exists (select 1 from grants_recovery where id = new.recovery_id and state = 'confirmed')
       or not exists (select 1 from grants_recovery r where r.id = new.recovery_id and r.amount > coalesce((
            select sum(p.amount) from grants_recoverypayment p
             where p.recovery_id = r.id and p.state = 'confirmed'), 0)) then
        {refuse("recovery_is_outstanding", "nothing of this demand is outstanding")}
    end if;
    return new;
end $$;
create trigger grants_3_limits before insert on grants_recoverywithdrawal
    for each row execute function recovery_withdrawal_limits();
create trigger grants_3_limits_still before update of state on grants_recoverywithdrawal for each row
    when (new.state = 'confirmed') execute function recovery_withdrawal_limits();
"""
_CONFIRMED: Final = "when (old.state = 'entered' and new.state = 'confirmed')"
_SIGNATURES: Final = "new.document_no, new.organisation_id, new.maker_id, new.checker_id, new.checked_at"
BOOKED: Final = f"""
create function spending_booked() returns trigger {HEAD}
begin
    perform money_book('use', new.award_id, money_lines(money_account(new.award_id, 'project', new.grant_project_id),
        money_account(new.award_id, 'used', new.grant_project_id), new.amount),
        jsonb_build_object('spending', new.id), {_SIGNATURES});
    return null;
end $$;
create trigger grants_book after update on grants_spendingreport for each row
    {_CONFIRMED} execute function spending_booked();
create function return_booked() returns trigger {HEAD}
begin
    perform money_book('return', new.award_id, money_lines(money_account(new.award_id, new.source, null),
        money_account(new.award_id, case new.source when 'province' then 'recovered' else 'province' end, null),
        new.amount), jsonb_build_object('return_paper', new.id), {_SIGNATURES});
    return null;
end $$;
create trigger grants_book after update on grants_returnpaper for each row
    {_CONFIRMED} execute function return_booked();
create function recovery_payment_booked() returns trigger {HEAD}
declare
    v_first bigint; v_second bigint; v_to bigint := money_account(new.award_id, 'surplus', null);
    v_part numeric; v_lines jsonb := '[]';
begin
    -- What lies unused comes first; of the unit's own money, what was carried over.
    v_first := money_account(new.award_id, case when new.grant_project_id is null then 'carry_over' else 'project' end,
        new.grant_project_id);
    v_second := money_account(new.award_id, case when new.grant_project_id is null then 'unit' else 'used' end,
        new.grant_project_id);
    perform 1 from grants_account where id in (v_first, v_second, v_to) order by id for update;
    select least(balance, new.amount) into v_part from grants_account where id = v_first;
    if v_part > 0 then
        v_lines := jsonb_build_array(jsonb_build_array(v_first, (-v_part)::numeric(18,2)::text));
    end if;
    if v_part < new.amount then
        v_lines := v_lines || jsonb_build_array(
            jsonb_build_array(v_second, (v_part - new.amount)::numeric(18,2)::text));
    end if;
    v_lines := v_lines || jsonb_build_array(jsonb_build_array(v_to, new.amount::numeric(18,2)::text));
    perform money_book('recovery', new.award_id, v_lines, jsonb_build_object('recovery_payment', new.id),
        {_SIGNATURES});
    return null;
end $$;
create trigger grants_book after update on grants_recoverypayment for each row
    {_CONFIRMED} execute function recovery_payment_booked();
create function recovery_ends() returns trigger {HEAD}
begin
    update grants_recovery set state = 'withdrawn' where id = new.recovery_id;
    return null;
end $$;
create trigger grants_book after update on grants_recoverywithdrawal for each row
    {_CONFIRMED} execute function recovery_ends();
"""
STAYS: Final = "".join(
    f"create trigger grants_stay before delete on grants_{table} for each row execute function ledger_stays();\n"
    f"create trigger grants_stay_whole before truncate on grants_{table} for each statement"
    " execute function ledger_stays();\n"
    for table in (
        "spendingreport", "returnpaper", "matchingfunds", "recovery", "recoverypayment", "recoverywithdrawal",
    )
)  # fmt: skip
USE: Final = LEFT + PLACES + SIGNED + LIMITS + BOOKED + STAYS
