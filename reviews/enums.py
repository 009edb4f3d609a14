"""Choices of review, selection and publicity."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Ministry(TextChoices):
    """The two ministries; the values are the codes of their organisations."""

    MIIT = "MIIT", _("Ministry of Industry and Information Technology")
    MOF = "MOF", _("Ministry of Finance")


class ScreeningDecision(TextChoices):
    """What a ministry says after screening."""

    PASS = "pass", pgettext_lazy("screening", "pass")
    CORRECTION = "correction", pgettext_lazy("screening", "ask for a correction")
    REJECT = "reject", pgettext_lazy("screening", "reject")


class ReviewerGroup(TextChoices):
    """Whom a reviewer comes from."""

    MIIT = "MIIT", _("reviewer of MIIT")
    MOF = "MOF", _("reviewer of MOF")
    EXPERT = "expert", _("invited expert")


class InterestKind(TextChoices):
    """What counts as an interest."""

    EMPLOYMENT = "employment", _("I work, or in the last three years worked, for the city, a partner or an enterprise")
    ADVICE = "advice", _("I advised on this plan or helped to write it")
    KINSHIP = "kinship", _("A close relative works for the city, a partner or an enterprise of the dossier")
    MONEY = "money", _("I hold shares in, or receive money from, an enterprise of the dossier")
    OTHER = "other", _("Another reason why I should not judge")


class ConflictCode(TextChoices):
    """Why a person keeps away from an application."""

    OWN_PROVINCE = "own_province", _("own province")
    OWN_UNIT = "own_unit", _("own city")
    EMPLOYER = "employer", _("employer is a partner")
    FORMER = "former", _("employer of the last three years is a partner or an enterprise of the dossier")
    ROSTER = "roster", _("employer is an enterprise of the dossier")
    BATCH = "batch", _("declared for the whole batch")
    DECLARED = "declared", _("declared by the person")


class Expertise(TextChoices):
    """Fields of knowledge beside the divisions of GB/T 4754."""

    FINANCE = "finance", pgettext_lazy("expertise", "public finance")
    ENERGY = "energy", pgettext_lazy("expertise", "energy and environment")
    DIGITAL = "digital", pgettext_lazy("expertise", "digital transformation")
    SAFETY = "safety", pgettext_lazy("expertise", "work safety")


class Language(TextChoices):
    """Languages in which a reviewer reads."""

    ZH = "zh", _("Chinese")
    EN = "en", _("English")


class AssignmentState(TextChoices):
    """States of an assignment."""

    ASSIGNED = "assigned", pgettext_lazy("assignment", "assigned")
    DECLARED = "declared", pgettext_lazy("assignment", "no interest declared")
    RECUSED = "recused", pgettext_lazy("assignment", "recused")
    RELIEVED = "relieved", pgettext_lazy("assignment", "relieved")


class ProposalState(TextChoices):
    """States of a proposed assignment of reviewers."""

    COMPUTING = "computing", pgettext_lazy("proposal", "being computed")
    READY = "ready", pgettext_lazy("proposal", "best assignment found and proven")
    INFEASIBLE = "infeasible", pgettext_lazy("proposal", "too few reviewers")
    FAILED = "failed", pgettext_lazy("proposal", "not computed")
    TAKEN = "taken", pgettext_lazy("proposal", "in effect")


class Unmet(TextChoices):
    """Why a reviewer who knows an application's industries better is not among its reviewers."""

    CONFLICT = "conflict", _("has a conflict of interest")
    KEPT_AWAY = "kept_away", _("kept away by an officer")
    LOAD = "load", _("has as many applications as agreed, which need the knowledge more")
    GROUP = "group", _("the seat belongs to another ministry")
    LEAST_LOAD = "least_load", _("the seat brings another reviewer to the least number agreed")
    PINNED = "pinned", _("all seats are pinned")


class ReviewState(TextChoices):
    """States of a review."""

    DRAFT = "draft", pgettext_lazy("review", "draft")
    SUBMITTED = "submitted", pgettext_lazy("review", "submitted")
    LOCKED = "locked", pgettext_lazy("review", "locked")


class ScenarioState(TextChoices):
    """States of a computed selection."""

    COMPUTING = "computing", pgettext_lazy("selection", "being computed")
    OPTIMAL = "optimal", pgettext_lazy("selection", "best list found and proven")
    INFEASIBLE = "infeasible", pgettext_lazy("selection", "the rules cannot hold together")
    FAILED = "failed", pgettext_lazy("selection", "not computed")


class StudyKind(TextChoices):
    """What is worked out about a computed list."""

    EXPLANATION = "explanation", _("why each unit is on the list or not")
    ROBUSTNESS = "robustness", _("how firmly the list stands")


class DecisionState(TextChoices):
    """States of the ministries' decision."""

    PROPOSED = "proposed", pgettext_lazy("decision", "proposed")
    WITHDRAWN = "withdrawn", pgettext_lazy("decision", "withdrawn")
    ADOPTED = "adopted", pgettext_lazy("decision", "adopted by both ministries")
    PUBLISHED = "published", pgettext_lazy("decision", "under publicity")
    FINAL = "final", pgettext_lazy("decision", "final")


class ObjectionState(TextChoices):
    """States of an objection."""

    LODGED = "lodged", pgettext_lazy("objection", "under examination")
    DISMISSED = "dismissed", pgettext_lazy("objection", "not upheld")
    UPHELD = "upheld", pgettext_lazy("objection", "upheld")


class HearingState(TextChoices):
    """States of a hearing in the defence."""

    INVITED = "invited", pgettext_lazy("hearing", "invited")
    CONFIRMED = "confirmed", pgettext_lazy("hearing", "confirmed by the unit")
    HEARD = "heard", pgettext_lazy("hearing", "heard")
    ABSENT = "absent", pgettext_lazy("hearing", "did not come")


class EntryState(TextChoices):
    """States of a unit on the published list."""

    LISTED = "listed", pgettext_lazy("entry", "under publicity")
    SUSPENDED = "suspended", pgettext_lazy("entry", "under examination")
    DROPPED = "dropped", pgettext_lazy("entry", "left the list")
    FINAL = "final", pgettext_lazy("entry", "on the final list")


class ReplacementState(TextChoices):
    """States of a proposed replacement from the reserve."""

    PROPOSED = "proposed", pgettext_lazy("replacement", "waits for the other ministry")
    CONFIRMED = "confirmed", pgettext_lazy("replacement", "confirmed by both ministries")
    WITHDRAWN = "withdrawn", pgettext_lazy("replacement", "withdrawn")
