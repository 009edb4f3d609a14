"""Functions and triggers of what belongs to an award: its performance targets, and changes of its amount.

Order of locks of a confirmed change: the change, the budget of the batch, the award, accounts by number, the counter.
"""

from __future__ import annotations

from typing import Final

from grants.ledger.functions import HEAD, refuse

# What the money is given for, as the plan says it on the day of the award.
TARGETS: Final = f"""
create function award_keeps_targets() returns trigger {HEAD}
begin
    insert into grants_awardtarget (award_id, province_id, unit_id, code, name, formula, measure, baseline, goal, years)
    select new.id, new.province_id, new.unit_id, 'digital', '', '', '%', a.digital_base, a.digital_target, '{{}}'
      from applications_application a where a.id = new.application_id
       and a.digital_base is not null and a.digital_target is not null;
    insert into grants_awardtarget (award_id, province_id, unit_id, code, name, formula, measure, baseline, goal, years)
    select new.id, new.province_id, new.unit_id, t.code, t.name, t.formula, t.unit, t.baseline, t.goal,
           (select coalesce(jsonb_object_agg(y.year, y.value::text), '{{}}') from applications_targetyear y
             where y.target_id = t.id)
      from applications_target t where t.application_id = new.application_id
     order by t.code = 'own', t.code, t.name;
    return null;
end $$;
create trigger grants_keep_targets after update on grants_award for each row
    when (old.state = 'entered' and new.state = 'confirmed') execute function award_keeps_targets();
create trigger grants_stay before update or delete on grants_awardtarget
    for each row execute function ledger_stays();
create trigger grants_stay_whole before truncate on grants_awardtarget
    for each statement execute function ledger_stays();
revoke all on function award_keeps_targets() from public;
"""
# Whether an award may have this amount now: the name of the guard that stands in the way, or nothing. It holds the
# budget of the batch and the award.
PROBLEM: Final = f"""
create function award_change_problem(p_award bigint, p_before numeric, p_amount numeric) returns text {HEAD}
declare
    award record; rules record; v_taken numeric; v_first numeric; v_batch bigint;
begin
    select batch_id into v_batch from grants_award where id = p_award;
    perform pg_advisory_xact_lock(20240017, v_batch::int);
    select * into award from grants_award where id = p_award for update;
    if award.state is distinct from 'confirmed' or award.amount <> p_before then
        return 'award_change_of_what_stands';
    end if;
    select r.grant_cap, r.budget, r.first_tranche_share into rules
      from programme_batch b join programme_ruleset r on r.id = b.rule_set_id where b.id = award.batch_id;
    if p_amount > rules.grant_cap then return 'award_within_cap'; end if;
    select coalesce(sum(amount), 0) into v_taken from grants_award
     where batch_id = award.batch_id and state in ('entered', 'confirmed') and id <> p_award;
    if v_taken + p_amount > rules.budget then return 'award_within_budget'; end if;
    v_first := round(p_amount * rules.first_tranche_share, 2);
    if exists (select 1 from grants_issue where award_id = p_award and state in ('entered', 'confirmed')
                group by tranche
               having sum(amount) > case tranche when 1 then v_first else p_amount - v_first end)
       or p_before - p_amount > coalesce((select balance from grants_account
                where award_id = p_award and place = 'central'), 0) then
        return 'award_change_covers_what_is_issued';
    end if;
    if award_free(p_award) + p_amount - p_before < 0 then return 'award_change_covers_support'; end if;
    return null;
end $$;
"""
CHANGES: Final = f"""
create function award_change_place() returns trigger {HEAD}
declare
    v_problem text;
begin
    select a.province_id, a.unit_id, a.amount into new.province_id, new.unit_id, new.before
      from grants_award a where a.id = new.award_id;
    v_problem := award_change_problem(new.award_id, new.before, new.amount);
    if v_problem is not null then
        raise exception 'the award cannot become this' using errcode = 'check_violation', constraint = v_problem;
    end if;
    return new;
end $$;
create trigger grants_1_place before insert on grants_awardchange
    for each row execute function award_change_place();
create function award_change_signature() returns trigger {HEAD}
declare
    me bigint := scope_user();
    free text[] := array['state', 'checker_id', 'checked_at', 'refused_why', 'agreed_by_id', 'agreed_at'];
    v_signer bigint; v_right boolean;
begin
    if tg_op = 'UPDATE' and (to_jsonb(new) - free <> to_jsonb(old) - free or old.state <> 'entered'
       or old.agreed_by_id is not null and (new.agreed_by_id, new.agreed_at)
          is distinct from (old.agreed_by_id, old.agreed_at)
       or new.state <> old.state and new.agreed_by_id is distinct from old.agreed_by_id) then
        {refuse("money_paper_is_kept", "what was entered is not changed")}
    end if;
    if tg_op = 'INSERT' then
        v_signer := new.maker_id;
        v_right := new.agreed_by_id is null
            and money_post(v_signer, 'finance_maker', 'ministry', null, null, new.organisation_id);
    elsif new.state <> old.state then
        v_signer := new.checker_id;
        v_right := money_post(v_signer, 'finance_checker', 'ministry', null, null, new.organisation_id)
            or new.state = 'refused' and money_judge(v_signer, 'MIIT');
    else
        v_signer := new.agreed_by_id;
        v_right := money_judge(v_signer, 'MIIT') and new.checker_id is null;
    end if;
    if me is not null and v_signer is distinct from me then
        {refuse("money_signed_by_oneself", "everyone signs as oneself")}
    end if;
    if not coalesce(v_right, false) then
        {refuse("money_only_by_finance", "the signer has no right to this step")}
    end if;
    return new;
end $$;
create trigger grants_2_signature before insert or update on grants_awardchange
    for each row execute function award_change_signature();
create function award_change_booked() returns trigger {HEAD}
declare
    v_problem text := award_change_problem(new.award_id, new.before, new.amount);
    v_source bigint := money_account(new.award_id, 'source', null);
    v_central bigint := money_account(new.award_id, 'central', null);
begin
    if v_problem is not null then
        raise exception 'the award cannot become this' using errcode = 'check_violation', constraint = v_problem;
    end if;
    perform money_book('change', new.award_id, case when new.amount > new.before
            then money_lines(v_source, v_central, new.amount - new.before)
            else money_lines(v_central, v_source, new.before - new.amount) end, '{{}}', new.document_no,
        new.organisation_id, new.maker_id, new.checker_id, new.checked_at);
    update grants_award set amount = new.amount where id = new.award_id;
    return null;
end $$;
create trigger grants_book after update on grants_awardchange for each row
    when (old.state = 'entered' and new.state = 'confirmed') execute function award_change_booked();
create trigger grants_stay before delete on grants_awardchange for each row execute function ledger_stays();
create trigger grants_stay_whole before truncate on grants_awardchange
    for each statement execute function ledger_stays();
-- What a confirmed change leaves free on its award, for the guard on papers: the amount, from what it was.
create function money_freed(p_table text, p_new jsonb, p_old jsonb) returns text[]
language sql stable security definer set search_path = public, pg_temp as $$
    select case when p_table = 'grants_award' and (select (c.before, c.amount)
            = ((p_old ->> 'amount')::numeric, (p_new ->> 'amount')::numeric) from grants_awardchange c
           where c.award_id = (p_new ->> 'id')::bigint and c.state = 'confirmed' order by c.id desc limit 1)
        then array['amount'] else array[]::text[] end
$$;
create function reversal_of_changed_award() returns trigger {HEAD}
declare
    entry record;
begin
    select kind, award_id into entry from grants_entry where id = new.entry_id;
    if entry.kind = 'award' then
        perform 1 from grants_award where id = entry.award_id for update;
        if exists (select 1 from grants_awardchange where award_id = entry.award_id and state = 'confirmed') then
            {refuse("reversal_of_the_last_step", "a change rests on this entry")}
        end if;
    end if;
    return new;
end $$;
create trigger grants_3_changed before insert or update of state on grants_reversal for each row
    when (new.state in ('entered', 'confirmed')) execute function reversal_of_changed_award();
"""


