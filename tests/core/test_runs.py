"""Pages on long work: whose, how far, cancel, start again; and what `start_run` promises."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from portal.core import clock, signs, tasks
from portal.core.errors import DomainError
from portal.core.models import Run
from portal.core.tasks import KINDS, Kind, run_task, start_run

NAME = "tests.count"


def nothing(run, progress):
    return {}


@pytest.fixture(autouse=True)
def kind(monkeypatch):
    def again(by, run):
        return start_run(by=by, task=NAME, params=run.params)

    monkeypatch.setitem(KINDS, NAME, Kind(nothing, "Count", again))


@pytest.fixture(autouse=True)
def queue(monkeypatch):
    """What would be handed to the queue."""
    sent = []
    monkeypatch.setattr(tasks, "enqueue", lambda run: sent.append(run.pk))
    return sent


@pytest.fixture
def officer(cast):
    return cast("officer", "MIIT")


def made(user, actor, **how):
    with actor(user) as by:
        return start_run(by=by, task=NAME, **how)


def state(user, actor, run, **changes):
    """The run, moved along the machine's table."""
    with actor(user):
        for state in changes.pop("through", []):
            Run.objects.filter(pk=run.pk).update(state=state)
        Run.objects.filter(pk=run.pk).update(**changes)
        run.refresh_from_db()
    return run


def test_the_same_work_is_one_run_while_it_is_open(officer, actor):
    first = made(officer, actor, params={"a": 1, "b": 2})
    assert made(officer, actor, params={"b": 2, "a": 1}).pk == first.pk
    assert made(officer, actor, params={"a": 1, "b": 3}).pk != first.pk
    state(officer, actor, first, through=["running"], state="done")
    assert made(officer, actor, params={"a": 1, "b": 2}).pk != first.pk


def test_long_parameters_do_not_run_together(officer, actor):
    first = made(officer, actor, params={"filters": "x" * 300 + "1"})
    assert made(officer, actor, params={"filters": "x" * 300 + "2"}).pk != first.pk


def test_another_persons_run_of_the_key_is_a_sentence(officer, cast, actor):
    made(officer, actor, key="select:3")
    with pytest.raises(DomainError) as caught:
        made(cast("officer", "MOF"), actor, key="select:3")
    assert caught.value.code == "run_under_way"


def test_enqueued_only_when_the_act_is_kept(officer, actor, queue, django_capture_on_commit_callbacks):
    def undone():
        with transaction.atomic():
            made(officer, actor)
            raise ValueError("undone")

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ValueError, match="undone"):
        undone()
    assert queue == []
    with django_capture_on_commit_callbacks(execute=True):
        run = made(officer, actor)
    assert queue == [run.pk]


def test_two_bodies_of_one_name_are_refused():
    with pytest.raises(ValueError, match=NAME):
        run_task(NAME)(nothing)


def test_pages_show_only_my_runs(client_as, officer, cast, actor):
    run = made(officer, actor)
    answer = client_as(officer).get("/runs/")
    assert "Count" in answer.content.decode()
    other = client_as(cast("officer", "MOF"))
    assert "Count" not in other.get("/runs/").content.decode()
    for method, url in [("get", ""), ("post", "cancel/"), ("post", "again/")]:
        assert getattr(other, method)(f"/runs/{run.pk}/{url}").status_code == 404
    assert client_as().get("/runs/").status_code == 302


@pytest.mark.parametrize(("language", "word"), [("en", "Cancel the work"), ("zh-hans", "取消任务")])
def test_open_run_refreshes_with_and_without_script(client_as, officer, actor, language, word):
    run = made(officer, actor)
    state(officer, actor, run, state="running", done_steps=3, all_steps=4, heartbeat_at=clock.now())
    text = client_as(officer, language).get(f"/runs/{run.pk}/").content.decode()
    assert word in text
    assert 'hx-trigger="every 1s"' in text
    assert '<noscript><meta http-equiv="refresh"' in text
    assert 'value="75"' in text


def test_waiting_long_is_said(client_as, officer, actor):
    run = made(officer, actor)
    client = client_as(officer)
    assert "in a moment" in client.get(f"/runs/{run.pk}/").content.decode()
    state(officer, actor, run, queued_at=clock.now() - timedelta(minutes=2))
    assert "All workers are busy" in client.get(f"/runs/{run.pk}/").content.decode()


