"""What follows what: everything about money is entered by one person and confirmed or refused by another."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from grants.enums import CheckState as S
from grants.enums import PlainCheck
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
