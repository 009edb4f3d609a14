"""Stored content: what no row names is swept, what the scanner finds is locked away, both past every policy."""

from __future__ import annotations

import io
import os
import socket
import struct
import threading
import time
import uuid
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from portal.core import beat, files, scanning
from portal.core.again import AGAIN
from portal.core.clockwork import as_clockwork
from portal.core.errors import DomainError
from portal.core.files import PDF, keep
from portal.core.models import FileScan, StoredFile
from portal.core.outages import is_outage
from portal.core.scanners import NoAnswer, clamd
from portal.core.scope import enter
from portal.core.sweeping import sweep
from portal.notifications.inbox import inbox
from tests import factories_applications as make
from tests import uploads
from tests.uploads import upload

EICAR = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


@pytest.fixture(autouse=True)
def store(tmp_path, settings):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files", "base_url": None},
        }
    }
    return tmp_path / "files"


def old(key: str) -> None:
    """Two days old."""
    past = time.time() - 2 * 86_400
    os.utime(default_storage.path(key), (past, past))


@pytest.mark.django_db
class TestSweep:
    """What no row names goes, after its grace time."""

    def swept(self) -> int:
        with as_clockwork() as by:
            return sweep(by=by)

    def test_content_of_a_transaction_that_was_rolled_back(self):
        kept = keep(upload(uploads.pdf()), kinds=(PDF,))
        assert self.swept() == 0  # young: its row may still come
        old(kept.storage_key)
        assert self.swept() == 1
        assert not default_storage.exists(kept.storage_key)
        assert self.swept() == 0

    def test_content_of_a_draft_stays_though_the_clockwork_sees_no_row(self):
        content = uploads.pdf(text="plan")
        row = make.begun(unit="350200")
        with make.acting("drafter", "ZF350200") as by:
            kept = keep(upload(content), kinds=(PDF,))
            what = make.files.AttachmentInput(make.AttachmentKind.PLAN_PDF, "方案", kept)
            make.files.add_attachment(by=by, application=row, what=what)
        old(kept.storage_key)
        with as_clockwork():
            from applications.models import Attachment

            assert not Attachment.objects.filter(storage_key=kept.storage_key).exists()
        assert self.swept() == 0
        assert default_storage.exists(kept.storage_key)

    def test_brought_again_it_is_young_again(self):
        kept = keep(upload(uploads.pdf()), kinds=(PDF,))
        old(kept.storage_key)
        keep(upload(uploads.pdf()), kinds=(PDF,))
        assert self.swept() == 0

    def test_pieces_of_an_upload_nobody_finished(self):
        from django.core.files.base import ContentFile

        default_storage.save("uploads/abc/00000", ContentFile(b"x"))
        assert self.swept() == 0
        old("uploads/abc/00000")
        assert self.swept() == 1

    def test_beat_does_it_with_an_event(self):
        from portal.audit.models import Event

        kept = keep(upload(uploads.pdf()), kinds=(PDF,))
        old(kept.storage_key)
        beat.sweep_files()
        with make.acting("audit_admin", "YW"):
            assert Event.objects.filter(act="core.sweep_files").exists()


def test_content_that_is_being_brought_is_not_swept(fresh_db, store):
    """Another connection holds the key: the sweep passes it by."""
    import psycopg

    from tests import databases

    kept = keep(upload(uploads.pdf()), kinds=(PDF,))
    old(kept.storage_key)
    with psycopg.connect(databases.web_dsn()) as other:
        other.execute(
            "select pg_advisory_xact_lock_shared(hashtextextended('stored file: ' || %s, 0))", [kept.storage_key]
        )
        with as_clockwork() as by:
            assert sweep(by=by) == 0
    with as_clockwork() as by:
        assert sweep(by=by) == 1


@contextmanager
def fake_clamd(limit: int = 10**9, *, unable: bytes = b"", delay: float = 0.0):
    """A daemon that speaks INSTREAM and finds the test string of the antivirus makers.

    unable: what it cannot judge where a content holds it. delay: seconds it thinks.
    """
    server = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        while True:
            try:
                wire, _address = server.accept()
            except OSError:
                return
            with wire, wire.makefile("rb") as heard:
                assert heard.read(10) == b"zINSTREAM\0"
                content = b""
                while size := struct.unpack(">I", heard.read(4))[0]:
                    content += heard.read(size)
                time.sleep(delay)
                if unable and unable in content:
                    wire.sendall(b"Heuristics limit exceeded. ERROR\0")
                elif len(content) > limit:
                    wire.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                elif EICAR in content:
                    wire.sendall(b"stream: Win.Test.EICAR_HDB-1 FOUND\0")
                else:
                    wire.sendall(b"stream: OK\0")

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    try:
        yield f"clamd://127.0.0.1:{server.getsockname()[1]}"
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)


