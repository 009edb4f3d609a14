"""A unit that gives up its place in reserve or on the published list. Twenty-second migration.

Its entry leaves the list with its application, whoever moved that; from the reserve it moves up no more. Who comes in
its place is proposed by one ministry and confirmed by the other, as ever.
"""

from __future__ import annotations

from typing import Final

from portal.core.functions_again import again, changed
from reviews.functions_places import PLACES
from reviews.functions_publicity import LISTS

_STEP: Final = again(LISTS, "reviews_entry_step_problem")
_REPLACING: Final = again(
    PLACES.replace("create or replace function", "create function"), "reviews_replacement_problem"
)
_GONE: Final = """exists (
             select 1 from reviews_publicentry e join applications_application a on a.id = e.application_id
              where e.id = p_entry and a.state = 'withdrawn')"""
_SHUT: Final = "or c->>'id' = any(had) or exists ("
_WAITS: Final = """or c->>'id' = any(had) or not exists (
           select 1 from applications_application a where a.batch_id = p_batch and a.unit_id = c->>'id'
              and a.state = 'reserve') or exists ("""
LEAVING: Final = f"""
{changed(_STEP, ("p_to = 'dropped' and not upheld then", f"p_to = 'dropped' and not upheld and not {_GONE} then"))}
{changed(_REPLACING, (_SHUT, _WAITS))}
create function reviews_unit_left() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update reviews_publicentry set state = 'dropped', dropped_at = clock_timestamp(), changed_at = clock_timestamp(),
           dropped_why = left(new.withdrawn_why, 2000)
     where application_id = new.id and state in ('listed', 'suspended');
    update reviews_suspension s set ended_by_id = scope_user(), ended_at = clock_timestamp(),
           ended_why = left(new.withdrawn_why, 2000)
      from reviews_publicentry e
     where e.id = s.entry_id and e.application_id = new.id and s.ended_at is null;
    return null;
end $$;
revoke all on function reviews_unit_left() from public;
create trigger reviews_unit_left after update of state on applications_application
    for each row when (old.state = 'publicity' and new.state = 'withdrawn') execute function reviews_unit_left();
"""
LEAVING_REVERSE: Final = f"""
drop trigger reviews_unit_left on applications_application; drop function reviews_unit_left();
{_REPLACING}{_STEP}
"""
