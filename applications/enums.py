"""Choices of the dossier."""

from __future__ import annotations

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ApplicationState(TextChoices):
    """States of an application."""

    DRAFT = "draft", pgettext_lazy("application", "draft")
    AWAITING_SIGN_OFF = "awaiting_sign_off", pgettext_lazy("application", "awaiting sign-off")
    WITH_PROVINCE = "with_province", pgettext_lazy("application", "with the province")
    RETURNED = "returned", pgettext_lazy("application", "returned")
    RECOMMENDED = "recommended", pgettext_lazy("application", "recommended")
    NOT_RECOMMENDED = "not_recommended", pgettext_lazy("application", "not recommended")
    SCREENING = "screening", pgettext_lazy("application", "in screening")
    CORRECTION = "correction", pgettext_lazy("application", "in correction")
    REJECTED = "rejected", pgettext_lazy("application", "rejected")
    IN_REVIEW = "in_review", pgettext_lazy("application", "in review")
    DEFENCE = "defence", pgettext_lazy("application", "defence")
    PROPOSED = "proposed", pgettext_lazy("application", "proposed")
    RESERVE = "reserve", pgettext_lazy("application", "reserve")
    NOT_SELECTED = "not_selected", pgettext_lazy("application", "not selected")
    PUBLICITY = "publicity", pgettext_lazy("application", "under publicity")
    SELECTED = "selected", pgettext_lazy("application", "selected")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "withdrawn")


# The dossier may be changed in these states only (also held by triggers).
OPEN_STATES = (ApplicationState.DRAFT, ApplicationState.RETURNED, ApplicationState.CORRECTION)


# In addresses of the list: every batch, where without a word it is of the running one.
ALL: Final = "all"
# What was submitted and is out before anything was chosen.
OUT = (ApplicationState.WITHDRAWN, ApplicationState.NOT_RECOMMENDED, ApplicationState.REJECTED)


class PartnerState(TextChoices):
    """States of a joint applicant's part."""

    INVITED = "invited", pgettext_lazy("joint applicant", "invited")
    COMMITTED = "committed", pgettext_lazy("joint applicant", "committed")
    DECLINED = "declined", pgettext_lazy("joint applicant", "declined")


class PartState(TextChoices):
    """States of what a joint applicant writes before it answers; nobody else sees it."""

    DRAFT = "draft", pgettext_lazy("own part", "draft")
    ASKED = "asked", pgettext_lazy("own part", "waiting for confirmation")
    CONFIRMED = "confirmed", pgettext_lazy("own part", "confirmed")


class PartnerRole(TextChoices):
    """As what a joint applicant takes part."""

    CO_APPLICANT = "co_applicant", pgettext_lazy("joint applicant", "co-applicant")
    IMPLEMENTER = "implementer", pgettext_lazy("joint applicant", "implementer of projects")
    CHAIN_LEADER = "chain_leader", pgettext_lazy("joint applicant", "chain leader")


class PartnerKind(TextChoices):
    """Kinds of joint applicant."""

    SOE = "soe", _("central state-owned enterprise")
    DISTRICT = "district", _("second district of the municipality")


class Mode(TextChoices):
    """Modes of a project."""

    POINT = "point", _("point (one enterprise)")
    LINE = "line", _("line (an industrial chain)")
    AREA = "area", _("area (a cluster or park)")


class DigitalState(TextChoices):
    """How far an enterprise's digital transformation is."""

    NOT_BEGUN = "not_begun", pgettext_lazy("digital", "not begun")
    UNDER_WAY = "under_way", pgettext_lazy("digital", "under way")
    TRANSFORMED = "transformed", pgettext_lazy("digital", "transformed")


class EnergyLevel(TextChoices):
    """Energy efficiency of an enterprise in a field for which the state publishes levels."""

    BENCHMARK = "benchmark", _("at the benchmark level")
    BASELINE = "baseline", _("between baseline and benchmark")
    BELOW = "below", _("below the baseline")


class MoneyLevel(TextChoices):
    """Whose public money a project has beside the pilot's."""

    NATIONAL = "national", pgettext_lazy("money", "national")
    PROVINCIAL = "provincial", pgettext_lazy("money", "provincial")
    LOCAL = "local", pgettext_lazy("money", "city or district")


class ApprovalKind(TextChoices):
    """What a project needs before it may be built."""

    FILING = "filing", _("filing or approval of the project")
    ENVIRONMENT = "environment", _("environmental impact assessment")
    ENERGY = "energy", _("energy conservation review")
    SAFETY = "safety", _("safety assessment")
    LAND = "land", _("land and planning permit")
    OTHER = "other", pgettext_lazy("approval", "other")


class ApprovalState(TextChoices):
    """How far an approval is."""

    GRANTED = "granted", pgettext_lazy("approval", "granted")
    APPLIED = "applied", pgettext_lazy("approval", "applied for")
    NOT_NEEDED = "not_needed", pgettext_lazy("approval", "not needed")