def served(kept) -> None:
    """Hand it out, and close what was opened as a server does."""
    for close in files.serve(kept)._resource_closers:
        close()


GOOD, BAD = uploads.pdf(text="good"), uploads.pdf(text=EICAR.decode())


@pytest.mark.django_db
class TestScanner:
    """A scanner that a setting plugs in."""

    @pytest.fixture(autouse=True)
    def someone(self, cast, actor):
        with actor(cast("drafter", "ZF350200")):
            yield

    def held(self, content: bytes, *, quarantine: bool):
        with files._own_copy(upload(content), "file", 10**6) as (file, size, digest):
            return files.keep_copy(files.Copy(file, "a.pdf", size, digest), kinds=(PDF,), quarantine=quarantine)

    def test_clean_content_is_kept_and_served(self, settings):
        with fake_clamd() as settings.SCANNER_URL:
            kept = keep(upload(GOOD), kinds=(PDF,))
        assert FileScan.objects.get(pk=kept.sha256).state == "clean"
        served(kept)

    def test_infected_content_is_refused(self, settings, store):
        with fake_clamd() as settings.SCANNER_URL, pytest.raises(DomainError) as caught:
            keep(upload(BAD), kinds=(PDF,), field="letter")
        assert (caught.value.code, caught.value.field) == ("file_infected", "letter")
        assert "EICAR" in str(caught.value)
        assert not list(store.rglob("*.*"))

    def test_or_kept_in_quarantine_and_never_served(self, settings):
        with fake_clamd() as settings.SCANNER_URL:
            kept = self.held(BAD, quarantine=True)
        settings.SCANNER_URL = ""
        with pytest.raises(scanning.Unfit) as caught:
            files.serve(kept)
        assert caught.value.code == "file_quarantined"

    @pytest.mark.parametrize("why", ["nobody listens", "too long for it"])
    def test_without_an_answer_it_waits_until_beat_asks_again(self, settings, why):
        if why == "nobody listens":
            settings.SCANNER_URL = "clamd://127.0.0.1:9"
            (kept,) = attached(GOOD)
        else:
            with fake_clamd(limit=10) as settings.SCANNER_URL:
                (kept,) = attached(GOOD)
        assert FileScan.objects.get(pk=kept.sha256).state == "waiting"
        with pytest.raises(scanning.Unfit) as caught:
            files.serve(kept)
        assert caught.value.code == "file_waits"
        with fake_clamd() as settings.SCANNER_URL:
            beat.examine_files()
        served(kept)

    def test_what_it_cannot_judge_keeps_no_other_locked(self, settings):
        settings.SCANNER_URL = "clamd://127.0.0.1:9"
        first, *others = sorted(
            attached(*(uploads.pdf(text=f"n{one}") for one in range(4))), key=lambda one: one.sha256
        )
        since = FileScan.objects.get(pk=first.sha256).at
        with default_storage.open(first.storage_key, "rb") as file:
            words = file.read()
        with fake_clamd(unable=words) as settings.SCANNER_URL:
            beat.examine_files()
        assert {FileScan.objects.get(pk=one.sha256).state for one in others} == {"clean"}
        waits = FileScan.objects.get(pk=first.sha256)
        assert (waits.state, waits.at) == ("waiting", since)  # so that the alarm of the oldest still rings

    def test_what_was_tried_last_comes_last(self, settings):
        """A file on which the scanner hangs ends the round, so the next round begins with another."""
        settings.SCANNER_URL = "clamd://127.0.0.1:9"
        attached(*(uploads.pdf(text=f"n{one}") for one in range(3)))
        tried = []
        for _round in range(3):
            beat.examine_files()
            with as_clockwork():
                tried.append(FileScan.objects.order_by("-tried_at").first().sha256)
        assert len(set(tried)) == 3

    def test_content_that_is_gone_waits_for_nothing(self, settings):
        from portal.notifications import gauges

        settings.SCANNER_URL = "clamd://127.0.0.1:9"
        kept = keep(upload(GOOD), kinds=(PDF,))
        default_storage.delete(kept.storage_key)  # as the sweep does with what no row names
        assert {row[0]: row[1] for row in gauges._rows()}["files"] == 0
        attached(BAD)
        assert {row[0]: row[1] for row in gauges._rows()}["files"] == 1
        with as_clockwork():
            FileScan.objects.create(sha256="0" * 64, state="waiting", at="2026-01-01T00:00Z")
        assert "0" * 64 not in scanning._unexamined(100)

    def test_what_was_kept_before_there_was_a_scanner(self, settings, client_as):
        row = make.begun(unit="350200")
        with make.acting("drafter", "ZF350200") as by:
            kept = keep(upload(BAD), kinds=(PDF,))
            what = make.files.AttachmentInput(make.AttachmentKind.PLAN_PDF, "方案", kept)
            make.files.add_attachment(by=by, application=row, what=what)
        served(kept)
        with fake_clamd() as settings.SCANNER_URL:
            with pytest.raises(scanning.Unfit):
                files.serve(kept)
            beat.examine_files()
        assert FileScan.objects.get(pk=kept.sha256).finding == "Win.Test.EICAR_HDB-1"
        with pytest.raises(scanning.Unfit):
            files.serve(kept)
        with make.acting("drafter", "ZF350200") as by:
            (letter,) = inbox(by).filter(text_en__contains="EICAR")
            assert kept.file_name in letter.text_zh
        page = client_as(make.person("drafter", "ZF350200")).get(letter.url)
        assert page.status_code == 200
        assert "EICAR" in page.content.decode()
        with make.acting("officer", "MIIT"), pytest.raises(DatabaseError), transaction.atomic():
            scanning.bringers(kept.sha256)

    def test_a_quarantine_is_never_lifted(self, settings):
        with fake_clamd() as settings.SCANNER_URL:
            kept = self.held(BAD, quarantine=True)
        with connection.cursor() as cursor:
            cursor.execute("update core_filescan set state = 'clean' where sha256 = %s", [kept.sha256])
            assert cursor.rowcount == 0  # the policy: only the clockwork writes a second verdict
        with as_clockwork(), pytest.raises(DatabaseError) as caught, transaction.atomic():
            FileScan.objects.filter(pk=kept.sha256).update(state="clean")
        assert "never lifted" in str(caught.value)


