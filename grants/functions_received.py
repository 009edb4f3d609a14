"""The day on which money came lies not after the day it was recorded, nor after the bank's. Twenty-ninth migration.

The days of a province to pass money on count from that day: naming a later one gained days, and only the page looked
whether it lay in the future. Where lines of a statement of the province's own bank are matched to the issue, the last
of them says when the money had come. Guards of time bind everyone but the owner, who loads demonstrations in bulk.
"""

from __future__ import annotations

from typing import Final

from grants.functions import SIGNATURES
from grants.ledger.functions import refuse
from grants.ledger.functions_use import SIGNED
from portal.core.functions_again import again, changed

_BEFORE: Final = again(SIGNATURES, "issue_receipt") + again(SIGNED, "return_receipt")
_END: Final = "    end if;\n    return new;\nend $$;"
DAY: Final = "at time zone 'Asia/Shanghai')::date"


def by_today(name: str) -> str:
    """SQL: refuse under this name a day to come, and a record dated behind the issue."""
    return f"""
    if new.received_on > (new.received_at {DAY}
       or session_user <> 'portal_owner'
          and (new.received_on > (clock_timestamp() {DAY} or new.received_at < new.checked_at) then
        {refuse(name, "a receipt is recorded on its day or later")}
    end if;"""


BY_THE_BANK: Final = f"""
    if new.received_on > (
        select max(l.day) from grants_bankdecision d join grants_bankline l on l.id = d.line_id
          join accounts_organisation o on o.id = l.organisation_id
         where d.issue_id = new.id and d.ended_at is null and l.direction = 'credit' and o.kind = 'provincial_finance'
    ) then
        {refuse("issue_received_by_the_bank", "the bank of the province had the money before")}
    end if;"""


def _more(name: str, text: str) -> str:
    return changed(again(text, name), (_END, f"    end if;{_MORE[name]}\n    return new;\nend $$;"))


_MORE: Final = {
    "issue_receipt": by_today("issue_received_by_today") + BY_THE_BANK,
    "return_receipt": by_today("return_received_by_today"),
}
RECEIVED: Final = _more("issue_receipt", SIGNATURES) + _more("return_receipt", SIGNED)
RECEIVED_REVERSE: Final = _BEFORE
