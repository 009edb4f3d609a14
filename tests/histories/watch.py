"""What must hold after each act, asked past the portal: as the superuser, by plain SQL."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import psycopg

# Written whether an act is done or refused: the trail, what a person has open, letters come with the act itself.
OF_NO_ACT: Final = ("audit_event", "audit_link", "django_session", "accounts_user", "usersessions", "api_")

# Sums by plain SQL over papers, place by place, against the accounts. Nothing of the ledger's own tables is in the first.
PLACES: Final = """
with p as (
    select a.id as award, 'source' as place, -a.amount as amount from grants_award a where a.state = 'confirmed'
    union all select a.id, 'central', a.amount from grants_award a where a.state = 'confirmed'
    union all select award_id, 'central', -amount from grants_issue where state = 'confirmed'
    union all select award_id, 'province', amount from grants_issue where state = 'confirmed'
    union all select award_id, 'province', -amount from grants_passon where state = 'confirmed'
    union all select award_id, 'unit', amount from grants_passon where state = 'confirmed'
    union all select award_id, 'unit', -amount from grants_payment where state = 'confirmed'
    union all select award_id, 'project', amount from grants_payment where state = 'confirmed'
    union all select award_id, 'unit', -amount from grants_returnpaper
        where state = 'confirmed' and source in ('unit', 'carry_over', 'surplus')
    union all select award_id, 'province', amount from grants_returnpaper
        where state = 'confirmed' and source in ('unit', 'carry_over', 'surplus')
    union all select award_id, 'province', -amount from grants_returnpaper
        where state = 'confirmed' and source = 'province'
    union all select award_id, 'recovered', amount from grants_returnpaper
        where state = 'confirmed' and source = 'province'
    union all select award_id, case when grant_project_id is null then 'unit' else 'project' end, -amount
        from grants_recoverypayment where state = 'confirmed'
    union all select award_id, 'unit', amount from grants_recoverypayment where state = 'confirmed'
), want as (select award, place, sum(amount) as amount from p group by award, place
), have as (
    select award_id as award,
           case when place in ('carry_over', 'surplus') then 'unit' when place = 'used' then 'project' else place end
               as place, sum(balance) as amount
      from grants_account group by 1, 2)
select coalesce(want.award, have.award) || ' ' || coalesce(want.place, have.place) || ': papers '
       || coalesce(want.amount, 0) || ', accounts ' || coalesce(have.amount, 0)
  from want full join have using (award, place)
 where coalesce(want.amount, 0) <> coalesce(have.amount, 0) limit 1
