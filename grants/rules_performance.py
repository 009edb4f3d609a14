"""Who may do what with quarterly reports: the unit writes and signs, the province's industry department verifies."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from grants.enums_performance import ReportState
from grants.queries import unit_that_follows
from portal.accounts.enums import Kind, Role
from portal.core.menu import Entry
from portal.core.rules import permit, says
from portal.core.scope import Actor


@says(_("Only the government of the pilot unit does this."))
def is_of_unit(actor: Actor, row: Any) -> bool:
    """The actor drafts or signs for the row's unit, or for the unit that follows it."""
    posts = (Role.DRAFTER, Role.SIGNATORY)
    if row is None or actor.post(*posts, kind=Kind.UNIT_GOVERNMENT, unit=row.unit_id) is not None:
        return True
    if actor.post(*posts, kind=Kind.UNIT_GOVERNMENT) is None:
        return False
    return actor.post(*posts, kind=Kind.UNIT_GOVERNMENT, unit=unit_that_follows(row.unit_id) or "-") is not None


@says(_("Only the industry department of the unit's province does this."))
def is_industry_of_province(actor: Actor, row: Any) -> bool:
    """The actor is an officer of the industry department of the row's province."""
    where = {"kind": Kind.PROVINCIAL_INDUSTRY} | ({} if row is None else {"province": row.province_id})
    return actor.post(Role.PROVINCIAL_OFFICER, **where) is not None


@says(_("The report was signed: it changes only when the province returns it."))
def is_written(actor: Actor, report: Any) -> bool:
    """The unit still writes the report."""
    return report is None or report.is_open


@says(_("The report does not wait for the province."))
def is_submitted(actor: Actor, report: Any) -> bool:
    """The report was signed and nobody decided on it yet."""
    return report is None or report.state == ReportState.SUBMITTED


@says(_("Whoever wrote or signed a report does not verify it."))
def is_another(actor: Actor, report: Any) -> bool:
    """Neither written nor signed by the actor."""
    return report is None or actor.id not in (report.written_by_id, report.signed_by_id)


_looks = is_industry_of_province & is_submitted & is_another
MAY: Final = {
    "grants.begin_report": permit(_("Begin a quarterly report"), Role.DRAFTER, when=is_of_unit),
    "grants.write_report": permit(_("Write a quarterly report"), Role.DRAFTER, when=is_of_unit & is_written),
    "grants.bring_progress": permit(_("Bring states of enterprises"), Role.DRAFTER, when=is_of_unit & is_written),
    "grants.take_progress": permit(_("Take over states of enterprises"), Role.DRAFTER, when=is_of_unit & is_written),
    "grants.sign_report": permit(_("Sign and submit a quarterly report"), Role.SIGNATORY, when=is_of_unit & is_written),
    "grants.verify_report": permit(_("Verify a quarterly report"), Role.PROVINCIAL_OFFICER, when=_looks),
    "grants.return_report": permit(_("Return a quarterly report"), Role.PROVINCIAL_OFFICER, when=_looks),
}
GROUP = _("Performance and evaluation")
MENU: Final = (
    Entry(_("Performance"), "grants:performance", GROUP, ("grants.view",)),
    Entry(_("Quarterly reports"), "grants:quarter_reports", GROUP, ("grants.view",)),
)
