"""States of a batch at its end for tests; by commands only."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests import factories_assessing as assess
from tests import factories_grants as make
from tests import factories_use as use
from tests.people import person


def yuan(amount: str) -> Decimal:
    return Decimal(amount)


def batch_of(who: dict[str, Any], award: Any) -> Any:
    """The batch of an award, read anew."""
    from portal.programme.models import Batch

    with make.acting(who["mof"]):
        return Batch.objects.get(pk=award.batch_id)


def award_of(who: dict[str, Any], batch: Any) -> Any:
    """The first award of a batch."""
    from grants.models import Award

    with make.acting(who["mof"]):
        return Award.objects.select_related("unit", "batch").filter(batch=batch).order_by("pk").first()


def result(who: dict[str, Any], award: Any, kind: str, **more: Any) -> Any:
    """A confirmed result of the final assessment."""
    return assess.result(who, award, kind, **more)


def entered_result(who: dict[str, Any], award: Any) -> Any:
    """A result that waits for MOF."""
    from grants.domain import awards
    from grants.enums import Result

    what = awards.AssessmentInput(Result.PASSED, make.today(), make.paper("工信部规函〔2026〕9号"))
    with make.acting(who["miit"]) as by:
        return awards.enter_assessment(by=by, award=award, what=what)


def arrived(who: dict[str, Any], award: Any) -> None:
    """The unit confirms that its pass-ons have arrived."""
    from grants.domain import arrivals

    with make.acting(who["unit_maker"]) as by:
        for row in award.pass_ons.filter(state="confirmed", arrival=None):
            arrivals.confirm_arrival(by=by, pass_on=row, arrived_on=make.today())


def ended_batch(who: dict[str, Any], award: Any) -> Any:
    """The batch of an award, whose running MIIT ends."""
    from grants.domain import ending

    batch = batch_of(who, award)
    with make.acting(who["miit"]) as by:
        return ending.assess(by=by, batch=batch)


def assessed_batch(who: dict[str, Any], award: Any) -> Any:
    """The batch of an award that has passed; its running has ended."""
    make.assessed(who, award=award)
    return ended_batch(who, award)


def settled_award(who: dict[str, Any], application: int, *, number: str = "1") -> Any:
    """An award of which 100 yuan came and were used; the second tranche was refused for good."""
    award = make.funded_unit(who, application=application, award="200000000.00", held="100.00")
    project = make.project(who, award)
    make.paid(who, project=project, amount="100.00", number=f"V{number}")
    use.spent(who, project=project, amount="100.00", number=f"S{number}")
    arrived(who, award)
    result(who, award, "failed", for_good=True)
    return award


def settled_batch(who: dict[str, Any], application: int) -> Any:
    """An assessed batch in which nothing is open."""
    return ended_batch(who, settled_award(who, application))


def asked(who: dict[str, Any], batch: Any, *, kind: str = "archive", why: str = "all is done") -> Any:
    """What MIIT asks for; MOF has not countersigned."""
    from grants.domain import ending

    with make.acting(who["miit"]) as by:
        return (ending.ask_archive if kind == "archive" else ending.ask_reopen)(by=by, batch=batch, why=why)


def archived_batch(who: dict[str, Any], application: int) -> Any:
    """A batch that both ministries archived."""
    from grants.domain import ending

    batch = settled_batch(who, application)
    step = asked(who, batch)
    with make.acting(who["mof"]) as by:
        ending.sign_archive(by=by, step=step)
        batch.refresh_from_db()
    return batch


def settled(application: int) -> Any:
    """For `further`: the assessed batch of Xiamen's application, in which nothing is open."""
    return settled_batch(_xiamen(), application)


def archived(application: int) -> Any:
    """For `further`: the archived batch of Xiamen's application."""
    return archived_batch(_xiamen(), application)


def _xiamen() -> dict[str, Any]:
    return make.people(person, province="350000", unit="350200")
