"""Mends the days of receipt: by the bank's last yuan, never before the document, recorded now. Thirty-first migration.

A bank may book a document up to some days before its date, and may book it in parts. Until it has all of an issue it
denies no day, and a day before the document is none that a receipt could name: both had refused every day for good.
When a receipt was recorded is said by the database: a late record could name the moment it should have been made.
"""

from __future__ import annotations

from typing import Final

from grants.functions_received import BY_THE_BANK, DAY, RECEIVED, by_today
from grants.ledger.functions import refuse
from portal.core.functions_again import again, changed

# The day on which lines of statements of the province's bank that are matched to the issue came to all of it (of what
# the caller sees of them), or nothing.
_BANKED: Final = """
create function issue_banked_on(p_issue bigint) returns date
language sql stable set search_path = public, pg_temp as $$
    select min(s.day) from (
        select l.day, sum(l.amount) over (order by l.day) as had
          from grants_bankdecision d join grants_bankline l on l.id = d.line_id
          join accounts_organisation o on o.id = l.organisation_id
         where d.issue_id = p_issue and d.ended_at is null and l.direction = 'credit'
           and o.kind = 'provincial_finance') s
     where s.had >= (select i.amount from grants_issue i where i.id = p_issue)
$$;
revoke all on function issue_banked_on(bigint) from public;
grant execute on function issue_banked_on(bigint) to portal_web, portal_reader;
"""
_BY_ALL_OF_IT: Final = f"""
    if new.received_on > new.document_date and new.received_on > issue_banked_on(new.id) then
        {refuse("issue_received_by_the_bank", "the bank of the province had the money before")}
    end if;"""


def _recorded_now(name: str) -> str:
    return f"""
    if session_user <> 'portal_owner' then
        new.received_at := clock_timestamp();
    end if;
    if new.received_on > (new.received_at {DAY} then
        {refuse(name, "a receipt is recorded on its day or later")}
    end if;"""


def _mended(name: str, guard: str, *more: tuple[str, str]) -> str:
    return changed(again(RECEIVED, name), (by_today(guard), _recorded_now(guard)), *more)


RECEIPTS: Final = (
    _BANKED
    + _mended("issue_receipt", "issue_received_by_today", (BY_THE_BANK, _BY_ALL_OF_IT))
    + _mended("return_receipt", "return_received_by_today")
)
RECEIPTS_REVERSE: Final = again(RECEIVED, "issue_receipt", "return_receipt") + "drop function issue_banked_on(bigint);"
