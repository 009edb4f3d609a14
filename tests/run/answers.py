"""What a web server hands out in the tests of slow lines: a word, a page, a file, and a content made on the way."""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

MEGABYTE = bytes(range(256)) * 4096
SIZE = 20 * len(MEGABYTE)


def application(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    """Answers by the path: `/late` once a file is there; what was sent comes back as its length and digest, by `/took` as the
    seconds its reading took, by `/unread` not at all.
    """
    path = environ["PATH_INFO"]
    if path == "/late":
        last = time.monotonic() + 30
        while not Path(environ["QUERY_STRING"]).exists() and time.monotonic() < last:
            time.sleep(0.05)
    if path == "/file":
        file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the server
        file.write(MEGABYTE * 20)
        file.seek(0)
        start("200 OK", [("Content-Length", str(SIZE))])
        return environ["wsgi.file_wrapper"](file)
    if path == "/made":
        start("200 OK", [("Content-Length", str(SIZE))])
        return (MEGABYTE for _ in range(20))
    body = b"x" * 600_000 if path == "/page" else b"answered"
    if environ["REQUEST_METHOD"] == "POST" and path != "/unread":
        begun = time.monotonic()
        sent = environ["wsgi.input"].read()
        took = time.monotonic() - begun
        body = f"{len(sent)} {hashlib.sha256(sent).hexdigest()}".encode()
        if path == "/took":
            body = str(took).encode()
    start("200 OK", [("Content-Length", str(len(body)))])
    return [body]
