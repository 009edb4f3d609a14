"""What becomes of a schedule of reports."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.states import Machine, Transition


class ScheduleState(models.TextChoices):
    """States of a schedule."""

    ACTIVE = "running", pgettext_lazy("schedule", "running")
    PAUSED = "paused", pgettext_lazy("schedule", "paused")
    ENDED = "ended", pgettext_lazy("schedule", "ended")


S = ScheduleState
SCHEDULE = Machine(
    "report_schedule",
    states=ScheduleState,
    initial=[S.ACTIVE],
    transitions=[
        Transition("pause_schedule", (S.ACTIVE,), S.PAUSED, _("Its person lets it rest.")),
        Transition("resume_schedule", (S.PAUSED,), S.ACTIVE, _("It goes on with the next date to come.")),
        Transition("end_schedule", (S.ACTIVE, S.PAUSED), S.ENDED, _("Its person ended it, or may not ask any more.")),
    ],
)
