"""What an attack is, and the rows on which attacks stand. Values are SQL; `<person>` is the number of that person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tests.guards.grants_rows import CHECKED, DAY, NOW, Row

# Rows the owner puts there first: a table and what its row says besides the good one; or a statement.
Given = tuple[str, Row] | str


@dataclass(frozen=True)
class Attack:
    """One attack on one trigger.

    what: the row that is inserted, besides the good one, as number 9; or a statement. who: a person of the policies'
    tests as portal_web; "owner" where the web role has no right to the command at all. name: what refuses. becomes:
    where the trigger fills in or follows, a question that is true only after it did. also: triggers it writes through.
    """

    table: str
    trigger: str
    who: str
    what: Row | str
    name: str = ""
    given: tuple[Given, ...] = ()
    becomes: str = ""
    also: tuple[tuple[str, str], ...] = ()

    @property
    def label(self) -> str:
        """For the list of tests."""
        return f"{self.table}-{self.trigger}"


# A confirmed award of 1,000 yuan, and a project of it with a support of 100.
AWARD: Final[Given] = ("award", CHECKED | {"amount": "1000", "document_id": "1"})
WAITS: Final[Given] = ("award", {"amount": "1000"})
PROJECT: Final[Given] = ("grantproject", {"approved_support": "100", "total_investment": "1000"})
RECEIPT: Final[Row] = {"received_on": DAY, "received_by_id": "1", "received_at": NOW}
ELSEWHERE: Final[Row] = {"province_id": "'360000'", "unit_id": "'360100'"}
# Through these a confirmed paper is booked.
LEDGER: Final = (("account", "grants_1_place"), ("entry", "grants_1_place"), ("line", "grants_1_place"))


def confirm(table: str, checker: str, more: str = "") -> str:
    """Confirm the row there is."""
    return f"update grants_{table} set state = 'confirmed', checker_id = <{checker}>, checked_at = now(){more} where id = 1"


def reverse(table: str) -> str:
    """Take the row back by hand."""
    return f"update grants_{table} set state = 'reversed'"


def signed(table: str, who: str, trigger: str = "grants_2_signature", **more: str) -> Attack:
    """A maker signs for somebody else."""
    return Attack(table, trigger, who, {"maker_id": "<auditor>", **more}, "money_signed_by_oneself", (AWARD,))


def placed(table: str, who: str, *given: Given, trigger: str = "grants_1_place", **more: str) -> Attack:
    """A row says that it lies elsewhere."""
    here = f"select (province_id, unit_id) = ('350000', '350200') from grants_{table} where id = 9"
    return Attack(table, trigger, who, ELSEWHERE | more, given=given, becomes=here)


def taken_back(table: str, who: str, **more: str) -> Attack:
    """A paper is taken back without its entry."""
    given = (AWARD, (table, CHECKED | more)) if table != "award" else (AWARD,)
    return Attack(table, "grants_2_reversed", who, reverse(table), "paper_reversed_by_its_entry", given)


def booked(table: str, checker: str, kind: str, *given: Given, **more: str) -> Attack:
    """A confirmed paper stands in the books."""
    entry = f"select exists (select 1 from grants_entry where kind = '{kind}' and award_id = 1)"
    return Attack(
        table,
        "grants_book",
        checker,
        confirm(table, checker),
        given=(AWARD, (table, more), *given),
        becomes=entry,
        also=LEDGER,
    )


def account(place: str, balance: str = "500", pk: str = "50", **more: str) -> Given:
    """An account of the award with money."""
    project = {"project_id": "1"} if place in ("project", "used") else {"project_id": "null"}
    return ("account", {"id": pk, "place": f"'{place}'", "balance": balance, **project, **more})


def there(query: str) -> str:
    """Whether there is such a row."""
    return f"select exists (select 1 from grants_{query})"
