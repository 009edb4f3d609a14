"""What follows what for a batch."""

from django.utils.translation import gettext_lazy as _

from portal.core.states import Machine, Transition
from portal.programme.enums import BatchState as S

BATCH = Machine(
    "batch",
    states=S,
    initial=[S.DRAFT, S.ARCHIVED],  # batches before the portal are born as history; the web role cannot
    transitions=[
        Transition("countersign", (S.DRAFT,), S.OPEN, _("MIIT opens, MOF countersigns: the call is public.")),
        Transition("close", (S.OPEN,), S.CLOSED, _("The deadline has passed.")),
        Transition("start_review", (S.CLOSED,), S.REVIEWING, _("Reviewers are assigned.")),
        Transition("start_decision", (S.REVIEWING,), S.DECIDING, _("Scores are locked, candidates frozen.")),
        Transition("publish", (S.DECIDING,), S.PUBLICITY, _("The adopted list is put up for objections.")),
        Transition("finalise", (S.PUBLICITY,), S.FINAL, _("Publicity has ended, objections are answered.")),
        Transition("start_running", (S.FINAL,), S.RUNNING, _("Awards are made.")),
        Transition("assess", (S.RUNNING,), S.ASSESSED, _("Every award that stands has its final result.")),
        Transition("archive", (S.ASSESSED,), S.ARCHIVED, _("Both ministries have signed; nothing changes any more.")),
        Transition("reopen", (S.ARCHIVED,), S.ASSESSED, _("Both ministries open it again, and say why.")),
    ],
)
