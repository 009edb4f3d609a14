"""Files of a dossier: brought in pieces, judged, scanned, their seals verified, shown, handed out with a trace."""

from __future__ import annotations

import errno
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage, default_storage

from applications import beat, checks, queries
from applications.models import Attachment, SealCheck, Upload
from portal.audit.models import Event
from portal.core import clock
from portal.core.files import storage_failed
from portal.core.models import Run
from portal.core.tasks import execute
from tests import factories_applications as make
from tests import sealed, uploads
from tests.applications.browser import AMOUNT, follow
from tests.core.test_stored_files import BAD, fake_clamd

pytestmark = pytest.mark.django_db
PIECE = 1000


@pytest.fixture(autouse=True)
def small_pieces(settings, tmp_path):
    settings.UPLOAD_PIECE_BYTES = PIECE
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files", "base_url": None},
        }
    }


@pytest.fixture
def dossier():
    return make.begun(unit="350200")


CONTENT = sealed.sealed()


def begun(client, dossier, content: bytes = CONTENT, **changes):
    form = {"kind": "plan_pdf", "title": "方案", "name": "plan.pdf", "size": len(content), "modified": 17}
    return client.post(f"/applications/{dossier.pk}/uploads/", form | changes)


def put(client, url: str, offset: int, piece: bytes):
    return client.post(f"{url}?offset={offset}", piece, content_type="application/octet-stream")


def brought(client, dossier, content: bytes = CONTENT, **changes) -> Run:
    """All pieces in turn, then the worker's part."""
    state = begun(client, dossier, content, **changes).json()
    while state["received"] < len(content):
        place = state["received"]
        state = put(client, state["piece"], place, content[place : place + PIECE]).json()
    answer = client.post(state["finish"])
    assert answer.status_code == 200, answer.content
    with make.acting("drafter", "ZF350200") as by:
        run = Run.objects.latest("queued_at")
        assert answer.json()["url"].endswith(f"{run.pk}/")
        execute(str(run.pk), by.id)
        run.refresh_from_db()
    return run


def standing() -> Attachment:
    with make.acting("drafter", "ZF350200"):
        return Attachment.objects.get(removed_at=None)


