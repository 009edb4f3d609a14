"""The two runs of the reviews with a real worker: reviewers are assigned, the list is chosen."""

from __future__ import annotations

import signal
import time

import pytest

from portal.core.beat import sweep
from portal.core.errors import DomainError
from portal.core.models import Run
from portal.core.scope import acting_as
from portal.core.tasks import cancel
from reviews.domain import proposing, selecting
from reviews.models import Assignment, AssignmentProposal, Scenario, ScenarioStudy
from tests import factories_reviews as make
from tests import workers
from tests.factories_applications import acting
from tests.workers import wait_for

pytestmark = pytest.mark.worker
# Fuzhou is home of one reviewer, YQ001 employs another: neither may read these.
UNITS = {"350100": "300000000.00", "330200": "200000000.00", "210200": "100000000.00"}
GIVEN = {"350100": "80.00", "330200": "90.00", "210200": "85.50"}


def ended(worker, run: Run) -> Run:
    def there() -> Run | None:
        with acting_as(run.asker):
            found = Run.objects.get(pk=run.pk)
        return None if found.is_open else found

    return wait_for(there, seconds=90, why=worker.words)


@pytest.fixture(scope="module")
def batch(committing):
    """A batch that passed screening, and five reviewers of whom two have conflicts."""
    passed = make.passed_batch(UNITS, places=2, number=31, reviewers_per_application=3, soes={"330200": ("YQ001",)})
    make.panel()
    make.reviewer("expert", province="350000", number=2, fields={"C36": 3})
    make.reviewer("expert", province="120000", number=3, soe="YQ001", fields={"C36": 3})
    return passed


def test_a_worker_assigns_and_selects(worker, batch):
    with acting("officer", "MIIT") as by:
        made = proposing.propose(by=by, batch=batch, back="/reviewing/31/assign/")
        run = Run.objects.get(pk=str(made.run))
    found = ended(worker, run)
    assert (found.state, found.error) == ("done", "")
    assert found.result["redirect"] == f"/reviewing/proposals/{made.pk}/"
    assert make.assignments(batch) == []
    with acting("officer", "MIIT") as by:
        made = AssignmentProposal.objects.select_related("batch").get(pk=made.pk)
        run = proposing.start_taking(by=by, proposal=made, back="/reviewing/31/")
    found = ended(worker, run)
    assert (found.state, found.error, found.result["redirect"]) == ("done", "", "/reviewing/31/")
    rows = make.assignments(batch)
    by_unit = {unit: {row.reviewer.email for row in rows if row.application.unit_id == unit} for unit in UNITS}
    assert {unit: len(people) for unit, people in by_unit.items()} == dict.fromkeys(UNITS, 3)
    for people in by_unit.values():
        assert {"reviewer.1@miit.test", "reviewer.1@mof.test"} <= people
    assert "reviewer.2@zj.test" not in by_unit["350100"]
    assert "reviewer.3@zj.test" not in by_unit["330200"]
    assert make.fresh(batch).state == "reviewing"

    with acting("officer", "MIIT") as by:
        made.refresh_from_db()
        for act in (
            lambda: proposing.start_taking(by=by, proposal=made),
            lambda: proposing.propose(by=by, batch=batch),
        ):
            with pytest.raises(DomainError):
                act()
        assert Assignment.objects.filter(batch=batch).count() == len(rows)  # repeated: nothing doubled

    for row in rows:
        make.scored(row, GIVEN[row.application.unit_id])
    make.locked(batch)
    make.frozen(batch)
    with acting("officer", "MOF") as by:
        scenario = selecting.select(by=by, batch=make.fresh(batch), what=selecting.SelectionInput())
        run = Run.objects.get(pk=scenario.run)
    assert ended(worker, run).state == "done"
    with acting("officer", "MIIT"):
        scenario = Scenario.objects.get(pk=scenario.pk)
    assert (scenario.state, scenario.chosen) == ("optimal", ["210200", "330200"])
    assert f"{scenario.total_score:.2f}" == "175.50"


def test_a_worker_says_which_rules_conflict(worker, batch):
    rules = {"total": 2, "regions": {"west": {"min": 1}}}
    with acting("officer", "MIIT") as by:
        what = selecting.SelectionInput(rules, "说明（演示）")
        scenario = selecting.select(by=by, batch=make.fresh(batch), what=what)
        run = Run.objects.get(pk=scenario.run)
    assert ended(worker, run).state == "done"
    with acting("officer", "MIIT"):
        scenario = Scenario.objects.get(pk=scenario.pk)
    assert (scenario.state, scenario.chosen) == ("infeasible", [])
    assert '"region_min"' in scenario.decision


def test_a_computation_is_whole_also_when_its_worker_is_killed(committing, worker, batch):
    """Nothing half: whatever was killed in the middle, the next worker brings it to its end."""
    worker.stop()  # only the one that dies may take the run
    doomed = workers.Worker(committing).start()
    try:
        with acting("officer", "MIIT") as by:
            killed = selecting.select(by=by, batch=make.fresh(batch), what=asked(1))
            run = Run.objects.get(pk=killed.run)
        doomed.kill()
    finally:
        doomed.stop()
    time.sleep(2.5)  # its heartbeat is old then
    worker.start()
    sweep()
    found = ended(worker, run)
    assert (found.state, found.error) == ("done", "")
    with acting("officer", "MIIT"):
        killed = Scenario.objects.get(pk=killed.pk)
        study = Run.objects.get(task="reviews.study", params={"scenario": killed.pk})
    assert (killed.state, killed.chosen) == ("optimal", ["330200"])
    sweep()
    found = ended(worker, study)
    assert (found.state, found.error) == ("done", "")
    with acting("officer", "MIIT"):
        kinds = list(ScenarioStudy.objects.filter(scenario=killed).values_list("kind", flat=True))
    assert sorted(kinds) == ["explanation", "robustness"]


def test_a_computation_that_was_cancelled_has_failed_without_an_answer(worker, batch):
    worker.signal(signal.SIGSTOP)  # so that it is cancelled before a worker takes it
    with acting("officer", "MIIT") as by:
        left = selecting.select(by=by, batch=make.fresh(batch), what=asked(2))
        cancel(by=by, run=Run.objects.get(pk=left.run))
    worker.signal(signal.SIGCONT)
    with acting("officer", "MIIT") as by:
        after = selecting.select(by=by, batch=make.fresh(batch), what=asked(3))
        run = Run.objects.get(pk=after.run)
    assert ended(worker, run).state == "done"
    with acting("officer", "MIIT"):
        left = Scenario.objects.get(pk=left.pk)
        assert (left.state, left.instance, left.decision, left.chosen) == ("failed", "", "", [])
        assert not ScenarioStudy.objects.filter(scenario=left).exists()
        assert Scenario.objects.get(pk=after.pk).state == "optimal"


def asked(province_max: int) -> selecting.SelectionInput:
    """One place, and a bound of the provinces that tells the questions apart."""
    return selecting.SelectionInput({"total": 1, "province_max": province_max}, "说明（演示）")


def test_a_worker_says_who_is_missing(worker):
    few = make.passed_batch({"350200": "300000000.00"}, places=1, number=32, reviewers_per_application=9)
    with acting("officer", "MIIT") as by:
        made = proposing.propose(by=by, batch=few)
        run = Run.objects.get(pk=str(made.run))
    assert ended(worker, run).state == "done"
    with acting("officer", "MIIT"):
        made = AssignmentProposal.objects.get(pk=made.pk)
    assert made.state == "infeasible"
    assert '"too_few_free"' in made.answer
    assert make.fresh(few).state == "closed"
