"""Every committed joint applicant has brought its letter."""

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
    gettext_lazy("Commitment letters"),
    source="工信厅联规函〔2025〕108号",
    severity=Severity.BLOCKS,
    section="partners",
)
def letters_are_there(dossier: Application, rules: RuleSet) -> Text | None:
    """A commitment without its letter binds nobody."""
    missing = [
        str(row.organisation)
        for row in dossier.partners.all()
        if row.state == PartnerState.COMMITTED and row.letter_id is None
    ]
    if not missing:
        return None
    return _("The commitment letter is missing of: %(names)s.") % {"names": listed(missing)}
