"""Who may ask for reports: whoever may see what a report shows; each report names the act of its app."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Guard
from portal.core.menu import Entry
from portal.core.rules import Predicate, Verdict, permit

# Names of roles of portal.accounts, which this app does not import. Administrators see no business data.
ASKERS: Final = (
    "officer",
    "provincial_officer",
    "drafter",
    "signatory",
    "soe_officer",
    "reviewer",
    "finance_maker",
    "finance_checker",
    "auditor",
)
is_own_file: Final = Predicate(
    lambda actor, file: Verdict(file.uploaded_by_id == actor.id, _("Only who asked for a report shares it."))
)
is_sharer: Final = Predicate(
    lambda actor, share: Verdict(share.shared_by_id == actor.id, _("Only who shared it takes it back."))
)
is_for: Final = Predicate(
    lambda actor, share: Verdict(share.person_id == actor.id, _("This is shared with somebody else."))
)
is_own_schedule: Final = Predicate(
    lambda actor, row: Verdict(row.person_id == actor.id, _("This is the schedule of somebody else."))
)
MAY: Final = {
    "reports.ask": permit(_("Ask for reports of what one may see"), *ASKERS),
    "reports.share": permit(_("Share a report with who may see the same"), *ASKERS, when=is_own_file),
    "reports.withdraw_share": permit(_("Take a shared report back"), *ASKERS, when=is_sharer),
    "reports.open_shared": permit(_("Open a report that is shared with one"), *ASKERS, when=is_for),
    "reports.schedule": permit(_("Have reports made by the calendar"), *ASKERS),
    "reports.pause_schedule": permit(_("Let a schedule rest"), *ASKERS, when=is_own_schedule),
    "reports.resume_schedule": permit(_("Let a schedule go on"), *ASKERS, when=is_own_schedule),
    "reports.end_schedule": permit(_("End a schedule"), *ASKERS, when=is_own_schedule),
}
GUARDS: Final = {
    "report_file_stays": Guard(_("A report that was made never changes; only its content goes when its time is over.")),
    "report_share_of_ones_own": Guard(
        _("One shares what one made; whom it is shared with opens it when theirs is the same.")
    ),
    "report_schedule_stays": Guard(_("What a schedule asks for stays: end it and make another one.")),
}
_GROUP: Final = _("Reports and files")
MENU: Final = (
    Entry(_("Reports"), "reports:catalogue", _GROUP, ("reports.ask",)),
    Entry(_("Long work"), "runs:list", _GROUP, ("reports.ask",)),
)