def _patched(function: str, old: str, new: str) -> str:
    """SQL: in the function as it stands, put `new` for `old`; another migration may have changed the rest of it."""
    return f"""
do $do$
declare
    v_text text := pg_get_functiondef('{function}'::regprocedure);
begin
    if position($x${old}$x$ in v_text) = 0 then
        raise exception 'function % lacks what is to be replaced', '{function}';
    end if;
    execute replace(v_text, $x${old}$x$, $x${new}$x$);
end $do$;
"""


_WAY: Final = "else p_kind = 'reversal' end"
_CHANGED_WAY: Final = """when 'change-1' then p_place in ('source', 'central')
        when 'change1' then p_place in ('source', 'central')
        else p_kind = 'reversal' end"""
_KEPT: Final = "if to_jsonb(new) - free <> to_jsonb(old) - free or"
_FREED: Final = f"""free := free || money_freed(tg_table_name, to_jsonb(new), to_jsonb(old));
    {_KEPT}"""
_WAY_OF: Final = "money_way(text, text, int)"
_SIGNED: Final = "money_signature()"
_CLOSED: Final = (
    "award_change_problem(bigint, numeric, numeric), award_change_place(), award_change_signature(),"
    " award_change_booked(), money_freed(text, jsonb, jsonb), reversal_of_changed_award()"
)
FUNCTIONS: Final = (
    TARGETS
    + PROBLEM
    + CHANGES
    + f"revoke all on function {_CLOSED} from public;"
    + _patched(_WAY_OF, _WAY, _CHANGED_WAY)
    + _patched(_SIGNED, _KEPT, _FREED)
)
REVERSE: Final = (
    _patched(_SIGNED, _FREED, _KEPT)
    + _patched(_WAY_OF, _CHANGED_WAY, _WAY)
    + f"""
drop trigger grants_keep_targets on grants_award;
drop trigger grants_stay on grants_awardtarget; drop trigger grants_stay_whole on grants_awardtarget;
drop trigger grants_1_place on grants_awardchange; drop trigger grants_2_signature on grants_awardchange;
drop trigger grants_book on grants_awardchange; drop trigger grants_stay on grants_awardchange;
drop trigger grants_stay_whole on grants_awardchange; drop trigger grants_3_changed on grants_reversal;
drop function award_keeps_targets(), {_CLOSED};
"""
)
# Numbers of awards from before their form was checked: common slips are mended, as on entry. What is wrong otherwise
# stops the migration with the constraint's name, and its number has to be looked up.
MENDED: Final = r"""
alter table grants_award disable trigger user;
update grants_award set document_no = regexp_replace(regexp_replace(document_no, '\s', '', 'g'),
    '[[(（【［]([0-9]{4})[])）】］]', '〔\1〕') where document_no !~ '〔[0-9]{4}〕';
alter table grants_award enable trigger user;
"""