class ImportState(TextChoices):
    """States of a file with rows for a list of the dossier."""

    BROUGHT = "brought", pgettext_lazy("import", "being checked")
    JUDGED = "judged", pgettext_lazy("import", "checked")
    TAKEN = "taken", pgettext_lazy("import", "taken over")
    DROPPED = "dropped", pgettext_lazy("import", "dropped")


class SupportMethod(TextChoices):
    """How a project would be supported."""

    INVESTMENT_SUBSIDY = "investment_subsidy", _("investment subsidy")
    LOAN_INTEREST = "loan_interest", _("loan-interest subsidy")
    GUARANTEE_FEE = "guarantee_fee", _("guarantee-fee subsidy")


class TargetCode(TextChoices):
    """Indicators of the programme's plan for equipment renewal."""

    DIGITAL_TOOLS = "digital_tools", _("Enterprises that use digital R&D and design tools")
    PROCESS_CONTROL = "process_control", _("Key processes that are numerically controlled")
    EQUIPMENT_INVESTMENT = "equipment_investment", _("Growth of industrial equipment investment against 2023")
    ENERGY = "energy", _("Capacity at the benchmark level of energy efficiency")
    OWN = "own", _("Indicator of the unit's own")


# The indicators every dossier has; the unit may add its own.
PROGRAMME_TARGETS = (
    TargetCode.DIGITAL_TOOLS,
    TargetCode.PROCESS_CONTROL,
    TargetCode.EQUIPMENT_INVESTMENT,
    TargetCode.ENERGY,
)


class AttachmentKind(TextChoices):
    """Kinds of attachment."""

    PLAN_PDF = "plan_pdf", _("sealed PDF of the implementation plan")
    COMMITMENT_LETTER = "commitment_letter", _("commitment letter")
    OTHER = "other", pgettext_lazy("attachment", "other")


class Side(TextChoices):
    """The two departments of a province that recommend together."""

    INDUSTRY = "industry", _("industry department")
    FINANCE = "finance", _("finance department")


class Verdict(TextChoices):
    """What a department of the province decides."""

    RECOMMEND = "recommend", pgettext_lazy("province", "recommend")
    NOT_RECOMMEND = "not_recommend", pgettext_lazy("province", "do not recommend")
    RETURN = "return", pgettext_lazy("province", "return for mending")


class Answer(TextChoices):
    """What a department of the province finds on one point of its checklist."""

    FULFILLED = "fulfilled", pgettext_lazy("checklist", "fulfilled")
    MEND = "mend", pgettext_lazy("checklist", "to be mended")
    NOT_APPLICABLE = "not_applicable", pgettext_lazy("checklist", "does not apply")


class RulingKind(TextChoices):
    """What the ministries decide against a submission in screening."""

    CORRECTION = "correction", pgettext_lazy("ruling", "correction asked for")
    REJECTION = "rejection", pgettext_lazy("ruling", "rejected in screening")


class ChangeKind(TextChoices):
    """What a change of an approved plan does."""

    ADD = "add", pgettext_lazy("plan", "add a project")
    CHANGE = "change", pgettext_lazy("plan", "change a project")
    TERMINATE = "terminate", pgettext_lazy("plan", "terminate a project")
    UNIT = "unit", pgettext_lazy("plan", "go on under the unit that follows")


class ChangeState(TextChoices):
    """States of a change request."""

    ASKED = "asked", pgettext_lazy("change", "awaiting the signature")
    SIGNED = "signed", pgettext_lazy("change", "with the ministries")
    APPROVED = "approved", pgettext_lazy("change", "approved")
    REFUSED = "refused", pgettext_lazy("change", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("change", "withdrawn")


class Severity(TextChoices):
    """What a finding of a check does."""

    BLOCKS = "error", pgettext_lazy("check", "blocks the submission")
    WARNS = "warning", pgettext_lazy("check", "please note")
    INFORMS = "info", pgettext_lazy("check", "for information")


class Stage(TextChoices):
    """When checks are asked and their results kept."""

    SUBMISSION = "submission", pgettext_lazy("stage", "at the submission")
    PROVINCE = "province", pgettext_lazy("stage", "at the province")
    SCREENING = "screening", pgettext_lazy("stage", "in screening")


class MatchKind(TextChoices):
    """What two applications have in common."""

    ENTERPRISE = "enterprise", pgettext_lazy("match", "enterprise in two rosters")
    PROJECT = "project", pgettext_lazy("match", "project in two applications")
    LEADER = "leader", pgettext_lazy("match", "leading enterprise in another roster")
    PARTNER = "partner", pgettext_lazy("match", "commitment of a central SOE in two applications")
    OTHER_MONEY = "other_money", pgettext_lazy("match", "project with other national money")


class Judgement(TextChoices):
    """What an officer says of a match."""

    OPEN = "open", pgettext_lazy("match", "to be judged")
    SAME = "same", pgettext_lazy("match", "the same")
    DIFFERENT = "different", pgettext_lazy("match", "not the same")
