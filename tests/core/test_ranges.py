"""A broken download goes on where it broke: parts of files, and only of what was kept."""

from __future__ import annotations

import hashlib
import re
import threading
from pathlib import Path
from unittest.mock import Mock

import pytest
from django.test import RequestFactory, override_settings

from portal.core import files, pieces, reading
from portal.core.files import PDF, keep
from portal.core.ranges import Span, asked
from tests import factories_applications as make
from tests import uploads
from tests.uploads import upload

CONTENT = uploads.pdf()
TAG = f'"{hashlib.sha256(CONTENT).hexdigest()}"'


@pytest.fixture(autouse=True)
def store(tmp_path, settings, monkeypatch):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files", "base_url": None},
        }
    }
    monkeypatch.setattr(pieces, "known", pieces.Known(most=1000))
    return tmp_path / "files"


@pytest.fixture(params=["small", "large"])
def size(request, monkeypatch):
    """Both ways a file goes out: compared before its first byte, or piece by piece."""
    if request.param == "large":
        monkeypatch.setattr(reading, "COMPARED_FIRST", 10)
        monkeypatch.setattr(pieces, "PIECE", 100)
    return request.param


def stored(store: Path) -> Path:
    (path,) = [path for path in store.rglob("*") if path.is_file()]
    return path


@pytest.mark.parametrize(
    ("given", "span"),
    [
        ("bytes=0-", (0, 1000)),
        ("bytes=0-0", (0, 1)),
        ("bytes=999-", (999, 1000)),
        ("bytes=10-9999", (10, 1000)),
        ("bytes=-1", (999, 1000)),
        ("bytes=-9999", (0, 1000)),
        ("Bytes = 1 - 2", (1, 3)),
        ("bytes=1000-", (1000, 1000)),
        ("bytes=-0", (1000, 1000)),
        ("bytes=99999999999999999-", (1000, 1000)),
        ("bytes=0-1,5-6", None),
        ("bytes=5-4", None),
        ("bytes=-", None),
        ("bytes=a-", None),
        ("bytes=1", None),
        ("lines=0-1", None),
        ("bytes=" + "9" * 5000 + "-", None),
        ("", None),
    ],
)
def test_what_is_asked_for(given, span):
    found = asked(RequestFactory().get("/", headers={"range": given}), 1000)
    assert found == (Span(*span) if span else None)
    assert asked(RequestFactory().head("/", headers={"range": given}), 1000) is None


@pytest.fixture
def brought(cast):
    """A file of a dossier and who brought it."""
    row = make.begun(unit="350200")
    with make.acting("drafter", "ZF350200") as by:
        kept = keep(upload(CONTENT, "方案.pdf"), kinds=(PDF,))
        what = make.files.AttachmentInput(make.AttachmentKind.PLAN_PDF, "方案", kept)
        return make.files.add_attachment(by=by, application=row, what=what)


