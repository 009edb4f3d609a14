"""Payment requests with their invoices and evidence, grounds of refusals, holds."""

from __future__ import annotations

from typing import Final

from tests.guards.attacks.rows import AWARD, PROJECT, Attack, confirm, placed
from tests.guards.grants_rows import CHECKED, NOW

_HOLD = ("fundinghold", {})
_REQUEST = ("paymentrequest", {})
_PAID = ("payment", {"request_id": "1"})
_HELD = (PROJECT, _HOLD)
ATTACKS: Final = [
    Attack("payment", "grants_3_asked", "unit_maker", {}, "payment_of_request"),
    Attack("payment", "grants_3_asked_still", "unit_checker", confirm("payment", "unit_checker"), "payment_of_request",
           (("payment", {}),)),
    Attack("payment", "grants_3_held", "unit_maker", {}, "payment_not_held", _HELD),
    Attack("payment", "grants_3_held_still", "unit_checker", confirm("payment", "unit_checker"), "payment_not_held",
           (*_HELD, ("payment", {}))),
    Attack("payment", "grants_3_ground", "unit_checker", "update grants_payment set state = 'refused', refused_why ="
           " 'x', checker_id = <unit_checker>, checked_at = now()", "payment_refused_on_ground", (("payment", {}),)),
    Attack("payment", "grants_4_invoices", "unit_maker", {"request_id": "1"},
           given=(_REQUEST, ("requestinvoice", {"counted": "false"})),
           becomes="select counted from grants_requestinvoice"),
    placed("paymentrequest", "unit_maker", AWARD, PROJECT),
    Attack("paymentrequest", "grants_2_kept", "unit_maker", "update grants_paymentrequest set purpose = 'y'",
           "request_is_kept", (_REQUEST, _PAID)),
    placed("requestinvoice", "unit_maker", PROJECT, _REQUEST),
    Attack("requestinvoice", "grants_2_kept", "unit_maker", {}, "request_is_kept", (_REQUEST, _PAID)),
    Attack("requestinvoice", "grants_2_counts", "owner", "update grants_requestinvoice set counted = true",
           "request_is_kept", (("requestinvoice", {}),)),
    placed("evidencefile", "unit_maker", PROJECT, _REQUEST),
    Attack("evidencefile", "grants_2_kept", "unit_maker", {}, "request_is_kept", (_REQUEST, _PAID)),
    placed("paymentrefusal", "unit_checker", PROJECT, ("payment", {})),
    Attack("paymentrefusal", "grants_2_waiting", "unit_checker", {}, "payment_state", (("payment", CHECKED),)),
    placed("fundinghold", "mof", AWARD, PROJECT),
    Attack("fundinghold", "grants_2_begins", "mof",
           {"miit_word": "'release'", "miit_by_id": "2", "miit_at": NOW, "miit_why": "'x'"},
           "hold_judged_by_ministries", (PROJECT,)),
    Attack("fundinghold", "grants_2_judged", "mof", "update grants_fundinghold set note = 'y'", "hold_is_kept",
           (_HOLD,)),
]  # fmt: skip
