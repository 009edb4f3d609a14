"""States of leads."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.states import Machine, Transition


class LeadState(TextChoices):
    """States of a lead."""

    OPEN = "open", pgettext_lazy("lead", "open")
    DISMISSED = "dismissed", pgettext_lazy("lead", "dismissed")
    TAKEN_UP = "taken_up", pgettext_lazy("lead", "taken up")


LEAD = Machine(
    "lead",
    states=LeadState,
    initial=[LeadState.OPEN],
    transitions=[
        Transition("dismiss", (LeadState.OPEN,), LeadState.DISMISSED, _("There is nothing in it, with the reason.")),
        Transition("take_up", (LeadState.OPEN,), LeadState.TAKEN_UP, _("It is looked into, as a finding.")),
        Transition("reopen", (LeadState.DISMISSED,), LeadState.OPEN, _("It is looked at again.")),
    ],
)
