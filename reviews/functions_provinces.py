"""The review of a batch begins after the time the rules give the provinces, where something is left to decide."""

from __future__ import annotations

from typing import Final

PROVINCES: Final = """
create function reviews_after_the_provinces() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    now timestamptz := date_trunc('second', clock_timestamp());
begin
    if now <= province_due(new.id) and exists (
        select 1 from applications_application a where a.batch_id = new.id and (a.state = 'with_province'
           or a.state in ('draft', 'returned', 'awaiting_sign_off') and a.mend_until >= now)) then
        raise exception 'provinces may still decide in batch %', new.id
            using errcode = 'check_violation', constraint = 'review_after_the_provinces';
    end if;
    return new;
end $$;
create trigger reviews_after_the_provinces before update of state on programme_batch
    for each row when (old.state = 'closed' and new.state = 'reviewing')
    execute function reviews_after_the_provinces();
revoke all on function reviews_after_the_provinces() from public;
"""
PROVINCES_REVERSE: Final = """
drop trigger reviews_after_the_provinces on programme_batch; drop function reviews_after_the_provinces();
"""
