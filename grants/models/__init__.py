"""Awards, projects, assessments; issues, pass-ons, payments and their documents; the ledger."""

from grants.models.award import Assessment, Award, GrantProject, ProjectEnd, SupportRevision
from grants.models.corrections import Reversal, YearClose
from grants.models.ledger import Account, Counter, Entry, Line
from grants.models.moves import Document, Issue, PassOn, Payment
from grants.models.performance import (
    EnterpriseProgress,
    IndicatorActual,
    ProgressFile,
    QuarterReport,
    ReportEvidence,
    ReportSnapshot,
)

__all__ = [
    "Account",
    "Assessment",
    "Award",
    "Counter",
    "Document",
    "EnterpriseProgress",
    "Entry",
    "GrantProject",
    "IndicatorActual",
    "Issue",
    "Line",
    "PassOn",
    "Payment",
    "ProgressFile",
    "ProjectEnd",
    "QuarterReport",
    "ReportEvidence",
    "ReportSnapshot",
    "Reversal",
    "SupportRevision",
    "YearClose",
]