class TestPieces:
    """An upload in pieces."""

    def test_whole(self, drafter, dossier):
        run = brought(drafter, dossier)
        assert run.state == "done", run.error
        row = standing()
        assert run.result["redirect"] == f"/applications/files/{row.pk}/view/"
        assert b"".join(drafter.get(f"/applications/files/{row.pk}/")) == CONTENT
        with make.acting("drafter", "ZF350200"):
            assert not Upload.objects.exists()
        assert default_storage.listdir("uploads")[0] == [] or not any(
            default_storage.listdir(f"uploads/{name}")[1] for name in default_storage.listdir("uploads")[0]
        )

    def test_goes_on_where_it_broke_off(self, drafter, dossier):
        first = begun(drafter, dossier).json()
        put(drafter, first["piece"], 0, CONTENT[:PIECE])
        again = begun(drafter, dossier).json()
        assert (again["piece"], again["received"]) == (first["piece"], PIECE)
        other = begun(drafter, dossier, modified=18).json()
        assert other["received"] == 0

    def test_a_piece_that_comes_twice_changes_nothing(self, drafter, dossier):
        url = begun(drafter, dossier).json()["piece"]
        for _time in range(2):
            answer = put(drafter, url, 0, CONTENT[:PIECE])
            assert (answer.status_code, answer.json()["received"]) == (200, PIECE)

    @pytest.mark.parametrize(
        ("offset", "piece", "status"),
        [
            (PIECE, b"x" * 10, 409),
            (0, b"", 422),
            (0, b"x" * (PIECE + 1), 422),
            (-1, b"x", 422),
            ("", b"x", 422),
            ("9" * 30, b"x", 422),
            (len(CONTENT) - 1, b"xx", 422),
        ],
        # A sealed file is signed anew in each process and may be a byte longer: no size in a test's name.
        ids=["beyond", "empty", "too-large", "negative", "blank", "huge", "past-the-end"],
    )
    def test_what_does_not_fit_is_refused_with_the_place_to_go_on(self, drafter, dossier, offset, piece, status):
        url = begun(drafter, dossier).json()["piece"]
        answer = put(drafter, url, offset, piece)
        assert answer.status_code == status
        assert answer.json()["received"] == 0

    def test_a_full_disk_is_a_sentence_and_the_piece_comes_again(self, drafter, dossier, monkeypatch):
        url = begun(drafter, dossier).json()["piece"]

        def full(*_words, **_more):
            raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as changed:
            changed.setattr(FileSystemStorage, "_save", full)
            answer = put(drafter, url, 0, CONTENT[:PIECE])
        assert (answer.status_code, answer.json()["code"], answer.json()["received"]) == (422, "storage_failed", 0)
        assert put(drafter, url, 0, CONTENT[:PIECE]).json()["received"] == PIECE

    @pytest.mark.parametrize("change", [lambda path: path.write_bytes(b""), lambda path: path.unlink()])
    def test_a_piece_that_is_gone_or_empty_ends_the_work_in_words(self, drafter, dossier, change):
        """A crash may leave an empty file: the worker does not wait for ever for its bytes."""
        state = begun(drafter, dossier).json()
        while state["received"] < len(CONTENT):
            place = state["received"]
            state = put(drafter, state["piece"], place, CONTENT[place : place + PIECE]).json()
        pieces = Path(default_storage.path("uploads")).rglob("0*")
        change(max(path for path in pieces if path.is_file()))
        drafter.post(state["finish"])
        with make.acting("drafter", "ZF350200") as by:
            run = Run.objects.latest("queued_at")
            execute(str(run.pk), by.id)
            run.refresh_from_db()
        assert run.state == "failed"
        assert "gone" in run.error

    def test_not_finished_before_it_is_whole(self, drafter, dossier):
        state = begun(drafter, dossier).json()
        assert drafter.post(state["finish"]).status_code == 409
        with make.acting("drafter", "ZF350200"):
            assert not Run.objects.exists()

    @pytest.mark.parametrize(
        "changes", [{"size": 0}, {"size": 200 * 2**20 + 1}, {"title": ""}, {"kind": "commitment_letter"}, {"name": ""}]
    )
    def test_a_beginning_that_is_refused(self, drafter, dossier, changes):
        answer = begun(drafter, dossier, **changes)
        assert answer.status_code == 422
        assert answer.json()["error"]
        with make.acting("drafter", "ZF350200"):
            assert not Upload.objects.exists()

    def test_nobody_else_touches_it(self, drafter, dossier, client_as):
        url = begun(drafter, dossier).json()["piece"]
        for role, code, number in [("drafter", "ZF350200", 2), ("drafter", "ZF350100", 1), ("officer", "MIIT", 1)]:
            other = client_as(make.person(role, code, number))
            assert put(other, url, 0, b"x").status_code == 404
            assert other.get(url).status_code == 404

    def test_given_up(self, drafter, dossier):
        url = begun(drafter, dossier).json()["piece"]
        put(drafter, url, 0, CONTENT[:PIECE])
        assert drafter.delete(url).status_code == 204
        assert drafter.get(url).status_code == 404

    @pytest.mark.parametrize("whole", [False, True])
    def test_what_never_became_a_file_is_forgotten(self, drafter, dossier, whole):
        content = CONTENT[: PIECE if whole else PIECE + 1]
        state = begun(drafter, dossier, content).json()
        put(drafter, state["piece"], 0, CONTENT[:PIECE])
        if whole:  # and its run was cancelled
            assert drafter.post(state["finish"]).status_code == 200
        with make.acting("drafter", "ZF350200"):
            Upload.objects.update(begun_at=clock.now() - timedelta(hours=49))
            gone = Upload.objects.get().pk
        later = begun(drafter, dossier, CONTENT[:1500]).json()["piece"]
        beat.forget_uploads()
        assert drafter.get(later).status_code == 200
        assert not default_storage.exists(f"uploads/{gone}/{0:012}")
        with make.acting("drafter", "ZF350200"):
            assert not Upload.objects.filter(pk=gone).exists()

    def test_a_file_of_another_kind_is_refused_in_words_and_leaves_nothing(self, drafter, dossier):
        run = brought(drafter, dossier, b"MZ" + os.urandom(2500))
        assert run.state == "failed"
        assert "not one of the kinds" in run.error
        with make.acting("drafter", "ZF350200"):
            assert not Attachment.objects.exists()
            assert not Upload.objects.exists()

    def test_what_could_not_be_stored_stays_and_is_finished_later(self, drafter, dossier, monkeypatch):
        def full(*_args, **_more):
            raise storage_failed(OSError(errno.ENOSPC, "full"), "file")

        with monkeypatch.context() as now:
            now.setattr("applications.tasks_files.keep_copy", full)
            assert brought(drafter, dossier).state == "failed"
        state = begun(drafter, dossier).json()
        assert state["received"] == len(CONTENT)
        assert brought(drafter, dossier).state == "done"  # no piece came a second time
        assert standing().size == len(CONTENT)

    def test_a_lost_piece_is_said(self, drafter, dossier):
        state = begun(drafter, dossier, CONTENT[:1500]).json()
        put(drafter, state["piece"], 0, CONTENT[:PIECE])
        put(drafter, state["piece"], PIECE, CONTENT[PIECE:1500])
        key = state["piece"].rstrip("/").rsplit("/", 1)[-1]
        default_storage.delete(f"uploads/{key}/{0:012}")
        drafter.post(state["finish"])
        with make.acting("drafter", "ZF350200") as by:
            run = Run.objects.get()
            execute(str(run.pk), by.id)
            run.refresh_from_db()
        assert run.state == "failed"
        assert "lay too long" in run.error


