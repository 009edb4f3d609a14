"""What the sixth migration makes of the books: papers of use, return and recovery with their entries and reversals.

An entry's digest covers the papers it names: those since this migration by `entry_more`, empty for all older kinds.
"""

from __future__ import annotations

from typing import Final

from grants.ledger.differences import CURRENT
from grants.ledger.functions_booking import BOOK, LINES, WAYS
from grants.ledger.functions_closing import CLOSING
from grants.ledger.functions_differences import asked
from grants.ledger.functions_reversing import LEVEL, PAPER, PROBLEM, REVERSAL
from grants.ledger.functions_use import USE
from portal.core.functions_again import again, changed

# The new columns of an entry, by the key of each in `p_papers` of the booking function.
_COLUMNS: Final = ("spending", "return_paper", "recovery_payment")
_OLD: Final = "array['issue', 'pass_on', 'payment', 'reversal', 'reverses', 'year_close']"
_MORE: Final = ", ".join(f"'{name}', p_entry.{name}_id" for name in _COLUMNS)
TEXT: Final = f"""
create function entry_more(p_entry grants_entry) returns jsonb
language sql immutable set search_path = public, pg_temp as $$
    select jsonb_strip_nulls(jsonb_build_object({_MORE}))
$$;
create function ledger_text(p_year int, p_number int, p_kind text, p_award bigint, p_document text, p_maker bigint,
    p_checker bigint, p_at timestamptz, p_issue bigint, p_pass_on bigint, p_payment bigint, p_reversal bigint,
    p_reverses bigint, p_year_close bigint, p_lines jsonb, p_more jsonb) returns text
language sql immutable set search_path = public, pg_temp as $$
    select ledger_text(p_year, p_number, p_kind, p_award, p_document, p_maker, p_checker, p_at, p_issue, p_pass_on,
        p_payment, p_reversal, p_reverses, p_year_close, p_lines)
        || case p_more when '{{}}' then '' else p_more::text end
$$;
"""
_BOOK: Final = changed(
    again(BOOK, "money_book"),
    ("v_close, p_lines), 'UTF8')", f"v_close, p_lines, p_papers - {_OLD}), 'UTF8')"),
    (
        "year_close_id, event_id, digest)",
        f"year_close_id, {', '.join(f'{one}_id' for one in _COLUMNS)}, event_id, digest)",
    ),
    (
        "v_close, v_event, v_digest)",
        f"v_close, {', '.join(f'''(p_papers ->> '{one}')::bigint''' for one in _COLUMNS)}, v_event, v_digest)",
    ),
)
_WAYS: Final = changed(
    again(WAYS, "money_way"),
    ("when 'return-1' then p_place in ('surplus', 'province')",
     "when 'return-1' then p_place in ('surplus', 'carry_over', 'unit', 'province')"),
)  # fmt: skip
# A return goes one level up: from the province to the centre, from the unit's accounts to the province.
_LINES: Final = changed(
    again(LINES, "line_place"),
    (
        "sign(new.amount)::int) then",
        """sign(new.amount)::int) or (entry.kind = 'return' and new.amount > 0 and exists (
        select 1 from grants_line l join grants_account a on a.id = l.account_id
         where l.entry_id = new.entry_id and (a.place = 'province') <> (account.place = 'recovered'))) then""",
    ),
)
_LEVEL: Final = changed(
    again(LEVEL, "money_level"),
    (
        "when 'payment' then 'unit_finance' end from",
        """when 'payment' then 'unit_finance' when 'use' then 'unit_finance' when 'recovery' then 'unit_finance'
                     when 'return' then (select case r.source when 'province' then 'provincial_finance'
                         else 'unit_finance' end from grants_returnpaper r where r.id = return_paper_id) end from""",
    ),
)
_REVERSIBLE: Final = ("spendingreport", "returnpaper", "recoverypayment")
_PAPER: Final = changed(
    again(PAPER, "paper_reversed"),
    (
        "else e.payment_id = new.id end",
        """when 'grants_spendingreport' then e.spending_id = new.id
                                  when 'grants_returnpaper' then e.return_paper_id = new.id
                                  when 'grants_recoverypayment' then e.recovery_payment_id = new.id
                                  else e.payment_id = new.id end""",
    ),
) + "".join(
    f"create trigger grants_2_reversed before update on grants_{table} for each row"
    " when (new.state = 'reversed' and old.state <> 'reversed') execute function paper_reversed();\n"
    for table in _REVERSIBLE
)
_PROBLEM: Final = changed(
    again(PROBLEM, "reversal_problem"),
    (
        "('award', 'issue', 'pass_on', 'payment')",
        "('award', 'issue', 'pass_on', 'payment', 'use', 'return', 'recovery')",
    ),
    (
        "        else select state into v_state from grants_payment",
        """        when 'use' then
            select state into v_state from grants_spendingreport where id = e.spending_id for update;
        when 'return' then
            select state into v_state from grants_returnpaper where id = e.return_paper_id for update;
        when 'recovery' then
            select state into v_state from grants_recoverypayment where id = e.recovery_payment_id for update;
        else select state into v_state from grants_payment""",
    ),
    (
        "and state in ('entered', 'confirmed')) then\n        return 'reversal_of_the_last_step'",
        """and state in ('entered', 'confirmed'))
       or e.kind = 'issue' and exists (select 1 from grants_returnpaper where issue_id = e.issue_id
                                          and state in ('entered', 'confirmed'))
       or e.kind = 'return' and exists (select 1 from grants_returnpaper r where r.id = e.return_paper_id
                                           and r.source <> 'province' and money_came_back(e.award_id) < r.amount) then
        return 'reversal_of_the_last_step'""",
    ),
)
_REVERSED: Final = changed(
    again(REVERSAL, "reversal_booked"),
    (
        "        else update grants_payment",
        """        when 'use' then update grants_spendingreport set state = 'reversed' where id = e.spending_id;
        when 'return' then update grants_returnpaper set state = 'reversed' where id = e.return_paper_id;
        when 'recovery' then update grants_recoverypayment set state = 'reversed' where id = e.recovery_payment_id;
        else update grants_payment""",
    ),
)
_ASKED: Final = changed(again(CLOSING, "ledger_problem"), (asked(), asked(CURRENT)))
_CLOSED: Final = (
    "use_place()",
    "return_receipt()",
    "recovery_withdrawn()",
    "spending_limits()",
    "return_limits()",
    "pass_on_beside_returns()",
    "matching_limits()",
    "recovery_limits()",
    "recovery_payment_limits()",
    "recovery_withdrawal_limits()",
    "spending_booked()",
    "return_booked()",
    "recovery_payment_booked()",
    "recovery_ends()",
)
_ASKABLE: Final = (
    "money_hold_row(text, bigint)",
    "money_spending_left(bigint)",
    "money_issue_left(bigint)",
    "money_came_back(bigint)",
    "money_return_left(bigint, text, bigint)",
    "money_demand_left(bigint)",
    "money_recovery_left(bigint, bigint)",
)
RIGHTS: Final = (
    f"revoke all on function {', '.join(_CLOSED + _ASKABLE)} from public;"
    f"grant execute on function {', '.join(_ASKABLE)} to portal_web;"
    f"grant execute on function {', '.join(_ASKABLE[1:])} to portal_reader;"
)
FUNCTIONS: Final = TEXT + _WAYS + _BOOK + _LINES + _LEVEL + _PAPER + USE + _PROBLEM + _REVERSED + _ASKED + RIGHTS
_NEW_TABLES: Final = (
    "spendingreport", "returnpaper", "matchingfunds", "recovery", "recoverypayment", "recoverywithdrawal",
)  # fmt: skip
REVERSE: Final = (
    again(CLOSING, "ledger_problem")
    + again(REVERSAL, "reversal_booked")
    + again(PROBLEM, "reversal_problem")
    + again(PAPER, "paper_reversed")
    + again(LEVEL, "money_level")
    + again(LINES, "line_place")
    + again(BOOK, "money_book")
    + again(WAYS, "money_way")
    + "drop trigger grants_3_returned on grants_passon;"
    + "".join(f"drop trigger grants_2_reversed on grants_{one};" for one in _REVERSIBLE)
    + f"drop function {', '.join(_CLOSED)} cascade; drop function {', '.join(_ASKABLE)};"
    + "drop function entry_more(grants_entry), ledger_text(int, int, text, bigint, text, bigint, bigint, timestamptz,"
    " bigint, bigint, bigint, bigint, bigint, bigint, jsonb, jsonb);"
    + "".join(
        f"drop trigger if exists {trigger} on grants_{table};"
        for table in _NEW_TABLES
        for trigger in (
            "grants_2_signature", "grants_2_signature_unit", "grants_2_signature_province",
            "grants_2_signature_ministry", "grants_stay", "grants_stay_whole",
        )
    )
)  # fmt: skip
