"""Reports on reviews: progress, scores, comparison, the record of the decision, the notice."""

from __future__ import annotations

import hashlib

import pypdf
import pytest
from django.utils import translation

from portal.core import clock
from portal.core.scope import acting_as
from portal.reports.catalogue import CATALOGUE
from reviews.models import Scenario
from tests import factories_deciding as make
from tests.factories_applications import person
from tests.reports import every

pytestmark = pytest.mark.django_db
NAMES = ("reviews.progress", "reviews.scores", "reviews.comparison", "reviews.decision", "reviews.publicity")


@pytest.fixture
def told(folder, db):
    return make.told_batch()


def test_the_record_of_the_decision_is_what_its_page_gives(told, client_as, tmp_path):
    officer = person("officer", "MIIT")
    with acting_as(officer.pk) as by:
        found = make.decision(told)
        data = every.content(by, "reviews.decision", "pdf", {"decision": found.pk}, tmp_path, clock.now())
        whole = every.content(by, "reviews.decision", "zip", {"decision": found.pk}, tmp_path, clock.now())
    client = client_as(officer)
    for ending, made in (("pdf", data), ("zip", whole)):
        page = client.get(f"/selection/decision/{found.pk}/record.{ending}")
        assert page.status_code == 200
        assert page.content == made
    with acting_as(officer.pk):
        assert hashlib.sha256(whole).hexdigest() == found.record.sha256
    assert (
        f"/reports/reviews.decision/?decision={found.pk}"
        in client.get(f"/selection/decision/{found.pk}/").content.decode()
    )


def test_every_report_on_reviews(told, tmp_path):
    with acting_as(person("officer", "MIIT").pk) as by, translation.override("en"):
        decided = make.decision(told)
        scenarios = list(Scenario.objects.filter(batch=told, state="optimal").values_list("pk", flat=True)[:4])
        for name in NAMES:
            given = every.values(name, told.pk, "", scenarios=scenarios, decision=decided.pk)
            found = every.shown(by, name, given)
            assert not isinstance(found, str), (name, found)
            for form in CATALOGUE[name].format_names:
                one, two = (every.content(by, name, form, given, tmp_path, clock.now()) for _ in range(2))
                if form == "csv":
                    assert one == two
        scores = every.shown(by, "reviews.scores", every.values("reviews.scores", told.pk, ""))
        assert scores.sheets[0].count
        assert scores.sheets[1].count >= scores.sheets[0].count
        pages = pypdf.PdfReader(
            every.opened(every.content(by, "reviews.publicity", "pdf", {"batch": told.pk}, tmp_path, clock.now()))
        ).pages
        assert "排名不分先后" in pages[0].extract_text() or "no ranking" in pages[0].extract_text()


@pytest.mark.parametrize(
    ("role", "code"), [("drafter", "ZF350200"), ("reviewer", "ZJ"), ("provincial_officer", "GX350000")]
)
def test_scores_are_for_the_ministries(told, role, code):
    with acting_as(person(role, code).pk) as by:
        for name in NAMES[:-1]:
            assert every.shown(by, name, {"batch": told.pk}) == "not allowed"
