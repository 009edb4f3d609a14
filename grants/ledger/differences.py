"""What must be true of the books today: the questions of the fifth migration, and what later papers add to them."""

from __future__ import annotations

from typing import Final

from grants.ledger.functions_again import changed
from grants.ledger.functions_differences import DIFFERENCES

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
