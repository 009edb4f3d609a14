"""What ends with a unit that gives up its place stands in the trail. Twenty-third migration.

Its entry leaves the list and its suspension ends by the database itself, behind the unit's own act: each leaves an
event of its own, so that who looks a suspension up in the trail finds how it ended.
"""

from __future__ import annotations

from typing import Final

from portal.core.functions_again import again, changed
from reviews.functions_leaving import LEAVING

_BEFORE: Final = again(LEAVING, "reviews_unit_left")


def _event(act: str, kind: str, before: str, after: str) -> str:
    """PL/pgSQL: an event about the row `one`, in the name of the person whose scope it is."""
    return f"""perform audit_append(clock_timestamp(), me,
                coalesce((select u.name from accounts_user u where u.id = me), ''), new.organisation_id, '', '',
                '{act}', 'done', '{kind}', one.id::text, new.province_id, new.unit_id, false, {before}, {after},
                left(new.withdrawn_why, 2000));"""


_DROPPED: Final = _event(
    "reviews.leave_list",
    "reviews.publicentry",
    "jsonb_build_object('state', one.state)",
    "jsonb_build_object('state', 'dropped')",
)
_ENDED: Final = _event(
    "reviews.end_suspension",
    "reviews.suspension",
    "jsonb_build_object('ended_at', null)",
    "jsonb_build_object('ended_at', clock_timestamp())",
)
LEFT: Final = changed(
    _BEFORE,
    ("as $$\nbegin\n", "as $$\ndeclare\n    one record; me bigint := scope_user();\nbegin\n"),
    (
        "    update reviews_publicentry set",
        f"""    for one in select e.id, e.state from reviews_publicentry e
                where e.application_id = new.id and e.state in ('listed', 'suspended') loop
        {_DROPPED}
    end loop;
    update reviews_publicentry set""",
    ),
    (
        "    update reviews_suspension s set",
        f"""    for one in select s.id from reviews_suspension s join reviews_publicentry e on e.id = s.entry_id
                where e.application_id = new.id and s.ended_at is null loop
        {_ENDED}
    end loop;
    update reviews_suspension s set""",
    ),
)
LEFT_REVERSE: Final = _BEFORE
# Twenty-fourth migration: who lets the unit wait at the same moment is waited for before the event says how it stood.
HELD: Final = changed(
    LEFT, ("e.state in ('listed', 'suspended') loop", "e.state in ('listed', 'suspended') for update loop")
)
