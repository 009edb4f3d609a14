"""Files in an object store (S3): read piece by piece, and asked within seconds whether anything can be written.

The library's own file takes the whole object into memory before its first byte can be read: gigabytes for a bundle.
Here each read asks for the next few megabytes, so whoever reads slowly keeps no connection of the store open either.
"""

from __future__ import annotations

import contextlib
import io
from typing import Any, Final

from botocore.config import Config  # type: ignore[import-untyped]
from botocore.exceptions import ClientError  # type: ignore[import-untyped]
from storages.backends.s3 import S3File, S3Storage  # type: ignore[import-untyped]
from storages.utils import clean_name  # type: ignore[import-untyped]

WINDOW: Final = 4 * 2**20
# A probe is asked every few seconds, by somebody who waits for five.
QUICK: Final = Config(connect_timeout=2, read_timeout=2, retries={"total_max_attempts": 1})


class _Ranges(io.RawIOBase):
    """An object of the store, each read a request for its next bytes."""

    def __init__(self, obj: Any) -> None:
        self._obj, self._size, self._at = obj, int(obj.content_length), 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """Where the next read begins."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Read on from there; nothing is asked of the store."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(base + offset, 0)
        return self._at

    def readinto(self, buffer: Any) -> int:
        """The next bytes, at most as many as there is room for. Raises what the store answers."""
        room = min(len(buffer), self._size - self._at)
        if room <= 0:
            return 0
        content = self._obj.get(Range=f"bytes={self._at}-{self._at + room - 1}")["Body"].read()
        buffer[: len(content)] = content
        self._at += len(content)
        return len(content)


class StoredObject(S3File):  # type: ignore[misc]  # the library has no types
    """The library's file, which reads piece by piece."""

    _file: Any

    def _get_file(self) -> Any:
        if self._file is None and "r" in self._mode:
            self._file, self._closed = io.BufferedReader(_Ranges(self.obj), WINDOW), False
        return super()._get_file()

    file = property(_get_file, S3File._set_file)


class ObjectStore(S3Storage):  # type: ignore[misc]  # the library has no types
    """The library's storage, whose files are read piece by piece."""

    def _open(self, name: str, mode: str = "rb") -> StoredObject:
        try:
            return StoredObject(self._normalize_name(clean_name(name)), mode, self)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                raise FileNotFoundError(f"File does not exist: {name}") from error
            raise

    def try_out(self) -> None:
        """Raise what the store answers when it cannot be read or written; each answer may take two seconds.

        A piece of an upload is written that is then given up: it needs the right and the room that a file needs, and
        leaves nothing, where versions of objects are kept neither.
        """
        client = self._create_session().client(
            "s3",
            region_name=self.region_name,
            use_ssl=self.use_ssl,
            endpoint_url=self.endpoint_url,
            config=self.client_config.merge(QUICK),
            verify=self.verify,
        )
        place = {"Bucket": self.bucket_name, "Key": self._normalize_name("health")}
        with contextlib.closing(client):
            try:
                client.head_object(**place)
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                    raise
            trial = place | {"UploadId": client.create_multipart_upload(**place)["UploadId"]}
            try:
                client.upload_part(**trial, PartNumber=1, Body=b"x" * 4096)
            finally:
                client.abort_multipart_upload(**trial)
