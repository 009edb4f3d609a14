"""Moments and days that a row names for itself, and rows that bring what only a later step writes."""

from __future__ import annotations

from typing import Final

from grants.functions_moments import BORN, DATED, DAYS, MOMENTS
from tests.guards.attacks.rows import RECEIPT, Attack, Given
from tests.guards.grants_rows import Row
from tests.guards.test_grants_policies import INSERTS

_TO_COME: Final = "current_date + 2"
_BROUGHT: Final[dict[str, Row]] = {
    "acceptance": {"decided_by_id": "3", "decided_at": "now()"},
    "award": {"assessment_passed_on": "current_date"},
    "evaluation": {"verified_by_id": "3", "verified_at": "now()"},
    "issue": RECEIPT,
    "progressfile": {"ended_at": "now()"},
    "returnpaper": RECEIPT,
}
# Where the policy of a row asks for another row.
_GIVEN: Final[dict[str, tuple[Given, ...]]] = {
    "evidence": (("evaluation", {}),),
    "progressfile": (("quarterreport", {}),),
    "reportevidence": (("quarterreport", {}),),
    "reversal": (("entry", {"kind": "'payment'", "payment_id": "1"}),),
}


def _now(table: str) -> Attack:
    """The statement says when; the database says otherwise."""
    first = MOMENTS[table][0]
    later = f"select {first} > now() - interval '1 hour' from grants_{table} where id = 9"
    return Attack(
        table, "grants_0_now", INSERTS[table], {first: "'2020-01-01'"}, given=_GIVEN.get(table, ()), becomes=later
    )


ATTACKS: Final = [
    *(_now(table) for table in MOMENTS if table != "openfile"),  # no money: its clockwork is tried in test_open_data
    *(
        Attack(table, "grants_0_born", INSERTS[table], _BROUGHT[table], name, _GIVEN.get(table, ()))
        for table, (name, _columns) in BORN.items()
    ),
    *(
        Attack(table, "grants_0_day", INSERTS[table], {column: _TO_COME}, name)
        for table, (column, name) in DAYS.items()
    ),
    *(
        Attack(table, "grants_0_dated", INSERTS[table], {"document_date": _TO_COME}, "paper_dated_by_today",
               _GIVEN.get(table, ()))
        for table in DATED
    ),
]  # fmt: skip
