"""The end of a batch and what is written about it on two connections: whoever comes second waits, and sees the first."""

from __future__ import annotations

import threading
import time

import psycopg
import pytest

from tests import databases
from tests import factories_ending as end
from tests import factories_grants as make
from tests.grants.raw import AWARD, CONFIRM, guard_of, organisation, race
from tests.guards.test_grants_ending import ASSESS, DEMAND, SIGN
from tests.worlds import standing

pytestmark = pytest.mark.guard
UNIT, OTHER = "350200", "360100"


@pytest.fixture
def live(django_db_setup, django_db_blocker):
    """People and a final list of two units in a clone whose writes are kept."""
    with django_db_blocker.unblock(), standing(_built) as found:
        yield found


def _built():
    return make.live(UNIT, OTHER, number=95, budget="400000000.00")


def behind(first, second):
    """Send the first statement and keep its transaction open; send the second on a connection of its own, which must
    wait for the first one; then keep the first. Gives how the second ended. Each: (person, sql, values).
    """
    ended, began = [], threading.Event()
    with psycopg.connect(databases.web_dsn()) as one, psycopg.connect(databases.web_dsn()) as two:
        one.execute("select enter_scope(%s)", [first[0]])
        one.execute(first[1], first[2])
        two.execute("select enter_scope(%s)", [second[0]])
        pid = two.info.backend_pid

        def send():
            began.set()
            try:
                two.execute(second[1], second[2])
                two.commit()
            except psycopg.Error as error:
                ended.append(guard_of(error))
            else:
                ended.append("done")

        sender = threading.Thread(target=send)
        sender.start()
        began.wait()
        assert _waits(pid, ended), f"it did not wait: {ended}"
        one.commit()
        sender.join()
    return ended[0]


def _waits(pid, ended):
    """Whether the connection comes to wait for a lock before its statement ends."""
    asked = "select coalesce(bool_or(wait_event_type = 'Lock'), false) from pg_stat_activity where pid = %s"
    while not ended:
        if databases.admin().execute(asked, [pid]).fetchone()[0]:
            return True
        time.sleep(0.02)
    return False


def values(who, maker="mof_maker", **more):
    with make.acting(who[maker]):
        return {"organisation": organisation("MOF"), "maker": who[maker].pk, "no": "R9", **more}


def state_of(batch):
    with psycopg.connect(databases.owner_dsn()) as owner:
        return owner.execute("select state from programme_batch where id = %s", [batch]).fetchone()[0]


def passed(who, application):
    award = make.awarded(who, application=application, amount="100000000.00")
    make.assessed(who, award=award)
    return award


def test_an_award_entered_meanwhile_keeps_the_batch_running(live):
    who, applications = live
    award = passed(who, applications[0])
    entered = values(who, application=applications[1], amount="1000.00", award=award.pk)
    maker, miit = who["mof_maker"].pk, who["miit"].pk
    ended = behind((maker, AWARD, entered), (miit, ASSESS, {"batch": award.batch_id}))
    assert ended == "batch_assessed_after_all_results"
    assert state_of(award.batch_id) == "running"


def test_an_award_comes_too_late_when_the_running_ends_meanwhile(live):
    who, applications = live
    award = passed(who, applications[0])
    entered = values(who, application=applications[1], amount="1000.00", award=award.pk)
    maker, miit = who["mof_maker"].pk, who["miit"].pk
    ended = behind((miit, ASSESS, {"batch": award.batch_id}), (maker, AWARD, entered))
    assert ended == "award_follows_final_list"
    assert state_of(award.batch_id) == "assessed"


def test_a_reversal_under_way_is_waited_for(live):
    """The only award without a result is taken back: the running ends once that is kept."""
    who, applications = live
    award = passed(who, applications[0])
    other = make.awarded(who, application=applications[1], amount="1000.00", number="财建〔2026〕2号")
    with make.acting(who["mof"]):
        entry = other.entries.get()
    reversal = make.entered_reversal(who, entry=entry, by="mof")
    checker, miit = who["mof_checker"].pk, who["miit"].pk
    confirm = CONFIRM.format(table="grants_reversal")
    ended = behind(
        (checker, confirm, {"checker": checker, "id": reversal.pk}), (miit, ASSESS, {"batch": award.batch_id})
    )
    assert ended == "done"
    assert state_of(award.batch_id) == "assessed"


def test_a_result_confirmed_meanwhile_is_waited_for(live):
    who, applications = live
    award = make.awarded(who, application=applications[0], amount="1000.00")
    row = end.entered_result(who, award)
    mof, miit = who["mof"].pk, who["miit"].pk
    confirm = CONFIRM.format(table="grants_assessment")
    assert behind((mof, confirm, {"checker": mof, "id": row.pk}), (miit, ASSESS, {"batch": award.batch_id})) == "done"


@pytest.fixture
def asked(live):
    """A settled batch which MIIT asks to archive."""
    who, applications = live
    batch = end.settled_batch(who, applications[0])
    end.asked(who, batch)
    return who, batch, end.award_of(who, batch)


def test_a_demand_entered_meanwhile_keeps_the_batch_from_its_archive(asked):
    who, batch, award = asked
    demand = (who["mof_maker"].pk, DEMAND, values(who, award=award.pk))
    assert behind(demand, (who["mof"].pk, SIGN, {"batch": batch.pk, "by": who["mof"].pk})) == (
        "batch_archived_when_nothing_is_open"
    )
    assert state_of(batch.pk) == "assessed"


def test_a_demand_comes_too_late_when_the_batch_is_archived_meanwhile(asked):
    who, batch, award = asked
    demand = (who["mof_maker"].pk, DEMAND, values(who, award=award.pk))
    assert behind((who["mof"].pk, SIGN, {"batch": batch.pk, "by": who["mof"].pk}), demand) == "batch_is_archived"
    assert state_of(batch.pk) == "archived"


def test_first_awards_are_confirmed_at_once_without_waiting_for_one_another(live):
    """Each moves the batch, or finds it moved: they share the row of the batch, and none may keep it from the other."""
    from grants.domain import awards
    from tests.factories_grants import Decimal, paper, pdf

    who, applications = live
    rows = []
    for place, pk in enumerate(applications, start=1):
        from applications.models import Application

        with make.acting(who["mof_maker"]) as by:
            row = Application.objects.select_related("batch__rule_set").get(pk=pk)
            what = awards.AwardInput(Decimal("1000.00"), paper(f"财建〔2026〕{place}号", file=pdf("award.pdf")))
            rows.append(awards.enter_award(by=by, application=row, what=what).pk)
    checker = who["mof_checker"].pk
    confirm = CONFIRM.format(table="grants_award")
    assert race([(checker, confirm, {"checker": checker, "id": pk}) for pk in rows]) == {"done": 2}
