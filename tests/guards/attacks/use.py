"""Use, returns, matching money, demands and what is paid on them."""

from __future__ import annotations

from typing import Final

from tests.guards.attacks.rows import (
    AWARD,
    PROJECT,
    RECEIPT,
    WAITS,
    Attack,
    account,
    booked,
    confirm,
    placed,
    signed,
    taken_back,
)
from tests.guards.grants_rows import CHECKED

_DEMAND = ("recovery", CHECKED | {"level": "'ministry'", "amount": "10"})
_WAITING_DEMAND = ("recovery", {"level": "'ministry'"})
_BY = {"ministry": ("mof_maker", "mof_checker"), "provincial_finance": ("province_maker", "province_checker")}


def _by_level(table: str) -> list[Attack]:
    return [
        signed(table, _BY[level][0], f"grants_2_signature_{end}", level=f"'{level}'")
        for level, end in (("ministry", "ministry"), ("provincial_finance", "province"))
    ]


ATTACKS: Final = [
    placed("spendingreport", "unit_maker", AWARD, PROJECT),
    signed("spendingreport", "unit_maker"),
    taken_back("spendingreport", "unit_checker"),
    Attack("spendingreport", "grants_3_limits", "unit_maker", {}, "spending_within_project", (PROJECT,)),
    booked("spendingreport", "unit_checker", "use", account("project")),
    placed("returnpaper", "unit_maker", AWARD),
    signed("returnpaper", "unit_maker", "grants_2_signature_unit"),
    signed("returnpaper", "province_maker", "grants_2_signature_province", source="'province'"),
    Attack("returnpaper", "grants_2_receipt", "province_maker", "update grants_returnpaper set received_on ="
           " '2026-01-05'", "return_received_once", (("returnpaper", CHECKED | RECEIPT),)),
    taken_back("returnpaper", "unit_checker"),
    Attack("returnpaper", "grants_3_limits", "unit_maker", {}, "return_within_held", (AWARD,)),
    booked("returnpaper", "unit_checker", "return", account("unit")),
    placed("matchingfunds", "unit_maker", AWARD),
    signed("matchingfunds", "unit_maker"),
    Attack("matchingfunds", "grants_3_limits", "unit_maker", {}, "matching_of_own_award", (WAITS,)),
    placed("recovery", "mof_maker", AWARD),
    *_by_level("recovery"),
    Attack("recovery", "grants_2_withdrawn", "mof_checker", "update grants_recovery set state = 'withdrawn'",
           "recovery_withdrawn_by_both", (_DEMAND,)),
    Attack("recovery", "grants_3_limits", "mof_maker", {}, "recovery_within_what_lies", (AWARD,)),
    Attack("recovery", "grants_3_finding", "mof_maker", {"finding_id": "7"}, "recovery_of_a_finding_at_hand", (AWARD,)),
    placed("recoverypayment", "unit_maker", AWARD, _DEMAND),
    signed("recoverypayment", "unit_maker"),
    taken_back("recoverypayment", "unit_checker"),
    Attack("recoverypayment", "grants_3_limits", "unit_maker", {}, "recovery_is_demanded", (_WAITING_DEMAND,)),
    Attack("recoverypayment", "grants_3_limits_still", "unit_checker", confirm("recoverypayment", "unit_checker"),
           "recovery_is_demanded", (_WAITING_DEMAND, ("recoverypayment", {}))),
    booked("recoverypayment", "unit_checker", "recovery", _DEMAND, account("unit")),
    placed("recoverywithdrawal", "mof_maker", AWARD, _DEMAND),
    *_by_level("recoverywithdrawal"),
    Attack("recoverywithdrawal", "grants_3_limits", "mof_maker", {}, "recovery_is_outstanding", (_WAITING_DEMAND,)),
    Attack("recoverywithdrawal", "grants_3_limits_still", "mof_checker", confirm("recoverywithdrawal", "mof_checker"),
           "recovery_is_outstanding", (_WAITING_DEMAND, ("recoverywithdrawal", {}))),
    Attack("recoverywithdrawal", "grants_book", "mof_checker", confirm("recoverywithdrawal", "mof_checker"),
           given=(_DEMAND, ("recoverywithdrawal", {})), becomes="select state = 'withdrawn' from grants_recovery"),
]  # fmt: skip
