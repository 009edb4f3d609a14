"""How a year is closed: its books must verify, nothing is booked in it afterwards, what is unspent goes on.

What a unit has at the end of a year stays spendable. The closing books it as carry-over, and payments take from there
first; what was carried over the year before and is still there is surplus and has to be returned. A closing comes
after the year, when more may have come and gone: what went out since then was the older money, and what was taken back
since then never went out (`functions_closing_again`).
"""

from __future__ import annotations

from typing import Final

from grants.ledger.functions import HEAD
from grants.ledger.functions_differences import asked

CLOSING: Final = f"""
create function ledger_problem() returns text
language sql stable security definer set search_path = public, pg_temp as $$
    select d.kind || ': ' || d.what || ': ' || d.how from ({asked()}) d(kind, what, how) limit 1
$$;
-- What a unit's account still holds of what it held at the end of a year: what went out later was the older money.
create function money_left_of(p_account bigint, p_year int) returns numeric
language sql stable security definer set search_path = public, pg_temp as $$
    select greatest(0, coalesce(sum(l.amount) filter (where e.year <= p_year or l.amount < 0), 0))
      from grants_line l join grants_entry e on e.id = l.entry_id where l.account_id = p_account
$$;
-- What becomes carry-over (place "unit") and surplus (place "carry_over") when a year is closed. Years are closed in
-- turn, so everything that was carried over before has had its second year.
create function year_unspent(p_year int) returns table (account_id bigint, award_id bigint, place text, amount numeric)
language sql stable security definer set search_path = public, pg_temp as $$
    select a.id, a.award_id, a.place::text,
           case a.place when 'unit' then money_left_of(a.id, p_year) else a.balance end
      from grants_account a where a.place in ('unit', 'carry_over') and a.balance > 0
$$;
create function year_close_fresh() returns trigger {HEAD}
begin
    new.entries := 0; new.digest := ''; new.carried_over := 0; new.surplus := 0;
    return new;
end $$;
create trigger grants_1_fresh before insert on grants_yearclose for each row execute function year_close_fresh();
create trigger grants_2_signature before insert or update on grants_yearclose
    for each row execute function money_signature('ministry');
-- The name of the guard that stands in the way of closing a year at a moment, or nothing.
create function year_close_problem(p_year int, p_at timestamptz) returns text
language sql stable security definer set search_path = public, pg_temp as $$
    select case
        when p_year >= extract(year from least(p_at, now()) at time zone 'Asia/Shanghai') then 'year_is_over'
        when not exists (select 1 from grants_entry where year = p_year) then 'year_has_entries'
        when exists (select 1 from grants_counter c where c.year < p_year and c.last > 0 and not exists (
             select 1 from grants_yearclose y where y.year = c.year and y.state = 'confirmed')) then 'years_in_turn' end
$$;
create function year_close_limits() returns trigger {HEAD}
declare
    v_problem text := year_close_problem(new.year, new.made_at);
begin
    if v_problem is not null then
        raise exception 'the year cannot be closed' using errcode = 'check_violation', constraint = v_problem;
    end if;
    return new;
end $$;
create trigger grants_3_limits before insert on grants_yearclose for each row execute function year_close_limits();
create function year_closing() returns trigger {HEAD}
declare
    v_problem text;
begin
    -- All accounts first, then the counter: the order of every booking.
    perform 1 from grants_account where place in ('unit', 'carry_over', 'surplus') order by id for update;
    perform 1 from grants_counter where year = new.year for update;
    v_problem := year_close_problem(new.year, new.checked_at);
    if v_problem is not null then
        raise exception 'the year cannot be closed' using errcode = 'check_violation', constraint = v_problem;
    end if;
    v_problem := ledger_problem();
    if v_problem is not null then
        raise exception 'the books do not verify: %', v_problem
            using errcode = 'check_violation', constraint = 'year_verifies';
    end if;
    select last, digest into new.entries, new.digest from grants_counter where year = new.year;
    select coalesce(sum(amount) filter (where place = 'unit'), 0),
           coalesce(sum(amount) filter (where place <> 'unit'), 0)
      into new.carried_over, new.surplus from year_unspent(new.year);
    return new;
end $$;
create trigger grants_4_close before update on grants_yearclose for each row
    when (old.state = 'entered' and new.state = 'confirmed') execute function year_closing();
create function year_carried() returns trigger {HEAD}
declare
    v_one record; v_to text;
begin
    for v_one in select * from year_unspent(new.year) where amount > 0
                  order by award_id, case place when 'carry_over' then 1 else 2 end loop
        v_to := case v_one.place when 'unit' then 'carry_over' else 'surplus' end;
        perform money_book(v_to, v_one.award_id,
            money_lines(v_one.account_id, money_account(v_one.award_id, v_to, null), v_one.amount),
            jsonb_build_object('year_close', new.id), new.document_no, new.organisation_id, new.maker_id,
            new.checker_id, new.checked_at);
    end loop;
    return null;
end $$;
create trigger grants_book after update on grants_yearclose for each row
    when (old.state = 'entered' and new.state = 'confirmed') execute function year_carried();
create trigger grants_stay before delete on grants_yearclose for each row execute function ledger_stays();
create trigger grants_stay_whole before truncate on grants_yearclose for each statement execute function ledger_stays();
"""
