"""What the API's routes are about: objects the other modules made, and a run and a token of the officer and drafter."""

from __future__ import annotations

from typing import Any

from grants import models as money
from grants.api.routes import ROUTES
from portal.accounts.domain import tokens
from portal.core.tasks import start_run
from portal.programme.models import CentralSOE
from reviews.models import Review


def _rows(world: Any) -> dict[str, tuple[Any, dict[str, Any]]]:
    """By the name of the routes: the row they are about, and another one for some acts."""
    award, payment = world.kept["award"], world.kept["payment"]

    def first(model: Any, **where: Any) -> Any:
        return model._default_manager.filter(**where).order_by("pk").first().pk

    def of(model: Any, **where: Any) -> Any:
        return first(model, award=award, **where)

    demanded, step = of(money.Recovery, state="confirmed"), money.ArchiveStep.objects.get()
    with world.acting("drafter"):
        report = of(money.QuarterReport, state="draft")
        evaluation = of(money.Evaluation, state="draft")
        acceptance = of(money.Acceptance, state="draft")
    asked = {"award": award, "payment": None}
    return {
        "award": (award.pk, {}),
        "award-change": (of(money.AwardChange), {}),
        "award-target": (of(money.AwardTarget), {}),
        "supported-project": (payment.grant_project_id, {}),
        "issue": (
            of(money.Issue, state="entered", paper=None),
            {
                "receive": of(money.Issue, state="confirmed", received_on=None),
                "pass-on": of(money.Issue, received_on__isnull=False),
            },
        ),
        "issue-paper": (first(money.IssuePaper), {}),
        "pass-on": (of(money.PassOn, state="entered"), {"arrive": of(money.PassOn, state="confirmed", arrival=None)}),
        "payment-request": (first(money.PaymentRequest, **asked), {}),
        "invoice": (first(money.RequestInvoice, request__award=award), {}),
        "payment": (payment.pk, {"mend": of(money.Payment, state="refused")}),
        "hold": (of(money.FundingHold), {}),
        "spending-report": (of(money.SpendingReport), {}),
        "return": (of(money.ReturnPaper, state="entered"), {"receive": of(money.ReturnPaper, state="confirmed")}),
        "matching-fund": (of(money.MatchingFunds), {}),
        "recovery": (of(money.Recovery, state="entered"), {"collect": demanded, "withdraw": demanded}),
        "recovery-payment": (of(money.RecoveryPayment), {}),
        "recovery-withdrawal": (of(money.RecoveryWithdrawal), {}),
        "account": (of(money.Account, place="unit"), {}),
        "entry": (of(money.Entry, kind="payment"), {}),
        "ledger-line": (first(money.Line, entry__award=award), {}),
        "reversal": (of(money.Reversal), {}),
        "year-close": (first(money.YearClose), {}),
        "bank-file": (first(money.BankFile, unit="350200"), {}),
        "bank-statement": (first(money.BankStatement, unit="350200"), {}),
        "bank-line": (first(money.BankLine, unit="350200"), {}),
        "bank-order": (first(money.BankOrder, unit="350200"), {}),
        "quarter-report": (of(money.QuarterReport, state="submitted"), {"write": report, "sign": report}),
        "evaluation": (of(money.Evaluation, state="signed"), {"fill": evaluation, "sign": evaluation}),
        "panel": (of(money.Panel), {}),
        "assessment": (of(money.Assessment, state="entered"), {"mend": of(money.Assessment, result="rectify")}),
        "rectification": (of(money.Rectification), {}),
        "acceptance": (of(money.Acceptance, state="sent"), {"fill": acceptance, "send": acceptance}),
        "batch-ending": (award.batch_id, {"ask-archive": step.batch_id, "ask-reopen": step.batch_id}),
        "archive-step": (step.pk, {}),
    }


def _money(world: Any) -> dict[str, Any]:
    """The rows of the money by route; a draft is asked for as well where the unit still writes one."""
    with world.acting("officer.mof"):
        rows = _rows(world)
    found: dict[str, Any] = {}
    for view, name in ROUTES.values():
        pk, others = rows[name]
        found[f"api:{name}-detail"] = {"pk": pk}
        for act in view.get_extra_actions():
            if act.detail:
                found[f"api:{name}-{act.url_name}"] = {"pk": others.get(act.url_name, pk)}
    for name, act in (("quarter-report", "sign"), ("evaluation", "sign"), ("acceptance", "send")):
        found[f"api:{name}-detail"] = {"draft": found[f"api:{name}-{act}"], "sent": found[f"api:{name}-detail"]}
    return found


def make(world: Any) -> dict[str, dict[str, Any]]:
    draft = {"pk": world.kept["draft"].pk}
    event = {"pk": world.kept["event"].pk}
    with world.acting("officer.miit") as by:
        run = {"pk": str(start_run(by=by, task="core.of_the_matrix").pk)}
    with world.acting("drafter") as by:
        token, _ = tokens.make(by=by, what=tokens.TokenInput("of the matrix", 30))
    with world.acting("reviewer.miit"):
        mine = Review.objects.get(reviewer=world.person("reviewer.miit").pk)
    application, partner = {"pk": world.kept["xiamen"].pk}, {"pk": world.kept["rows"]["partner"]}
    snapshot = {"pk": world.kept["snapshot"].pk}
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
        **_money(world),
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
