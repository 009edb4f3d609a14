"""Who may ask for reports: whoever may see what a report shows; each report names the act of its app."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Guard
from portal.core.menu import Entry
from portal.core.rules import permit

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
MAY: Final = {"reports.ask": permit(_("Ask for reports of what one may see"), *ASKERS)}
GUARDS: Final = {
    "report_file_stays": Guard(_("A report that was made never changes; only its content goes when its time is over."))
}
_GROUP: Final = _("Reports and files")
MENU: Final = (
    Entry(_("Reports"), "reports:catalogue", _GROUP, ("reports.ask",)),
    Entry(_("Long work"), "runs:list", _GROUP, ("reports.ask",)),
)
