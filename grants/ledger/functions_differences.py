"""What must be true of the books, as questions to their rows: `verify_ledger` asks them, and the closing of a year.

Each question gives no row when all is well, else the first thing that does not fit and in what way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_LINES: Final = """(select jsonb_agg(jsonb_build_array(l.account_id, l.amount::text) order by l.id)
    from grants_line l where l.entry_id = e.id)"""
DIFFERENCES: Final[dict[str, str]] = {
    "entry out of balance": """
        select 'entry ' || e.year || '-' || e.number, 'sum of its lines ' || coalesce(sum(l.amount), 0)
          from grants_entry e left join grants_line l on l.entry_id = e.id
         group by e.id having coalesce(sum(l.amount), 0) <> 0 or count(l.id) < 2 order by e.id limit 1""",
    "number missing": """
        select 'entry ' || year || '-' || place, 'the next one is ' || number from (
            select year, number, row_number() over (partition by year order by number) as place
              from grants_entry) numbered
         where number <> place order by year, number limit 1""",
    "counter differs": """
        select 'year ' || c.year, 'counter ' || c.last || ', entries ' || coalesce(e.last, 0)
          from grants_counter c full join (select year, max(number) as last from grants_entry group by year) e
            on e.year = c.year
         where c.last is distinct from e.last and coalesce(c.last, 0) <> coalesce(e.last, 0) order by 1 limit 1""",
    "entry changed": f"""
        select 'entry ' || year || '-' || number, 'its digest does not fit its content and the entry before' from (
            select e.year, e.number, e.digest,
                   encode(sha256(convert_to(coalesce(lag(e.digest) over (partition by e.year order by e.number),
                       repeat('0', 64)) || ledger_text(e.year, e.number, e.kind, e.award_id, e.document_no, e.maker_id,
                       e.checker_id, e.booked_at, e.issue_id, e.pass_on_id, e.payment_id, e.reversal_id, e.reverses_id,
                       e.year_close_id, {_LINES}), 'UTF8')), 'hex')
                       as computed
              from grants_entry e) chained
         where digest <> computed order by year, number limit 1""",
    "last digest differs": """
        select 'year ' || c.year, 'the counter holds another digest than the last entry'
          from grants_counter c join grants_entry e on e.year = c.year and e.number = c.last
         where c.digest <> e.digest order by 1 limit 1""",
    "balance differs": """
        select 'account ' || a.id, 'balance ' || a.balance || ', sum of its lines ' || coalesce(l.sum, 0)
          from grants_account a left join (select account_id, sum(amount) as sum from grants_line group by 1) l
            on l.account_id = a.id
         where a.balance <> coalesce(l.sum, 0) order by a.id limit 1""",
    "running balance differs": """
        select 'line ' || id, 'balance afterwards ' || after || ', sum of the lines up to it ' || computed from (
            select id, after, sum(amount) over (partition by account_id order by id) as computed from grants_line) l
         where after <> computed order by id limit 1""",
    "number of payments differs": """
        select 'account ' || a.id, a.payments || ' payments, in its lines ' || coalesce(l.count, 0)
          from grants_account a left join (
            select l.account_id, count(*) filter (where e.kind = 'payment')
                   - count(*) filter (where e.kind = 'reversal' and l.amount < 0) as count
              from grants_line l join grants_entry e on e.id = l.entry_id group by 1) l on l.account_id = a.id
         where a.payments <> case a.place when 'project' then coalesce(l.count, 0) else 0 end order by a.id limit 1""",
    "account below zero": """
        select 'account ' || id, 'balance ' || balance from grants_account
         where place <> 'source' and balance < 0 order by id limit 1""",
    "event missing": """
        select 'entry ' || e.year || '-' || e.number, 'its audit event is not the one of this entry'
          from grants_entry e left join audit_event v on v.id = e.event_id and v.act = 'grants.book'
           and v.object_type = 'grants.entry' and v.object_id = e.id::text and v.actor = e.checker_id
           and v.after ->> 'digest' = e.digest
         where v.id is null order by e.id limit 1""",
    "line off its way": """
        select 'line ' || l.id, e.kind || ' at ' || a.place from grants_line l
          join grants_entry e on e.id = l.entry_id join grants_account a on a.id = l.account_id
         where not money_way(e.kind, a.place, sign(l.amount)::int) order by l.id limit 1""",
    "reversal is not the opposite": """
        select 'entry ' || r.year || '-' || r.number, 'its lines are not those of the entry it takes back' from (
            select r.id, r.year, r.number,
                   (select array_agg((account_id, -amount) order by id) from grants_line where entry_id = r.id) as own,
                   (select array_agg((account_id, amount) order by id) from grants_line
                     where entry_id = r.reverses_id) as other
              from grants_entry r where r.kind = 'reversal') r
         where own is distinct from other order by id limit 1""",
}


def asked(questions: Mapping[str, str] = DIFFERENCES) -> str:
    """All questions as one, its rows (kind, what, how); without others, those of the fifth migration."""
    parts = (f"(select '{kind}', q.* from ({question}) q)" for kind, question in questions.items())
    return " union all ".join(parts)
