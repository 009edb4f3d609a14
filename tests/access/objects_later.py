"""What happens later to the papers of tests/access/objects: they are confirmed, taken back, returned, decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests import factories_assessing as assess
from tests import factories_grants as make
from tests.access.objects.grants import CALLERS


def acts(world: Any) -> Iterator[Callable[[], object]]:
    """Acts one behind the other."""
    from applications.domain import plans
    from applications.models import ChangeRequest
    from grants.domain import (
        acceptances,
        arrivals,
        assessing,
        award_changes,
        bank_lines,
        bank_orders,
        panels,
        recoveries,
        reporting,
    )
    from grants.models import (
        Acceptance,
        AwardChange,
        BankDecision,
        BankLine,
        BankOrder,
        Entry,
        Evaluation,
        FundingHold,
        GrantProject,
        Panel,
        PassOn,
        QuarterReport,
        RecoveryWithdrawal,
    )

    who: dict[str, Any] = {name: world.person(caller) for name, caller in CALLERS.items()}
    award = world.kept["award"]

    def one(model: Any, **which: Any) -> Any:
        with world.acting("officer.mof"):
            return model.objects.filter(**which).order_by("pk").first()

    def by(caller: str, act: Callable[..., object], **what: Any) -> Callable[[], object]:
        def done() -> object:
            with world.acting(caller) as actor:
                return act(by=actor, **what)

        return done

    def taken_back() -> object:
        paid = make.paid(who, project=one(GrantProject, award=award), amount="3.00", number="V77")
        return make.reversed_by(who, entry=one(Entry, payment=paid), by="unit", number="冲销〔2026〕77号")

    yield taken_back
    arriving = one(PassOn, award=award, state="confirmed")
    yield by("maker.unit", arrivals.confirm_arrival, pass_on=arriving, arrived_on=make.today())
    yield lambda: make.judged(world.person("officer.mof"), one(FundingHold), "release")
    change = one(AwardChange, award=award)
    yield by("officer.miit", award_changes.agree_award_change, award_change=change)
    yield by("checker.mof", award_changes.confirm_award_change, award_change=one(AwardChange, award=award))
    yield by("checker.mof", recoveries.confirm_withdrawal, withdrawal=one(RecoveryWithdrawal))
    sent = one(QuarterReport, state="submitted")
    yield by("industry", reporting.return_report, report=sent, why="Say more.")
    yield by("signatory", reporting.sign_report, report=one(QuarterReport, pk=sent.pk))
    yield by("industry", reporting.verify_report, report=one(QuarterReport, pk=sent.pk))
    yield by("industry", assessing.verify_evaluation, evaluation=one(Evaluation, state="signed"), comment="Seen.")
    accepted = one(Acceptance, state="sent")
    yield by("industry", acceptances.return_acceptance, acceptance=accepted, why="A photograph is missing.")
    yield by("drafter", acceptances.send_acceptance, acceptance=one(Acceptance, pk=accepted.pk))
    yield by("industry", acceptances.confirm_acceptance, acceptance=one(Acceptance, pk=accepted.pk))
    panel = one(Panel, state="open")
    for member in ("reviewer.miit", "reviewer.expert", "officer.mof"):
        yield lambda member=member: assess.scored(panel, world.person(member))
    yield by("officer.miit", panels.close_panel, panel=panel)
    yield by("maker.unit", bank_lines.set_aside, line=one(BankLine), why="A fee of the bank.")
    yield by("maker.unit", bank_lines.undo, decision=one(BankDecision), why="No fee.")
    yield by("maker.unit", bank_orders.withdraw, order=one(BankOrder), why="The bank was closed.")
    asked = one(ChangeRequest)
    yield by("signatory", plans.sign_change, change=asked)
    yield by("officer.mof", plans.agree_change, change=one(ChangeRequest, pk=asked.pk))
    approved = plans.DecisionInput(approve=True, why="Needed.", document_no="工信厅联规函〔2026〕816号")
    yield by("officer.miit", plans.decide_change, change=one(ChangeRequest, pk=asked.pk), what=approved)
