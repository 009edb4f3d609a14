"""Kinds of organisation and roles of people."""

from __future__ import annotations

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """Kinds of organisation."""

    MINISTRY = "ministry", _("ministry")
    PROVINCIAL_INDUSTRY = "provincial_industry", _("provincial industry department")
    PROVINCIAL_FINANCE = "provincial_finance", _("provincial finance department")
    UNIT_GOVERNMENT = "unit_government", _("pilot unit government")
    UNIT_FINANCE = "unit_finance", _("pilot unit finance bureau")
    CENTRAL_SOE = "central_soe", _("central state-owned enterprise")
    AUDIT_OFFICE = "audit_office", _("audit office")
    EXPERT_POOL = "expert_pool", _("expert pool")
    OPERATOR = "operator", _("operator of the portal")


class Role(TextChoices):
    """Roles a membership gives."""

    OFFICER = "officer", _("programme officer")
    PROVINCIAL_OFFICER = "provincial_officer", _("provincial officer")
    DRAFTER = "drafter", _("dossier drafter")
    SIGNATORY = "signatory", _("signatory")
    SOE_OFFICER = "soe_officer", _("officer of a central SOE")
    REVIEWER = "reviewer", _("reviewer")
    FINANCE_MAKER = "finance_maker", _("finance maker")
    FINANCE_CHECKER = "finance_checker", _("finance checker")
    AUDITOR = "auditor", _("auditor")
    SYSTEM_ADMIN = "system_admin", _("system administrator")
    SECURITY_ADMIN = "security_admin", _("security administrator")
    AUDIT_ADMIN = "audit_admin", _("audit administrator")
    CLOCKWORK = "clockwork", _("clockwork of the portal")


ADMIN_ROLES: Final = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
FINANCE_ROLES: Final = (Role.FINANCE_MAKER, Role.FINANCE_CHECKER)
# Which roles an organisation of a kind may give.
ROLES_OF_KIND: Final[dict[str, tuple[Role, ...]]] = {
    Kind.MINISTRY: (Role.OFFICER, Role.REVIEWER, Role.FINANCE_MAKER, Role.FINANCE_CHECKER),
    Kind.PROVINCIAL_INDUSTRY: (Role.PROVINCIAL_OFFICER,),
    Kind.PROVINCIAL_FINANCE: (Role.PROVINCIAL_OFFICER, Role.FINANCE_MAKER, Role.FINANCE_CHECKER),
    Kind.UNIT_GOVERNMENT: (Role.DRAFTER, Role.SIGNATORY),
    Kind.UNIT_FINANCE: (Role.FINANCE_MAKER, Role.FINANCE_CHECKER),
    Kind.CENTRAL_SOE: (Role.SOE_OFFICER,),
    Kind.AUDIT_OFFICE: (Role.AUDITOR,),
    Kind.EXPERT_POOL: (Role.REVIEWER,),
    Kind.OPERATOR: (*ADMIN_ROLES, Role.CLOCKWORK),
}
MIIT: Final = "MIIT"
MOF: Final = "MOF"
