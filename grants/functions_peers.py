"""The region beside a unit, as it was verified by a moment. Twenty-fifth migration.

Pages of the past asked for a quarter, and got reports of it that were verified after their moment.
"""

from __future__ import annotations

from typing import Final

from grants.functions_performance import PEERS
from portal.core.functions_again import again, changed

_BEFORE: Final = again(PEERS, "performance_peers")
_RIGHTS: Final = """
revoke all on function performance_peers({0}) from public;
grant execute on function performance_peers({0}) to portal_web, portal_reader;
"""
PEERS_AT: Final = (
    "drop function performance_peers(bigint, int);"
    + changed(
        _BEFORE,
        ("p_at int)", "p_at int, p_moment timestamptz)"),
        ("where q.state = 'verified' and", "where q.state = 'verified' and q.verified_at <= p_moment and"),
    )
    + _RIGHTS.format("bigint, int, timestamptz")
)
PEERS_AT_REVERSE: Final = (
    "drop function performance_peers(bigint, int, timestamptz);" + _BEFORE + _RIGHTS.format("bigint, int")
)
