"""A reviewer's own list: what is open and due first, figures over all of it, filters, pages, a file."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from applications.domain import submission
from applications.models import Application
from portal.core import clock
from portal.core.scope import acting_as
from portal.core.tables import Table
from reviews import queries, todo
from reviews.models import Assignment
from reviews.queries.own_work import MY_WORK
from tests import factories_reviews as make
from tests.factories_applications import acting, person

# Another province each, so that the quota never stands in the way.
UNITS = dict.fromkeys(("350200", "330200", "210200", "370200", "440300"), "100000000.00")


def text(answer):
    return answer.content.decode()


def units(answer):
    """The units of the list, from the top, by the address each leads to."""
    return re.findall(r'data-label="Pilot unit"><a href="/reviews/(\d+)/(interest/)?"', text(answer))


def figures(answer):
    found = re.findall(r'href="\?step=(\w+)">[^<]+</a></span><span class="tile__value">(\d+)', text(answer))
    return {name: int(value) for name, value in found}


@pytest.fixture
def held(db):
    """Five assignments of one reviewer in the order of their numbers: two scored, one with a draft, two undeclared."""
    batch = make.reviewing_batch(UNITS, places=1)
    rows = [row for row in make.assignments(batch) if row.reviewer.email == "reviewer.1@miit.test"]
    for row in rows[:3]:
        make.declared(row)
    for row in rows[:2]:
        make.scored(row, "80.00")
    return rows


def test_what_is_open_and_due_first_stands_at_the_top(held, see, budget):
    browser = see("reviewer", "MIIT")
    browser.get("/reviews/")
    with budget(12):
        page = browser.get("/reviews/")
    order = [int(pk) for pk, _ in units(page)]
    assert len(order) == len(held)
    assert order[-2:] == [row.pk for row in sorted(held[:2], key=lambda one: one.application.unit_id)]
    assert [bool(interest) for _, interest in units(page)] == [True, True, False, False, False]
    assert figures(page) == {"declare": 2, "score": 1, "late": 0, "done": 2}
    assert "2 of 5 submitted" in text(page)
    assert re.search(rf'btn-primary" href="/reviews/{order[0]}/interest/"', text(page))
    assert "due " in text(page)
    first = page.context["standing"].first.application
    with budget(0):  # it came with the names of its unit
        assert str(first.unit) == first.unit.name_en
    assert [int(pk) for pk, _ in units(browser.get("/reviews/?step=score"))] == [held[2].pk]
    assert len(units(browser.get("/reviews/?step=declare"))) == 2
    assert units(browser.get("/reviews/?step=over")) == []
    assert len(units(browser.get("/reviews/?step=unheard"))) == 5
    name = held[3].application.unit.name_zh
    assert [int(pk) for pk, _ in units(browser.get("/reviews/", {"q": name}))] == [held[3].pk]


def test_what_is_late_is_counted_and_found(held, see):
    browser = see("reviewer", "MIIT")
    with acting_as(held[0].reviewer_id) as by:
        due = MY_WORK(by.id, days=queries.review_days()).rows().get(pk=held[2].pk).due_on
    days = held[2].batch.rule_set.details["review_days"]
    assert due == queries.last_day(held[2].assigned_at, days)
    with clock.at(clock.now() + timedelta(days=days)):  # the last day
        assert figures(browser.get("/reviews/"))["late"] == 0
    with clock.at(clock.now() + timedelta(days=days + 1)):
        page = browser.get("/reviews/?step=late")
    assert figures(page)["late"] == 3
    assert len(units(page)) == 3
    assert "was due" in text(page)


def test_desks_name_the_last_day_of_what_is_open(held):
    """Of a reviewer the interests in the batch too, and of MIIT what it follows; once all is in, there is no day."""
    batch = held[0].batch
    last = clock.end_of_day(queries.last_day(held[0].assigned_at, batch.rule_set.details["review_days"]))
    with acting_as(held[0].reviewer_id) as by:
        [line] = [one for one in todo.beginning(by) if "/interests/" in one.url]
        assert line.due == last
    with acting("reviewer", "MIIT", 9) as by:  # nothing was given to this one
        assert [one.due for one in todo.beginning(by) if "/interests/" in one.url] == [None]
    with acting("officer", "MIIT") as by:
        assert [one.due for one in todo.screening(by) if one.url == f"/reviewing/{batch.number}/"] == [last]
    for row in make.assignments(batch):
        if row.pk not in {one.pk for one in held[:3]}:
            make.declared(row)
        if row.pk not in {one.pk for one in held[:2]}:
            make.scored(row, "80.00")
    with acting("officer", "MIIT") as by:
        assert [one.due for one in todo.screening(by) if one.url == f"/reviewing/{batch.number}/"] == [None]


def test_both_kinds_of_interests_are_told_apart(held, see):
    page = text(see("reviewer", "MIIT").get("/reviews/"))
    assert figures(see("reviewer", "MIIT").get("/reviews/"))["declare"] == 2
    assert "Applications with an interest to declare" in page
    assert "Of 1 batch you have still to say" in page


def test_long_lists_come_in_pages_and_whole_as_a_file(held, see, budget, monkeypatch):
    monkeypatch.setitem(Table.__init__.__kwdefaults__, "size", 2)
    browser = see("reviewer", "MIIT")
    browser.get("/reviews/")
    seen = []
    for number in (1, 2, 3):
        with budget(12):
            page = browser.get(f"/reviews/?page={number}")
        seen += [int(pk) for pk, _ in units(page)]
        assert figures(page) == {"declare": 2, "score": 1, "late": 0, "done": 2}  # of all, not of the page
        assert re.search(rf'btn-primary" href="/reviews/{seen[0]}/interest/"', text(page))
    assert sorted(seen) == sorted(row.pk for row in held)
    file = b"".join(browser.get("/reviews/?format=csv").streaming_content).decode("utf-8-sig").splitlines()
    assert len(file) == 1 + len(held)
    assert file[0].startswith("Pilot unit,Province,Title")


def test_who_has_nothing_to_review_is_told(db, see):
    person("reviewer", "MIIT")
    page = text(see("reviewer", "MIIT").get("/reviews/"))
    assert "Nothing is assigned to you at present" in page
    assert "You have no profile yet" in page
    assert 'class="tiles' not in page
    assert not Assignment.objects.exists()


def test_what_its_unit_withdrew_waits_for_nobody(held, see):
    """Neither on the reviewer's desk and list nor among what MIIT counts and reminds of; its page takes no scores."""
    gone = held[3]
    with acting("signatory", f"ZF{gone.application.unit_id}") as by:
        row = Application.objects.get(pk=gone.application_id)
        submission.withdraw(by=by, application=row, why="不再申报")
    browser, later = see("reviewer", "MIIT"), clock.now() + timedelta(days=60)
    assert figures(browser.get("/reviews/")) == {"declare": 1, "score": 1, "late": 0, "done": 2}
    assert "withdrawn" in text(browser.get("/reviews/?step=over"))
    with acting_as(gone.reviewer_id) as by:
        assert [(one.count, one.label, one.url) for one in todo.reviewer(by)] == [
            (1, f"Declare your interest in the application of {held[4].application.unit}", "/reviews/?step=declare"),
            (1, f"Read the application of {held[2].application.unit} and score it", "/reviews/?step=score"),
        ]
    with acting("officer", "MIIT") as by, clock.at(later):
        counts = queries.standing(by, gone.batch)
        loads = queries.loads(by, gone.batch).get(user=gone.reviewer_id)
    assert {name: counts[name] for name in ("applications", "assigned", "submitted", "late")} == {
        "applications": 4, "assigned": 8, "submitted": 2, "late": 6
    }  # fmt: skip
    assert (loads.assigned, loads.late) == (4, 2)
    # Nor is one more reviewer looked for.
    assert see("officer", "MIIT").get(f"/reviewing/application/{gone.application_id}/").context["form"] is None
    make.declared(gone)
    page = browser.get(f"/reviews/{gone.pk}/")
    assert page.context["form"] is None
    assert "The unit has withdrawn its application." in text(page)
