"""Choices of performance."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ReportState(TextChoices):
    """States of a quarterly report."""

    DRAFT = "draft", pgettext_lazy("report", "being written")
    SUBMITTED = "submitted", pgettext_lazy("report", "with the province")
    RETURNED = "returned", pgettext_lazy("report", "returned")
    VERIFIED = "verified", pgettext_lazy("report", "verified")


class IndicatorCode(TextChoices):
    """Indicators of a report: those of applications.enums.TargetCode, and the share of transformed enterprises."""

    DIGITAL = "digital", _("Enterprises digitally transformed")
    DIGITAL_TOOLS = "digital_tools", _("Enterprises that use digital R&D and design tools")
    PROCESS_CONTROL = "process_control", _("Key processes that are numerically controlled")
    EQUIPMENT_INVESTMENT = "equipment_investment", _("Growth of industrial equipment investment against 2023")
    ENERGY = "energy", _("Capacity at the benchmark level of energy efficiency")
    OWN = "own", _("Indicator of the unit's own")


class Light(TextChoices):
    """Traffic lights; the words stand beside the colour everywhere."""

    GREEN = "green", pgettext_lazy("light", "green: on the path")
    YELLOW = "yellow", pgettext_lazy("light", "yellow: a little behind")
    RED = "red", pgettext_lazy("light", "red: far behind")
    NONE = "none", pgettext_lazy("light", "no value yet")
