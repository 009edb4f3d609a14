"""Batches: drafted, opened by two ministries, closed; and the guards behind them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from portal.core import clock
from portal.core.errors import DomainError, NotAllowed
from portal.programme import queries
from portal.programme.domain import batch as domain
from portal.programme.models import Batch, RuleSet


def what(**changes):
    now = clock.now()
    values = {
        "number": 9,
        "year": 2026,
        "title_zh": "第九批",
        "title_en": "Batch 9",
        "call_zh": "通知",
        "call_en": "Call",
        "rule_set": RuleSet.objects.get(version="2026.1"),
        "opens_at": now,
        "deadline": now + timedelta(days=30),
    }
    return domain.BatchInput(**values | changes)


@pytest.fixture
def people(cast):
    return cast("officer", "MIIT"), cast("officer", "MOF")


@pytest.fixture
def opened(people, actor):
    miit, mof = people
    with actor(miit) as by:
        row = domain.draft(by=by, what=what())
        domain.open_batch(by=by, batch=row)
    with actor(mof) as by:
        return domain.countersign(by=by, batch=row)


def test_two_ministries_open_a_batch(opened):
    assert opened.state == "open"
    assert opened.opened_by_id != opened.countersigned_by_id
    assert RuleSet.objects.get(pk=opened.rule_set_id).frozen_at is not None


def test_every_act_stands_in_the_trail(opened, people, actor):
    from portal.audit.models import Event

    with actor(people[0]) as by:
        mine = Event.objects.filter(actor=by.id, object_type="programme.batch", object_id=str(opened.pk))
        assert list(mine.order_by("pk").values_list("act", "outcome")) == [
            ("programme.draft", "done"),
            ("programme.open", "done"),
        ]


def test_a_refusal_stands_in_the_trail(people, actor):
    from portal.audit.models import Event

    with actor(people[1]) as by:
        with pytest.raises(NotAllowed):
            domain.draft(by=by, what=what())
        refused = Event.objects.filter(actor=by.id, outcome="refused").get()
    assert refused.act == "programme.draft"
    assert refused.why


@pytest.mark.parametrize(("role", "code"), [("officer", "MOF"), ("drafter", "ZF350200"), ("system_admin", "YW")])
def test_only_miit_drafts(cast, actor, role, code):
    with actor(cast(role, code)) as by:
        with pytest.raises(NotAllowed):
            domain.draft(by=by, what=what())
        assert not Batch.objects.filter(number=9).exists()


def test_miit_cannot_countersign_its_own(people, actor):
    with actor(people[0]) as by:
        row = domain.draft(by=by, what=what())
        domain.open_batch(by=by, batch=row)
        with pytest.raises(NotAllowed):
            domain.countersign(by=by, batch=row)
        row.refresh_from_db()
        assert row.state == "draft"


def test_deadline_before_opening_is_refused(people, actor):
    with actor(people[0]) as by, pytest.raises(DomainError) as refused:
        domain.draft(by=by, what=what(deadline=clock.now() - timedelta(days=1)))
    assert refused.value.field == "deadline"


@pytest.mark.parametrize("days", [{"deadline": date(9999, 12, 31)}, {"opens_at": date(1, 1, 1)}])
def test_days_that_cannot_be_meant_are_refused(people, actor, days):
    """The provinces' days are added to the deadline: after the last of all days there are none."""
    given = {name: clock.end_of_day(day) for name, day in days.items()}
    with actor(people[0]) as by, pytest.raises(DomainError) as refused:
        domain.draft(by=by, what=what(**given))
    assert refused.value.field == "deadline"


def test_close_only_after_the_last_second(opened, people, actor):
    with actor(people[0]) as by:
        last = opened.deadline.replace(microsecond=0)
        for within in (0, 999):  # whoever submits in the last second is in time
            with clock.at(last + timedelta(milliseconds=within)):
                assert not queries.overdue().exists()
                with pytest.raises(DomainError):
                    domain.close(by=by, batch=opened)
        with clock.at(opened.deadline + timedelta(seconds=1)):
            domain.close(by=by, batch=opened)
    opened.refresh_from_db()
    assert opened.state == "closed"


@pytest.mark.guard
@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("update programme_batch set state = 'final' where number = 9", "batch_state"),
        ("update programme_batch set state = 'open' where number = 9", "batch_open_needs_both_ministries"),
        (
            "update programme_batch set state = 'open', opened_by_id = {me}, countersigned_by_id = {me}, rule_set_id = 1, opens_at = now(), deadline = now() + interval '1 day' where number = 9",
            "batch_open_needs_both_ministries",
        ),
    ],
)
def test_database_refuses_to_open_without_both(people, actor, statement, constraint):
    with actor(people[0]) as by:
        domain.draft(by=by, what=what(rule_set=RuleSet.objects.get(version="2026.1")))
        with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(me=by.id))
        assert refused.value.__cause__.diag.constraint_name == constraint


