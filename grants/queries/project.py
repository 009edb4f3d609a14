"""What the pages of a supported project and of its payments show beside them, in few queries."""

from __future__ import annotations

from typing import Final

from django.db.models import Prefetch

from grants.enums_paying import STOPS
from grants.models import FundingHold, GrantProject, Payment
from grants.queries import requests, use
from portal.core import at_once
from portal.core.scope import Scope


def load(project: GrantProject, scope: Scope) -> None:
    """Load `requests` (those still open), `spending`, `accounts`, and the hold that stops payments as `stopped`."""
    at_once.load(
        project,
        Prefetch("requests", requests.open_requests(scope)),
        Prefetch("holds", FundingHold.objects.filter(state__in=STOPS).order_by("-pk")),
        Prefetch("spending", use.spending(scope)),
        "accounts",
    )
    project.stopped = next(iter(project.holds.all()), None)


def load_payment(payment: Payment, project: GrantProject) -> None:
    """Give a payment its project with the hold that stops it, and its request with invoices and evidence."""
    project.stopped = requests.standing(project)
    payment.grant_project = project
    if payment.request is not None:
        _PAPERS(payment.request)


_PAPERS: Final = at_once.Together(lambda: ("invoices", "evidence"))
