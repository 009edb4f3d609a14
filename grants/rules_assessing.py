"""Who evaluates, verifies, sits on a panel, judges and accepts."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from grants.enums import AcceptanceState, EvaluationState, PanelState, Result
from grants.leaves import is_confirmed, is_miit_officer, is_mof_officer, is_not_maker
from grants.leaves import is_not_passed as is_open
from grants.queries import unit_that_follows
from grants.rules import CHECKER, MAKER, OFFICER
from portal.accounts.enums import Kind, Role
from portal.core.menu import Entry
from portal.core.rules import permit, says
from portal.core.scope import Actor

DRAFTER, SIGNATORY, REVIEWER, PROVINCE = Role.DRAFTER, Role.SIGNATORY, Role.REVIEWER, Role.PROVINCIAL_OFFICER


@says(_("Only the government of the pilot unit does this."))
def is_unit_government(actor: Actor, row: Any) -> bool:
    """The actor drafts or signs for the row's unit, or for the unit that follows it."""
    if row is None or actor.post(DRAFTER, SIGNATORY, unit=row.unit_id) is not None:
        return True
    if actor.post(DRAFTER, SIGNATORY) is None:
        return False
    return actor.post(DRAFTER, SIGNATORY, unit=unit_that_follows(row.unit_id) or "-") is not None


@says(_("Only the industry department of the province does this."))
def is_industry_department(actor: Actor, row: Any) -> bool:
    """The actor is an officer of the industry department of the row's province."""
    return row is None or actor.post(PROVINCE, kind=Kind.PROVINCIAL_INDUSTRY, province=row.province_id) is not None


@says(_("It was signed or sent already: it does not change any more."))
def is_draft(actor: Actor, row: Any) -> bool:
    """The unit still fills it in."""
    return row is None or row.state == EvaluationState.DRAFT


@says(_("The unit has not signed it, or it was verified already."))
def is_signed(actor: Actor, row: Any) -> bool:
    """The unit has signed it, and the province has not yet said what it found."""
    return row is None or row.state == EvaluationState.SIGNED


@says(_("It does not wait for the province."))
def is_sent(actor: Actor, row: Any) -> bool:
    """The acceptance waits for the province."""
    return row is None or row.state == AcceptanceState.SENT


@says(_("The panel is closed: nothing is scored any more."))
def is_at_work(actor: Actor, row: Any) -> bool:
    """The panel still scores."""
    return row is None or row.state == PanelState.OPEN


@says(_("Only a member of this panel scores."))
def is_member(actor: Actor, row: Any) -> bool:
    """The actor is on the panel."""
    return row is None or row.members.filter(person_id=actor.id).exists()


@says(_("Only a confirmed result that asks for a rectification is followed by one."))
def asks_to_mend(actor: Actor, row: Any) -> bool:
    """The result was confirmed, asks for a rectification, and it is still open."""
    return row is None or (row.result == Result.RECTIFY and row.award.assessment_passed_on is None)


_fills = is_unit_government & is_draft
_judges = is_mof_officer & is_not_maker
_READERS: Final = (MAKER, CHECKER, OFFICER, PROVINCE, DRAFTER, SIGNATORY, Role.AUDITOR)
MAY: Final = {
    "grants.see_assessing": permit(_("See evaluations, panels and acceptances"), *_READERS, REVIEWER),
    "grants.start_evaluation": permit(_("Begin a self-evaluation"), DRAFTER, when=is_unit_government & is_confirmed),
    "grants.fill_evaluation": permit(_("Fill in a self-evaluation"), DRAFTER, when=_fills),
    "grants.sign_evaluation": permit(_("Sign a self-evaluation"), SIGNATORY, when=_fills),
    "grants.verify_evaluation": permit(
        _("Verify a self-evaluation"), PROVINCE, when=is_industry_department & is_signed
    ),
    "grants.open_panel": permit(_("Open a panel"), OFFICER, when=is_miit_officer & is_confirmed & is_open),
    "grants.score_panel": permit(_("Score on a panel"), REVIEWER, OFFICER, when=is_at_work & is_member),
    "grants.close_panel": permit(_("Close a panel"), OFFICER, when=is_miit_officer & is_at_work),
    "grants.enter_rectification": permit(
        _("Record that it was mended"), OFFICER, when=is_miit_officer & is_confirmed & asks_to_mend
    ),
    "grants.confirm_rectification": permit(_("Confirm that it was mended"), OFFICER, when=_judges),
    "grants.refuse_rectification": permit(_("Refuse the rectification"), OFFICER, when=_judges),
    "grants.start_acceptance": permit(_("Begin the acceptance of a project"), DRAFTER, when=is_unit_government),
    "grants.fill_acceptance": permit(_("Fill in the acceptance of a project"), DRAFTER, when=_fills),
    "grants.send_acceptance": permit(_("Send the acceptance to the province"), DRAFTER, when=_fills),
    "grants.confirm_acceptance": permit(
        _("Confirm the acceptance of a project"), PROVINCE, when=is_industry_department & is_sent
    ),
    "grants.return_acceptance": permit(
        _("Send the acceptance of a project back"), PROVINCE, when=is_industry_department & is_sent
    ),
}
MENU: Final = (
    Entry(
        _("Evaluations and panels"), "grants:assessing_all", _("Performance and evaluation"), ("grants.see_assessing",)
    ),
)