@pytest.mark.guard
def test_frozen_rules_do_not_change(opened, people, actor):
    with (
        actor(people[0]),
        pytest.raises(IntegrityError) as refused,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("update programme_ruleset set budget = 1 where id = %s", [opened.rule_set_id])
    assert refused.value.__cause__.diag.constraint_name == "rule_set_is_frozen"


def test_pages_in_both_languages(client_as, people, cast):
    for language, word in [("en", "Draft a batch"), ("zh-hans", "起草批次")]:
        answer = client_as(people[0], language).get("/batches/")
        assert answer.status_code == 200
        assert word in answer.content.decode()
    drafter = client_as(cast("drafter", "ZF350200")).get("/batches/")
    assert "Draft a batch" not in drafter.content.decode()


def test_form_keeps_what_was_typed(client_as, people):
    data = {
        "number": "9",
        "year": "2026",
        "title_zh": "第九批",
        "title_en": "Batch 9",
        "rule_set": "",
        "opens_on": "2030-01-02",
        "last_day": "2030-01-01",
        "call_zh": "通知",
        "call_en": "Call",
    }
    answer = client_as(people[0]).post("/batches/new/", data)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert 'value="Batch 9"' in text
    assert "error-summary" in text
    assert not Batch.objects.filter(number=9).exists()


def test_lists_hold_their_budget(client_as, people, budget):
    client = client_as(people[0])
    client.get("/batches/")
    for url in ["/batches/", "/reference/units/", "/reference/industries/", "/reference/soes/", "/desk/"]:
        with budget(12):
            assert client.get(url).status_code == 200


def test_public_pages_need_no_sign_in(client_as):
    client = client_as()
    for url in ["/", "/calls/1/", "/calls/2/"]:
        answer = client.get(url)
        assert answer.status_code == 200
    assert client.get("/calls/99/").status_code == 404
    assert client.get("/batches/").status_code == 302


def test_reference_counts(db):
    from portal.programme.models import CentralSOE, Industry, KnownPilot, PilotUnit, Province

    assert Province.objects.count() == 32
    assert CentralSOE.objects.count() == 99
    assert Industry.objects.count() == 211
    assert KnownPilot.objects.filter(batch__number=2).count() == 26
    assert PilotUnit.objects.filter(kind__in=["city", "prefecture"]).count() == 333
    assert PilotUnit.objects.filter(is_separately_planned=True).count() == 5
    assert PilotUnit.objects.get(code="500112").successor_id == "CQ-LJ"


def test_working_days_follow_the_calendar():
    from datetime import date

    assert not clock.is_working_day(date(2026, 10, 1))
    assert clock.is_working_day(date(2026, 11, 24))
    assert clock.add_working_days(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert clock.end_of_day(date(2026, 1, 1)) == datetime(2026, 1, 1, 23, 59, 59, tzinfo=clock.SHANGHAI)


@pytest.mark.guard
@pytest.mark.parametrize(
    "change",
    [
        "deadline = deadline + interval '1 day'",
        "opens_at = opens_at - interval '1 day'",
        "call_zh = '另一通知'",
        "number = 10",
        "rule_set_id = null",
        "countersigned_by_id = opened_by_id",
    ],
)
def test_terms_of_an_open_batch_do_not_change(opened, people, actor, change):
    with (
        actor(people[0]),
        pytest.raises(IntegrityError) as refused,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"update programme_batch set {change} where id = %s", [opened.pk])
    assert refused.value.__cause__.diag.constraint_name == "batch_terms_are_published"


def test_the_public_pages_take_nothing_after_the_last_second(opened, client):
    """Also while the batch waits for its closing."""
    address, words = f"/calls/{opened.number}/", "Sign in to apply"
    for late, shown in ((0, True), (1, False)):
        with clock.at(opened.deadline + timedelta(seconds=late)):
            for path in ("/", address):
                page = client.get(path, headers={"accept-language": "en"}).content.decode()
                assert (words in page) is shown, (path, late)


def test_who_is_signed_in_is_not_asked_to_sign_in(opened, client_as, cast):
    page = client_as(cast("drafter", "ZF350200")).get(f"/calls/{opened.number}/").content.decode()
    assert "Sign in to apply" not in page
    assert 'btn-primary" href="/desk/"' in page