def test_a_worker_that_is_gone_is_not_said_to_be_busy(client_as, officer, actor, monkeypatch):
    run = made(officer, actor)
    state(officer, actor, run, queued_at=clock.now() - timedelta(minutes=2))
    page, client = f"/runs/{run.pk}/", client_as(officer)
    signs.give(signs.WORKER)
    assert "All workers are busy" in client.get(page).content.decode()
    with monkeypatch.context() as earlier:
        earlier.setattr(signs.time, "time", lambda: clock.now().timestamp() - 600)
        signs.give(signs.WORKER)
    text = client.get(page).content.decode()
    assert "All workers are busy" not in text
    assert "does not answer just now" in text

    def gone(*args, **kwargs):
        raise signs.RedisError

    with monkeypatch.context() as lost:
        lost.setattr(signs.cache, "get", gone)
        assert signs.worker_is_silent()


def test_a_run_whose_worker_was_lost_is_not_said_to_be_worked_on(client_as, officer, actor):
    run = made(officer, actor)
    state(officer, actor, run, through=["running"], heartbeat_at=clock.now())
    client = client_as(officer)
    assert "The portal is working" in client.get(f"/runs/{run.pk}/").content.decode()
    state(officer, actor, run, heartbeat_at=clock.now() - timedelta(minutes=5))
    text = client.get(f"/runs/{run.pk}/").content.decode()
    assert "was interrupted" in text
    assert "The portal is working" not in text


def test_done_run_links_to_its_result_inside_the_portal_only(client_as, officer, actor):
    run = made(officer, actor)
    result = {"url": "/desk/", "label": "Look"}
    state(officer, actor, run, through=["running"], state="done", result=result)
    text = client_as(officer).get(f"/runs/{run.pk}/").content.decode()
    assert '<a class="btn btn-primary" href="/desk/">Look</a>' in text
    assert "every 1s" not in text
    state(officer, actor, run, result={"url": "https://evil.test/", "redirect": "//evil.test/"})
    answer = client_as(officer).get(f"/runs/{run.pk}/")
    assert answer.status_code == 200
    assert "evil" not in answer.content.decode()


def test_a_result_that_redirects_leads_there(client_as, officer, actor):
    run = made(officer, actor)
    state(officer, actor, run, through=["running"], state="done", result={"redirect": "/batches/"})
    client = client_as(officer)
    answer = client.get(f"/runs/{run.pk}/")
    assert (answer.status_code, answer["Location"]) == (303, "/batches/")
    assert client.get(f"/runs/{run.pk}/", headers={"hx-request": "true"})["HX-Redirect"] == "/batches/"


def test_cancel_and_start_again(client_as, officer, actor):
    run = made(officer, actor, params={"n": 1})
    client = client_as(officer)
    assert client.get(f"/runs/{run.pk}/cancel/").status_code == 405
    assert client.post(f"/runs/{run.pk}/again/").status_code == 303
    assert client.post(f"/runs/{run.pk}/cancel/").status_code == 303
    with actor(officer):
        run.refresh_from_db()
    assert run.state == "cancelled"
    assert "Start again" in client.get(f"/runs/{run.pk}/").content.decode()
    answer = client.post(f"/runs/{run.pk}/again/")
    assert answer.status_code == 303
    assert str(run.pk) not in answer["Location"]
    with actor(officer):
        assert Run.objects.filter(task=NAME).count() == 2


def test_a_failed_run_says_why_and_leads_back(client_as, officer, actor, monkeypatch):
    monkeypatch.setitem(KINDS, NAME, Kind(nothing, "Count"))
    run = made(officer, actor, back="/batches/")
    state(officer, actor, run, state="failed", error="The budget is too small.")
    text = client_as(officer).get(f"/runs/{run.pk}/").content.decode()
    assert "The budget is too small." in text
    assert 'href="/batches/">Go back and start again' in text
    answer = client_as(officer).post(f"/runs/{run.pk}/again/", follow=True)
    assert "cannot be started again" in answer.content.decode()


def test_lists_hold_their_budget(client_as, officer, actor, budget):
    client = client_as(officer)
    client.get("/runs/")
    counts = []
    for size in (1, 40):
        for number in range(size):
            made(officer, actor, params={"n": f"{size}.{number}"})
        with budget(9) as seen:
            client.get("/runs/")
        counts.append(len(seen.captured_queries))
    assert counts[0] == counts[1]
    one = made(officer, actor)
    with budget(5):
        client.get(f"/runs/{one.pk}/")
