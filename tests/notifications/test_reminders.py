"""Reminders: once for each person, thing and threshold; in both languages; one refused letter stops nobody else's."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import psycopg
import pytest
from django.core import mail
from django.db import transaction
from django.utils.translation import gettext as _

from portal.core import clock
from portal.notifications import reminders, todo
from portal.notifications.models import Reminder

DUE = datetime.combine(clock.today() + timedelta(days=20), time(17, 0), clock.SHANGHAI)


@pytest.fixture
def desk(monkeypatch, cast):
    """A drafter with one thing to do by DUE; nobody else has anything."""
    drafter = cast("drafter", "ZF350200")
    cast("signatory", "ZF350200")
    due = {"at": DUE}

    def source(actor):
        return [todo.Todo(_("Save"), "/somewhere/1/", due["at"])] if actor.id == drafter.pk else []

    monkeypatch.setattr(todo, "SOURCES", [source])
    return drafter, due


def _days_before(days: int, hour: int = 8) -> datetime:
    return datetime.combine(DUE.date() - timedelta(days=days), time(hour, 30), clock.SHANGHAI)


def _sent_on(*days: int) -> list[int]:
    counts = []
    for day in days:
        with clock.at(_days_before(day)):
            counts.append(reminders.remind_all())
    return counts


def test_one_letter_at_each_threshold_and_none_twice(desk):
    assert _sent_on(10, 8, 7, 7, 6, 4, 3, 2, 1, 1, 0) == [0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0]
    assert len(mail.outbox) == 3


def test_a_late_start_sends_one_letter_not_three(desk):
    assert _sent_on(0) == [1]


def test_nothing_after_the_deadline(desk):
    with clock.at(DUE + timedelta(seconds=1)):
        assert reminders.remind_all() == 0


def test_a_reminder_that_is_sent_twice_is_one_letter(desk):
    with transaction.atomic():
        assert _sent_on(1) == [1]
        transaction.set_rollback(True)  # as when the worker ends
    assert _sent_on(1) == [1]
    first, second = (letter.message()["Message-ID"] for letter in mail.outbox)
    assert first == second


def test_a_moved_deadline_is_reminded_of_again(desk):
    assert _sent_on(1) == [1]
    desk[1]["at"] = DUE + timedelta(days=1)
    assert _sent_on(0) == [1]


def test_the_letter_is_in_both_languages_with_the_address(desk, settings):
    settings.BASE_URL = "https://pilot.example.gov.cn/"
    assert _sent_on(3) == [1]
    (letter,) = mail.outbox
    assert letter.to == [desk[0].email]
    assert letter.subject == "试点平台：事项即将到期 / Pilot portal: due soon"
    chinese, english = letter.body.split("-" * 40)
    assert f"- 保存，期限：{DUE.year}年{DUE.month}月{DUE.day}日17:00（北京时间）" in chinese
    assert f"- Save: due {DUE.day} {DUE:%B %Y}, 17:00 (Beijing time)" in english
    assert letter.body.count("https://pilot.example.gov.cn/somewhere/1/") == 2


def test_one_refused_letter_stops_nobody_and_is_tried_again(desk, cast, monkeypatch):
    drafter, other = desk[0], cast("officer", "MIIT")
    monkeypatch.setattr(todo, "SOURCES", [lambda actor: [todo.Todo("x", f"/{actor.id}/", DUE)] if actor.id in {drafter.pk, other.pk} else []])  # fmt: skip
    send, broken = reminders.letters.send, [drafter.email]

    def sometimes(to, *args, **more):
        if to in broken:
            raise ConnectionRefusedError
        send(to, *args, **more)

    monkeypatch.setattr(reminders.letters, "send", sometimes)
    assert _sent_on(1) == [1]
    assert [letter.to for letter in mail.outbox] == [[other.email]]
    broken.clear()
    assert _sent_on(1) == [1]
    assert mail.outbox[-1].to == [drafter.email]


def test_people_see_their_own_reminders_only(desk, cast, actor):
    _sent_on(1)
    with actor(desk[0]):
        assert Reminder.objects.count() == 1
    with actor(cast("signatory", "ZF350200")):
        assert Reminder.objects.count() == 0


INSERT = (
    "insert into notifications_reminder (person_id, subject, due, days, sent_at) values (%s, '/x/', now(), 1, now())"
)


@pytest.mark.guard
def test_nobody_but_the_clockwork_writes_reminders(raw_web, cast):
    drafter = cast("drafter", "ZF350200")
    raw_web.execute("select enter_scope(%s)", [drafter.pk])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw_web.execute(INSERT, [drafter.pk])


@pytest.mark.guard
@pytest.mark.parametrize(
    "statement", ["update notifications_reminder set days = 2", "delete from notifications_reminder"]
)
def test_a_sent_reminder_stays(raw_web, cast, statement):
    drafter, clockwork = cast("drafter", "ZF350200"), cast("clockwork", "YW")
    raw_web.execute("select enter_scope(%s)", [clockwork.pk])
    raw_web.execute(INSERT, [drafter.pk])
    with raw_web.transaction(), pytest.raises(psycopg.errors.InsufficientPrivilege), raw_web.transaction():
        raw_web.execute(statement)
    with pytest.raises(psycopg.errors.UniqueViolation) as refused:
        raw_web.execute(INSERT, [drafter.pk])
    assert refused.value.diag.constraint_name == "reminder_once"
