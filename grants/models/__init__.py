"""Awards, projects, assessments; issues, pass-ons, payments and their documents; the ledger."""

from grants.models.award import Assessment, Award, GrantProject, ProjectEnd, SupportRevision
from grants.models.corrections import Reversal, YearClose
from grants.models.ledger import Account, Counter, Entry, Line
from grants.models.moves import Document, Issue, PassOn, Payment
from grants.models.recovery import Recovery, RecoveryPayment, RecoveryWithdrawal
from grants.models.use import MatchingFunds, ReturnPaper, SpendingReport

__all__ = [
    "Account",
    "Assessment",
    "Award",
    "Counter",
    "Document",
    "Entry",
    "GrantProject",
    "Issue",
    "Line",
    "MatchingFunds",
    "PassOn",
    "Payment",
    "ProjectEnd",
    "Recovery",
    "RecoveryPayment",
    "RecoveryWithdrawal",
    "ReturnPaper",
    "Reversal",
    "SpendingReport",
    "SupportRevision",
    "YearClose",
]
