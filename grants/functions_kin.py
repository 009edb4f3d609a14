"""The most a unit may be granted holds for its line: for the unit, those it follows and those that follow it together.

Two units that were awarded and then became one keep what they have; neither gets more.
"""

from __future__ import annotations

from typing import Final

from grants.functions_awards import PROBLEM
from grants.functions_ledger import COUNTED
from portal.core.functions_again import again, changed

GRANTED: Final = """
create function award_of_kin(p_batch bigint, p_unit text, p_but bigint) returns numeric
language sql stable security definer set search_path = public, pg_temp as $$
    select coalesce(sum(a.amount), 0) from grants_award a
     where a.batch_id = p_batch and a.state in ('entered', 'confirmed') and a.id is distinct from p_but
       and a.unit_id in (select k.kin from unit_kin() k where k.one = p_unit)
       and ((select scope_nation()) or session_user <> 'portal_web')
$$;
revoke all on function award_of_kin(bigint, text, bigint) from public;
grant execute on function award_of_kin(bigint, text, bigint) to portal_web, portal_reader;
"""
_LIMITS: Final = again(COUNTED, "award_limits")
_PROBLEM: Final = again(PROBLEM, "award_change_problem")
KIN: Final = (
    GRANTED
    + changed(
        _LIMITS,
        (
            "if new.amount > rules.grant_cap or rules.grant_cap is null then",
            (
                "if new.amount + award_of_kin(new.batch_id, new.unit_id, new.id) > rules.grant_cap\n"
                "       or rules.grant_cap is null then"
            ),
        ),
    )
    + changed(
        _PROBLEM,
        (
            "if p_amount > rules.grant_cap then return",
            (
                "if p_amount > rules.grant_cap or p_amount > p_before\n"
                "       and p_amount + award_of_kin(award.batch_id, award.unit_id, award.id) > rules.grant_cap\n"
                "    then return"
            ),
        ),
    )
)
KIN_REVERSE: Final = f"{_LIMITS} {_PROBLEM} drop function award_of_kin(bigint, text, bigint);"
