"""Who may read the trail and have it recomputed."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from portal.audit import rules_instruments
from portal.core.errors import Guard
from portal.core.menu import Entry
from portal.core.rules import permit

# Names of roles of portal.accounts, which this app does not import.
AUDITOR, AUDIT_ADMIN = "auditor", "audit_admin"

MAY: Final = {
    "audit.view_trail": permit(_("Read the audit trail"), AUDITOR, AUDIT_ADMIN),
    "audit.verify_trail": permit(_("Have the audit trail recomputed"), AUDIT_ADMIN),
    **rules_instruments.MAY,
}
GUARDS: Final = {
    "audit_is_append_only": Guard(_("The audit trail is only added to: nothing in it changes.")),
    **rules_instruments.GUARDS,
}
MENU: Final = (
    Entry(_("Audit trail"), "audit:trail", _("Audit"), ("audit.view_trail",)),
    *rules_instruments.MENU,
)
