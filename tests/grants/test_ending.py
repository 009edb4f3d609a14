"""The end of a batch: assessed once every award has its final result, archived by both ministries, opened again."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection

from grants.domain import ending as domain
from grants.queries import ending as queries
from portal.core.errors import DomainError, NotAllowed, WrongState
from tests import databases
from tests import factories_ending as end
from tests import factories_grants as make
from tests import factories_use as use
from tests.blanks import blanks
from tests.worlds import further


def batch_of(who, award):
    from portal.programme.models import Batch

    with make.acting(who["mof"]):
        return Batch.objects.get(pk=award.batch_id)


@pytest.fixture
def award(who, world):
    """Xiamen was awarded and holds 100 yuan of its first tranche; its batch runs."""
    return make.funded_unit(who, application=world.application, award="200000000.00", held="100.00")


@pytest.fixture
def other(who, others, world):
    """The other unit of the list was awarded, too."""
    return make.awarded(others, application=world.other, amount="100000000.00", number="财建〔2026〕2号")


def test_every_award_needs_its_final_result(who, award, other):
    batch = batch_of(who, award)
    make.assessed(who, award=award)
    with make.acting(who["miit"]) as by:
        with pytest.raises(DomainError) as refused:
            domain.assess(by=by, batch=batch)
        assert str(other.unit) in str(refused.value)
        assert str(award.unit) not in str(refused.value)
        batch.refresh_from_db()
        assert batch.state == "running"
    make.assessed(who, award=other)
    with make.acting(who["miit"]) as by:
        assert domain.assess(by=by, batch=batch).state == "assessed"


@pytest.mark.parametrize(("result", "for_good", "ends"), [("failed", False, False), ("failed", True, True)])
def test_failed_ends_only_for_good(who, award, result, for_good, ends):
    end.result(who, award, result, for_good=for_good)
    batch = batch_of(who, award)
    with make.acting(who["miit"]) as by:
        if ends:
            assert domain.assess(by=by, batch=batch).state == "assessed"
        else:
            with pytest.raises(DomainError) as refused:
                domain.assess(by=by, batch=batch)
            assert refused.value.code == "batch_assessed_after_all_results"


def test_a_result_that_waits_is_none(who, award):
    end.entered_result(who, award)
    batch = batch_of(who, award)
    with make.acting(who["miit"]) as by, pytest.raises(DomainError) as refused:
        domain.assess(by=by, batch=batch)
    assert refused.value.code == "batch_assessed_after_all_results"


def test_reversed_award_needs_no_result(who, award, other):
    make.assessed(who, award=award)
    with make.acting(who["mof"]):
        entry = other.entries.get()
    make.reversed_by(who, entry=entry, by="mof")
    with make.acting(who["miit"]) as by:
        assert domain.assess(by=by, batch=batch_of(who, award)).state == "assessed"


def test_only_miit_ends_the_running(who, award):
    make.assessed(who, award=award)
    batch = batch_of(who, award)
    for one in ("mof", "mof_maker"):
        with make.acting(who[one]) as by, pytest.raises(NotAllowed):
            domain.assess(by=by, batch=batch)
    with make.acting(who["miit"]) as by:
        domain.assess(by=by, batch=batch)
        with pytest.raises((NotAllowed, WrongState)):
            domain.assess(by=by, batch=batch)


def test_what_is_open_is_counted_and_named(who, award):
    """100 yuan lie with the unit, the second tranche is to be issued, and the receipt of the pass-on is not there."""
    batch = end.assessed_batch(who, award)
    with make.acting(who["miit"]) as by:
        found = {row.what.value: (row.number, row.amount) for row in queries.matters(batch) if row.number}
        assert set(found) == {"receipts", "central", "unit"}
        assert found["unit"] == (1, end.yuan("100.00"))
        # 200 million less the 100 yuan that were issued.
        assert found["central"] == (1, end.yuan("199999900.00"))
        with pytest.raises(DomainError) as refused:
            domain.ask_archive(by=by, batch=batch)
        assert refused.value.code == "batch_archived_when_nothing_is_open"
        assert not batch.archive_steps.exists()


def test_money_refused_for_good_is_owed_to_nobody(who, award):
    end.result(who, award, "failed", for_good=True)
    batch = batch_of(who, award)
    with make.acting(who["miit"]) as by:
        domain.assess(by=by, batch=batch)
        assert "central" not in {row.what.value for row in queries.matters(batch) if row.number}


def test_two_ministries_archive_and_open_again(who, world):
    batch = end.settled_batch(who, world.application)
    with make.acting(who["miit"]) as by:
        step = domain.ask_archive(by=by, batch=batch)
        with pytest.raises(NotAllowed):
            domain.sign_archive(by=by, step=step)
        with pytest.raises(DomainError) as refused:
            domain.ask_archive(by=by, batch=batch)
        assert refused.value.code == "archive_one_at_a_time"
    with make.acting(who["mof"]) as by:
        domain.sign_archive(by=by, step=step)
        batch.refresh_from_db()
        assert batch.state == "archived"
        with pytest.raises(NotAllowed):
            domain.sign_archive(by=by, step=step)
    with make.acting(who["miit"]) as by:
        with pytest.raises(DomainError) as refused:
            domain.ask_reopen(by=by, batch=batch, why=" ")
        assert refused.value.field == "why"
        again = domain.ask_reopen(by=by, batch=batch, why="a finding of 2031")
    with make.acting(who["mof"]) as by:
        domain.sign_archive(by=by, step=again)
        batch.refresh_from_db()
        assert batch.state == "assessed"
    assert use.demanded(who, award=end.award_of(who, batch), amount="1.00").state == "confirmed"


def test_who_turns_down_says_why_and_who_asked_reads_it(who, world):
    from portal.notifications.models import Notice

    batch = end.settled_batch(who, world.application)
    with make.acting(who["miit"]) as by:
        step = domain.ask_archive(by=by, batch=batch, why="all done")
    with make.acting(who["mof"]) as by:
        assert Notice.objects.filter(person=by.id, text_en__contains="asks to archive batch 90").exists()
        with pytest.raises(DomainError) as refused:
            domain.refuse_archive(by=by, step=step, why="")
        assert refused.value.field == "why"
        domain.refuse_archive(by=by, step=step, why="the audit office is still at work")
    with make.acting(who["miit"]) as by:
        assert Notice.objects.filter(person=by.id, text_en__contains="still at work").exists()
        batch.refresh_from_db()
        assert batch.state == "assessed"
        domain.ask_archive(by=by, batch=batch)  # and again, once that is over


def test_every_act_stands_in_the_trail(who, world):
    from portal.audit.models import Event

    batch = end.archived_batch(who, world.application)
    with make.acting(who["miit"]) as by:
        acts = Event.objects.filter(act__in=["grants.assess_batch", "grants.ask_archive"], actor=by.id)
        assert list(acts.order_by("pk").values_list("act", "outcome")) == [
            ("grants.assess_batch", "done"),
            ("grants.ask_archive", "done"),
        ]
    with make.acting(who["mof"]) as by:
        assert Event.objects.filter(act="grants.sign_archive", actor=by.id, outcome="done").count() == 1
        assert batch.state == "archived"


def test_nothing_of_an_archived_batch_is_entered(who, world):
    batch = end.archived_batch(who, world.application)
    award = end.award_of(who, batch)
    with make.acting(who["mof"]):
        before = award.entries.count()
    with pytest.raises(DomainError) as refused:
        use.entered_recovery(who, award=award, amount="1.00")
    assert refused.value.code == "not_allowed"  # and past the rule the database refuses: tests/guards
    with make.acting(who["mof"]):
        assert award.entries.count() == before
        assert not award.recoveries.exists()


def _planted(application, what, is_open):
    """A row in a settled batch, past the guards that would ask for a whole round or audit before it."""
    statement, table, columns, values, yes, no = ROWS[what]
    state, more = yes if is_open else no
    batch = end.settled(application)
    with psycopg.connect(databases.dsn("postgres", connection.settings_dict["NAME"])) as root:
        named, empty = blanks(root.execute, table, columns)
        said = values.replace("{state}", state).replace("{more}", more) + empty
        root.execute("set session_replication_role = replica")
        root.execute(statement.format(table=table, columns=columns + named, values=said), [batch.pk])
    return batch


OF_BATCH = "insert into {table} ({columns}) select {values} from programme_batch b where b.id = %s"
OF_DOSSIER = (
    "insert into {table} ({columns}) select {values} from applications_application a join programme_batch b"
    " on b.id = a.batch_id where b.id = %s order by a.id limit 1"
)
_SAID = "application_id, number, kind, state, base_id, asked_by_id, asked_at, grounds, decision_why, decided_by_id, decided_at"
_FOUND = "engagement_id, number, state, in_batch, body_id, raised_by_id, raised_at, shown_by_id, shown_at, reply_due, closed_why"
_LISTED = (
    "batch_id, application_id, unit_id, province_id, state, publicity_from, publicity_to, published_at, changed_at,"
    " dropped_at, dropped_why"
)
ROWS = {
    "objections": (
        OF_BATCH,
        "reviews_objection",
        "batch_id, id, state, name, contact, grounds, digest, lodged_at, receipt_no, due_on, answer, answered_by_id",
        "b.id, gen_random_uuid(), '{state}', 'x', 'x', 'x', repeat('0', 64), now(), 'x', current_date, {more}",
        ("lodged", "'', null"),
        ("rejected", "'x', b.opened_by_id"),
    ),
    "changes": (
        OF_DOSSIER,
        "applications_changerequest",
        _SAID,
        "a.id, 1, 'change', '{state}', 0, b.opened_by_id, now(), 'x', 'x', b.opened_by_id, now()",
        ("asked", ""),
        ("refused", ""),
    ),
    "listed": (
        OF_DOSSIER,
        "reviews_publicentry",
        _LISTED,
        "b.id, a.id, a.unit_id, a.province_id, '{state}', current_date, current_date, now(), now(), {more}",
        ("listed", "null, ''"),
        ("dropped", "now(), 'x'"),
    ),
    "findings": (
        OF_BATCH,
        "audit_finding",
        _FOUND,
        "0, 1, '{state}', b.number, 1, b.opened_by_id, now(), {more}, ''",
        ("shown", "b.opened_by_id, now(), current_date"),
        ("draft", "null, null, null"),
    ),
}


@pytest.mark.parametrize("is_open", [True, False])
@pytest.mark.parametrize("what", ROWS)
def test_what_other_parts_leave_open_is_counted(who, world, what, is_open):
    batch = further(_planted, world.application, what, is_open)
    with make.acting(who["miit"]) as by:
        found = {row.what.value: row.number for row in queries.matters(batch) if row.number}
        assert found == ({what: 1} if is_open else {})
        if is_open:
            with pytest.raises(DomainError) as refused:
                domain.ask_archive(by=by, batch=batch)
            assert refused.value.code == "batch_archived_when_nothing_is_open"
        else:
            assert domain.ask_archive(by=by, batch=batch).state == "asked"


def test_open_holds_demands_and_papers_are_counted(who, world):
    batch = end.settled_batch(who, world.application)
    award = end.award_of(who, batch)
    make.held_project(who, project=make.project(who, award))
    use.demanded(who, award=award, amount="2.00")
    use.entered_recovery(who, award=award, amount="1.00", number="D2")
    with make.acting(who["miit"]):
        found = {row.what.value: (row.number, row.amount) for row in queries.matters(batch) if row.number}
    assert found == {
        "holds": (1, end.yuan("500000.00")),
        "demands": (1, end.yuan("2.00")),
        "papers": (1, None),
    }
