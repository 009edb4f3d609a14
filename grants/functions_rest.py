"""What of an issue is a part: less than all that the province still holds of it. Twentieth migration.

What it gave back it cannot pass on, so to pass on the rest is no part and needs no reason, as the command has it.
"""

from __future__ import annotations

from typing import Final

from grants.functions_papers import PARTIAL
from portal.core.functions_again import again, changed

_BEFORE: Final = again(PARTIAL, "pass_on_in_part")
REST: Final = changed(
    _BEFORE,
    (
        """
    select i.amount - (select coalesce(sum(p.amount), 0) from grants_passon p
                        where p.issue_id = i.id and p.state in ('entered', 'confirmed'))
      into v_left from grants_issue i where i.id = new.issue_id;""",
        """
    v_left := money_issue_left(new.issue_id);""",
    ),
)
REST_REVERSE: Final = _BEFORE