def attached(*contents: bytes):
    """Each kept, and named by a row of one draft."""
    row = make.begun(unit="350200")
    found = []
    with make.acting("drafter", "ZF350200") as by:
        for content in contents:
            found.append(keep(upload(content), kinds=(PDF,)))
            what = make.files.AttachmentInput(make.AttachmentKind.PLAN_PDF, "方案", found[-1])
            make.files.add_attachment(by=by, application=row, what=what)
    return found


def hurried(database: str) -> None:
    """The minute that a transaction of the portal's role may stand still made a second, in this database alone."""
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute(
            f"alter role portal_web in database \"{database}\" set idle_in_transaction_session_timeout = '1s'"
        )
    connection.close()


def test_a_scanner_that_thinks_long_does_not_end_the_transaction(fresh_db, settings):
    hurried(fresh_db)
    with fake_clamd(delay=2.0) as settings.SCANNER_URL, transaction.atomic():
        enter(make.person("drafter", "ZF350200").pk)
        kept = keep(upload(GOOD), kinds=(PDF,))
        with connection.cursor() as cursor:
            cursor.execute("show idle_in_transaction_session_timeout")
            assert cursor.fetchone() == ("1s",)  # for the scan alone
    with as_clockwork():
        assert FileScan.objects.get(pk=kept.sha256).state == "clean"


def _stand_still() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select 1")
        time.sleep(2)
        cursor.execute("select 1")


def test_a_session_that_stood_still_is_an_outage(fresh_db):
    hurried(fresh_db)
    with pytest.raises(DatabaseError) as caught:
        _stand_still()
    connection.close()
    assert is_outage(caught.value)
    assert isinstance(caught.value, AGAIN["autoretry_for"])


def test_a_scanner_has_its_seconds_in_all(settings):
    settings.SCANNER_SECONDS = 1
    with fake_clamd(delay=3.0) as address, pytest.raises(NoAnswer):
        clamd(address).scan(io.BytesIO(b"x"))


def test_each_file_has_a_page_for_who_brought_it():
    """A letter about a file leads there: the route stands, and its columns are columns of the table."""
    models = [model for model in apps.get_models() if issubclass(model, StoredFile)]
    assert len(models) >= 9
    for model in models:
        route, *columns = model.seen_at
        names = {field.column for field in model._meta.concrete_fields}
        assert set(columns) <= names, model
        assert reverse(route, args=[_example(model) if one == "id" else 1 for one in columns])


def _example(model):
    return uuid.uuid4() if model._meta.pk.get_internal_type() == "UUIDField" else 1
