"""Whoever may not know of an application is told the same, with as many questions to the database, as if it were not."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.core import clock
from reviews import queries
from tests import factories_defence as make
from tests import factories_reviews as reviews
from tests.factories_applications import acting, person
from tests.worlds import standing

NOWHERE = 987_654_321
VARYING = re.compile(
    r'nonce="[^"]*"|"X-CSRFToken": "[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|\b[0-9a-f]{16,}\b'
    r'|<span class="code">[^<]*</span>'  # the number of the request
)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """An application in the defence with material, and a final one with its letter, committed for this module."""
    with django_db_blocker.unblock(), standing(_built) as found:
        yield found


def _built():
    batch = make.agreed_batch()
    file = make.material(batch)
    final = reviews.final_batch({"350200": "300000000.00"}, given={"350200": "80"}, places=1, number=44)
    with acting("officer", "MIIT") as by:
        told = reviews.application(final, "350200")
        make.panel.keep_record(by=by, application=told, what=make.panel.RecordInput(0, None, "好"))
        record = queries.panel_record(told)
    with acting("officer", "MOF") as by:
        make.panel.approve_comment(by=by, record=record, version=1)
    with acting("officer", "MIIT") as by:
        make.panel.release_feedback(by=by, batch=reviews.fresh(final))
    mine = next(row for row in reviews.assignments(batch) if row.application.unit_id == "350200")
    return {"application": mine.application_id, "assignment": mine.pk, "file": file.pk, "letter": told.pk}


ROUTES = [
    ("reviewer", "ZJ", 9, "/reviews/{}/", "assignment"),
    ("reviewer", "ZJ", 9, "/reviews/{}/interest/", "assignment"),
    ("reviewer", "ZJ", 9, "/reviews/{}/submit/", "assignment"),
    ("reviewer", "ZJ", 9, "/reviews/{}/revise/", "assignment"),
    ("reviewer", "ZJ", 9, "/reviewing/hearings/{}/", "application"),
    ("reviewer", "ZJ", 9, "/reviewing/hearings/files/{}/", "file"),
    ("drafter", "ZF330200", 1, "/hearings/{}/", "application"),
    ("drafter", "ZF330200", 1, "/hearings/{}/material/", "application"),
    ("drafter", "ZF330200", 1, "/hearings/files/{}/take-back/", "file"),
    ("drafter", "ZF330200", 1, "/reviewing/hearings/files/{}/", "file"),
    ("drafter", "ZF330200", 1, "/outcome/{}/", "letter"),
    ("provincial_officer", "GX330000", 1, "/outcome/{}/", "letter"),
    ("drafter", "ZF330200", 1, "/feedback/{}/", "letter"),
    ("drafter", "ZF330200", 1, "/feedback/{}/letter.pdf", "letter"),
    ("provincial_officer", "GX330000", 1, "/feedback/{}/", "letter"),
    ("auditor", "SJ330000", 1, "/reviewing/hearings/{}/", "application"),
]


@pytest.mark.parametrize(("role", "code", "number", "url", "what"), ROUTES)
def test_a_strangers_page_is_no_page(world, client_as, role, code, number, url, what):
    browser = client_as(person(role, code, number))
    browser.get(url.format(NOWHERE - 1))  # whatever is remembered is remembered now
    seen, now = [], clock.now()
    for key in (world[what], NOWHERE):
        with clock.at(now), CaptureQueriesContext(connection) as asked:  # pages show the server's time
            answer = browser.get(url.format(key))
        body = VARYING.sub("", answer.content.decode().replace(url.format(key), "").replace(f"%2F{key}%2F", ""))
        seen.append((answer.status_code, len(asked), body))
    assert seen[0] == seen[1]
    assert seen[0][0] == 404
