"""The desk: groups by how pressing a thing is."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils.translation import override

from portal.core import clock
from portal.core.templatetags.portal_ui import deadline
from portal.notifications.desk import groups
from portal.notifications.reminders import threshold
from portal.notifications.templatetags.todos import todo_lines
from portal.notifications.todo import Todo

NOON = datetime(2026, 3, 2, 12, tzinfo=clock.SHANGHAI)


def todo(due=None, count=1):
    return Todo("x", "/x/", due, count)


@pytest.mark.parametrize(
    ("due", "group"),
    [
        (NOON - timedelta(seconds=1), "late"),
        (NOON, "soon"),
        (datetime(2026, 3, 9, 23, 59, 59, tzinfo=clock.SHANGHAI), "soon"),
        (datetime(2026, 3, 10, tzinfo=clock.SHANGHAI), "later"),
        (None, "open"),
    ],
)
def test_groups_by_deadline(due, group):
    with clock.at(NOON):
        assert [found.key for found in groups([todo(due)])] == [group]


def test_nothing_is_late_within_the_last_second():
    """Acts are taken to the end of it: half a second before it is over the desk had called them overdue."""
    last = clock.end_of_day(NOON.date())
    for moment, group in ((timedelta(milliseconds=500), "soon"), (timedelta(seconds=1), "late")):
        with clock.at(last + moment):
            assert [found.key for found in groups([todo(last)])] == [group]
            assert ("due--late" in deadline(last)) == (group == "late")
            assert (threshold(last) is None) == (group == "late")


def test_a_day_is_named_where_the_line_names_another_one():
    with clock.at(NOON), override("en"):
        plain, named = (todo_lines([Todo("x", "/x/", NOON, due_of=of)]) for of in ("", "To be seen to"))
    assert "due today" in plain
    assert "To be seen to" not in plain
    assert ">To be seen to: due today" in named


def test_counts_and_keeps_the_order():
    with clock.at(NOON):
        found = groups([todo(), todo(NOON - timedelta(days=1), 4), todo(NOON + timedelta(days=30)), todo(count=2)])
    assert [(group.key, group.count) for group in found] == [("late", 4), ("later", 1), ("open", 3)]


def test_empty_desk_leads_on(client_as, cast):
    text = client_as(cast("auditor", "SJ")).get("/desk/").content.decode()
    assert "Nothing waits for you at present." in text
    assert 'href="/batches/"' in text
