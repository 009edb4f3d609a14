"""What must be true of the books today: the questions of the fifth migration, and what later papers add to them."""

from __future__ import annotations

from typing import Final

from grants.ledger.functions_differences import DIFFERENCES
from portal.core.functions_again import changed

# Of a row of grants_entry: the text under its digest, and the digest of the entry before it.
ENTRY_TEXT: Final = """ledger_text(grants_entry.year, grants_entry.number, grants_entry.kind, grants_entry.award_id,
    grants_entry.document_no, grants_entry.maker_id, grants_entry.checker_id, grants_entry.booked_at,
    grants_entry.issue_id, grants_entry.pass_on_id, grants_entry.payment_id, grants_entry.reversal_id,
    grants_entry.reverses_id, grants_entry.year_close_id,
    (select jsonb_agg(jsonb_build_array(l.account_id, l.amount::text) order by l.id) from grants_line l
      where l.entry_id = grants_entry.id), entry_more(grants_entry))"""
ENTRY_BEFORE: Final = """entry_before(grants_entry.year, grants_entry.number)"""
CURRENT: Final[dict[str, str]] = {
    **DIFFERENCES,
    "entry changed": changed(
        DIFFERENCES["entry changed"], ("l.entry_id = e.id)), 'UTF8')", "l.entry_id = e.id), entry_more(e)), 'UTF8')")
    ),
    "return off its way": """
        select 'entry ' || e.year || '-' || e.number, f.place || ' to ' || t.place from grants_entry e
          join grants_line lf on lf.entry_id = e.id and lf.amount < 0 join grants_account f on f.id = lf.account_id
          join grants_line lt on lt.entry_id = e.id and lt.amount > 0 join grants_account t on t.id = lt.account_id
         where e.kind = 'return' and (f.place = 'province') <> (t.place = 'recovered') order by e.id limit 1""",
    "recovered above the demand": """
        select 'demand ' || r.id, sum(p.amount) || ' yuan paid of ' || r.amount
          from grants_recovery r join grants_recoverypayment p on p.recovery_id = r.id and p.state = 'confirmed'
         group by r.id having sum(p.amount) > r.amount order by r.id limit 1""",
}
