"""Recomputes the books from the entries alone and names every difference, the first of each kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import connections

_LINES: Final = """(select jsonb_agg(jsonb_build_array(l.account_id, l.amount::text) order by l.id)
    from grants_line l where l.entry_id = e.id)"""
# Each question gives no row when all is well, else the first thing that does not fit and in what way.
QUESTIONS: Final[dict[str, str]] = {
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
                       e.checker_id, e.booked_at, e.issue_id, e.pass_on_id, e.payment_id, {_LINES}), 'UTF8')), 'hex')
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
    "account below zero": """
        select 'account ' || id, 'balance ' || balance from grants_account
         where place <> 'source' and balance < 0 order by id limit 1""",
    "paper not booked": """
        select kind || ' ' || id, 'confirmed, ' || amount || ' yuan, but not booked as that' from (
            select 'award' as kind, p.id, p.amount, e.id as entry, e.amount as booked from grants_award p left join (
                select e.id, e.award_id, sum(l.amount) as amount from grants_entry e join grants_line l
                    on l.entry_id = e.id and l.amount > 0 where e.kind = 'award' group by e.id) e on e.award_id = p.id
             where p.state = 'confirmed'
            union all
            select 'issue', p.id, p.amount, e.id, (select sum(amount) from grants_line l
                where l.entry_id = e.id and amount > 0)
              from grants_issue p left join grants_entry e on e.issue_id = p.id where p.state = 'confirmed'
            union all
            select 'pass-on', p.id, p.amount, e.id, (select sum(amount) from grants_line l
                where l.entry_id = e.id and amount > 0)
              from grants_passon p left join grants_entry e on e.pass_on_id = p.id where p.state = 'confirmed'
            union all
            select 'payment', p.id, p.amount, e.id, (select sum(amount) from grants_line l
                where l.entry_id = e.id and amount > 0)
              from grants_payment p left join grants_entry e on e.payment_id = p.id where p.state = 'confirmed') papers
         where entry is null or booked is distinct from amount order by kind, id limit 1""",
    "booked without a confirmed paper": """
        select 'entry ' || e.year || '-' || e.number, e.kind from grants_entry e
          left join grants_award a on a.id = e.award_id and e.kind = 'award'
          left join grants_issue i on i.id = e.issue_id
          left join grants_passon p on p.id = e.pass_on_id
          left join grants_payment y on y.id = e.payment_id
         where coalesce(a.state, i.state, p.state, y.state, '') <> 'confirmed' and e.kind <> 'reversal'
         order by e.id limit 1""",
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
