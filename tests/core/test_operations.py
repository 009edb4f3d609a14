"""Health, metrics, request ids and logs: what operators live by."""

from __future__ import annotations

import json
import logging
import socket
import threading
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connections
from django.utils.translation import gettext_lazy
from prometheus_client import values

from portal.addresses import storage
from portal.audit import seals
from portal.core import clock, metrics, signs, views
from portal.core.beat import sweep_runs
from portal.core.clockwork import as_clockwork
from portal.core.models import FileScan, ScanState
from portal.core.tasks import start_run
from portal.notifications import gauges
from portal.notifications.inbox import notify
from tests import uploads
from tests.core.test_stored_files import attached


def test_live_asks_nothing(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        answer = client.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "live"})


def test_ready_names_each_part(client, db):
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ready", "database": "ok", "queue": "ok", "files": "ok"},
    )


def test_queue_that_is_down_is_named(client, db, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "database": "ok", "queue": "failed", "files": "ok"}


@pytest.fixture
def mute():
    """The address of a server that takes every connection and never says a word, as one that stands still does."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def test_a_queue_that_stands_still_is_named_too(client, db, settings, mute):
    settings.CELERY_BROKER_URL = mute
    answers = []
    asking = threading.Thread(
        target=lambda: answers.append(
            (views.state_of("queue", views._broker), metrics.queue_lengths("portal", "heavy"))
        ),
        daemon=True,
    )
    asking.start()
    asking.join(60)
    assert answers == [("failed", [-1, -1])]


def test_database_that_is_down_is_named(client, db, monkeypatch):
    gone = connections.create_connection("default")
    gone.settings_dict = gone.settings_dict | {"HOST": "127.0.0.1", "PORT": "1"}
    monkeypatch.setattr(views, "connection", gone)
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["database"] == "failed"
    assert "127.0.0.1" not in answer.content.decode()


def test_files_that_are_gone_are_named(client, db, monkeypatch):
    def gone(name):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(default_storage, "exists", gone)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["files"]) == (503, "failed")


@pytest.fixture
def folder(settings, tmp_path):
    """Files in a folder that does not exist yet."""
    settings.STORAGES = settings.STORAGES | {"default": storage("", tmp_path / "var" / "files")}
    return tmp_path / "var" / "files"


def test_files_of_a_new_portal_are_ready(client, db, folder):
    assert client.get("/health/ready").json()["files"] == "ok"
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(client, db, folder):
    folder.parent.write_text("in the way")
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["files"]) == (503, "failed")


@pytest.mark.parametrize("number", [28, 30], ids=["full", "read-only"])
def test_a_disk_that_takes_nothing_is_named(client, db, folder, monkeypatch, number):
    def refused(*args, **kwargs):
        raise OSError(number, "refused")

    monkeypatch.setattr(views.tempfile, "TemporaryFile", refused)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["files"]) == (503, "failed")


def test_a_full_folder_of_what_is_on_its_way_is_named_and_no_failure_of_the_portal(client, db, folder, monkeypatch):
    """Uploads lie there first: full, it was a failure in words of nobody, and readiness knew nothing of it."""
    plain = views.tempfile.TemporaryFile

    def full(*args, dir, **kwargs):  # noqa: A002 - the library's name
        if dir == views.tempfile.gettempdir():
            raise OSError(28, "No space left on device")
        return plain(*args, dir=dir, **kwargs)

    monkeypatch.setattr(views.tempfile, "TemporaryFile", full)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["files"]) == (503, "failed")

    def upload(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryUploadedFile", upload)
    client.raise_request_exception = False
    answer = client.post("/account/login/", {"file": ContentFile(b"x" * 3_000_000, "a.pdf")})
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")


def test_metrics_are_the_operators(client_as, cast):
    nobody = client_as().get("/metrics", headers={"accept-language": "zh-hans"})
    assert (nobody.status_code, nobody["Content-Type"]) == (401, "text/plain; charset=utf-8")
    assert nobody.content.decode() == "请登录，或随请求发送令牌。"
    assert client_as(cast("officer", "MIIT")).get("/metrics").status_code == 403
    answer = client_as(cast("system_admin", "YW")).get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")


def test_metrics_count_requests_runs_and_the_queue(client_as, cast, actor):
    with actor(cast("officer", "MIIT")) as by:
        start_run(by=by, task="core.nothing")
    text = client_as(cast("system_admin", "YW")).get("/metrics").content.decode()
    lines = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert float(lines['portal_runs{state="queued"}']) == 1
    assert float(lines['portal_runs{state="done"}']) == 0
    assert float(lines["portal_run_oldest_waiting_seconds"]) >= 0
    assert "portal_clock_ahead_seconds" in lines
    assert float(lines["portal_queue_messages"]) >= 0
    assert float(lines["portal_queue_heavy_messages"]) >= 0
    sweep_runs()
    signs.give(signs.BEAT)
    text = client_as(cast("system_admin", "YW")).get("/metrics").content.decode()
    lines = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert 0 <= float(lines["portal_beat_sign_age_seconds"]) < 600
    assert 0 <= float(lines["portal_worker_sign_age_seconds"]) < 600
    assert any(name.startswith("django_http_requests_total_by_method_total") for name in lines)


def test_metrics_tell_what_waits_and_where_room_is_left(client_as, cast, actor, settings, monkeypatch):
    """Asked by a scraper, who reads no letter, no file and no seal."""
    settings.METRICS_TOKEN = "scrape-me-please"
    monkeypatch.setattr(gauges, "IN_FLIGHT", -3600)  # every letter should have gone an hour ago

    def told():
        text = client_as().get("/metrics", headers={"authorization": "Bearer scrape-me-please"}).content.decode()
        lines = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
        return {name: float(value) for name, value in lines}

    before = told()
    (kept,) = attached(uploads.pdf(text="it waits"))
    with actor(cast("officer", "MIIT")) as by:
        notify([cast("officer", "MOF").pk], gettext_lazy("Undo"), by=by)
        FileScan.objects.create(sha256=kept.sha256, state=ScanState.WAITING, at=clock.now() - timedelta(hours=2))
    with as_clockwork():
        seals.add()
    after = told()
    for kind in ("letters", "files"):
        assert after[f'portal_waiting{{kind="{kind}"}}'] == before[f'portal_waiting{{kind="{kind}"}}'] + 1
    assert after['portal_waiting_oldest_seconds{kind="files"}'] >= 3600
    assert before["portal_seal_age_seconds"] == -1
    assert 0 <= after["portal_seal_age_seconds"] < 600
    for disk in ("files", "written", "temporary"):
        free, size = (after[f'portal_disk_{part}{{of="{disk}"}}'] for part in ("free_bytes", "bytes"))
        assert 0 < free < size


def test_a_number_of_this_moment_is_told_once(client_as, cast, monkeypatch, tmp_path):
    """Where processes share their counters, what an earlier scrape read came back beside it, for ever."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    monkeypatch.setattr(values, "ValueClass", values.MultiProcessValue())
    client = client_as(cast("system_admin", "YW"))
    client.get("/metrics")
    told = [line for line in client.get("/metrics").content.decode().splitlines() if line.startswith("portal_")]
    names = [line.rsplit(" ", 1)[0] for line in told]
    assert "portal_queue_messages" in names
    assert len(set(names)) == len(names)
    assert not [name for name in names if "pid=" in name]


