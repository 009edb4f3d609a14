"""Several checkers decide on one paper at once, by the commands: one word counts, the others read that it is over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from grants.ledger.verifier import differences
from tests import databases
from tests import factories_assessing as assess
from tests import factories_grants as make
from tests import factories_use as use
from tests.grants.raw import together

pytestmark = pytest.mark.guard
UNIT = "350200"
HELD = Decimal("100.00")


@pytest.fixture(scope="module")
def live(django_db_setup, django_db_blocker) -> Iterator[SimpleNamespace]:
    """People of which each checker has a colleague, in a clone whose writes are kept; `fresh()` gives an application."""
    from portal.accounts.cast import ensure_user

    with django_db_blocker.unblock(), databases.fresh_clone():
        who = make.live_people(UNIT)
        second = {
            name: ensure_user(f"second.{name}@test.test", f"second {name}", code, role)
            for name, code, role in (
                ("mof_checker", "MOF", "finance_checker"),
                ("province_checker", "CZ350000", "finance_checker"),
                ("unit_checker", f"CZ{UNIT}", "finance_checker"),
                ("mof", "MOF", "officer"),
            )
        }
        numbers = iter(range(101, 200))

        def fresh() -> int:
            return make.selected([make.Plan(UNIT)], number=next(numbers), budget="300000000.00")[0]

        yield SimpleNamespace(who=who, second=second, fresh=fresh)
        from django.db import connections

        connections.close_all()


def funded(live: Any) -> Any:
    return make.funded_unit(live.who, application=live.fresh(), award="100000000.00", held=str(HELD))


def paid(live: Any) -> tuple[Any, Any]:
    award = funded(live)
    project = make.project(live.who, award)
    make.paid(live.who, project=project, amount="60.00", number="V1")
    return award, project


def entry_of(live: Any, award: Any, kind: str) -> Any:
    from grants.models import Entry

    with make.acting(live.who["mof"]):
        return Entry.objects.get(award=award, kind=kind)


def award_entered(live: Any) -> Any:
    from applications.models import Application
    from grants.domain import awards

    with make.acting(live.who["mof_maker"]) as by:
        row = Application.objects.select_related("batch__rule_set").get(pk=live.fresh())
        what = awards.AwardInput(Decimal("100.00"), make.paper("财建〔2026〕7号", file=make.pdf()))
        return awards.enter_award(by=by, application=row, what=what)


def issue_paper_entered(live: Any) -> Any:
    from grants.domain import issue_papers as acts
    from grants.enums import Tranche

    award = make.awarded(live.who, application=live.fresh(), amount="100.00")
    with make.acting(live.who["mof_maker"]) as by:
        lines = [acts.LineInput(award.pk, Decimal("10.00"))]
        what = acts.IssuePaperInput(
            Tranche.FIRST, lines, Decimal("10.00"), make.paper("财建〔2026〕8号", file=make.pdf())
        )
        return acts.enter_issue_paper(by=by, batch=award.batch, what=what)


def pass_on_entered(live: Any) -> Any:
    award = make.awarded(live.who, application=live.fresh(), amount="200.00")
    issue = make.issued(live.who, award=award, amount="100.00", received_on=make.today())
    return make.entered_pass_on(live.who, issue=issue, amount="60.00")


def change_agreed(live: Any) -> Any:
    from grants.domain import award_changes as changes

    award = make.awarded(live.who, application=live.fresh(), amount="100000000.00")
    with make.acting(live.who["mof_maker"]) as by:
        what = changes.AwardChangeInput(Decimal("110000000.00"), "more", make.paper("C1", file=make.pdf()))
        row = changes.enter_award_change(by=by, award=award, what=what)
    with make.acting(live.who["miit"]) as by:
        return changes.agree_award_change(by=by, award_change=row)


def assessment_entered(live: Any) -> Any:
    from grants.domain import awards
    from grants.enums import Result

    award = make.awarded(live.who, application=live.fresh(), amount="100000000.00")
    with make.acting(live.who["miit"]) as by:
        what = awards.AssessmentInput(Result.PASSED, make.today(), make.paper("工信部规函〔2026〕9号"))
        return awards.enter_assessment(by=by, award=award, what=what)


def rectification_entered(live: Any) -> Any:
    award = make.awarded(live.who, application=live.fresh(), amount="100000000.00")
    return assess.mended(live.who, assess.result(live.who, award, "rectify"), confirmed=False)


def recovery_payment_entered(live: Any) -> Any:
    award, project = paid(live)
    demand = use.demanded(live.who, award=award, amount="60.00", project=project)
    return use.entered_collected(live.who, recovery=demand, amount="60.00", project=project)


def withdrawal_entered(live: Any) -> Any:
    award, _project = paid(live)
    return use.entered_withdrawal(live.who, recovery=use.demanded(live.who, award=award, amount="60.00"))


# The paper, the module of its commands, and who checks it.
KINDS: dict[str, tuple[Callable[[Any], Any], str, str]] = {
    "award": (award_entered, "awards", "mof_checker"),
    "issue": (
        lambda live: make.entered_issue(
            live.who, award=make.awarded(live.who, application=live.fresh(), amount="100.00"), amount="10.00"
        ),
        "issues",
        "mof_checker",
    ),
    "issue_paper": (issue_paper_entered, "issue_papers", "mof_checker"),
    "pass_on": (pass_on_entered, "issues", "province_checker"),
    "payment": (
        lambda live: make.entered_payment(
            live.who, project=make.project(live.who, funded(live)), amount="60.00", number="V1"
        ),
        "payments",
        "unit_checker",
    ),
    "spending": (
        lambda live: use.entered_spending(live.who, project=paid(live)[1], amount="60.00"),
        "spending",
        "unit_checker",
    ),
    "return_paper": (
        lambda live: use.entered_return(live.who, award=funded(live), amount="100.00", source="unit"),
        "returns",
        "unit_checker",
    ),
    "matching": (
        lambda live: use.entered_matching(live.who, award=funded(live), amount="60.00"),
        "matching",
        "unit_checker",
    ),
    "recovery": (
        lambda live: use.entered_recovery(live.who, award=paid(live)[0], amount="60.00"),
        "recoveries",
        "mof_checker",
    ),
    "recovery_payment": (recovery_payment_entered, "recoveries", "unit_checker"),
    "withdrawal": (withdrawal_entered, "recoveries", "mof_checker"),
    "reversal": (
        lambda live: make.entered_reversal(live.who, entry=entry_of(live, paid(live)[0], "payment"), by="unit"),
        "reversals",
        "unit_checker",
    ),
    "award_change": (change_agreed, "award_changes", "mof_checker"),
    "assessment": (assessment_entered, "awards", "mof"),
    "rectification": (rectification_entered, "rectifying", "mof"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_one_of_four_words_of_two_checkers_counts(live, kind):
    """Each of them confirms and refuses the same paper at the same moment."""
    from importlib import import_module

    begun, module, role = KINDS[kind]
    row = begun(live)
    acts = import_module(f"grants.domain.{module}")
    ground = {"ground": "other"} if kind == "payment" else {}

    called = "return" if kind == "return_paper" else kind

    def confirm(by: Any) -> None:
        getattr(acts, f"confirm_{called}")(by=by, **{kind: type(row).objects.get(pk=row.pk)})

    def refuse(by: Any) -> None:
        getattr(acts, f"refuse_{called}")(by=by, **{kind: type(row).objects.get(pk=row.pk)}, **ground, why="no")

    people = (live.who[role], live.second[role])
    ended = together([(person, act) for person in people for act in (confirm, refuse)])
    assert ended.pop("done", 0) == 1, ended
    assert sum(ended.values()) == 3
    assert [said for said in ended if not said.endswith(("。", "."))] == []
    with make.acting(live.who["mof"]):
        row.refresh_from_db()
    assert row.state in ("confirmed", "refused")
    assert row.checker_id in [person.pk for person in people]
    assert differences("owner") == []
