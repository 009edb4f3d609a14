"""What follows what: everything about money is entered by one person and confirmed or refused by another."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from grants.enums import CheckState as S
from grants.enums import PlainCheck, RecoveryState
from grants.enums_bank import BankFileState, OrderState
from grants.enums_paying import HoldState as H
from portal.core.errors import Text
from portal.core.states import Machine, Transition


def _checked(name: str, confirmed: Text, *more: Transition) -> Machine:
    return Machine(
        name,
        states=S if more else PlainCheck,
        initial=[S.ENTERED],
        transitions=[
            Transition("confirm", (S.ENTERED,), S.CONFIRMED, confirmed),
            Transition("refuse", (S.ENTERED,), S.REFUSED, _("The checker refuses it with a reason.")),
            *more,
        ],
    )


# The database takes this step with a confirmed reversal of the paper's entry, and nobody else.
_BACK: Final = Transition(
    "reverse", (S.CONFIRMED,), S.REVERSED, _("A confirmed reversal took the entry back: the paper no longer counts.")
)
AWARD: Final = _checked("award", _("The award is booked: the money stands with the Ministry of Finance."), _BACK)
ISSUE: Final = _checked("issue", _("The issue is booked: the money stands with the province."), _BACK)
PASS_ON: Final = _checked("pass_on", _("The pass-on is booked: the money stands with the pilot unit."), _BACK)
PAYMENT: Final = _checked("payment", _("The payment is booked: the money is with the project."), _BACK)
ASSESSMENT: Final = _checked("assessment", _("The result counts; when passed it opens the second tranche."))
REVERSAL: Final = _checked("reversal", _("The entry is taken back by one with the opposite amounts."))
ISSUE_PAPER: Final = _checked("issue_paper", _("All lines of the document are booked to their provinces."))
AWARD_CHANGE: Final = _checked("award_change", _("The difference is booked, and the award has its new amount."))
YEAR_CLOSE: Final = _checked(
    "year_close", _("The year is closed: nothing more is booked in it, and what is unspent is carried over.")
)
FUNDING_HOLD: Final = Machine(
    "funding_hold",
    states=H,
    initial=[H.OPEN],
    transitions=[
        Transition("release", (H.OPEN,), H.RELEASED, _("Both ministries say so: payments to the project go on.")),
        Transition("uphold", (H.OPEN,), H.UPHELD, _("Both ministries say so: nothing more is paid to the project.")),
    ],
)
BANK_FILE: Final = Machine(
    "bank_file",
    states=BankFileState,
    initial=[BankFileState.BROUGHT],
    transitions=[
        Transition("take", (BankFileState.BROUGHT,), BankFileState.TAKEN, _("Its statements are imported, each once.")),
        Transition(
            "turn_down", (BankFileState.BROUGHT,), BankFileState.REFUSED, _("It has errors: nothing is imported.")
        ),
    ],
)
BANK_ORDER: Final = Machine(
    "bank_order",
    states=OrderState,
    initial=[OrderState.WRITTEN],
    transitions=[
        Transition(
            "withdraw", (OrderState.WRITTEN,), OrderState.WITHDRAWN, _("The bank has not paid it: its papers are free.")
        ),
    ],
)
SPENDING: Final = _checked("spending", _("The use is booked: the project has spent the money."), _BACK)
RETURN: Final = _checked("return", _("The return is booked: the money stands with the level above."), _BACK)
MATCHING: Final = _checked("matching", _("The matching money counts as arrived; nothing is booked in the ledger."))
RECOVERY_PAYMENT: Final = _checked(
    "recovery_payment", _("The recovered money is booked: it lies as surplus with the pilot unit."), _BACK
)
RECOVERY_WITHDRAWAL: Final = _checked("recovery_withdrawal", _("The demand is withdrawn: nothing more is paid on it."))
# A demand is withdrawn by the database with a confirmed withdrawal, and by nobody else.
RECOVERY: Final = Machine(
    "recovery",
    states=RecoveryState,
    initial=[RecoveryState.ENTERED],
    transitions=[
        Transition("confirm", (S.ENTERED,), S.CONFIRMED, _("The money is demanded: the pilot unit gets the letter.")),
        Transition("refuse", (S.ENTERED,), S.REFUSED, _("The checker refuses it with a reason.")),
        Transition(
            "withdraw",
            (S.CONFIRMED,),
            RecoveryState.WITHDRAWN,
            _("A confirmed withdrawal ends the demand; what was paid stays paid."),
        ),
    ],
)
