"""Choices of the programme."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Region(TextChoices):
    """The four economic regions of the National Bureau of Statistics."""

    EAST = "east", _("East")
    CENTRAL = "central", pgettext_lazy("economic region", "Central")
    WEST = "west", _("West")
    NORTHEAST = "northeast", _("North-east")


class UnitKind(TextChoices):
    """Kinds of pilot unit."""

    CITY = "city", _("prefecture-level city")
    PREFECTURE = "prefecture", _("prefecture, autonomous prefecture or league")
    DISTRICT = "district", _("district or county of a municipality")
    JOINT_DISTRICTS = "joint_districts", _("two districts of a municipality together")
    XPCC = "xpcc", _("Xinjiang Production and Construction Corps")


class Level(TextChoices):
    """Levels of GB/T 4754."""

    SECTION = "section", pgettext_lazy("industry", "section")
    DIVISION = "division", pgettext_lazy("industry", "division")
    GROUP = "group", pgettext_lazy("industry", "group")


class BatchState(TextChoices):
    """States of a batch."""

    DRAFT = "draft", pgettext_lazy("batch", "draft")
    OPEN = "open", pgettext_lazy("batch", "open")
    CLOSED = "closed", pgettext_lazy("batch", "closed")
    REVIEWING = "reviewing", pgettext_lazy("batch", "reviewing")
    DECIDING = "deciding", pgettext_lazy("batch", "deciding")
    PUBLICITY = "publicity", pgettext_lazy("batch", "publicity")
    FINAL = "final", pgettext_lazy("batch", "final list")
    RUNNING = "running", pgettext_lazy("batch", "running")
    ASSESSED = "assessed", pgettext_lazy("batch", "assessed")
    ARCHIVED = "archived", pgettext_lazy("batch", "archived")
