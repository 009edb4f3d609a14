"""The list of applications is of one batch, says so, and says what else its sum holds."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from applications import tables
from applications.queries import OfBatch
from tests import factories_applications as make
from tests.applications.browser import AMOUNT

BATCHES = [
    OfBatch(4, "第四批", "Fourth", "archived", 9, 0, 0),
    OfBatch(3, "第三批", "Third", "running", 40, 0, 2),
    OfBatch(2, "第二批", "Second", "assessed", 30, 1, 0),
]


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 3),
        ("sort=title&page=2", 3),
        ("batch=2", 2),
        ("batch=all", None),
        ("batch=", None),
        ("batch=rubbish", None),
        ("state=selected", None),
        ("q=x", None),
        ("batch=999999", None),
    ],
)
def test_the_running_batch_unless_the_address_says_another(query, number):
    assert tables.chosen_batch(RequestFactory().get(f"/applications/?{query}"), BATCHES) == number


def test_with_nothing_running_it_is_of_all():
    assert tables.chosen_batch(RequestFactory().get("/applications/"), BATCHES[::2]) is None


def test_the_list_says_what_its_sum_holds(client_as):
    make.submitted(unit="350200", amount=AMOUNT)
    make.begun(unit="350500")
    auditor = client_as(make.person("auditor", "SJ"), "en")
    answer = auditor.get("/applications/")
    page = answer.content.decode()
    assert "2 rows · Batch 9" in page
    assert "also 1 not submitted yet" in page.partition('id="list-applications"')[2]  # all that htmx exchanges
    assert "Total of 2 rows" in page
    assert answer.context["tabs"] == []  # one batch alone needs no choice
    assert "not submitted yet" not in auditor.get("/applications/?state=draft&batch=9").content.decode()
    other = auditor.get("/applications/?batch=8")
    assert [tab["count"] for tab in other.context["tabs"]] == [2, 2]
    assert other.context["table"].page.paginator.count == 0
    officer = client_as(make.person("officer", "MIIT"), "en").get("/applications/").content.decode()
    assert "1 row · Batch 9" in officer
    assert "not submitted yet" not in officer
