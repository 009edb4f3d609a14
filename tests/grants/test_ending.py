"""The end of a batch: assessed once every award has its final result, archived by both ministries, opened again."""

from __future__ import annotations

import pytest

from grants.domain import ending as domain
from grants.queries import ending as queries
from portal.core.errors import DomainError, NotAllowed, WrongState
from tests import factories_ending as end
from tests import factories_grants as make
from tests import factories_use as use


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
    assert refused.value.code == "batch_is_archived"
    with make.acting(who["mof"]):
        assert award.entries.count() == before
        assert not award.recoveries.exists()
