"""Beat over time: days without it, a clock that goes back, a queue that is down, a full disk."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from celery.beat import PersistentScheduler
from structlog.testing import capture_logs

from portal.celery import app
from portal.core import clock, schedule, signs
from portal.core.schedule import Scheduler
from portal.settings import CELERY_BEAT_SCHEDULER

FRIDAY = datetime(2026, 12, 25, 18, 0, 5, tzinfo=clock.SHANGHAI)
NAMES = set(app.conf.beat_schedule)


class World:
    """A clock that a test moves, and what was handed to the queue; `down`: it takes nothing."""

    def __init__(self) -> None:
        self.now, self.sent, self.down = FRIDAY, [], False

    def take(self, name: str) -> None:
        if self.down:
            raise ConnectionRefusedError
        self.sent.append((name, self.now))

    def names(self) -> Counter[str]:
        return Counter(name for name, _at in self.sent)


@pytest.fixture
def world(monkeypatch):
    found = World()
    monkeypatch.setattr(app, "now", lambda: found.now)
    monkeypatch.setattr(Scheduler, "producer", None)
    monkeypatch.setattr(Scheduler, "send_task", lambda _beat, name, *_args, **_options: found.take(name))
    monkeypatch.setattr("celery.app.task.Task.apply_async", lambda task, *_args, **_options: found.take(task.name))
    return found


def begin(tmp_path, kind=Scheduler):
    return kind(app=app, schedule_filename=str(tmp_path / "beat-schedule"))


def go(beat, world, until):
    """Let beat work until a moment as its service does: tick, then wait as long as it says."""
    while world.now < until:
        world.now += timedelta(seconds=max(beat.tick(), 0.001))


def tasks(names):
    return {app.conf.beat_schedule[name]["task"] for name in names}


def test_beat_uses_it():
    assert CELERY_BEAT_SCHEDULER == "portal.core.schedule:Scheduler"


def test_five_days_without_beat_ask_for_each_thing_once(world, tmp_path):
    beat = begin(tmp_path)
    go(beat, world, FRIDAY + timedelta(minutes=1))
    beat.close()
    world.sent.clear()
    world.now = FRIDAY + timedelta(days=5, seconds=10)  # over a year's end
    beat = begin(tmp_path)
    go(beat, world, world.now + timedelta(seconds=20))
    assert world.names() == dict.fromkeys(tasks(NAMES), 1)


def minutes(world):
    return world.names()["portal.sweep_runs"]


@pytest.mark.parametrize("kept", [True, False], ids=["while it runs", "while it was off"])
def test_a_clock_that_goes_back_an_hour_stops_nothing(world, tmp_path, kept):
    beat = begin(tmp_path)
    go(beat, world, FRIDAY + timedelta(minutes=3))
    if not kept:
        beat.close()
    world.now -= timedelta(hours=1)
    world.sent.clear()
    if not kept:
        beat = begin(tmp_path)
    with capture_logs() as lines:
        go(beat, world, world.now + timedelta(minutes=5))
    assert minutes(world) in (4, 5), "each minute, and once a minute"
    assert [line["event"] for line in lines] == ["clock_went_back"]
    assert {at for name, at in world.sent if name == "portal.seal_audit"} == set()


def test_celery_alone_stands_still(world, tmp_path, monkeypatch):
    monkeypatch.setattr(PersistentScheduler, "producer", None)
    monkeypatch.setattr(PersistentScheduler, "send_task", Scheduler.send_task)
    beat = begin(tmp_path, PersistentScheduler)
    go(beat, world, FRIDAY + timedelta(minutes=3))
    world.now -= timedelta(hours=1)
    world.sent.clear()
    go(beat, world, world.now + timedelta(minutes=5))
    assert minutes(world) == 0


def test_a_start_with_a_wrong_year_is_got_over(world, tmp_path):
    world.now = FRIDAY.replace(year=2036)
    beat = begin(tmp_path)
    go(beat, world, world.now + timedelta(minutes=2))
    beat.close()
    world.now = FRIDAY.replace(hour=23, minute=30)
    world.sent.clear()
    beat = begin(tmp_path)
    go(beat, world, world.now + timedelta(hours=1))
    assert minutes(world) >= 59
    assert world.names()["portal.seal_audit"] == 1


def test_what_a_lost_queue_did_not_take_is_handed_over_when_it_is_back(world, tmp_path):
    midnight = FRIDAY.replace(day=26, hour=0, minute=0)
    world.now = midnight - timedelta(minutes=5)
    beat = begin(tmp_path)
    go(beat, world, midnight)
    world.sent.clear()
    world.down = True
    with capture_logs() as lines:
        go(beat, world, midnight + timedelta(hours=1))
    assert {line["event"] for line in lines} == {"call_not_enqueued"}
    assert len(lines) < 1000, "it does not spin"
    assert not world.sent
    world.down = False
    go(beat, world, midnight + timedelta(hours=1, minutes=1))
    nightly = {"portal.seal_audit", "portal.tell_periods", "portal.write_open_data"}
    assert {name: count for name, count in world.names().items() if name in nightly} == dict.fromkeys(nightly, 1)
    go(beat, world, midnight + timedelta(hours=2))
    assert world.names()["portal.seal_audit"] == 1


def test_a_full_disk_does_not_end_beat(world, tmp_path, monkeypatch):
    beat = begin(tmp_path)

    def full(self):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(PersistentScheduler, "sync", full)
    with capture_logs() as lines:
        go(beat, world, FRIDAY + timedelta(minutes=2))
        beat._do_sync()
    assert minutes(world) == 2
    assert {line["event"] for line in lines} == {"schedule_not_kept"}


def test_a_second_beat_is_said(world, tmp_path):
    """Each does what the other does; a new one that follows an old one is no second."""
    old = begin(tmp_path)
    go(old, world, FRIDAY + timedelta(minutes=1))
    (tmp_path / "second").mkdir()
    new = begin(tmp_path / "second")
    with capture_logs() as lines:
        go(new, world, world.now + timedelta(minutes=2))
    assert lines == []
    with capture_logs() as lines:
        for _step in range(12):
            old.tick()
            new.tick()
            world.now += timedelta(seconds=10)
    assert {line["event"] for line in lines} == {"another_beat"}
    assert 2 <= len(lines) <= 6, "once a minute from each"


def test_signs_of_life_have_an_age(world, tmp_path, monkeypatch):
    from django.core.cache import cache

    cache.delete(f"sign-of-{signs.BEAT}")
    assert signs.ages()[signs.BEAT] == -1
    begin(tmp_path).tick()
    assert 0 <= signs.ages()[signs.BEAT] < 60

    def gone(*args, **kwargs):
        raise schedule.signs.RedisError

    monkeypatch.setattr(cache, "get_many", gone)
    monkeypatch.setattr(cache, "set", gone)
    signs.give(signs.BEAT)
    assert signs.ages()[signs.BEAT] == -1
