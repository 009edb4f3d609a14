"""A conflict of interest in one place or enterprise holds for all of its line: those before it and those that follow.

An enterprise is found by its own code, never by its number in the directory, which another may have the next time.
When somebody records who follows whom, the conflicts this makes are noted at once, and who holds such an application
steps back, as after an entry in the profile.
"""

from __future__ import annotations

from typing import Final

from portal.core.functions_again import again, changed
from reviews.functions_interests import DERIVED

_BEFORE: Final = again(DERIVED, "reviews_derived_conflicts")
DERIVED_KIN: Final = changed(
    _BEFORE,
    (
        "join accounts_organisation o on o.unit = a.unit_id and o.unit <> ''",
        "join unit_kin() k on k.one = a.unit_id\n      join accounts_organisation o on o.unit = k.kin and o.unit <> ''",
    ),
    (
        (
            "join programme_centralsoe s on 'YQ' || lpad(s.list_no::text, 3, '0') = o.code\n"
            "      join reviews_employers() e on e.soe_id = s.id where"
        ),
        (
            "join programme_centralsoe s on s.code = o.code join soe_kin() k on k.one = s.id\n"
            "      join reviews_employers() e on e.soe_id = k.kin where"
        ),
    ),
    (
        "join applications_application a on a.unit_id = i.unit_id and a.batch_id = i.batch_id where",
        (
            "join unit_kin() k on k.kin = i.unit_id\n"
            "      join applications_application a on a.unit_id = k.one and a.batch_id = i.batch_id where"
        ),
    ),
    (
        (
            "join programme_centralsoe s on s.id = i.soe_id\n"
            "      join accounts_organisation o on o.code = 'YQ' || lpad(s.list_no::text, 3, '0')"
        ),
        (
            "join soe_kin() k on k.kin = i.soe_id\n"
            "      join programme_centralsoe s on s.id = k.one join accounts_organisation o on o.code = s.code"
        ),
    ),
)
NOTED: Final = """
create function reviews_follow_kin() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform reviews_note_conflicts(array(select p.user_id from reviews_reviewerprofile p));
    return null;
end $$;
create trigger reviews_follow_kin after update of successor_id on programme_pilotunit
    for each row when (new.successor_id is distinct from old.successor_id) execute function reviews_follow_kin();
create trigger reviews_follow_kin after update of successor_id on programme_centralsoe
    for each row when (new.successor_id is distinct from old.successor_id) execute function reviews_follow_kin();
"""
KIN: Final = DERIVED_KIN + NOTED
KIN_REVERSE: Final = (
    "drop trigger reviews_follow_kin on programme_centralsoe; drop trigger reviews_follow_kin on programme_pilotunit;"
    f" drop function reviews_follow_kin(); {_BEFORE}"
)
