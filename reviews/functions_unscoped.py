"""What guards ask past the policies. Thirty-sixth migration.

A trigger asks in the rights of who writes, and a statement may narrow or empty the scope while it runs: what it then
does not see would not be there. So a question whose answer "nothing there" lets something through is a function of the
owner's, and asks for no role. The pages have their own, which do.
"""

from __future__ import annotations

from typing import Final

from portal.core.functions_again import again, changed
from reviews.functions_defence import DEFENCE
from reviews.functions_replacing import REPLACE

_DEFINER: Final = "security definer set search_path = public, pg_temp"
_TELLS: Final = "scope_roles() && array['officer', 'reviewer', 'system_admin']"
_ASKS: Final = " and scope_roles() && array['officer']"
# Whose profiles they are is found after the statement, when its scope may be another one.
PROFILES: Final = f"""
create function reviews_note_conflicts_of_profiles(p_profiles bigint[]) returns void
language plpgsql volatile {_DEFINER} as $$ begin
    perform reviews_note_conflicts(array(select distinct p.user_id from reviews_reviewerprofile p
                                          where p.id = any(p_profiles)));
end $$;
revoke all on function reviews_note_conflicts_of_profiles(bigint[]) from public;
grant execute on function reviews_note_conflicts_of_profiles(bigint[]) to portal_web;
"""
OPEN: Final = f"""
create function reviews_agenda_is_drawn(p_batch bigint) returns boolean language sql stable {_DEFINER} as $$
    select exists (select 1 from reviews_defence d where d.batch_id = p_batch and d.seed <> '')
$$;
create function reviews_entry_waits_for_answers(p_entry bigint) returns boolean language sql stable {_DEFINER} as $$
    select exists (select 1 from reviews_objection o join reviews_publicentry e on e.id = o.entry_id
                    where o.entry_id = p_entry and o.state = 'lodged' and e.state <> 'dropped')
$$;
revoke all on function reviews_agenda_is_drawn(bigint), reviews_entry_waits_for_answers(bigint) from public;
grant execute on function reviews_agenda_is_drawn(bigint), reviews_entry_waits_for_answers(bigint) to portal_web;
"""
# Who is invited and in which order, without and with the question who asks.
_BARE: Final = changed(
    again(DEFENCE, "reviews_invited", "reviews_agenda"),
    ("function reviews_invited(", "function reviews_best("),
    ("function reviews_agenda(", "function reviews_order("),
    ("::int, 0)" + _ASKS, "::int, 0)"),
    ("a.state = 'defence'" + _ASKS, "a.state = 'defence'"),
)
INVITED: Final = f"""{_BARE}
create or replace function reviews_invited(p_batch bigint) returns jsonb language sql stable {_DEFINER} as $$
    select case when scope_roles() && array['officer'] then reviews_best(p_batch) else '[]' end
$$;
create or replace function reviews_agenda(p_seed text, p_invited jsonb) returns jsonb
language plpgsql stable {_DEFINER} as $$ begin
    return case when scope_roles() && array['officer'] then reviews_order(p_seed, p_invited) else '[]' end;
end $$;
revoke all on function reviews_best(bigint), reviews_order(text, jsonb) from public;
""" + changed(
    again(DEFENCE, "reviews_defence_problem", "reviews_agenda_problem"),
    ("p_invited is distinct from reviews_invited(p_batch)", "p_invited is distinct from reviews_best(p_batch)"),
    ("p_agenda is distinct from reviews_agenda(p_seed", "p_agenda is distinct from reviews_order(p_seed"),
)
# Who is told of who took a place: those whose acts make somebody step back. The reading role writes nothing, neither by
# this nor by what triggers call.
_WRITES: Final = (
    "reviews_announce(), reviews_replace(bigint), reviews_recuse(bigint[], bigint[]), reviews_note_conflicts(bigint[]),"
    " reviews_declared(bigint)"
)
ANNOUNCE: Final = (
    changed(
        again(REPLACE, "reviews_announce"),
        ("where not s.announced\n", f"where not s.announced and {_TELLS}\n"),
    )
    + f"revoke execute on function {_WRITES} from portal_reader;\n"
)
UNSCOPED: Final = PROFILES + OPEN + INVITED + ANNOUNCE
UNSCOPED_REVERSE: Final = (
    again(REPLACE, "reviews_announce")
    + again(DEFENCE, "reviews_invited", "reviews_agenda", "reviews_defence_problem", "reviews_agenda_problem")
    + f"""
grant execute on function {_WRITES} to portal_reader;
drop function reviews_best(bigint), reviews_order(text, jsonb), reviews_agenda_is_drawn(bigint),
    reviews_entry_waits_for_answers(bigint), reviews_note_conflicts_of_profiles(bigint[]);
"""
)
