"""Bank files, statements, lines, what they were decided to be, and sets of payment orders."""

from __future__ import annotations

from typing import Final

from tests.guards.attacks.rows import ELSEWHERE, Attack, Given
from tests.guards.grants_rows import CHECKED

_LINE: Final[Given] = ("bankline", {"direction": "'debit'"})
_PAID: Final[Given] = ("payment", CHECKED)
_ITEM: Final[Given] = ("bankorderitem", {})
_WITHDRAW: Final = (
    "update grants_bankorder set state = 'withdrawn', withdrawn_by_id = <{who}>, withdrawn_at = now(),"
    " withdrawn_why = 'x' where id = 1"
)


def _placed(table: str, *given: Given) -> Attack:
    """A row says that it lies elsewhere: it lies where its organisation is."""
    here = f"select unit_id = '350200' from grants_{table} where id = 9"
    return Attack(table, "grants_1_place", "unit_maker", ELSEWHERE, given=given, becomes=here)


ATTACKS: Final = [
    _placed("bankfile"),
    _placed("bankstatement", ("bankfile", {})),
    _placed("bankline", ("bankstatement", {})),
    _placed("bankdecision", _LINE),
    _placed("bankorder"),
    _placed("bankorderitem", ("bankorder", {})),
    Attack("bankfile", "grants_2_guard", "unit_maker", "update grants_bankfile set size = 2", "bank_statement_stays",
           (("bankfile", {}),)),
    Attack("bankline", "grants_2_guard", "unit_maker", {"state": "'matched'"}, "bank_line_stays"),
    Attack("bankline", "grants_2_kept", "unit_maker", "update grants_bankline set amount = 2", "bank_line_stays",
           (_LINE,)),
    Attack("bankdecision", "grants_2_guard", "unit_maker", "update grants_bankdecision set why = 'y'",
           "bank_history_stays", (("bankdecision", {}),)),
    Attack("bankdecision", "grants_3_decided", "unit_maker", {}, "bank_lines_within_paper",
           (_PAID, ("bankline", {"direction": "'debit'", "amount": "2"}))),
    Attack("bankdecision", "grants_3_ended", "unit_maker", "update grants_bankdecision set ended_at = now(),"
           " ended_by_id = <unit_maker>, ended_why = 'x'",
           given=(("bankdecision", {}), ("bankline", {"state": "'matched'"})),
           becomes="select state = 'open' from grants_bankline"),
    Attack("bankorderitem", "grants_2_guard", "unit_maker", {}, "bank_order_of_confirmed_paper",
           (("bankorder", {}), ("payment", {}))),
    Attack("bankorderitem", "grants_3_sum", "unit_maker", {}, "bank_order_adds_up", (("bankorder", {"papers": "5"}),)),
    Attack("bankorder", "grants_3_sum", "unit_maker", {}, "bank_order_adds_up"),
    Attack("bankorder", "grants_2_guard", "unit_maker", "update grants_bankorder set total = 5", "bank_statement_stays",
           (("bankorder", {}),)),
    Attack("bankorder", "grants_3_withdrawn", "unit_maker", _WITHDRAW.format(who="unit_maker"),
           given=(("bankorder", {}), _ITEM), becomes="select withdrawn from grants_bankorderitem"),
]  # fmt: skip
