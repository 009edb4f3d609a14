"""A worker dies in the middle of work on money: nothing of it is there, and the next worker does it once."""

from __future__ import annotations

import time
from decimal import Decimal

import psycopg
import pytest

from grants.ledger.verifier import differences
from portal.core.beat import sweep
from portal.core.models import Run
from portal.core.scope import acting_as
from tests import bank_files as files
from tests import databases, workers
from tests import factories_bank as bank
from tests import factories_grants as make
from tests.workers import wait_for

pytestmark = pytest.mark.worker
UNIT = "350200"
WAITS = "select exists (select 1 from pg_locks where not granted and relation = %s::regclass)"


@pytest.fixture(scope="module")
def world(committing):
    """A unit that paid three times."""
    who, applications = make.live(UNIT, number=81, budget="300000000.00")
    award = make.funded_unit(who, application=applications[0], award="100000000.00", held="100.00")
    project = make.project(who, award)
    paid = [make.paid(who, project=project, amount=f"{n}0.00", number=f"支付{n}") for n in (1, 2, 3)]
    return who, paid


def look(user, run):
    with acting_as(user.pk):
        return Run.objects.get(pk=run.pk)


def dies_while_it_writes(committing, worker, table, begin):
    """Start the work on a worker that is killed while it waits to write into the table; gives the run."""
    worker.stop()  # only the one that dies may take the run
    doomed = workers.Worker(committing).start()
    try:
        with psycopg.connect(databases.owner_dsn()) as owner:
            owner.execute(f"lock table {table} in share row exclusive mode")
            run = begin()
            with psycopg.connect(databases.dsn("postgres", committing), autocommit=True) as admin:
                wait_for(lambda: admin.execute(WAITS, [table]).fetchone()[0], why=doomed.words)
            doomed.kill()
    finally:
        doomed.stop()
    return run


def done_by_the_next(worker, user, run):
    """Its heartbeat is old, a new worker stands ready, and beat sweeps: the run comes to its end."""
    time.sleep(2.5)
    worker.start()
    sweep()
    return wait_for(lambda: not (found := look(user, run)).is_open and found, why=worker.words)


def test_an_import_of_a_statement(committing, worker, world):
    """Killed after the statement was stored and before its lines were."""
    from grants.domain import bank as acts
    from grants.models import BankFile, BankLine, BankStatement

    who, _paid = world
    maker = who["unit_maker"]
    lines = [(bank.day(), "-10.00", "", f"支付1 {place}") for place in range(40)]
    row = bank.brought(maker, files.statement(lines, opening="9000.00"))

    def begin():
        with acting_as(maker.pk) as by:
            return acts.start_import(by=by, row=row)

    def there():
        with acting_as(maker.pk):
            return BankFile.objects.get().state, BankStatement.objects.count(), BankLine.objects.count()

    run = dies_while_it_writes(committing, worker, "grants_bankline", begin)
    assert there() == ("brought", 0, 0)
    assert look(maker, run).state == "running"
    found = done_by_the_next(worker, maker, run)
    assert (found.state, found.attempts) == ("done", 2)
    assert there() == ("taken", 1, 40)
    assert differences("owner") == []


def test_a_set_of_payment_orders(committing, worker, world):
    """Killed after the set was stored and before the papers in it were."""
    from grants.domain import bank_orders as acts
    from grants.models import BankOrder, BankOrderItem

    who, paid = world
    maker = who["unit_maker"]

    def begin():
        with acting_as(maker.pk) as by:
            return acts.start_writing(by=by, papers=[row.pk for row in paid])

    run = dies_while_it_writes(committing, worker, "grants_bankorderitem", begin)
    with acting_as(maker.pk):
        assert (BankOrder.objects.count(), BankOrderItem.objects.count()) == (0, 0)
    found = done_by_the_next(worker, maker, run)
    assert (found.state, found.attempts) == ("done", 2)
    with acting_as(maker.pk):
        order = BankOrder.objects.get()
        assert (order.number, order.papers, order.total) == (1, 3, Decimal("60.00"))
        assert order.items.count() == 3
    assert differences("owner") == []
