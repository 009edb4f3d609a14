"""Awards, projects, assessments; issues, pass-ons, payments and their documents; the ledger."""

from grants.models.acceptance import Acceptance, Equipment, Evidence
from grants.models.assessing import (
    Evaluation,
    EvaluationScore,
    Panel,
    PanelMember,
    PanelScore,
    Rectification,
    SampledProject,
    SampleRemark,
)
from grants.models.award import Assessment, Award, GrantProject, ProjectEnd, SupportRevision
from grants.models.corrections import Reversal, YearClose
from grants.models.ledger import Account, Counter, Entry, Line
from grants.models.moves import Document, Issue, PassOn, Payment

__all__ = [
    "Acceptance",
    "Account",
    "Assessment",
    "Award",
    "Counter",
    "Document",
    "Entry",
    "Equipment",
    "Evaluation",
    "EvaluationScore",
    "Evidence",
    "GrantProject",
    "Issue",
    "Line",
    "Panel",
    "PanelMember",
    "PanelScore",
    "PassOn",
    "Payment",
    "ProjectEnd",
    "Rectification",
    "Reversal",
    "SampleRemark",
    "SampledProject",
    "SupportRevision",
    "YearClose",
]
