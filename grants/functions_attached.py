"""Functions and triggers by which a change of an award attaches the targets it lacks. Sixteenth migration.

Awards that were confirmed before awards kept their targets have none. A change of such an award may attach those of
the plan that stands on the day of its confirmation, with another amount or with the amount the award has.
"""

from __future__ import annotations

from typing import Final

from grants.functions_awards import CHANGES
from grants.ledger.functions import HEAD, refuse
from portal.core.functions_again import again, changed

# The reports of a unit follow the same rows.
_ATTACH: Final = f"""
create function award_targets_attached() returns trigger {HEAD}
begin
    insert into grants_awardtarget (award_id, province_id, unit_id, code, name, formula, measure, baseline, goal, years)
    select a.id, a.province_id, a.unit_id, w.code, w.name, coalesce(i.one ->> 'formula', t.formula, ''), w.measure,
           w.baseline, w.goal, w.years
      from grants_award a cross join lateral performance_wanted(a.application_id) w
      left join lateral jsonb_array_elements(performance_plan(a.application_id) -> 'targets' -> 'indicators') i(one)
        on i.one ->> 'key' = w.key
      left join applications_target t
        on (t.application_id, t.code, t.name) = (a.application_id, w.code, w.name)
     where a.id = new.award_id order by w.place;
    return null;
end $$;
create trigger grants_book_targets after update on grants_awardchange for each row
    when (old.state = 'entered' and new.state = 'confirmed' and new.attaches_targets)
    execute function award_targets_attached();
"""
_LIMITS: Final = f"""
create function award_lacks_targets() returns trigger {HEAD}
declare
    v_application bigint;
begin
    select application_id into v_application from grants_award where id = new.award_id for update;
    if exists (select 1 from grants_awardtarget where award_id = new.award_id) then
        {refuse("award_targets_attached_once", "the award has its targets")}
    end if;
    if not exists (select 1 from performance_wanted(v_application)) then
        {refuse("award_targets_of_a_plan", "the plan has no targets")}
    end if;
    return new;
end $$;
create trigger grants_3_targets before insert on grants_awardchange for each row
    when (new.attaches_targets) execute function award_lacks_targets();
"""
_BOOKED_BEFORE: Final = again(CHANGES, "award_change_booked")
_CHANGED_BEFORE: Final = again(CHANGES, "reversal_of_changed_award")
# A change that leaves the amount as it is books nothing, and no entry rests on it.
_UNCHANGED: Final = """    if new.amount = new.before then
        return null;
    end if;
"""
_BOOKED: Final = changed(
    _BOOKED_BEFORE, ("    perform money_book('change'", f"{_UNCHANGED}    perform money_book('change'")
)
_OF_AWARD: Final = "award_id = entry.award_id and state = 'confirmed'"
_CHANGED: Final = changed(_CHANGED_BEFORE, (_OF_AWARD, f"{_OF_AWARD} and amount <> before"))
ATTACHED: Final = (
    _ATTACH
    + _LIMITS
    + _BOOKED
    + _CHANGED
    + "revoke all on function award_targets_attached(), award_lacks_targets() from public;"
)
ATTACHED_REVERSE: Final = (
    _BOOKED_BEFORE + _CHANGED_BEFORE + "drop function award_targets_attached(), award_lacks_targets() cascade;"
)
