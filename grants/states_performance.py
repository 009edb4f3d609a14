"""What follows what: the states of a quarterly report."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from grants.enums_performance import ReportState as S
from portal.core.states import Machine, Transition

REPORT: Final = Machine(
    "quarter_report",
    states=S,
    initial=[S.DRAFT],
    transitions=[
        Transition(
            "sign_report",
            (S.DRAFT, S.RETURNED),
            S.SUBMITTED,
            _("A signatory of the unit signs; what was signed is kept."),
        ),
        Transition(
            "verify_report",
            (S.SUBMITTED,),
            S.VERIFIED,
            _("The industry department verifies; nothing changes any more."),
        ),
        Transition("return_report", (S.SUBMITTED,), S.RETURNED, _("The industry department returns it with a reason.")),
    ],
)
