"""Ready-made analyses of the money, one module each."""

from grants.analytics import (
    before_milestone,
    benford,
    duplicate_invoices,
    late_pass_on,
    late_receipts,
    maker_checker_pairs,
    odd_hours,
    payees_of_many,
    related_sellers,
    round_amounts,
    split_payments,
    support_outliers,
    year_end,
)

ANALYSES = (
    duplicate_invoices.ANALYSIS,
    payees_of_many.ANALYSIS,
    split_payments.ANALYSIS,
    round_amounts.ANALYSIS,
    benford.ANALYSIS,
    before_milestone.ANALYSIS,
    year_end.ANALYSIS,
    late_pass_on.ANALYSIS,
    late_receipts.ANALYSIS,
    related_sellers.ANALYSIS,
    support_outliers.ANALYSIS,
    maker_checker_pairs.ANALYSIS,
    odd_hours.ANALYSIS,
)

__all__ = ["ANALYSES"]
