"""What a closing carries over, though something was booked since and taken back. Twenty-second migration.

A payment of the new year that was reversed had counted as money that went out, and its return as money of the new year:
so less was carried over than was left, and the rest became surplus a year too late.
"""

from __future__ import annotations

from typing import Final

from grants.ledger.functions_closing import CLOSING
from portal.core.functions_again import again, changed

_BEFORE: Final = again(CLOSING, "money_left_of")
LEFT_OF: Final = changed(
    _BEFORE,
    (
        "or l.amount < 0), 0))",
        """or (
           l.amount < 0 and back.id is null and coalesce(taken.year, p_year) <= p_year)), 0))""",
    ),
    (
        "from grants_line l join grants_entry e on e.id = l.entry_id where",
        """from grants_line l join grants_entry e on e.id = l.entry_id
      left join grants_entry back on back.reverses_id = e.id
      left join grants_entry taken on taken.id = e.reverses_id where""",
    ),
)
LEFT_OF_REVERSE: Final = _BEFORE
