"""What the API's routes are about: objects the other modules made, and a run and a token of the officer and drafter."""

from __future__ import annotations

from typing import Any

from grants.models import Issue, PassOn
from portal.accounts.domain import tokens
from portal.core.tasks import start_run
from portal.programme.models import CentralSOE
from reviews.models import Review


def make(world: Any) -> dict[str, dict[str, Any]]:
    draft = {"pk": world.kept["draft"].pk}
    event = {"pk": world.kept["event"].pk}
    with world.acting("officer.miit") as by:
        run = {"pk": str(start_run(by=by, task="core.of_the_matrix").pk)}
    with world.acting("drafter") as by:
        token, _ = tokens.make(by=by, what=tokens.TokenInput("of the matrix", 30))
    with world.acting("officer.mof"):
        issue = Issue.objects.filter(award=world.kept["award"], received_on__isnull=False).first()
        entered = Issue.objects.filter(award=world.kept["award"], state="entered", paper=None).first()
        pass_on = PassOn.objects.filter(award=world.kept["award"], state="entered").first()
    with world.acting("reviewer.miit"):
        mine = Review.objects.get(reviewer=world.person("reviewer.miit").pk)
    application, partner = {"pk": world.kept["xiamen"].pk}, {"pk": world.kept["rows"]["partner"]}
    snapshot = {"pk": world.kept["snapshot"].pk}
    award, payment = {"pk": world.kept["award"].pk}, {"pk": world.kept["payment"].pk}
    return {
        "api:application-detail": application,
        "api:application-request-sign-off": application,
        "api:application-submit": {"pk": world.kept["quanzhou"].pk},
        "api:application-withdraw": application,
        "api:application-recommend": {"pk": world.kept["fuzhou"].pk},
        "api:project-detail": {"pk": world.kept["rows"]["project"]},
        "api:submission-detail": snapshot,
        "api:part-detail": partner,
        "api:part-ask": partner,
        "api:part-confirm": partner,
        "api:part-decline": partner,
        "api:assignment-detail": {"pk": mine.assignment_id},
        "api:review-detail": {"pk": mine.pk},
        "api:award-detail": award,
        "api:award-confirm": award,
        "api:award-refuse": award,
        "api:supported-project-detail": {"pk": world.kept["payment"].grant_project_id},
        "api:issue-detail": {"pk": entered.pk},
        "api:issue-confirm": {"pk": entered.pk},
        "api:issue-refuse": {"pk": entered.pk},
        "api:issue-receive": {"pk": entered.pk},
        "api:issue-pass-on": {"pk": issue.pk},
        "api:pass-on-detail": {"pk": pass_on.pk},
        "api:pass-on-confirm": {"pk": pass_on.pk},
        "api:pass-on-refuse": {"pk": pass_on.pk},
        "api:payment-detail": payment,
        "api:payment-confirm": payment,
        "api:payment-refuse": payment,
        "api:batch-detail": draft,
        "api:batch-open": draft,
        "api:batch-countersign": draft,
        "api:batch-close": draft,
        "api:province-detail": {"pk": "350000"},
        "api:unit-detail": {"pk": "350200"},
        "api:industry-detail": {"pk": "C26"},
        "api:soe-detail": {"pk": CentralSOE.objects.get(list_no=1).pk},
        "api:event-detail": event,
        "api:run-detail": run,
        "api:run-cancel": run,
        "api:error": {"code": "not_found"},
        "api:unknown": {"path": "nothing/"},
        "tokens:revoke": {"pk": token.pk},
    }
