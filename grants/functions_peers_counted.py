"""The region beside a unit without units whose award was reversed by then. Twenty-seventh migration."""

from __future__ import annotations

from typing import Final

from grants.functions_peers import PEERS_AT
from portal.core.functions_again import again, changed

_BEFORE: Final = again(PEERS_AT.replace(";create", ";\ncreate"), "performance_peers")
_WHERE: Final = "where q.state = 'verified' and q.verified_at <= p_moment and"
PEERS_COUNTED: Final = changed(
    _BEFORE,
    (
        _WHERE,
        _WHERE
        + """ not exists (
               select 1 from grants_entry e join grants_entry b on b.reverses_id = e.id
                where e.award_id = q.award_id and e.kind = 'award' and b.booked_at <= p_moment) and""",
    ),
)
PEERS_COUNTED_REVERSE: Final = _BEFORE
