"""Every invited joint applicant has answered."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import PartnerState, Severity
from applications.models import Application
from portal.core.errors import Text
from portal.core.punctuation import listed
from portal.programme.models import RuleSet


@check(
    gettext_lazy("Joint applicants have answered"),
    source="工信厅联规函〔2025〕108号",
    severity=Severity.BLOCKS,
    section="partners",
)
def partners_have_answered(dossier: Application, rules: RuleSet) -> Text | None:
    """What is signed must not hang on an open invitation."""
    waiting = [row.organisation for row in dossier.partners.all() if row.state == PartnerState.INVITED]
    if not waiting:
        return None
    return _("Wait for the answer of %(names)s, or withdraw the invitation.") % {
        "names": listed(str(name) for name in waiting)
    }
