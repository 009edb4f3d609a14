"""Slow callers keep no thread, and end below the least rate; whoever is merely slow gets all (portal/web_worker.py)."""

from __future__ import annotations

import contextlib
import hashlib
import socket
from http.client import HTTPConnection

import pytest

from portal.lines import Line, Rate, TooSlow
from tests.run.answers import MEGABYTE, SIZE
from tests.run.web import asked, server, slow
from tests.run.worker import until

HEAD = ("GET / HTTP/1.1", "Host: x", "Cookie: a")
SLOW = {
    "says nothing": (),
    "stops in the head": HEAD,
    "stops before the head": ("", "", "GE"),
    "stops in a small body": ("POST / HTTP/1.1", "Host: x", "Content-Length: 9000", "", "a"),
    "stops in a large body": ("POST / HTTP/1.1", "Host: x", "Content-Length: 90000000", "", "a"),
    "stops in a body of unknown length": ("POST / HTTP/1.1", "Host: x", "Transfer-Encoding: chunked", "", "5", "a"),
    "waits to be told to go on": ("POST / HTTP/1.1", "Host: x", "Content-Length: 9", "Expect: 100-continue", "", ""),
    "does not read a page": ("GET /page HTTP/1.1", "Host: x", "", ""),
    "does not read a file": ("GET /file HTTP/1.1", "Host: x", "", ""),
    "stops in a second request": ("GET / HTTP/1.1", "Host: x", "", "GET / HTTP/1.1", "Host"),
    "reads all and does not close": ("GET / HTTP/1.0", "Host: x", "", ""),
}


def test_slow_callers_keep_no_thread(tmp_path):
    with server(tmp_path, LINE_SECONDS=600, HEAD_SECONDS=600) as (port, _log), contextlib.ExitStack() as open_lines:
        for said in SLOW.values():
            for _ in range(6):
                open_lines.enter_context(slow(port, *said))
            assert [asked(port) for _ in range(4)] == [b"answered"] * 4
            assert asked(port, "POST", body=MEGABYTE) == f"{2**20} {hashlib.sha256(MEGABYTE).hexdigest()}".encode()


def test_below_the_least_rate_it_ends_and_others_get_all(tmp_path):
    with (
        server(tmp_path, LINE_SECONDS=1, HEAD_SECONDS=1) as (port, log),
        contextlib.ExitStack() as open_lines,
    ):
        ended = ("stops in the head", "stops in a small body", "stops in a large body", "does not read a file")
        lines = [open_lines.enter_context(slow(port, *SLOW[name])) for name in ended]
        lines.append(open_lines.enter_context(slow(port, "GET /made HTTP/1.1", "Host: x", "", "")))
        until(lambda: log.read_text().count("slow_line_ended") == len(lines))
        told = log.read_text()
        for what in ("head", "sender", "reader"):
            assert f"what={what}" in told
        assert "request='GET /made'" in told
        assert told.count("request='POST /'") == 2
        for line in lines:
            with contextlib.suppress(ConnectionResetError):
                while line.recv(65536):
                    pass  # no one is left waiting
        large = MEGABYTE * 9
        assert asked(port, "POST", body=large) == f"{len(large)} {hashlib.sha256(large).hexdigest()}".encode()
        whole = hashlib.sha256(MEGABYTE * 20).digest()
        assert [hashlib.sha256(asked(port, path=path)).digest() for path in ("/file", "/made")] == [whole] * 2
        connection = HTTPConnection("127.0.0.1", port, timeout=20)
        for _ in range(3):  # one after the other on one connection
            connection.request("GET", "/page")
            assert len(connection.getresponse().read()) == 600_000
        connection.close()
        assert SIZE == 20 * 2**20


@pytest.mark.parametrize(("rate", "lasts"), [(1, False), (8 * 1024 - 1, False), (8 * 1024, True), (32 * 1024, True)])
def test_the_least_rate_is_held_over_each_window(rate, lasts):
    ours, theirs = socket.socketpair()
    with Line(ours, Rate(8 * 1024, 60)) as line, theirs:
        line.waited(59, "reader")  # a pause is nothing yet
        line.begin()
        for _window in range(4):
            line._sent += rate * 60
            if lasts:
                line.waited(60, "reader")
                continue
            with pytest.raises(TooSlow):
                line.waited(60, "reader")
            with pytest.raises(TooSlow):
                line.sendall(b"more")
            break


def test_what_waits_in_the_system_has_not_moved():
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket() as theirs:
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        theirs.connect(listener.getsockname())
        with Line(listener.accept()[0], Rate(8 * 1024, 60)) as line:
            line.sendall(MEGABYTE * 4)  # nobody reads; it is kept, and the thread goes on
            assert line.owes
            taken = line.moved()
            assert taken < line._sent
            theirs.settimeout(20)
            while theirs.recv(65536) and line.owes:
                line.push()
            assert line.moved() > taken
