"""Files in an S3-compatible store: the same acts as on a disk, against an emulator on this machine."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from unittest.mock import Mock

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from django.core.files.storage import default_storage
from moto.server import ThreadedMotoServer

from portal.addresses import storage
from portal.core import clock, filechecks, files
from portal.core.clockwork import as_clockwork
from portal.core.files import DOCX, PDF, keep
from portal.core.objects import QUICK, WINDOW, ObjectStore
from portal.core.sweeping import sweep
from tests import uploads
from tests.uploads import upload

pytestmark = pytest.mark.django_db
NOWHERE = "s3://key:secret@nowhere/pilot?endpoint=http://127.0.0.1:9&region=us-east-1"


@pytest.fixture(scope="module")
def endpoint():
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def bucket(endpoint, settings):
    """A bucket named by STORAGE_URL, as production names it."""
    names = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    client = boto3.client("s3", endpoint_url=endpoint, **names)
    client.create_bucket(Bucket="portal")
    address = f"s3://key:secret@portal/pilot?endpoint={endpoint}&region=us-east-1"
    settings.STORAGES = settings.STORAGES | {"default": storage(address, Path("nowhere"))}
    yield client
    for row in client.list_objects_v2(Bucket="portal").get("Contents", []):
        client.delete_object(Bucket="portal", Key=row["Key"])


def keys(client) -> list[str]:
    return [row["Key"] for row in client.list_objects_v2(Bucket="portal").get("Contents", [])]


def test_kept_once_read_and_served(bucket):
    first = keep(upload(uploads.pdf(), "甲.pdf"), kinds=(PDF,))
    keep(upload(uploads.pdf(), "乙.pdf"), kinds=(PDF,))
    assert keys(bucket) == [f"pilot/files/{first.sha256[:2]}/{first.sha256}"]
    assert files.read(first) == uploads.pdf()
    answer = files.serve(first)
    assert b"".join(answer) == uploads.pdf()
    answer.close()


def test_what_was_changed_or_is_gone_is_not_served(bucket):
    kept = keep(upload(uploads.pdf()), kinds=(PDF,))
    (key,) = keys(bucket)
    bucket.put_object(Bucket="portal", Key=key, Body=b"X" + uploads.pdf()[1:])
    with pytest.raises(files.Unreadable) as caught:
        files.serve(kept)
    assert caught.value.code == "file_changed"
    bucket.delete_object(Bucket="portal", Key=key)
    with pytest.raises(files.Unreadable) as caught:
        files.serve(kept)
    assert caught.value.code == "file_gone"


def test_a_store_that_does_not_answer_has_lost_nothing(bucket, settings):
    kept = keep(upload(uploads.pdf()), kinds=(PDF,))
    assert filechecks._measured(kept.storage_key) == (kept.size, kept.sha256)
    assert filechecks._measured("files/00/none") is None
    settings.STORAGES = settings.STORAGES | {"default": storage(NOWHERE, Path("nowhere"))}
    with pytest.raises(filechecks.StorageSilent):
        filechecks._measured(kept.storage_key)
    with pytest.raises(files.Unreadable):
        files.serve(kept)


def test_damaged_content_is_mended_by_bringing_it_again(bucket):
    content = uploads.docx()
    kept = keep(upload(content, "a.docx"), kinds=(DOCX,))
    bucket.put_object(Bucket="portal", Key=keys(bucket)[0], Body=b"half")
    keep(upload(content, "a.docx"), kinds=(DOCX,))
    assert files.read(kept) == content


def test_swept_when_no_row_names_it(bucket, settings, monkeypatch):
    keep(upload(uploads.pdf()), kinds=(PDF,))
    with as_clockwork() as by:
        assert sweep(by=by) == 0
        later = clock.now() + timedelta(hours=settings.FILE_GRACE_HOURS + 1)
        monkeypatch.setattr(clock, "now", lambda: later)
        assert sweep(by=by) == 1
    assert keys(bucket) == []


def test_a_store_that_is_gone_is_a_sentence(bucket, settings):
    settings.STORAGES = settings.STORAGES | {"default": storage(NOWHERE, Path("nowhere"))}
    with pytest.raises(files.DomainError) as caught:
        keep(upload(uploads.pdf()), kinds=(PDF,))
    assert caught.value.code == "storage_failed"


def test_readiness_says_whether_store_and_bucket_are_there(bucket, settings, endpoint, client):
    assert client.get("/health/ready").json()["files"] == "ok"
    other = f"s3://key:secret@nowhere/pilot?endpoint={endpoint}&region=us-east-1"
    for address in (NOWHERE, other):
        settings.STORAGES = settings.STORAGES | {"default": storage(address, Path("nowhere"))}
        answer = client.get("/health/ready")
        assert (answer.status_code, answer.json()["files"]) == (503, "failed")


@pytest.mark.parametrize("refuses", ["CreateMultipartUpload", "UploadPart"])
def test_a_bucket_that_takes_nothing_is_not_ready(bucket, client, monkeypatch, refuses):
    """No right to write, or no room: reading alone said that all is well. The trial leaves nothing."""
    assert client.get("/health/ready").json()["files"] == "ok"
    assert keys(bucket) == []
    assert "Uploads" not in bucket.list_multipart_uploads(Bucket="portal")
    plain = BaseClient._make_api_call

    def refused(self, name, values):
        if name == refuses:
            raise ClientError({"Error": {"Code": "AccessDenied"}, "ResponseMetadata": {"HTTPStatusCode": 403}}, name)
        return plain(self, name, values)

    monkeypatch.setattr(BaseClient, "_make_api_call", refused)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["files"]) == (503, "failed")
    assert "Uploads" not in bucket.list_multipart_uploads(Bucket="portal")


def test_readiness_waits_for_seconds_only():
    assert (QUICK.connect_timeout, QUICK.read_timeout, QUICK.retries["total_max_attempts"]) == (2, 2, 1)


def test_a_large_object_is_read_piece_by_piece(bucket, monkeypatch):
    """The library took all of it into memory before the first byte."""
    content = bytes(range(256)) * 4096 * 9  # 9 MB
    bucket.put_object(Bucket="portal", Key="pilot/big", Body=content)
    asked: list[str] = []
    plain = BaseClient._make_api_call
    monkeypatch.setattr(
        BaseClient, "_make_api_call", lambda *how: asked.append(how[2].get("Range", how[1])) or plain(*how)
    )
    with default_storage.open("big") as file:
        assert file.read(10) == content[:10]
        assert asked == ["HeadObject", f"bytes=0-{WINDOW - 1}"]
        file.seek(-5, 2)
        assert (file.read(), file.tell(), file.size) == (content[-5:], len(content), len(content))
        file.seek(0)
        assert file.read() == content


def test_what_is_there_is_not_taken_away_before_it_is_brought_again(bucket, monkeypatch):
    """The store fails in between: what other rows name already has stayed."""
    kept = keep(upload(uploads.pdf()), kinds=(PDF,))
    monkeypatch.setattr(ObjectStore, "_save", Mock(side_effect=OSError("the line broke")))
    with pytest.raises(files.DomainError):
        keep(upload(uploads.pdf()), kinds=(PDF,))
    assert files.read(kept) == uploads.pdf()


def test_a_file_is_not_said_to_be_gone_while_the_store_is(bucket, settings):
    kept = keep(upload(uploads.pdf(), "甲.pdf"), kinds=(PDF,))
    settings.STORAGES = settings.STORAGES | {"default": storage(NOWHERE, Path("nowhere"))}
    with pytest.raises(files.Unreadable) as caught:
        files.serve(kept)
    assert caught.value.status == 503
