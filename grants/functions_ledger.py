"""What the fifth migration makes of the books: reversals, closed years, carry-over, an audit event for each entry.

Papers that were reversed count against no limit any more, so every function that counts papers is made anew.
"""

from __future__ import annotations

from typing import Final

from grants.functions import LIMITS, SIGNATURES
from grants.functions_plan import FREE, MOVED
from grants.ledger.functions import BOOKS, LEDGER
from grants.ledger.functions_booking import BOOKING
from grants.ledger.functions_closing import CLOSING
from grants.ledger.functions_reversing import LEVEL, REVERSING
from portal.core.functions_again import again

_COUNTING: Final = (
    again(LIMITS, "award_limits", "issue_limits", "pass_on_limits", "payment_limits")
    + again(FREE, "award_free")
    + again(MOVED, "plan_moves_support")
)
COUNTED: Final = _COUNTING.replace("state <> 'refused'", "state in ('entered', 'confirmed')")
# Entries from before: each gets its event, each line what its account held after it, each account its payments.
_GUARDED: Final = ("entry", "line", "account")
FILLED: Final = (
    "".join(f"alter table grants_{table} disable trigger user;" for table in _GUARDED)
    + """
do $$
declare
    one record; v_event bigint;
begin
    for one in select e.*, u.name from grants_entry e join accounts_user u on u.id = e.checker_id
                order by e.year, e.number loop
        v_event := audit_append(one.booked_at, one.checker_id, one.name, null, '', '', 'grants.book', 'done',
            'grants.entry', one.id::text, one.province_id, one.unit_id, false, '{}', jsonb_build_object('number',
            one.year || '-' || lpad(one.number::text, 6, '0'), 'kind', one.kind, 'document_no', one.document_no,
            'digest', one.digest), 'booked before entries had their event');
        update grants_entry set event_id = v_event where id = one.id;
    end loop;
end $$;
update grants_line l set after = s.sum from (
    select id, sum(amount) over (partition by account_id order by id) as sum from grants_line) s where s.id = l.id;
update grants_account a set payments = s.count from (
    select account_id, count(*) from grants_line group by 1) s where s.account_id = a.id and a.place = 'project';
set constraints all immediate;
"""
    + "".join(f"alter table grants_{table} enable trigger user;" for table in _GUARDED)
)
_CLOSED: Final = (
    "money_book(text, bigint, jsonb, jsonb, text, bigint, bigint, bigint, timestamptz)",
    "money_lines(bigint, bigint, numeric)",
    "money_hold(bigint, text[])",
    "money_level(bigint)",
    "entry_guarded()",
    "paper_reversed()",
    "reversal_problem(bigint)",
    "reversal_hold(bigint)",
    "reversal_place()",
    "reversal_limits()",
    "reversal_booked()",
    "ledger_problem()",
    "money_left_of(bigint, int)",
    "year_unspent(int)",
    "year_close_fresh()",
    "year_close_problem(int, timestamptz)",
    "year_close_limits()",
    "year_closing()",
    "year_carried()",
)
RIGHTS: Final = (
    f"revoke all on function {', '.join(_CLOSED)} from public;"
    "grant execute on function money_hold(bigint, text[]), money_level(bigint), reversal_hold(bigint),"
    " year_unspent(int) to portal_web; grant execute on function year_unspent(int) to portal_reader;"
)
LEVEL_RIGHTS: Final = "grant execute on function money_level(bigint) to portal_web;"
LEVEL_REVERSE: Final = "drop function money_level(bigint);"
LEVELS: Final = LEVEL + LEVEL_RIGHTS
FUNCTIONS: Final = COUNTED + BOOKING + REVERSING + CLOSING + RIGHTS
REVERSE: Final = (
    """
drop trigger grants_2_guard on grants_entry;
drop trigger grants_2_reversed on grants_award; drop trigger grants_2_reversed on grants_issue;
drop trigger grants_2_reversed on grants_passon; drop trigger grants_2_reversed on grants_payment;
drop trigger grants_1_place on grants_reversal; drop trigger grants_2_signature on grants_reversal;
drop trigger grants_3_limits on grants_reversal; drop trigger grants_book on grants_reversal;
drop trigger grants_stay on grants_reversal; drop trigger grants_stay_whole on grants_reversal;
drop trigger grants_1_fresh on grants_yearclose; drop trigger grants_2_signature on grants_yearclose;
drop trigger grants_3_limits on grants_yearclose; drop trigger grants_4_close on grants_yearclose;
drop trigger grants_book on grants_yearclose; drop trigger grants_stay on grants_yearclose;
drop trigger grants_stay_whole on grants_yearclose;
drop function entry_guarded(), paper_reversed(), reversal_problem(bigint), reversal_hold(bigint), reversal_place(),
    reversal_limits(), reversal_booked(), ledger_problem(), money_left_of(bigint, int), year_close_fresh(),
    year_close_problem(int, timestamptz), year_close_limits(), year_closing(), year_carried(), year_unspent(int),
    money_way(text, text, int), money_lines(bigint, bigint, numeric), money_hold(bigint, text[]),
    ledger_text(int, int, text, bigint, text, bigint, bigint, timestamptz, bigint, bigint, bigint, bigint, bigint,
    bigint, jsonb), money_book(text, bigint, jsonb, jsonb, text, bigint, bigint, bigint, timestamptz);
"""
    + _COUNTING
    + again(SIGNATURES, "money_signature")
    + again(BOOKS, "money_book", "award_booked", "issue_booked", "pass_on_booked", "payment_booked", "money_hold")
    + again(LEDGER, "line_place", "line_booked", "account_by_ledger_only", "entry_balances")
    + """
create trigger grants_book after insert on grants_line for each row execute function line_booked();
revoke all on function line_booked(), money_hold(bigint, text), money_book(text, bigint, bigint, bigint, numeric, text,
    bigint, bigint, timestamptz, bigint, bigint, bigint) from public;
grant execute on function money_hold(bigint, text) to portal_web;
"""
)
