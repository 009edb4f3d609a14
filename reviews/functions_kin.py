"""A conflict of interest in one place or enterprise holds for all of its line: those before it and those that follow.

An enterprise is found by its own code, never by its number in the directory, which another may have the next time.
When somebody records who follows whom, the conflicts this makes are noted at once, and who holds such an application
steps back, as after an entry in the profile.
"""

from __future__ import annotations

from typing import Final

from portal.core.functions_again import again, changed
from reviews.functions_conflicts import CONFLICTS_AT_ONCE
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
# What was declared for one application holds for the others of its line in the batch: it was read there what the person
# is to the place, and the place is the same.
_FOR_ONE: Final = changed(
    DERIVED_KIN,
    (
        "\n$$;",
        """
    union
    select a.id, i.reviewer_id, 'declared', i.reason::text from reviews_interest i
      join applications_application f on f.id = i.application_id and f.batch_id = p_batch
      join unit_kin() k on k.kin = f.unit_id
      join applications_application a on a.unit_id = k.one and a.batch_id = p_batch and a.id <> f.id
     where i.has_interest
$$;""",
    ),
)
# Who records what follows what and who says what interests somebody has take turns at the profile, so that neither
# misses the other. Who declares without one, as an officer, takes turns at a lock of these acts.
_TURNS: Final = changed(
    again(CONFLICTS_AT_ONCE, "reviews_note_conflicts"),
    (
        "    for open_batch in",
        (
            "    perform 1 from reviews_reviewerprofile where user_id = any(p_reviewers)"
            " order by user_id for no key update;\n    for open_batch in"
        ),
    ),
)
_LOCK: Final = "hashtextextended('reviews: interest and line', 0)"
_FOLLOWED: Final = changed(
    again(NOTED, "reviews_follow_kin"),
    (
        "    return null;",
        f"""    perform pg_advisory_xact_lock({_LOCK});
    perform reviews_note_conflicts(array(select distinct i.reviewer_id from reviews_interest i where i.has_interest));
    return null;""",
    ),
)
DECLARED: Final = f"""
create function reviews_declared(p_reviewer bigint) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
    if not exists (select from reviews_reviewerprofile p where p.user_id = p_reviewer) then
        perform pg_advisory_xact_lock_shared({_LOCK});
    end if;
    perform reviews_note_conflicts(array[p_reviewer]);
end $$;
revoke all on function reviews_declared(bigint) from public;
grant execute on function reviews_declared(bigint) to portal_web, portal_reader;
"""
# Conflicts of batches under review that nobody saw before: noted once, as after any change.
NOTED_NOW: Final = "select reviews_note_conflicts(array(select p.user_id from reviews_reviewerprofile p));"
FOR_ALL: Final = _FOR_ONE + _TURNS + _FOLLOWED + DECLARED
FOR_ALL_REVERSE: Final = (
    "drop function reviews_declared(bigint);"
    + again(NOTED, "reviews_follow_kin")
    + again(CONFLICTS_AT_ONCE, "reviews_note_conflicts")
    + DERIVED_KIN
)
