"""Who ends, archives and reopens a batch."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from grants.enums_ending import StepState
from grants.rules import CHECKER, MAKER, OFFICER
from portal.accounts.enums import MIIT, MOF, Role
from portal.core.rules import permit, says
from portal.core.scope import Actor
from portal.programme.enums import BatchState


@says(_("How a batch ends is for the ministries and the national audit office."))
def sees_the_nation(actor: Actor, row: Any) -> bool:
    """The actor reads across the whole country."""
    return actor.scope.nation


@says(_("Only an officer of MIIT asks for this."))
def is_miit(actor: Actor, row: Any) -> bool:
    """The actor is an MIIT programme officer."""
    return actor.post(Role.OFFICER, code=MIIT) is not None


@says(_("Only an officer of MOF countersigns."))
def is_mof(actor: Actor, row: Any) -> bool:
    """The actor is an MOF programme officer."""
    return actor.post(Role.OFFICER, code=MOF) is not None


@says(_("Only an officer of a ministry turns this down."))
def is_ministry(actor: Actor, row: Any) -> bool:
    """The actor is a programme officer of either ministry."""
    return actor.post(Role.OFFICER, code=MIIT) is not None or actor.post(Role.OFFICER, code=MOF) is not None


@says(_("The batch is not running."))
def is_running(actor: Actor, batch: Any) -> bool:
    """The batch has awards, and was not assessed yet."""
    return batch is None or batch.state == BatchState.RUNNING


@says(_("Only an assessed batch is archived."))
def is_assessed(actor: Actor, batch: Any) -> bool:
    """Every award has its final result, and the batch is not archived."""
    return batch is None or batch.state == BatchState.ASSESSED


@says(_("Only an archived batch of the portal is opened again."))
def is_archived(actor: Actor, batch: Any) -> bool:
    """The batch was opened and archived here: batches before the portal stay history."""
    return batch is None or (batch.state == BatchState.ARCHIVED and batch.opened_by_id is not None)


@says(_("This was decided already."))
def is_asked(actor: Actor, step: Any) -> bool:
    """The request waits for its decision."""
    return step is None or step.state == StepState.ASKED


@says(_("You asked for this yourself: another person countersigns."))
def is_not_asker(actor: Actor, step: Any) -> bool:
    """Somebody else asked."""
    return step is None or step.asked_by_id != actor.id


MAY: Final = {
    "grants.see_ending": permit(
        _("See what a batch still lacks to its end"), OFFICER, MAKER, CHECKER, Role.AUDITOR, when=sees_the_nation
    ),
    "grants.assess_batch": permit(_("End the running of a batch"), OFFICER, when=is_miit & is_running),
    "grants.ask_archive": permit(_("Ask for the archiving of a batch"), OFFICER, when=is_miit & is_assessed),
    "grants.ask_reopen": permit(_("Ask to open an archived batch again"), OFFICER, when=is_miit & is_archived),
    "grants.sign_archive": permit(
        _("Countersign the archiving or reopening of a batch"), OFFICER, when=is_mof & is_asked & is_not_asker
    ),
    "grants.refuse_archive": permit(
        _("Turn down the archiving or reopening of a batch"), OFFICER, when=is_ministry & is_asked
    ),
}
