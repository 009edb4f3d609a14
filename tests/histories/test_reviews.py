"""Histories from the call to the final list by chance: whatever anybody tries, each act is done whole or refused in words.

Longer, and from elsewhere: `STEPS=1000 WHERE=called python -m pytest tests/histories/test_reviews.py` ("called",
"screening", "reviewing", "locked", "decided", "published").
"""

from __future__ import annotations

import os

import pytest

from tests import databases
from tests.histories.applying import ACTS
from tests.histories.looks import Looker
from tests.histories.pairs import Pairs
from tests.histories.play import Player
from tests.histories.watch import Watch
from tests.histories.world import advanced, called, judged
from tests.worlds import kept

pytestmark = pytest.mark.guard
STEPS, SEED = int(os.environ.get("STEPS", "60")), int(os.environ.get("SEED", "3"))
WHERE = os.environ.get("WHERE", "published")


def test_whatever_is_tried_under_publicity_is_done_whole_or_refused_in_words(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        world = kept(f"histories.{WHERE}", called if WHERE == "called" else lambda: advanced(WHERE))
        with databases.clone(world.database) as name, databases.inside(name):
            world.bring_files()
            watch = Watch(databases.dsn("postgres", name))
            player = Player(judged(world.row, SEED), ACTS, watch)
            pairs, looker = Pairs(player), Looker(player.stage)
            for number in range(STEPS):
                player.step()
                if number % 20 == 19:
                    pairs.round()
                    looker.look(1)
            watch.line.close()
    assert looker.faults == []
    assert {how for _name, how in player.ended} >= {"done", "refused"}
