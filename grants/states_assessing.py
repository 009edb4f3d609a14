"""What follows what in evaluations, panels, rectifications and acceptances."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from grants.enums import AcceptanceState, EvaluationState, PanelState, PlainCheck
from portal.core.states import Machine, Transition

EVALUATION: Final = Machine(
    "evaluation",
    states=EvaluationState,
    initial=[EvaluationState.DRAFT],
    transitions=[
        Transition(
            "sign",
            (EvaluationState.DRAFT,),
            EvaluationState.SIGNED,
            _("Total, band and the plan it is measured against are fixed; nothing changes any more."),
        ),
        Transition(
            "verify", (EvaluationState.SIGNED,), EvaluationState.VERIFIED, _("The province says what it found.")
        ),
    ],
)
PANEL: Final = Machine(
    "panel",
    states=PanelState,
    initial=[PanelState.OPEN],
    transitions=[
        Transition(
            "close", (PanelState.OPEN,), PanelState.CLOSED, _("Every member has scored; the mean and its band stand.")
        )
    ],
)
RECTIFICATION: Final = Machine(
    "rectification",
    states=PlainCheck,
    initial=[PlainCheck.ENTERED],
    transitions=[
        Transition(
            "confirm", (PlainCheck.ENTERED,), PlainCheck.CONFIRMED, _("It was mended: the second tranche opens.")
        ),
        Transition("refuse", (PlainCheck.ENTERED,), PlainCheck.REFUSED, _("The checker refuses it with a reason.")),
    ],
)
ACCEPTANCE: Final = Machine(
    "acceptance",
    states=AcceptanceState,
    initial=[AcceptanceState.DRAFT],
    transitions=[
        Transition(
            "send", (AcceptanceState.DRAFT,), AcceptanceState.SENT, _("It is whole and waits for the province.")
        ),
        Transition(
            "confirm", (AcceptanceState.SENT,), AcceptanceState.CONFIRMED, _("The province confirms what it says.")
        ),
        Transition(
            "return", (AcceptanceState.SENT,), AcceptanceState.DRAFT, _("The province sends it back with a reason.")
        ),
    ],
)
