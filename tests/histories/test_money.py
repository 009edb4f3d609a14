"""Histories of money by chance, alone and two at a time: whatever anybody tries, the laws of money hold.

A longer one: `STEPS=5000 SEED=7 python -m pytest tests/histories/test_money.py`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from grants.ledger.verifier import differences
from portal.audit import verify
from tests import databases
from tests import factories_grants as make
from tests.histories import beside, money_back, running  # noqa: F401 - their acts
from tests.histories.looks import Looker
from tests.histories.money import ACTS
from tests.histories.pairs import Pairs
from tests.histories.play import Player
from tests.histories.watch import Broken, Watch, steps
from tests.histories.world import begun, listed, stage
from tests.worlds import kept

pytestmark = pytest.mark.guard
STEPS, SEED = int(os.environ.get("STEPS", "150")), int(os.environ.get("SEED", "4"))


@pytest.fixture
def player(django_db_setup, django_db_blocker) -> Iterator[Player]:
    """A history that begins with two units that hold money, in a clone of its own which commits."""
    with django_db_blocker.unblock():
        world = kept("histories.listed", listed)
        with databases.clone(world.database) as name, databases.inside(name):
            world.bring_files()
            there = stage(world.row, SEED)
            begun(there.people, world.row)
            watch = Watch(databases.dsn("postgres", name))
            yield Player(there, ACTS, watch)
            watch.line.close()


def whole(player: Player) -> None:
    """The verifiers of the portal itself find nothing."""
    with make.acting(player.stage.people["auditor"]):
        assert differences() == []
        for after, upto in verify.ranges(verify.head().seq):
            assert verify.broken_in(after, upto, past_policies=True) is None
        assert verify.unchained(past_policies=True) is None


def test_whatever_is_tried_the_laws_of_money_hold(player):
    looker = Looker(player.stage)
    for number in range(STEPS):
        player.step()
        if number % 10 == 9:
            looker.look(1)
    whole(player)
    assert looker.faults == []
    assert len({name for name, how in player.ended if how == "done"}) >= 12, player.ended
    assert len({name for name, how in player.ended if how == "refused"}) >= 12, player.ended


def test_two_at_once_break_no_law_and_nobody_reads_an_error(player):
    pairs = Pairs(player)
    for _number in range(STEPS // 5):
        player.step()
        pairs.round()
    whole(player)
    assert {how for _name, how in pairs.ended} >= {"done", "refused"}


def test_the_watch_sees_what_no_act_may_do(player):
    """Past every guard: a yuan more on an account or on a paper, a state that goes back; each is noticed."""
    player.watch.check()
    line = player.watch.line
    line.execute("set session_replication_role = replica")
    for change, back in (
        ("grants_account set balance = balance + 1 where place = 'unit'", "balance = balance - 1 where place = 'unit'"),
        ("grants_issue set amount = amount + 1", ""),
    ):
        line.execute(f"update {change}")
        with pytest.raises(Broken):
            player.watch.check()
        if back:
            line.execute(f"update {change.split()[0]} set {back}")
            player.watch.check()
    before = {("grants_award", "1"): "refused"}
    with pytest.raises(Broken):
        steps(before, {("grants_award", "1"): "confirmed"})
