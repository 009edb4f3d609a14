"""Who may read the trail and have it recomputed."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.audit.instruments import rules as rules_instruments
from portal.core.errors import Guard
from portal.core.menu import Entry
from portal.core.rules import permit

# Names of roles of portal.accounts, which this app does not import.
AUDITOR, AUDIT_ADMIN = "auditor", "audit_admin"

MAY: Final = {
    "audit.view_trail": permit(_("Read the audit trail"), AUDITOR, AUDIT_ADMIN),
    "audit.verify_trail": permit(_("Have the audit trail recomputed"), AUDITOR, AUDIT_ADMIN),
    "audit.see_seals": permit(_("See and take away the seals of the trail"), AUDITOR, AUDIT_ADMIN),
    "audit.order_bundle": permit(_("Take evidence away"), AUDITOR),
    **rules_instruments.MAY,
}
GUARDS: Final = {
    "audit_is_append_only": Guard(_("The audit trail is only added to: nothing in it changes.")),
    "audit_event_is_ones_own": Guard(
        _("The trail takes down what people do in their own name, and itself what the database does.")
    ),
    "trail_seal_stays": Guard(_("A seal of the trail never changes.")),
    "evidence_bundle_stays": Guard(_("Evidence that was taken away never changes.")),
    **rules_instruments.GUARDS,
}
_TRAIL: Final = pgettext_lazy("menu", "Audit: trail and evidence")
MENU: Final = (
    Entry(_("Audit trail"), "audit:trail", _TRAIL, ("audit.view_trail",)),
    Entry(_("Evidence to take away"), "audit:bundles", _TRAIL, ("audit.order_bundle",)),
    Entry(_("Seals of the trail"), "audit:seals", _TRAIL, ("audit.see_seals",)),
    *rules_instruments.MENU,
)
