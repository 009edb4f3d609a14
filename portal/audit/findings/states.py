"""What follows what in engagements and findings."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from portal.audit.findings.enums import EngagementState, FindingState
from portal.core.states import Machine, Transition

ENGAGEMENT: Final = Machine(
    "engagement",
    states=EngagementState,
    initial=[EngagementState.PLANNED],
    transitions=[
        Transition(
            "start",
            (EngagementState.PLANNED,),
            EngagementState.UNDER_WAY,
            _("Objectives, period and scope are fixed; findings may be raised."),
        ),
        Transition(
            "begin_reporting",
            (EngagementState.UNDER_WAY,),
            EngagementState.REPORTING,
            _("The work in the field is done; findings are answered and rectified."),
        ),
        Transition(
            "close_engagement",
            (EngagementState.REPORTING,),
            EngagementState.CLOSED,
            _("Every finding is closed or dropped."),
        ),
    ],
)
FINDING: Final = Machine(
    "finding",
    states=FindingState,
    initial=[FindingState.DRAFT],
    transitions=[
        Transition(
            "show",
            (FindingState.DRAFT,),
            FindingState.SHOWN,
            _("The audited body reads it and has its term to reply; the text does not change any more."),
        ),
        Transition("reply", (FindingState.SHOWN,), FindingState.REPLIED, _("The audited body says what it holds.")),
        Transition(
            "order",
            (FindingState.SHOWN, FindingState.REPLIED),
            FindingState.RECTIFYING,
            _("It is to be rectified by a day; without a reply only after the term."),
        ),
        Transition(
            "report",
            (FindingState.RECTIFYING,),
            FindingState.REPORTED,
            _("The audited body reports how it was rectified, with proof."),
        ),
        Transition(
            "send_back", (FindingState.REPORTED,), FindingState.RECTIFYING, _("A follow-up found it not yet rectified.")
        ),
        Transition("follow_up", (FindingState.REPORTED,), FindingState.FOLLOWED, _("A follow-up found it rectified.")),
        Transition(
            "close",
            (FindingState.FOLLOWED,),
            FindingState.CLOSED,
            _("A second auditor closes it: neither who raised it nor who alone followed it up."),
        ),
        Transition(
            "drop",
            (FindingState.DRAFT, FindingState.SHOWN, FindingState.REPLIED),
            FindingState.DROPPED,
            _("It does not stand; once it was shown, a second auditor says so."),
        ),
    ],
)