"""

LAWS: Final[dict[str, str]] = {
    "places by papers": PLACES,
    "an entry is in balance": "select entry_id::text from grants_line group by entry_id having sum(amount) <> 0 limit 1",
    "an account is the sum of its lines": """
        select c.id || ' ' || c.place || ' ' || c.balance from grants_account c
          left join grants_line l on l.account_id = c.id group by c.id
        having c.balance <> coalesce(sum(l.amount), 0) limit 1""",
    "nothing is below nought": "select id || ' ' || place || ' ' || balance from grants_account"
    " where balance < 0 and place <> 'source' limit 1",
    "within the budget and the cap": """
        select b.number::text from programme_batch b join programme_ruleset r on r.id = b.rule_set_id
          join grants_award a on a.batch_id = b.id and a.state in ('entered', 'confirmed')
         group by b.id, r.id having sum(a.amount) > r.budget or max(a.amount) > least(r.grant_cap, 300000000)""",
    "one award for each unit": """
        select application_id::text from grants_award where state in ('entered', 'confirmed')
         group by 1 having count(*) > 1""",
    "within the tranche": """
        select i.award_id || ' ' || i.tranche from grants_issue i join grants_award a on a.id = i.award_id
         where i.state in ('entered', 'confirmed') group by i.award_id, i.tranche, a.amount
        having sum(i.amount) > case i.tranche when 1 then round(a.amount / 2, 2)
            else a.amount - round(a.amount / 2, 2) end""",
    "a second tranche after a passed assessment": """
        select i.id::text from grants_issue i where i.tranche = 2 and i.state in ('entered', 'confirmed')
           and not exists (select from grants_assessment s where s.award_id = i.award_id and s.state = 'confirmed'
               and (s.result = 'passed' or exists (select from grants_rectification r
                   where r.assessment_id = s.id and r.state = 'confirmed')))""",
    "within what the assessment left": """
        select i.award_id::text from grants_issue i join grants_assessment s on s.award_id = i.award_id
           and s.state = 'confirmed' and s.result = 'passed' and s.second_limit is not null
         where i.tranche = 2 and i.state in ('entered', 'confirmed')
         group by i.award_id, s.id having sum(i.amount) > s.second_limit""",
    "a pass-on within its issue": """
        select p.issue_id::text from grants_passon p join grants_issue i on i.id = p.issue_id
         where p.state in ('entered', 'confirmed') group by p.issue_id, i.id
        having sum(p.amount) > i.amount or i.state <> 'confirmed' or i.received_on is null""",
    "a payment within its support": """
        select p.id || ': paid ' || sum(y.amount) || ' of ' || p.approved_support from grants_grantproject p
          join grants_payment y on y.grant_project_id = p.id and y.state in ('entered', 'confirmed')
         group by p.id having sum(y.amount) > p.approved_support""",
    "a support within a fifth": "select id::text from grants_grantproject"
    " where approved_support > round(total_investment * 0.2, 2)",
    "supports within the award": """
        select a.id || ': ' || sum(p.approved_support) || ' of ' || a.amount from grants_award a
          join grants_grantproject p on p.award_id = a.id where a.state = 'confirmed'
         group by a.id having sum(p.approved_support) > a.amount""",
    "collected within the demand": """
        select r.id::text from grants_recovery r join grants_recoverypayment y on y.recovery_id = r.id
           and y.state in ('entered', 'confirmed') group by r.id having sum(y.amount) > r.amount""",
    "an invoice pays once": """
        select v.code || v.number from grants_requestinvoice v join grants_payment y on y.request_id = v.request_id
           and y.state in ('entered', 'confirmed') group by v.code, v.number having count(distinct y.id) > 1""",
    "a line pays no more than its paper": """
        select d.payment_id::text from grants_bankdecision d join grants_bankline l on l.id = d.line_id
          join grants_payment y on y.id = d.payment_id where d.ended_at is null
         group by d.payment_id, y.amount having sum(abs(l.amount)) > y.amount""",
    "a line is decided once": """
        select line_id::text from grants_bankdecision where ended_at is null group by 1 having count(*) > 1""",
    "a paper stands in one set of orders": """
        select i.payment_id::text from grants_bankorderitem i join grants_bankorder o on o.id = i.order_id
         where o.state = 'written' and i.payment_id is not null group by 1 having count(*) > 1""",
    "one plan after the other": """
        select application_id::text from applications_planversion group by 1 having max(number) <> count(*)""",
    "an archived batch has nothing open": """
        select b.number || ' ' || k.place || ' ' || k.balance from programme_batch b
          join grants_award a on a.batch_id = b.id join grants_account k on k.award_id = a.id
         where b.state = 'archived' and k.place in ('province', 'unit', 'carry_over', 'surplus', 'project')
           and k.balance <> 0""",
}
PAIRS: Final = (
    ("maker_id", "checker_id"),
    ("asked_by_id", "decided_by_id"),
    ("maker_id", "agreed_by_id"),
    ("checker_id", "agreed_by_id"),
    ("asked_by_id", "signed_by_id"),
    ("proposed_by_id", "confirmed_by_id"),
    ("made_by_id", "decided_by_id"),
)


class Broken(AssertionError):
    """Something that can never happen has happened."""


class Watch:
    """Looks at the database of a history, on a connection of its own."""

    def __init__(self, dsn: str) -> None:
        self.line = psycopg.connect(dsn, autocommit=True)
        rows = self._all(
            "select c.relname, array_agg(a.attname::text) from pg_class c join pg_attribute a on a.attrelid = c.oid"
            " where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and a.attnum > 0"
            " and not a.attisdropped group by 1 order by 1"
        )
        self.tables = {name: set(columns) for name, columns in rows if not name.startswith(OF_NO_ACT)}
        self.states = {name for name, columns in self.tables.items() if {"id", "state"} <= columns}
        self.laws = LAWS | {
            f"{table}: {one} is not {two}": f"select id::text from {table} where {one} = {two} limit 1"
            for table, columns in self.tables.items()
            for one, two in PAIRS
            if {one, two, "id"} <= columns
        }

    def _all(self, sql: str, values: Any = None) -> list[Any]:
        return self.line.execute(sql, values).fetchall()

    def digest(self) -> dict[str, Any]:
        """Of each table: how many rows, and a number made of all of them."""
        found = " union all ".join(
            f"select '{name}', count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) from {name} t"
            for name in self.tables
        )
        return {name: (count, total) for name, count, total in self._all(found)}

    def moved(self) -> dict[tuple[str, Any], str]:
        """The state of every row that has one."""
        found = " union all ".join(f"select '{name}', id::text, state::text from {name}" for name in self.states)
        return {(name, pk): state for name, pk, state in self._all(found)}

    def check(self) -> None:
        """Raise Broken when a law does not hold."""
        asked = " union all ".join(
            f"select {number}, (select x from ({sql}) t(x) limit 1)" for number, sql in enumerate(self.laws.values())
        )
        names = list(self.laws)
        broken = [f"{names[number]}: {what}" for number, what in self._all(asked) if what is not None]
        if broken:
            raise Broken(broken)

    def events(self, after: int) -> list[Any]:
        """Events of the trail since."""
        return self._all(
            "select id, act, outcome, object_type, object_id, before, after from audit_event where id > %s order by id",
            [after],
        )

    def last_event(self) -> int:
        return int(self._all("select coalesce(max(id), 0) from audit_event")[0][0])

    def archived(self) -> list[int]:
        return [pk for (pk,) in self._all("select id from programme_batch where state = 'archived'")]

    def of_batch(self, batch: int) -> Any:
        """All rows of the batch's awards and applications, as one number for each table."""
        found = []
        for name, columns in self.tables.items():
            if name.startswith("grants_") and "award_id" in columns:
                found.append((name, f"award_id in (select id from grants_award where batch_id = {batch})"))
            elif name.startswith(("grants_", "reviews_")) and "batch_id" in columns and name != "grants_archivestep":
                found.append((name, f"batch_id = {batch}"))
            elif name.startswith("applications_") and "application_id" in columns:
                found.append(
                    (name, f"application_id in (select id from applications_application where batch_id = {batch})")
                )
        sql = " union all ".join(
            f"select '{name}', count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) from {name} t where {where}"
            for name, where in found
        )
        return {name: (count, total) for name, count, total in self._all(sql)}


@cache
def machines() -> dict[str, Any]:
    """The table of states that holds for a table of the database."""
    from django.apps import apps

    from portal.core.states import MACHINES

    found = {}
    for model in apps.get_models():
        for trigger in getattr(model._meta, "triggers", ()):
            machine = MACHINES.get(str(trigger.name).removesuffix("_state"))
            if machine is not None and str(trigger.name).endswith("_state"):
                found[model._meta.db_table] = machine
    return found


def steps(before: dict[Any, str], after: dict[Any, str]) -> None:
    """Raise Broken when a row went a way that its table of states does not have."""
    for key, state in after.items():
        machine = machines().get(key[0])
        if machine is None or before.get(key) == state:
            continue
        old = before.get(key)
        if old is None:
            continue  # an act may take a new row further by itself
        pairs = {(source, one.target) for one in machine.transitions for source in one.sources}
        reach, todo = {old}, [old]
        while todo:
            here = todo.pop()
            for source, target in pairs:
                if source == here and target not in reach:
                    reach.add(target)
                    todo.append(target)
        if state not in reach:
            raise Broken((key, old, state))
