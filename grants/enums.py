"""Choices of the money."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.enums_sections import FundingSource


class CheckState(TextChoices):
    """States of what one person enters and another checks."""

    ENTERED = "entered", pgettext_lazy("money", "to be checked")
    CONFIRMED = "confirmed", pgettext_lazy("money", "confirmed")
    REFUSED = "refused", pgettext_lazy("money", "refused")
    REVERSED = "reversed", pgettext_lazy("money", "reversed")


class PlainCheck(TextChoices):
    """The same of what is never taken back."""

    ENTERED = "entered", pgettext_lazy("money", "to be checked")
    CONFIRMED = "confirmed", pgettext_lazy("money", "confirmed")
    REFUSED = "refused", pgettext_lazy("money", "refused")


class RecoveryState(TextChoices):
    """States of a demand for money back; how far it is paid follows from its payments and the clock."""

    ENTERED = "entered", pgettext_lazy("money", "to be checked")
    CONFIRMED = "confirmed", pgettext_lazy("recovery", "demanded")
    REFUSED = "refused", pgettext_lazy("money", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("recovery", "withdrawn")


# What counts against a limit: confirmed, and entered but not yet checked.
COUNTED = (CheckState.ENTERED, CheckState.CONFIRMED)


class Tranche(IntegerChoices):
    """The two tranches of an award."""

    FIRST = 1, _("first tranche")
    SECOND = 2, _("second tranche")


class Place(TextChoices):
    """Where the money of an award lies."""

    SOURCE = "source", pgettext_lazy("money", "appropriation")
    CENTRAL = "central", pgettext_lazy("money", "with the Ministry of Finance")
    PROVINCE = "province", pgettext_lazy("money", "with the province")
    UNIT = "unit", pgettext_lazy("money", "with the pilot unit")
    PROJECT = "project", pgettext_lazy("money", "paid to the project")
    USED = "used", pgettext_lazy("money", "used by the project")
    CARRY_OVER = "carry_over", pgettext_lazy("money", "carried over by the pilot unit")
    SURPLUS = "surplus", pgettext_lazy("money", "surplus to be returned")
    RECOVERED = "recovered", pgettext_lazy("money", "recovered by the Ministry of Finance")


# Accounts of one project each, and what the unit may still spend: what came earlier is spent first.
OF_PROJECTS = (Place.PROJECT, Place.USED)
SPENDABLE = (Place.UNIT, Place.CARRY_OVER)


class EntryKind(TextChoices):
    """Kinds of entry in the ledger."""

    AWARD = "award", pgettext_lazy("ledger", "award")
    ISSUE = "issue", pgettext_lazy("ledger", "issue to the province")
    PASS_ON = "pass_on", pgettext_lazy("ledger", "pass-on to the pilot unit")
    PAYMENT = "payment", pgettext_lazy("ledger", "payment to a project")
    USE = "use", pgettext_lazy("ledger", "use by a project")
    CARRY_OVER = "carry_over", pgettext_lazy("ledger", "carry-over at the end of the year")
    SURPLUS = "surplus", pgettext_lazy("ledger", "surplus after the second year")
    RECOVERY = "recovery", pgettext_lazy("ledger", "recovery from a project")
    RETURN = "return", pgettext_lazy("ledger", "return to the level above")
    REVERSAL = "reversal", pgettext_lazy("ledger", "reversal")
    CHANGE = "change", pgettext_lazy("ledger", "change of the award")


# Kinds whose paper is kept with the entry and may be taken back by a reversal.
REVERSIBLE = (
    EntryKind.AWARD,
    EntryKind.ISSUE,
    EntryKind.PASS_ON,
    EntryKind.PAYMENT,
    EntryKind.USE,
    EntryKind.RECOVERY,
    EntryKind.RETURN,
)


class Result(TextChoices):
    """Results of the final assessment."""

    PASSED = "passed", pgettext_lazy("assessment", "passed")
    RECTIFY = "rectify", pgettext_lazy("assessment", "passed after rectification")
    FAILED = "failed", pgettext_lazy("assessment", "failed")


class DocumentKind(TextChoices):
    """Kinds of file that belong to money."""

    AWARD = "award", _("award document")
    ISSUE = "issue", _("document of the issue")
    PASS_ON = "pass_on", _("document of the pass-on")
    VOUCHER = "voucher", _("voucher of the payment")
    ASSESSMENT = "assessment", _("assessment report")
    REVERSAL = "reversal", _("document of the reversal")
    CHANGE = "change", _("document of the change of an award")
    USE = "use", _("evidence of the spending")
    RETURN = "return", _("document of the return")
    MATCHING = "matching", _("document of the matching money")
    RECOVERY = "recovery", _("document of the recovery")


class Spent(TextChoices):
    """What an enterprise used the money for."""

    EQUIPMENT = "equipment", pgettext_lazy("spending", "equipment")
    SOFTWARE = "software", pgettext_lazy("spending", "software and systems")
    RETROFIT = "retrofit", pgettext_lazy("spending", "rebuilding of lines and workshops")
    INTEREST = "interest", pgettext_lazy("spending", "loan interest")
    GUARANTEE = "guarantee", pgettext_lazy("spending", "guarantee fees")
    OTHER = "other", pgettext_lazy("spending", "other within the plan")


class GivenBack(TextChoices):
    """Places from which money is given back to the level above."""

    SURPLUS = Place.SURPLUS.value, Place.SURPLUS.label
    CARRY_OVER = Place.CARRY_OVER.value, Place.CARRY_OVER.label
    UNIT = Place.UNIT.value, Place.UNIT.label
    PROVINCE = Place.PROVINCE.value, Place.PROVINCE.label


class Level(TextChoices):
    """Who demands money back."""

    MINISTRY = "ministry", pgettext_lazy("recovery", "Ministry of Finance")
    PROVINCE = "provincial_finance", pgettext_lazy("recovery", "finance department of the province")


class Ground(TextChoices):
    """Why money is demanded back."""

    VIOLATION = "violation", pgettext_lazy("recovery", "violation of the rules on public money")
    FINDING = "finding", pgettext_lazy("recovery", "finding of an audit or inspection")
    FAILED = "failed", pgettext_lazy("recovery", "failed final assessment")
    ENDED = "ended", pgettext_lazy("recovery", "project taken out of the plan")


class Standing(TextChoices):
    """How a demand stands today."""

    OVERDUE = "overdue", pgettext_lazy("recovery", "overdue")
    OPEN = "unpaid", pgettext_lazy("recovery", "outstanding")
    PARTLY = "partly", pgettext_lazy("recovery", "partly paid")
    PAID = "done", pgettext_lazy("recovery", "paid")
    ENTERED = "entered", pgettext_lazy("money", "to be checked")
    REFUSED = "refused", pgettext_lazy("money", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("recovery", "withdrawn")


class Matching(TextChoices):
    """Sources of money beside the central reward; the codes are those of the funding plan."""

    LOCAL = FundingSource.LOCAL.value, FundingSource.LOCAL.label
    OWN = FundingSource.OWN.value, FundingSource.OWN.label
    LOAN = FundingSource.LOAN.value, FundingSource.LOAN.label


class EvaluationKind(TextChoices):
    """What is evaluated: a year, the middle of the period, the whole."""

    SELF = "self", pgettext_lazy("assessment", "yearly self-evaluation")
    MID = "mid", pgettext_lazy("assessment", "mid-term")
    FINAL = "final", pgettext_lazy("assessment", "final")


class Band(TextChoices):
    """Bands of a total."""

    EXCELLENT = "excellent", pgettext_lazy("assessment", "excellent")
    GOOD = "good", pgettext_lazy("assessment", "good")
    FAIR = "fair", pgettext_lazy("assessment", "fair")
    POOR = "poor", pgettext_lazy("assessment", "poor")


class EvaluationState(TextChoices):
    """States of a unit's evaluation of itself."""

    DRAFT = "draft", pgettext_lazy("assessment", "being filled in")
    SIGNED = "signed", pgettext_lazy("assessment", "signed")
    VERIFIED = "verified", pgettext_lazy("assessment", "verified by the province")


class PanelState(TextChoices):
    """States of a panel's work."""

    OPEN = "open", pgettext_lazy("panel", "scoring")
    CLOSED = "closed", pgettext_lazy("panel", "closed")


class AcceptanceState(TextChoices):
    """States of the acceptance of a project."""

    DRAFT = "draft", pgettext_lazy("acceptance", "being filled in")
    SENT = "sent", pgettext_lazy("acceptance", "with the province")
    CONFIRMED = "confirmed", pgettext_lazy("acceptance", "confirmed")


class AcceptanceResult(TextChoices):
    """Results of the acceptance of a project."""

    ACCEPTED = "accepted", pgettext_lazy("acceptance", "accepted")
    CONDITIONS = "conditions", pgettext_lazy("acceptance", "accepted with conditions")
    REFUSED = "refused", pgettext_lazy("acceptance", "not accepted")


class EvidenceKind(TextChoices):
    """Kinds of file that prove an evaluation or an acceptance."""

    EVIDENCE = "evidence", pgettext_lazy("assessment", "evidence")
    REPORT = "report", pgettext_lazy("assessment", "independent report")
    PHOTO = "photo", pgettext_lazy("assessment", "photograph")
