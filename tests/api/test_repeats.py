"""An act under an Idempotency-Key happens once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib import messages
from django.db import connections
from django.urls import path

from portal import urls
from portal.core import clock
from portal.core.web import see_other
from portal.programme.domain import batch as domain
from portal.programme.models import Batch, RuleSet


@pytest.fixture
def officer(cast):
    return cast("officer", "MIIT")


def draft(by, number=71):
    now = clock.now()
    return domain.draft(
        by=by,
        what=domain.BatchInput(
            number=number,
            year=2026,
            title_zh="批",
            title_en="Batch",
            call_zh="通知",
            call_en="Call",
            rule_set=RuleSet.objects.get(version="2026.1"),
            opens_at=now,
            deadline=now + timedelta(days=30),
        ),
    )


@pytest.fixture
def drafted(officer, actor):
    with actor(officer) as by:
        return draft(by)


def test_repeat_gets_the_same_answer(api, act, officer, drafted):
    client = api(officer, can_write=True)
    first = act(client, f"/api/v1/batches/{drafted.pk}/open/", key="open-71-a")
    again = act(client, f"/api/v1/batches/{drafted.pk}/open/", key="open-71-a")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"


def test_key_of_another_request_is_refused(api, act, officer, drafted):
    client = api(officer, can_write=True)
    act(client, f"/api/v1/batches/{drafted.pk}/open/", key="open-71-b")
    other = act(client, f"/api/v1/batches/{drafted.pk}/open/", {"x": 1}, key="open-71-b")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_refusal_is_forgotten(api, act, officer, actor, drafted):
    from portal.audit.models import Event

    client = api(officer, can_write=True)
    for _ in range(2):
        answer = act(client, f"/api/v1/batches/{drafted.pk}/countersign/", key="sign-71-c")
        assert answer.status_code == 403
        assert "Idempotency-Replayed" not in answer
    with actor(officer) as by:
        tried = Event.objects.filter(act="programme.countersign", outcome="refused", actor=by.id)
        assert {event.address for event in tried} == {"127.0.0.1"}
        assert tried.count() == 2


@pytest.mark.parametrize(("key", "code"), [("", "idempotency_key_missing"), ("a b", "idempotency_key_unfit")])
def test_act_needs_a_key(api, officer, drafted, key, code):
    headers = {"idempotency-key": key} if key else {}
    answer = api(officer, can_write=True).post(
        f"/api/v1/batches/{drafted.pk}/open/", "{}", content_type="application/json", headers=headers
    )
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    drafted.refresh_from_db()
    assert drafted.opened_at is None


def test_key_is_free_again_after_a_day(api, act, officer, drafted):
    from portal.api.models import Repeatable

    client = api(officer, can_write=True)
    act(client, f"/api/v1/batches/{drafted.pk}/open/", key="open-71-d")
    with clock.at(clock.now() + timedelta(hours=25)):
        answer = act(client, f"/api/v1/batches/{drafted.pk}/open/", key="open-71-d")
    assert "Idempotency-Replayed" not in answer
    assert answer.status_code == 403  # signed already: the act itself says no
    assert Repeatable.objects.count() == 0


def test_the_clockwork_forgets_what_is_a_day_old(api, act, officer, actor, drafted):
    from portal.api.beat import forget_repeatable
    from portal.api.models import Repeatable

    act(api(officer, can_write=True), f"/api/v1/batches/{drafted.pk}/open/", key="open-71-e")
    forget_repeatable()
    with actor(officer):
        assert Repeatable.objects.filter(key="open-71-e").count() == 1
    with clock.at(clock.now() + timedelta(hours=25)):
        forget_repeatable()
    with actor(officer):
        assert Repeatable.objects.filter(key="open-71-e").count() == 0


DONE: list[str] = []


def half(request):
    """An act of which a part was done, as when some seats of a reviewer stay empty."""
    DONE.append(request.POST["csrfmiddlewaretoken"])
    messages.success(request, "Two were given to others.")
    messages.warning(request, "One stays empty.")
    return see_other("/desk/")


urlpatterns = [*urls.urlpatterns, path("half/", half)]
handler400 = urls.handler400


@pytest.mark.urls("tests.api.test_repeats")
def test_what_was_done_in_part_is_not_done_again(client_as, officer):
    """The answer to the second click would tell that nothing was done."""
    client = client_as(officer)
    for token in ("one", "one", "two"):
        assert client.post("/half/", {"csrfmiddlewaretoken": token})["Location"] == "/desk/"
    assert DONE == ["one", "two"]
    with clock.at(clock.now() + timedelta(minutes=2)):
        later = client.post("/half/", {"csrfmiddlewaretoken": "two"}, follow=True)
    assert DONE == ["one", "two"]
    assert "so nothing was done now" in later.content.decode(), "who comes back to the page hears how to do it again"


def test_a_choice_that_the_browser_keeps_is_made_each_time(client_as, officer):
    """The way back in the browser shows a page as it was, with its form: pressed again, it chooses again."""
    client = client_as(officer)
    for unit in ("wan", "yuan", "wan"):
        form = {"unit": unit, "next": "/desk/", "csrfmiddlewaretoken": "x"}
        assert client.post("/money-unit/", form).cookies["money_unit"].value == unit


@pytest.mark.guard
def test_two_at_once_act_once(fresh_db):
    """Eight requests with one key at the same time, each on its own connection: one acts, seven get its answer."""
    from django.test import Client

    from portal.accounts.cast import ensure_user
    from portal.audit.models import Event
    from portal.core.scope import acting_as

    user = ensure_user("miit@once.test", "Once", "MIIT", "officer")
    with acting_as(user.pk) as by:
        from portal.accounts.domain import tokens

        pk = draft(by, 72).pk
        secret = tokens.make(by=by, what=tokens.TokenInput("once", 7, can_write=True))[1]

    def ask(_):
        try:
            headers = {"authorization": f"Bearer {secret}", "idempotency-key": "all-at-once"}
            return Client().post(f"/api/v1/batches/{pk}/open/", "{}", content_type="application/json", headers=headers)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    assert [answer.status_code for answer in answers] == [200] * 8
    assert sum("Idempotency-Replayed" in answer for answer in answers) == 7
    with acting_as(user.pk) as by:
        assert Event.objects.filter(act="programme.open", outcome="done", actor=by.id).count() == 1
        assert Batch.objects.get(pk=pk).opened_by_id == user.pk
        rules = RuleSet.objects.get(version="2026.1").pk
    form = {
        "number": 73,
        "year": 2026,
        "title_zh": "批",
        "title_en": "B",
        "rule_set": rules,
        "csrfmiddlewaretoken": "x",
    }
    form |= {"opens_on": "2026-12-01", "last_day": "2026-12-31", "call_zh": "通知", "call_en": "Call"}

    def click(_):
        try:
            client = Client()
            client.force_login(user)
            return client.post("/batches/new/", form)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(click, range(8)))
    assert [answer.status_code for answer in answers] == [303] * 8
    assert len({answer["Location"] for answer in answers}) == 1
    with acting_as(user.pk) as by:
        assert Event.objects.filter(act="programme.draft", outcome="done", actor=by.id).count() == 2
    _take_at_once()


def _take_at_once():
    """A link of an invitation clicked twice at once: taken once, and the other hears that it was used."""
    from django.test import Client

    from portal.accounts.cast import ensure_user
    from portal.accounts.domain.people import digest
    from portal.accounts.models import Invitation, Organisation
    from portal.core.scope import acting_as

    token, password = "t" * 43, "korrekt-Pferd-Batterie-9"
    security = ensure_user("security@once.test", "Security", "YW", "security_admin")
    with acting_as(security.pk) as by:
        Invitation.objects.create(
            email="new@once.test",
            name="New",
            organisation=Organisation.objects.get(code="MIIT"),
            role="officer",
            token_sha256=digest(token),
            invited_by_id=by.id,
            expires_at=clock.now() + timedelta(days=1),
        )

    def take(_):
        try:
            return Client().post(f"/people/invitation/{token}/", {"password": password, "again": password})
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(take, range(4)))
    assert {answer.status_code for answer in answers} <= {303, 410, 422}
    assert [answer.status_code for answer in answers].count(303) == 1
