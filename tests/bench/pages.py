"""The pages that are measured, each with the role that opens it; and how many queries each sends.

`python -m tests.bench.pages` prints, for the stand's database, the addresses, accounts and numbers of queries.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import django
from django.urls import reverse


def accounts() -> dict[str, str]:
    """For each role (with the ministry's or place's code where several exist) the address of one account."""
    from portal.accounts.models import Membership

    rows = (
        Membership.objects.using("owner")
        .filter(user__is_demonstration=True, ended_at=None)
        .exclude(role="clockwork")
        .select_related("user", "organisation")
        .order_by("pk")
    )
    found: dict[str, str] = {}
    for row in rows:
        kind = row.organisation.code if row.organisation.kind == "ministry" else row.organisation.kind
        found.setdefault(f"{row.role}@{kind}", row.user.email)
    return found


def pages() -> list[tuple[str, str, str]]:
    """Name, address and account ("": nobody is signed in) of every measured page."""
    from applications.models import Application
    from grants.models import Award, Payment
    from reviews.models import AssignmentProposal, PublicEntry, Review

    who = accounts()
    found = [(f"desk of {role}", "/desk/", email) for role, email in who.items()]
    application = Application.objects.using("owner").filter(state="in_review").order_by("pk").last()
    review = (
        Review.objects.using("owner")
        .filter(state="submitted", application__batch__state="reviewing")
        .select_related("reviewer")
        .order_by("pk")
        .first()
    )
    listed = (
        PublicEntry.objects.using("owner").filter(batch__state="running").order_by("pk").select_related("batch").last()
    )
    award = Award.objects.using("owner").filter(state="confirmed").order_by("pk").last()
    payment = Payment.objects.using("owner").filter(state="confirmed").order_by("pk").last()
    proposal = AssignmentProposal.objects.using("owner").select_related("batch").order_by("pk").last()
    if not (application and review and listed and award and payment and proposal):
        raise RuntimeError("The stand lacks something to measure: build it anew.")
    return [
        ("public home", "/", ""),
        ("public list", reverse("reviews:list", args=[listed.batch.number]), ""),
        *found,
        ("applications, ministry", reverse("applications:list"), who["officer@MIIT"]),
        ("application, ministry", reverse("applications:detail", args=[application.pk]), who["officer@MIIT"]),
        ("applications, province", reverse("applications:list"), who["provincial_officer@provincial_industry"]),
        ("review", reverse("reviews:review", args=[review.assignment_id]), review.reviewer.email),
        ("my reviews", reverse("reviews:mine"), review.reviewer.email),
        ("proposed assignment, ministry", reverse("reviews:proposal", args=[proposal.pk]), who["officer@MIIT"]),
        (
            "calibrated scores, ministry",
            reverse("reviews:calibration", args=[proposal.batch.number]),
            who["officer@MIIT"],
        ),
        ("payments, ministry", reverse("grants:payments"), who["finance_maker@MOF"]),
        ("award, ministry", reverse("grants:award", args=[award.pk]), who["finance_maker@MOF"]),
        ("payment, auditor", reverse("oversight:payment", args=[payment.pk]), who["auditor@audit_office"]),
        ("oversight, auditor", reverse("oversight:nation"), who["auditor@audit_office"]),
    ]


def queries(address: str, email: str) -> int:
    """Queries a page sends when it is asked the second time (transaction marks do not count)."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from portal.accounts.models import User

    client = Client()
    if email:
        client.force_login(User.objects.get(email=email))
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(address, headers={"host": "127.0.0.1"})
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code} to {email or 'nobody'}.")
    marks = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK")
    return sum(not row["sql"].startswith(marks) for row in seen.captured_queries)


def bare_session(email: str) -> str:
    """The key of a session in which the person is signed in for the bare page."""
    from django.contrib.sessions.backends.db import SessionStore

    from portal.accounts.models import User

    user = User.objects.get(email=email)
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def main() -> dict[str, Any]:
    """Everything the measuring process needs to know of the data."""
    from portal.demonstration.people import PASSWORD

    found = pages()
    first = next(email for _, _, email in found if email)
    return {
        "bare_session": bare_session(first),
        "emails": sorted({email for _, _, email in found if email})[:8],
        "password": PASSWORD,
        "pages": [
            {"name": name, "path": path, "email": email, "queries": queries(path, email)} for name, path, email in found
        ],
    }


if __name__ == "__main__":
    django.setup()
    json.dump(main(), sys.stdout)
