"""A file with profiles against somebody who works on the pool the same moment. Each test commits in its own clone."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from applications.imports.intake import take_in
from portal.core.models import Run
from reviews import queries
from reviews.domain import pool
from reviews.models import PoolImport, ReviewerProfile
from reviews.pool.known import Known
from reviews.pool.sheet import pool_sheet
from tests import factories_reviews as make
from tests import sheets
from tests.factories_applications import acting, person
from tests.guards.applications_sql import as_person
from tests.guards.test_applications_races import race

pytestmark = pytest.mark.guard
WHO = "reviewer.1@zj.test"


@pytest.fixture
def kept(fresh_db, tmp_path, settings):
    """A judged file that changes one profile of three."""
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    }
    make.panel()
    row = {"email": WHO, "name": "reviewer ZJ 1", "home_province": "上海", "employer": "新单位"}
    content = sheets.csv(row, sheet=pool_sheet(Known()))
    with acting("officer", "MIIT") as by:
        made = pool.bring(by=by, file=take_in(SimpleUploadedFile("a.csv", content)))
        run = pool.start_judging(by=by, row=made)
    assert make.run_now(run).state == "done"
    return made


def fresh(row: PoolImport) -> PoolImport:
    return PoolImport.objects.get(pk=row.pk)


def started(row: PoolImport) -> Run:
    with acting("officer", "MIIT") as by:
        return pool.start_taking(by=by, row=fresh(row), good_only=False)


def standing() -> tuple[str, str]:
    with acting("officer", "MIIT"):
        return ReviewerProfile.objects.get(user__email=WHO).employer, PoolImport.objects.get().state


def test_a_profile_somebody_keeps_just_now_is_not_waited_for(kept):
    run, who = started(kept), person("reviewer", "ZJ").pk
    with as_person(person("officer", "MOF").pk) as web:
        web.execute("update reviews_reviewerprofile set max_load = 5 where user_id = %s", [who])
        ended = make.run_now(run)
        assert ended.state == "failed"
        assert ended.error == "此刻有他人正在变更同一内容，请重试。"
        web.rollback()
    assert standing() == ("某单位（演示）", "judged")
    assert make.run_now(started(kept)).state == "done"
    assert standing() == ("新单位", "taken")


def test_profiles_that_do_not_change_are_in_nobodys_way(kept):
    run, other = started(kept), person("reviewer", "MIIT").pk
    with as_person(person("officer", "MOF").pk) as web:
        web.execute("select 1 from reviews_reviewerprofile where user_id = %s for update", [other])
        assert make.run_now(run).state == "done"
        web.rollback()
    assert standing() == ("新单位", "taken")


def test_two_officers_take_one_file_over_once(kept):
    def take(code: str) -> str:
        with acting("officer", code) as by:
            row, known = fresh(kept), queries.pool_known(by)
            verdict = pool.judge(row, known, lambda *_steps: None)
            return f"{pool.take(by=by, row=row, known=known, verdict=verdict, good_only=False)} kept"

    found = race(lambda: take("MIIT"), lambda: take("MOF"))
    assert found.pop("1 kept") == 1
    assert sum(found.values()) == 1
    assert standing() == ("新单位", "taken")