class TestVerdicts:
    """What scanner and seals say, on the page and in the checks."""

    def test_the_seal_is_verified_and_shown(self, drafter, dossier):
        brought(drafter, dossier)
        row = standing()
        page = drafter.get(f"/applications/files/{row.pk}/view/")
        text = page.content.decode()
        assert "厦门市人民政府（测试印章）" in text
        assert "issuer not on the list" in text
        assert "wasm-unsafe-eval" in page["Content-Security-Policy"]
        assert "wasm-unsafe-eval" not in drafter.get("/desk/")["Content-Security-Policy"]
        follow(drafter.post(f"/applications/files/{row.pk}/verify/"))
        with make.acting("drafter", "ZF350200"):
            assert SealCheck.objects.filter(attachment=row).count() == 2

    @pytest.mark.parametrize("content", [sealed.changed_after(), sealed.forged()])
    def test_a_seal_that_does_not_fit_blocks(self, drafter, content):
        row = make.drafted(unit="350200", amount=AMOUNT)
        brought(drafter, row, content)
        with make.acting("drafter", "ZF350200"):
            found = {finding.code: finding for finding in checks.run(queries.whole(row))}
        assert found["seals_hold"].blocks

    def test_infected_content_lies_in_quarantine_and_blocks(self, drafter, settings):
        row = make.drafted(unit="350200", amount=AMOUNT)
        with fake_clamd() as settings.SCANNER_URL:
            run = brought(drafter, row, BAD)
        settings.SCANNER_URL = ""
        assert run.state == "done"
        file = standing()
        page = drafter.get(f"/applications/files/{file.pk}/view/")
        assert page.status_code == 200
        assert "EICAR" in page.content.decode()
        assert drafter.get(f"/applications/files/{file.pk}/").status_code == 409
        assert drafter.post(f"/applications/files/{file.pk}/verify/").status_code == 409
        assert "in quarantine" in drafter.get(f"/applications/{row.pk}/attachments/").content.decode()
        with make.acting("drafter", "ZF350200"):
            found = {finding.code: finding for finding in checks.run(queries.whole(row))}
        assert found["files_are_fit"].blocks

    def test_ofd_is_kept_and_not_verified_here(self, drafter, dossier):
        brought(drafter, dossier, uploads.ofd(), name="plan.ofd")
        row = standing()
        assert (row.content_type, row.file_name) == ("application/ofd", "plan.ofd")
        assert "not verified here" in drafter.get(f"/applications/files/{row.pk}/view/").content.decode()

    def test_a_picture_is_drawn_anew_and_shown(self, drafter, dossier):
        brought(drafter, dossier, uploads.png(text=b"note"), kind="other", name="a.png")
        row = standing()
        answer = drafter.get(f"/applications/files/{row.pk}/picture/")
        assert answer["Content-Disposition"].startswith("inline")
        assert b"note" not in b"".join(answer)

    def test_a_pdf_is_never_shown_as_a_picture(self, drafter, dossier):
        brought(drafter, dossier)
        assert drafter.get(f"/applications/files/{standing().pk}/picture/").status_code == 404

    def test_each_look_stands_in_the_trail(self, drafter, dossier):
        brought(drafter, dossier)
        row = standing()
        b"".join(drafter.get(f"/applications/files/{row.pk}/"))
        with make.acting("audit_admin", "YW"):
            event = Event.objects.get(act="applications.view_file")
        assert event.object_id == str(row.pk)
        assert event.after["sha256"] == row.sha256

    @pytest.mark.parametrize("size", [1, 8])
    def test_pages_cost_the_same_at_any_size(self, drafter, dossier, budget, size):
        for number in range(size):
            brought(drafter, dossier, uploads.png(text=b"%d" % number), kind="other", title=f"图{number}", name="a.png")
        drafter.get("/desk/")
        with budget(9):
            assert drafter.get(f"/applications/{dossier.pk}/attachments/").status_code == 200
        with make.acting("drafter", "ZF350200"):
            row = Attachment.objects.latest("pk")
        with budget(7):
            assert drafter.get(f"/applications/files/{row.pk}/view/").status_code == 200
