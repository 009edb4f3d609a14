"""Awards, projects, assessments; issues, pass-ons, payments and their documents; the ledger."""

from grants.models.acceptance import Acceptance, Equipment, Evidence
from grants.models.arrival import Arrival
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
from grants.models.award_parts import AwardChange, AwardTarget
from grants.models.bank import BankDecision, BankFile, BankLine, BankOrder, BankOrderItem, BankStatement
from grants.models.corrections import Reversal, YearClose
from grants.models.ending import ArchiveStep
from grants.models.issue_paper import IssueFile, IssuePaper
from grants.models.ledger import Account, Counter, Entry, Line
from grants.models.moves import Document, Issue, PassOn, Payment
from grants.models.open_file import OpenFile
from grants.models.paying import EvidenceFile, FundingHold, PaymentRefusal, PaymentRequest, RequestInvoice
from grants.models.performance import (
    EnterpriseProgress,
    IndicatorActual,
    ProgressFile,
    QuarterReport,
    ReportEvidence,
    ReportSnapshot,
)
from grants.models.recovery import Recovery, RecoveryPayment, RecoveryWithdrawal
from grants.models.sums import PlanSum, YearSum
from grants.models.use import MatchingFunds, ReturnPaper, SpendingReport

__all__ = [
    "Acceptance",
    "Account",
    "ArchiveStep",
    "Arrival",
    "Assessment",
    "Award",
    "AwardChange",
    "AwardTarget",
    "BankDecision",
    "BankFile",
    "BankLine",
    "BankOrder",
    "BankOrderItem",
    "BankStatement",
    "Counter",
    "Document",
    "EnterpriseProgress",
    "Entry",
    "Equipment",
    "Evaluation",
    "EvaluationScore",
    "Evidence",
    "EvidenceFile",
    "FundingHold",
    "GrantProject",
    "IndicatorActual",
    "Issue",
    "IssueFile",
    "IssuePaper",
    "Line",
    "MatchingFunds",
    "OpenFile",
    "Panel",
    "PanelMember",
    "PanelScore",
    "PassOn",
    "Payment",
    "PaymentRefusal",
    "PaymentRequest",
    "PlanSum",
    "ProgressFile",
    "ProjectEnd",
    "QuarterReport",
    "Recovery",
    "RecoveryPayment",
    "RecoveryWithdrawal",
    "Rectification",
    "ReportEvidence",
    "ReportSnapshot",
    "RequestInvoice",
    "ReturnPaper",
    "Reversal",
    "SampleRemark",
    "SampledProject",
    "SpendingReport",
    "SupportRevision",
    "YearClose",
    "YearSum",
]
