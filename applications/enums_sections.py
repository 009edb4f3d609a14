"""Choices of the dossier's own sections: texts, parks, indicators, sources of money, chapters, risks."""

from __future__ import annotations

from typing import Final

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.enums import TargetCode
from portal.core.errors import Text


class StatementCode(TextChoices):
    """Texts of a dossier that stand by themselves, each in its section."""

    INDUSTRY_BASE = "industry_base", _("Industrial base")
    DIGITAL_BASE = "digital_base", _("State of digital transformation")
    WORK_SAFETY = "work_safety", _("Work safety in the last three years")
    ENVIRONMENT = "environment", _("Environment in the last three years")
    DATA_SECURITY = "data_security", _("Security of networks and data")
    FUNDING_SECURED = "funding_secured", _("How local and own money is secured")


# The section in which each text is written.
SECTION_OF_TEXT: Final = {
    StatementCode.INDUSTRY_BASE: "foundation",
    StatementCode.DIGITAL_BASE: "foundation",
    StatementCode.WORK_SAFETY: "safety",
    StatementCode.ENVIRONMENT: "safety",
    StatementCode.DATA_SECURITY: "safety",
    StatementCode.FUNDING_SECURED: "funding",
}


class ClusterKind(TextChoices):
    """Kinds of cluster and park."""

    ADVANCED_CLUSTER = "advanced_cluster", _("advanced manufacturing cluster")
    SME_CLUSTER = "sme_cluster", _("characteristic cluster of small and medium enterprises")
    HIGH_TECH_ZONE = "high_tech_zone", _("high-tech industrial development zone")
    DEVELOPMENT_ZONE = "development_zone", _("economic and technological development zone")
    DEMONSTRATION_BASE = "demonstration_base", _("demonstration base of new industrialisation")
    PARK = "park", _("other industrial park")


class Standing(TextChoices):
    """Who recognised a cluster or park."""

    NATIONAL = "national", pgettext_lazy("standing", "national")
    PROVINCIAL = "provincial", pgettext_lazy("standing", "provincial")
    MUNICIPAL = "municipal", pgettext_lazy("standing", "municipal")


class FundingSource(TextChoices):
    """Where the money of the plan comes from."""

    CENTRAL = "central", _("central reward")
    LOCAL = "local", _("local matching money")
    OWN = "own", _("enterprises' own money")
    LOAN = "loan", _("bank loans")


class ChapterCode(TextChoices):
    """Chapters of the implementation plan, in their order."""

    OVERALL = "overall", _("General approach and principles")
    GOALS = "goals", _("Main goals")
    TASKS = "tasks", _("Key tasks")
    PROJECTS = "projects", _("Project arrangement and selection")
    FUNDS = "funds", _("Use and supervision of the money")
    SAFEGUARDS = "safeguards", _("Organisation and safeguards")
    SCHEDULE = "schedule", _("Schedule")


class RiskKind(TextChoices):
    """Kinds of risk."""

    WORK_SAFETY = "work_safety", pgettext_lazy("risk", "work safety")
    ENVIRONMENT = "environment", pgettext_lazy("risk", "environment and energy")
    FUNDING = "funding", pgettext_lazy("risk", "money and debt")
    DELIVERY = "delivery", pgettext_lazy("risk", "delivery of projects")
    MARKET = "market", pgettext_lazy("risk", "market and technology")
    DATA = "data", pgettext_lazy("risk", "networks and data")


class Degree(IntegerChoices):
    """How likely, how grave."""

    LOW = 1, pgettext_lazy("degree", "low")
    MIDDLE = 2, pgettext_lazy("degree", "middle")
    HIGH = 3, pgettext_lazy("degree", "high")


# How each indicator of the programme is worked out, and in what it is counted.
FORMULAS: Final[dict[TargetCode, Text]] = {
    TargetCode.DIGITAL_TOOLS: _(
        "enterprises above designated size that use digital R&D and design tools ÷ all enterprises above "
        "designated size × 100"
    ),
    TargetCode.PROCESS_CONTROL: _(
        "key processes that are numerically controlled ÷ all key processes of the enterprises above designated "
        "size × 100"
    ),
    TargetCode.EQUIPMENT_INVESTMENT: _(
        "(industrial equipment investment of the year ÷ that of 2023 − 1) × 100; the baseline is 0"
    ),
    TargetCode.ENERGY: _("capacity at or above the benchmark level of energy efficiency ÷ all capacity × 100"),
}
