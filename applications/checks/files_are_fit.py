"""No file of the dossier lies in quarantine or waits for the scanner."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import Severity
from applications.models import Application
from applications.verdicts import is_fit, scan_of
from portal.core.errors import Text
from portal.core.models import ScanState
from portal.core.punctuation import listed
from portal.programme.models import RuleSet


@check(
    gettext_lazy("Files are examined and clean"),
    source="GB/T 22239-2019",
    severity=Severity.BLOCKS,
    section="attachments",
)
def files_are_fit(dossier: Application, rules: RuleSet) -> Text | None:
    """What nobody may open is no part of a submission."""
    unfit = [row for row in dossier.attachments.all() if not is_fit(row)]
    if not unfit:
        return None
    names = listed(row.title for row in unfit)
    if any(scan_of(row) == ScanState.QUARANTINED for row in unfit):
        return _("The scanner found malware: take out %(names)s and bring clean files.") % {"names": names}
    return _("Wait until the scanner has examined %(names)s.") % {"names": names}
