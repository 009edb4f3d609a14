"""Recomputes the books from the entries alone and names every difference, the first of each kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import connections

from grants.functions_sums import DIFFERENCE, PLAN_DIFFERENCE
from grants.ledger.differences import CURRENT

# What the papers must say of the entries and the other way round; the books themselves come first.
QUESTIONS: Final[dict[str, str]] = {
    **CURRENT,
    "paper not booked": """
        select kind || ' ' || id, 'confirmed, ' || amount || ' yuan, but not booked as that' from (
            select 'award' as kind, p.id, p.amount, e.id as entry, e.amount as booked from grants_award p left join (
                select min(e.id) filter (where e.kind = 'award') as id, e.award_id, sum(l.amount) as amount
                  from grants_entry e join grants_line l on l.entry_id = e.id
                  join grants_account c on c.id = l.account_id and c.place = 'central'
                 where e.kind in ('award', 'change') group by e.award_id) e on e.award_id = p.id
             where p.state in ('confirmed', 'reversed')
            union all
            select 'change of award', p.id, abs(p.amount - p.before), e.id, (select sum(amount) from grants_line l
                where l.entry_id = e.id and amount > 0)
              from grants_awardchange p left join grants_entry e on e.kind = 'change' and e.award_id = p.award_id
               and e.document_no = p.document_no and e.booked_at = p.checked_at where p.state = 'confirmed'
            union all
            select 'issue', p.id, p.amount, e.id, (select sum(amount) from grants_line l
                where l.entry_id = e.id and amount > 0)
              from grants_issue p left join grants_entry e on e.issue_id = p.id
             where p.state in ('confirmed', 'reversed')
            union all
            select 'pass-on', p.id, p.amount, e.id, (select sum(amount) from grants_line l
                where l.entry_id = e.id and amount > 0)
              from grants_passon p left join grants_entry e on e.pass_on_id = p.id
             where p.state in ('confirmed', 'reversed')
            union all
            select 'payment', p.id, p.amount, e.id, (select sum(amount) from grants_line l
                where l.entry_id = e.id and amount > 0)
              from grants_payment p left join grants_entry e on e.payment_id = p.id
             where p.state in ('confirmed', 'reversed')
            union all
            select 'reversal', p.id, p.amount, e.id, (select sum(amount) from grants_line l
                where l.entry_id = e.id and amount > 0)
              from grants_reversal p left join grants_entry e on e.reversal_id = p.id where p.state = 'confirmed'
            union all
            select 'spending report', p.id, p.amount, e.id, (select sum(amount) from grants_line l
                where l.entry_id = e.id and amount > 0)
              from grants_spendingreport p left join grants_entry e on e.spending_id = p.id
             where p.state in ('confirmed', 'reversed')
            union all
            select 'return', p.id, p.amount, e.id, (select sum(amount) from grants_line l
                where l.entry_id = e.id and amount > 0)
              from grants_returnpaper p left join grants_entry e on e.return_paper_id = p.id
             where p.state in ('confirmed', 'reversed')
            union all
            select 'payment on a recovery', p.id, p.amount, e.id, (select sum(amount) from grants_line l
                where l.entry_id = e.id and amount > 0)
              from grants_recoverypayment p left join grants_entry e on e.recovery_payment_id = p.id
             where p.state in ('confirmed', 'reversed')
            union all
            select 'closing of', y.year, y.carried_over + y.surplus, y.id, coalesce((select sum(l.amount)
                from grants_entry e join grants_line l on l.entry_id = e.id and l.amount > 0
               where e.year_close_id = y.id), 0) from grants_yearclose y where y.state = 'confirmed') papers
         where entry is null or booked is distinct from amount order by kind, id limit 1""",
    "booked without a confirmed paper": """
        select 'entry ' || e.year || '-' || e.number, e.kind from grants_entry e
          left join grants_award a on a.id = e.award_id and e.kind = 'award'
          left join grants_issue i on i.id = e.issue_id
          left join grants_passon p on p.id = e.pass_on_id
          left join grants_payment y on y.id = e.payment_id
          left join grants_reversal r on r.id = e.reversal_id
          left join grants_yearclose c on c.id = e.year_close_id
          left join grants_spendingreport s on s.id = e.spending_id
          left join grants_returnpaper t on t.id = e.return_paper_id
          left join grants_recoverypayment v on v.id = e.recovery_payment_id
          left join grants_awardchange n on e.kind = 'change' and n.award_id = e.award_id
           and n.document_no = e.document_no and n.checked_at = e.booked_at
          left join grants_entry back on back.reverses_id = e.id
         where coalesce(a.state, i.state, p.state, y.state, r.state, c.state, s.state, t.state, v.state, n.state, '')
               <> case when back.id is null then 'confirmed' else 'reversed' end order by e.id limit 1""",
    "document differs from its lines": """
        select 'issue document ' || p.id,
               'states ' || p.total || ' yuan, its lines add up to ' || coalesce(sum(i.amount), 0)
          from grants_issuepaper p left join grants_issue i on i.paper_id = p.id
         group by p.id having p.total <> coalesce(sum(i.amount), 0)
            or bool_or(i.state <> p.state and not (p.state = 'confirmed' and i.state = 'reversed'))
         order by p.id limit 1""",
    "entry in a closed year": """
        select 'year ' || y.year, 'closed with ' || y.entries || ' entries, now ' || coalesce(max(e.number), 0)
          from grants_yearclose y left join grants_entry e on e.year = y.year
         where y.state = 'confirmed' group by y.id
        having y.entries <> coalesce(max(e.number), 0)
            or y.digest <> (select l.digest from grants_entry l where l.year = y.year and l.number = y.entries)
         order by 1 limit 1""",
    "tranche above its share": """
        select 'award ' || a.id, 'tranche ' || i.tranche || ': ' || sum(i.amount) || ' yuan issued'
          from grants_award a join grants_issue i on i.award_id = a.id and i.state = 'confirmed'
          join programme_batch b on b.id = a.batch_id join programme_ruleset r on r.id = b.rule_set_id
         group by a.id, i.tranche, r.first_tranche_share
        having sum(i.amount) > case i.tranche when 1 then round(a.amount * r.first_tranche_share, 2)
            else a.amount - round(a.amount * r.first_tranche_share, 2) end order by a.id limit 1""",
    "batch above its budget": """
        select 'batch ' || b.number, sum(a.amount) || ' yuan awarded of ' || r.budget
          from grants_award a join programme_batch b on b.id = a.batch_id
          join programme_ruleset r on r.id = b.rule_set_id where a.state = 'confirmed'
         group by b.number, r.budget having sum(a.amount) > r.budget order by 1 limit 1""",
    "project above its support": """
        select 'project ' || p.id, sum(y.amount) || ' yuan paid of ' || p.approved_support
          from grants_grantproject p join grants_payment y on y.grant_project_id = p.id and y.state = 'confirmed'
         group by p.id having sum(y.amount) > p.approved_support order by p.id limit 1""",
    "sum of a year differs": DIFFERENCE,
    "sum of a plan differs": PLAN_DIFFERENCE,
}


@dataclass(frozen=True)
class Difference:
    """Something that does not fit: its kind (a key of QUESTIONS), what it is about, and how it differs."""

    kind: str
    what: str
    how: str


@dataclass(frozen=True)
class Totals:
    """How much stands in the books."""

    entries: int
    lines: int
    accounts: int


def differences(using: str = "default") -> list[Difference]:
    """The first difference of each kind; empty when the books are whole. The connection must see all rows."""
    found = []
    with connections[using].cursor() as cursor:
        for kind, question in QUESTIONS.items():
            cursor.execute(question)
            if row := cursor.fetchone():
                found.append(Difference(kind, row[0], row[1]))
    return found


def totals(using: str = "default") -> Totals:
    """How much was looked at."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select (select count(*) from grants_entry), (select count(*) from grants_line),"
            " (select count(*) from grants_account)"
        )
        return Totals(*cursor.fetchone())
