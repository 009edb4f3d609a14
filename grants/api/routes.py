"""The addresses of the money's slices, and the names of their routes."""

from __future__ import annotations

from typing import Final

from grants.api import (
    accepting,
    assessing,
    awards,
    bank,
    ending,
    issues,
    ledger,
    paying,
    performance,
    recovering,
    using,
)
from grants.api.base import MoneyViewSet

ROUTES: Final[dict[str, tuple[type[MoneyViewSet], str]]] = {
    "awards": (awards.AwardViewSet, "award"),
    "award-changes": (awards.AwardChangeViewSet, "award-change"),
    "award-targets": (awards.AwardTargetViewSet, "award-target"),
    "supported-projects": (awards.GrantProjectViewSet, "supported-project"),
    "issues": (issues.IssueViewSet, "issue"),
    "issue-papers": (issues.IssuePaperViewSet, "issue-paper"),
    "pass-ons": (issues.PassOnViewSet, "pass-on"),
    "payment-requests": (paying.PaymentRequestViewSet, "payment-request"),
    "invoices": (paying.InvoiceViewSet, "invoice"),
    "payments": (paying.PaymentViewSet, "payment"),
    "holds": (paying.HoldViewSet, "hold"),
    "spending-reports": (using.SpendingViewSet, "spending-report"),
    "returns": (using.ReturnViewSet, "return"),
    "matching-funds": (using.MatchingViewSet, "matching-fund"),
    "recoveries": (recovering.RecoveryViewSet, "recovery"),
    "recovery-payments": (recovering.RecoveryPaymentViewSet, "recovery-payment"),
    "recovery-withdrawals": (recovering.WithdrawalViewSet, "recovery-withdrawal"),
    "accounts": (ledger.AccountViewSet, "account"),
    "entries": (ledger.EntryViewSet, "entry"),
    "ledger-lines": (ledger.LineViewSet, "ledger-line"),
    "reversals": (ledger.ReversalViewSet, "reversal"),
    "year-closes": (ledger.YearCloseViewSet, "year-close"),
    "bank-files": (bank.BankFileViewSet, "bank-file"),
    "bank-statements": (bank.BankStatementViewSet, "bank-statement"),
    "bank-lines": (bank.BankLineViewSet, "bank-line"),
    "bank-orders": (bank.BankOrderViewSet, "bank-order"),
    "quarter-reports": (performance.QuarterReportViewSet, "quarter-report"),
    "evaluations": (assessing.EvaluationViewSet, "evaluation"),
    "panels": (assessing.PanelViewSet, "panel"),
    "assessments": (assessing.AssessmentViewSet, "assessment"),
    "rectifications": (assessing.RectificationViewSet, "rectification"),
    "acceptances": (accepting.AcceptanceViewSet, "acceptance"),
    "batch-endings": (ending.EndingViewSet, "batch-ending"),
    "archive-steps": (ending.StepViewSet, "archive-step"),
}
