"""Every report in every format on one small world: its content as kept in golden files, the same bytes twice, its PDF."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation

from applications.models import Application
from portal.core import clock
from portal.core.scope import acting_as
from portal.programme.models import Batch
from portal.reports.catalogue import CATALOGUE
from reviews.models import Scenario
from tests import databases
from tests import factories_audit as audit
from tests import factories_deciding as deciding
from tests import factories_grants as make
from tests import factories_reviews as reviews
from tests.reports import every, golden, paper

CASES = [(name, form) for name in every.names() for form in CATALOGUE[name].format_names]
# What auditors alone are told, or tell most of.
OF_AUDITORS = {"audit.findings", "audit.extract", "grants.journal"}


def _cast(role: str, code: str, number: int = 1) -> Any:
    from portal.accounts.cast import ensure_user
    from portal.accounts.models import User

    made = ensure_user(f"{role}.{number}@{code.lower()}.test", f"{role} {code} {number}", code, role)
    return User.objects.get(pk=made.pk)


def _money() -> Any:
    """Money of two provinces at every place."""
    from grants.models import GrantProject

    who, (one, other) = make.live("350200", "360100", number=90, budget="400000000.00")
    award = make.funded_unit(who, application=one, award="200000000.00", held="100000000.00")
    make.awarded(make.live_people("360100"), application=other, amount="150000000.00", number="财建〔2026〕11号")
    with make.acting(who["unit_maker"]):
        project = GrantProject.objects.filter(award=award).order_by("pk").first()
    make.paid(who, project=project, amount="1234567.89", number="凭2026-1")
    return award


def _findings(award: Any) -> None:
    """Findings of one engagement in different states, one with an amount."""
    people = audit.team(_cast)
    held = audit.engagement(people, "second", "third")
    audit.at("draft", people, held, award, title="Only the team reads this")
    audit.at("shown", people, held, award)
    audit.at("reported", people, held, award, amount="1250.00", grade="grave", title="资金拨付早于里程碑")


@pytest.fixture(scope="module")
def ground(django_db_setup, django_db_blocker):
    """A clone with something in every report, in which nothing that a report shows is written any more."""
    with django_db_blocker.unblock(), databases.fresh_clone():
        reviews.panel()
        told = deciding.told_batch()
        award = _money()
        _findings(award)
        officer, auditor = _cast("officer", "MIIT"), _cast("auditor", "SJ")
        with acting_as(officer.pk):
            granted = Batch.objects.get(number=90).pk
            number = Application.objects.get(batch=told, unit="350200").number
            scenarios = list(
                Scenario.objects.filter(batch=told, state="optimal").order_by("number").values_list("pk", flat=True)
            )
        given = {"scenarios": scenarios[:4], "decision": deciding.decision(told).pk, "act": "grants.confirm_payment"}
        yield SimpleNamespace(
            told=told.pk, granted=granted, number=number, given=given, officer=officer, auditor=auditor
        )
        from django.db import connections

        connections.close_all()


def _values(ground: Any, name: str) -> dict[str, Any]:
    batch = ground.granted if name.startswith("grants.") else ground.told
    return every.values(name, batch, ground.number, **ground.given)


def _steady(text: str, name: str, at: datetime) -> str:
    replies = 10 if name == "audit.findings" else 0  # as engagements are planned where nothing else is said
    return golden.steady(text, at.date(), counts=name == "audit.extract", replies=replies)


def _content(ground: Any, name: str, form: str, language: str, folder: Any, at: datetime) -> bytes:
    reader = ground.auditor if name in OF_AUDITORS else ground.officer
    with acting_as(reader.pk) as by, translation.override(language):
        return every.content(by, name, form, _values(ground, name), folder, at)


@pytest.mark.parametrize(("name", "form"), CASES)
def test_content_is_the_golden_one_and_the_same_bytes_twice(ground, tmp_path, django_db_blocker, name, form):
    with django_db_blocker.unblock():
        at = clock.now()
        first = _content(ground, name, form, "zh-hans", tmp_path, at)
        assert first == _content(ground, name, form, "zh-hans", tmp_path, at)
    golden.compare(name, form, "zh", _steady(golden.text_of(first, form), name, at))
    if form == "pdf":
        paper.hold(first)


@pytest.mark.parametrize(("name", "form"), [case for case in CASES if case[1] != "csv"])
def test_in_english(ground, tmp_path, django_db_blocker, name, form):
    with django_db_blocker.unblock():
        at = clock.now()
        made = _content(ground, name, form, "en", tmp_path, at)
    if form == "pdf":
        paper.hold(made)
    else:
        text = _steady(golden.text_of(made, form), name, at)
        golden.compare(name, form, "en", text)


def test_no_golden_file_is_left_over():
    wanted = {golden.path_of(name, form, "zh") for name, form in CASES}
    wanted |= {golden.path_of(name, form, "en") for name, form in CASES if form not in ("csv", "pdf")}
    assert set(golden.FOLDER.glob("*.txt")) == wanted
