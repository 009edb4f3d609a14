"""An enterprise that is followed ends reviews: who records it is shown how many before, and who takes a place is told."""

from __future__ import annotations

import pytest

from portal.core import clock
from portal.notifications.notice import Notice
from portal.programme.models import CentralSOE
from reviews.models import Assignment, Conflict
from tests import factories_reviews as reviewing
from tests.factories_applications import acting
from tests.people import person

UNIT, AMOUNT = "350200", "300000000.00"
URL = "/reference/soes/YQ001/change/"


@pytest.fixture
def batch(db):
    """YQ001 takes part in the dossier; the reviewer of MIIT works for YQ002, and the third of the panel is free."""
    reviewing.reviewer("MIIT", province="310000", soe="YQ002")
    panel = reviewing.panel()
    return reviewing.reviewing_batch({UNIT: AMOUNT}, reviewers=panel[:2], soes={UNIT: ("YQ001",)})


@pytest.fixture
def said():
    """What the system administrator types: YQ002 follows YQ001 from today on."""
    row = CentralSOE.objects.get(code="YQ001")
    today = clock.today().isoformat()
    said = {"name_zh": row.name_zh, "name_en": row.name_en, "valid_to": today, "successor": "YQ002"}
    return said | {"document_no": "国资委公告1号", "seen": row.mark}


def held(batch):
    return {row.reviewer.email for row in reviewing.assignments(batch)}


def test_the_page_that_asks_says_what_it_touches_and_changes_nothing(batch, said, client_as, cast):
    before = held(batch)
    answer = client_as(cast("system_admin", "YW")).post(URL, said)
    assert answer.status_code == 200
    facts = {str(label): value for label, value in answer.context["facts"]}
    follows = CentralSOE.objects.get(code="YQ002")
    assert facts["What follows"] == f"YQ002 · {follows.name_en}"
    touched = [value for value in facts.values() if isinstance(value, int)]
    assert touched == [1, 1, 1, 1], facts
    assert 'name="successor" value="YQ002"' in answer.content.decode()
    assert held(batch) == before
    with acting("officer", "MIIT"):
        assert not Conflict.objects.filter(code="employer").exists()
        assert not Notice.objects.filter(url__startswith="/reference/").exists()
    assert CentralSOE.objects.get(code="YQ001").successor is None


def test_who_takes_the_place_of_one_who_stepped_back_is_told(batch, said, client_as, cast):
    before = held(batch)
    answer = client_as(cast("system_admin", "YW")).post(URL, said | {"confirm": "yes"})
    assert answer.status_code == 303
    (taken,) = held(batch) - before
    with acting("officer", "MIIT"):
        row = Assignment.objects.get(reviewer__email=taken)
        assert (row.announced, row.replaces.reviewer.email) == (True, "reviewer.1@miit.test")
    with acting("reviewer", "ZJ"):
        told = Notice.objects.filter(person=person("reviewer", "ZJ"), text_en__contains="wait for your review")
        assert taken == "reviewer.1@zj.test"
        assert told.exists()


def test_miit_is_told_when_nobody_can_take_the_place(batch, said, client_as, cast):
    officer = cast("officer", "MIIT")
    with acting("officer", "MIIT"):
        from reviews.models import ReviewerProfile

        ReviewerProfile.objects.filter(group="expert").update(is_active=False)
    answer = client_as(cast("system_admin", "YW")).post(URL, said | {"confirm": "yes"})
    assert answer.status_code == 303
    with acting("officer", "MIIT"):
        assert Notice.objects.filter(person=officer, text_en__contains="Find one by hand").exists()
