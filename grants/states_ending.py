"""What follows what when a batch is archived or opened again."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from grants.enums_ending import StepState as S
from portal.core.states import Machine, Transition

ARCHIVE_STEP: Final = Machine(
    "archive_step",
    states=S,
    initial=[S.ASKED],
    transitions=[
        Transition("sign", (S.ASKED,), S.SIGNED, _("MOF countersigns: the batch is archived, or open again.")),
        Transition("refuse", (S.ASKED,), S.REFUSED, _("An officer of either ministry says why not; nothing changes.")),
    ],
)