@pytest.fixture
def taken(brought, client_as):
    """Take it, in a browser of the person."""
    client = client_as(make.person("drafter", "ZF350200"))

    def take(method="get", *, of="127.0.0.1", **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return getattr(client, method)(f"/applications/files/{brought.pk}/", headers=named, REMOTE_ADDR=of)

    return take


def looks() -> int:
    from portal.audit.models import Event

    with make.acting("audit_admin", "YW"):
        return Event.objects.filter(act="applications.view_file").count()


@pytest.mark.django_db
def test_a_part_and_what_is_left_are_the_whole(taken, size):
    whole = taken()
    assert (whole.status_code, whole["Accept-Ranges"], whole["ETag"]) == (200, "bytes", TAG)
    first, rest = taken(range="bytes=0-249"), taken(range="bytes=250-", if_range=TAG)
    assert (first.status_code, rest.status_code) == (206, 206)
    assert rest["Content-Range"] == f"bytes 250-{len(CONTENT) - 1}/{len(CONTENT)}"
    assert rest["Content-Length"] == str(len(CONTENT) - 250)
    assert rest["Content-Type"] == "application/pdf"
    assert rest["Content-Security-Policy"].startswith("sandbox;")
    assert b"".join(first) + b"".join(rest) == b"".join(whole) == CONTENT
    assert b"".join(taken(range="bytes=-7")) == CONTENT[-7:]


@pytest.mark.django_db
def test_what_cannot_go_on_is_said(taken, size):
    other = taken(range="bytes=250-", if_range='"another"')
    assert (other.status_code, b"".join(other)) == (200, CONTENT)
    beyond = taken(range=f"bytes={len(CONTENT)}-")
    assert (beyond.status_code, beyond["Content-Range"], beyond.content) == (416, f"bytes */{len(CONTENT)}", b"")
    assert taken(if_match='"another"').status_code == 412
    assert taken(if_none_match=TAG, range="bytes=250-").status_code == 304
    head = taken("head", range="bytes=250-")
    assert (head.status_code, head["Content-Length"], head.content) == (200, str(len(CONTENT)), b"")


@pytest.mark.django_db
def test_no_part_of_what_was_changed(taken, size, store):
    assert b"".join(taken(range="bytes=250-260")) == CONTENT[250:261]  # whatever was remembered of it
    path = stored(store)
    path.write_bytes(CONTENT[:255] + b"X" + CONTENT[256:])
    if size == "small":
        assert taken(range="bytes=250-").status_code == 503
        return
    with pytest.raises(files.Unreadable):
        list(taken(range="bytes=250-"))
    path.write_bytes(CONTENT[:300])
    with pytest.raises(files.Unreadable):
        list(taken(range="bytes=310-"))
    pieces.known = pieces.Known(most=1000)  # another process, which never saw it whole
    with pytest.raises(files.Unreadable):
        list(taken(range="bytes=0-10"))


@pytest.mark.django_db
def test_a_large_file_is_read_whole_once_for_all_its_parts(taken, monkeypatch):
    monkeypatch.setattr(reading, "COMPARED_FIRST", 10)
    monkeypatch.setattr(pieces, "PIECE", 100)
    read: list[str] = []
    plain = pieces.whole
    monkeypatch.setattr(pieces, "whole", lambda content, sha256: read.append(sha256) or plain(content, sha256))
    for start in range(0, 1000, 50):
        assert b"".join(taken(range=f"bytes={start}-{start + 49}")) == CONTENT[start : start + 50]
    assert len(read) == 1


def test_who_asks_beside_it_waits_for_the_first(monkeypatch):
    known = pieces.Known(most=1000)
    began, go_on, order = threading.Event(), threading.Event(), []

    def first() -> None:
        with known.turn("a"):
            began.set()
            go_on.wait(10)
            order.append("first")

    def second() -> None:
        with known.turn("a"):
            order.append("second")

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    began.wait(10)
    threads[1].start()
    with known.turn("b"):  # another file waits for nobody
        order.append("other")
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert order == ["other", "first", "second"]


def test_no_more_is_remembered_than_fits():
    known = pieces.Known(most=3)
    for name in "abc":
        known.learn(name, [b"x"])
    assert known.of("a")
    known.learn("d", [b"x"])
    assert [name for name in "abcd" if known.of(name)] == ["a", "c", "d"]
    known.learn("e", [b"x"] * 9)
    assert [name for name in "acde" if known.of(name)] == ["e"]


@pytest.mark.django_db
def test_large_files_on_slow_lines_leave_threads_for_pages(taken, monkeypatch):
    threads = re.search(
        r"^threads = (\d+)$", (Path(reading.__file__).parents[2] / "deploy/gunicorn.conf.py").read_text(), re.MULTILINE
    )
    assert len(reading._places) * 2 == int(threads[1])
    monkeypatch.setattr(reading, "KEEPS_A_THREAD", 10)
    slow = [taken(), taken(range="bytes=1-")]
    refused = taken()
    assert refused.status_code == 503
    assert "Many large files are on their way to others" in refused.content.decode()
    assert taken(if_none_match=TAG).status_code == 304  # no content, no thread
    assert taken("head").status_code == 200
    list(slow[0])
    assert b"".join(taken()) == CONTENT
    list(slow[1])
    monkeypatch.setattr("portal.core.looks.looked", Mock(side_effect=ZeroDivisionError))
    for _ in range(3):  # a view that fails keeps none
        with pytest.raises(ZeroDivisionError):
            taken()


@pytest.mark.django_db
def test_a_download_is_one_look_however_often_it_breaks_off(taken, django_capture_on_commit_callbacks, settings, cast):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "looks"}}

    def then(**headers: str) -> int:
        with django_capture_on_commit_callbacks(execute=True):
            list(taken(**headers))
        return looks()

    assert then(range="bytes=1-") == 1  # not from its beginning: content all the same
    assert [then(range=f"bytes={start}-") for start in (0, 300, 600)] == [1, 1, 1]
    assert then() == 2  # the whole is another download
    assert then(range=f"bytes={len(CONTENT)}-") == 2  # nothing went out
    with override_settings(CACHES={"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache",
                                               "LOCATION": "redis://127.0.0.1:9/0"}}):  # fmt: skip
        assert then(range="bytes=300-") == 3  # what cannot be remembered is told once more
    assert then(range="bytes=300-") == 3
    assert then(range="bytes=300-", of="203.0.113.9") == 4  # somebody else's hands, perhaps