def test_metrics_say_when_the_queue_is_gone(client_as, cast, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    assert b"portal_queue_messages -1.0" in client_as(cast("system_admin", "YW")).get("/metrics").content


@pytest.mark.parametrize(
    ("wanted", "sent", "status"),
    [
        ("scrape-me-please", "Bearer scrape-me-please", 200),
        ("scrape-me-please", "Bearer scrape-me", 401),
        ("scrape-me-please", "Basic scrape-me-please", 401),
        ("", "Bearer ", 401),
        ("", "Bearer", 401),
    ],
)
def test_scraper_bears_the_token(client_as, settings, wanted, sent, status):
    settings.METRICS_TOKEN = wanted
    assert client_as().get("/metrics", headers={"authorization": sent}).status_code == status


@pytest.mark.parametrize("path", ["/", "/health/live", "/nothing/", "/api/v1/me/", "/static/nothing.css"])
def test_every_answer_says_its_request_id(client, db, path):
    assert len(client.get(path)["X-Request-ID"]) == 36
    assert client.get(path, headers={"x-request-id": "proxy-0123456789"})["X-Request-ID"] == "proxy-0123456789"
    evil = client.get(path, headers={"x-request-id": 'x" onload="'})["X-Request-ID"]
    assert len(evil) == 36


def test_request_id_reaches_trail_and_run(client_as, cast, actor):
    from portal.audit.models import Event
    from portal.core.models import Run
    from portal.core.scope import enter

    person = cast("security_admin", "YW")
    browser = client_as(person)
    form = {"email": "new@id.test", "name": "New", "organisation": "MIIT", "role": "officer"}
    answer = browser.post("/people/invite/", form, headers={"x-request-id": "trace-me-12345"})
    assert answer.status_code == 303, answer.content
    with actor(person):
        assert Event.objects.get(act="accounts.invite", actor=person.pk).request_id == "trace-me-12345"
    by = enter(person.pk, request_id="trace-me-12345")
    assert Run.objects.get(pk=start_run(by=by, task="core.nothing").pk).request_id == "trace-me-12345"


def test_log_lines_are_json_with_the_request_id(client, db, settings, capsys):
    from portal.core import logs

    formatter = logging.config.dictConfigClass(
        {"version": 1, "formatters": {}, "handlers": {}}
    )  # the class is reachable: logs.configure uses it
    assert formatter is not None
    kept = logging.getLogger().handlers[:], logging.getLogger().level
    try:
        logs.configure(
            {
                "version": 1,
                "disable_existing_loggers": False,
                "formatters": {
                    "json": {
                        "()": "structlog.stdlib.ProcessorFormatter",
                        "processor": "portal.core.logs.json_renderer",
                    }
                },
                "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
                "root": {"handlers": ["console"], "level": "INFO"},
            }
        )
        client.get("/nothing/", headers={"x-request-id": "line-by-line-1"})
        for place in ("/people/invitation/", "/account/password/reset/key/1-"):
            client.post(f"{place}seekrit-4711/?q=Wang", headers={"x-request-id": "line-by-line-1"})
        logging.getLogger("django.request").warning("Forbidden: %s", "/people/invitation/seekrit-4711/")
        try:
            {}["a-missing-key"]
        except KeyError:
            logging.getLogger("celery.worker").exception("of a library")
    finally:
        logging.getLogger().handlers[:], level = kept
        logging.getLogger().setLevel(level)
    text = capsys.readouterr().err
    assert "seekrit" not in text, "whoever reads the log opens no account with it"
    assert "Wang" not in text
    assert "/people/invitation/…/?q" in text
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    ours = [line for line in lines if line.get("request_id") == "line-by-line-1"]
    assert {line["event"] for line in ours} >= {"request_finished"}
    assert all(line["level"] and line["timestamp"] and line["logger"] for line in ours)
    [failure] = [line["exception"] for line in lines if line["event"] == "of a library"]
    assert "Traceback" in failure
    assert "KeyError: 'a-missing-key'" in failure


@pytest.mark.django_db
def test_a_host_whose_clock_is_ahead_of_the_databases_is_seen():
    """Its pages offer what the guards refuse, and it books into the next year before the year is over."""
    for hours in (1, -2):
        with clock.at(clock.now() + timedelta(hours=hours)):
            assert round(metrics.clock_ahead() / 3600) == hours
