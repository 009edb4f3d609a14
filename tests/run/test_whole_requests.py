"""A thread gets a request once all of it is there; the loop keeps large bodies in files and refuses what has no end."""

from __future__ import annotations

import contextlib
import hashlib
import resource
import socket
import time

import pytest
from django.conf import settings
from gunicorn.http.errors import NoMoreData

from portal import spooled
from portal.heads import HEAD, MOST
from portal.lines import Line, Rate
from portal.spooled import DISK, NoRoom, Room, Spool
from portal.web_worker import Patient
from tests.run.answers import MEGABYTE, SIZE
from tests.run.web import asked, kept, process, server, slow
from tests.run.worker import until

POST = ("POST / HTTP/1.1", "Host: x")
FIELDS = [f"X-{number}: {'a' * 8000}" for number in range(30)]
REFUSED = {
    "a long head": (431, *POST, *FIELDS, "", ""),
    "a long head that does not end": (431, *POST, *FIELDS[:12]),
    "leading zeros": (400, *POST, "Content-Length: 0000000000000000000000009", "", "a"),
    "no number": (400, *POST, "Content-Length: +9", "", ""),
    "two lengths": (400, *POST, "Content-Length: 9", "Content-Length: 9", "", ""),
    "chunks": (411, *POST, "Transfer-Encoding: chunked", "", "5"),
    "chunks and a length": (400, *POST, "Content-Length: 9", "Transfer-Encoding: chunked", "", "5"),
    "odd expectations": (417, *POST, "Expect: 200-ok", "Content-Length: 9", "", ""),
    "lines without CR": (400, "GET / HTTP/1.1\nHost: x\n\n"),
    "TLS": (400, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
}


def digest(content):
    return f"{len(content)} {hashlib.sha256(content).hexdigest()}".encode()


def read(line, until_there):
    got = b""
    while until_there not in got:
        piece = line.recv(65536)
        assert piece, got[-200:]
        got += piece
    return got


def test_what_has_no_end_that_can_be_known_is_refused_at_once_and_keeps_no_thread(tmp_path):
    with server(tmp_path, HEAD_SECONDS=600) as (port, log), contextlib.ExitStack() as open_lines:
        for status, *said in REFUSED.values():
            for _ in range(3):
                line = open_lines.enter_context(slow(port, *said))
                line.settimeout(5)
                assert line.recv(12) == f"HTTP/1.1 {status}".encode(), said[:3]
        assert asked(port, seconds=5) == b"answered"
        assert log.read_text().count("request_refused") == 3 * len(REFUSED)
    assert HEAD < 12 * 8000


def test_lengths_that_are_only_claimed_stop_nobody(tmp_path):
    with server(tmp_path, LINE_SECONDS=600) as (port, _log), contextlib.ExitStack() as open_lines:
        for _ in range(16):
            open_lines.enter_context(slow(port, *POST, f"Content-Length: {5 * 2**20}", "", ""))
        for _ in range(3):
            open_lines.enter_context(slow(port, *POST, "Content-Length: 9", "Expect: 100-continue", "", ""))
        for body in (b"x", MEGABYTE * 6):
            assert asked(port, "POST", body=body, seconds=10) == digest(body)
        assert asked(port, headers={"Upgrade": "h2c", "Connection": "Upgrade"}, seconds=10) == b"answered"


def test_a_thread_begins_with_the_whole_body(tmp_path):
    with server(tmp_path) as (port, log), slow(port, "POST /took HTTP/1.1", "Host: x", "") as line:
        line.sendall(b"Content-Length: %d\r\n\r\n" % SIZE + MEGABYTE * 10)
        until(lambda: kept(process(log))[0])  # it lies in a file
        time.sleep(2)
        line.sendall(MEGABYTE * 10)
        assert float(read(line, b"0.").split(b"\r\n\r\n")[1]) < 1.5
        until(lambda: not kept(process(log))[0])  # and no longer, once it is answered
        line.sendall(b"POST /took HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n" + MEGABYTE[:800_000])
        until(lambda: kept(process(log))[0])
        line.close()
        until(lambda: not kept(process(log))[0])  # nor when the line breaks


def test_bodies_that_wait_for_a_thread_do_not_lie_in_memory(tmp_path):
    body = MEGABYTE * 5
    with server(tmp_path) as (port, log), contextlib.ExitStack() as open_lines:
        asked(port, "POST", body=body)
        pid = process(log)
        before = kept(pid)[1]
        for _ in range(2):
            open_lines.enter_context(slow(port, f"GET /late?{tmp_path}/go HTTP/1.1", "Host: x", "", ""))
        lines = [open_lines.enter_context(slow(port, *POST, f"Content-Length: {len(body)}", "", "")) for _ in range(24)]
        for line in lines:
            line.sendall(body)
        until(lambda: kept(pid)[0] == 24)
        time.sleep(1)  # the last of it comes
        assert kept(pid)[1] - before < 40
        (tmp_path / "go").touch()
        for line in lines:
            assert digest(body) in read(line, digest(body))
        until(lambda: not kept(pid)[0])


def test_a_caller_is_told_to_go_on_once_and_the_next_request_follows(tmp_path):
    body = MEGABYTE[:100_000]
    with (
        server(tmp_path) as (port, _log),
        slow(port, *POST, "Expect: 100-continue", "Content-Length: 100000", "", "") as line,
    ):
        assert read(line, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        # Three behind each other, two of them with bodies, the second in a file for sure.
        head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
        line.sendall(body + head % 3 + b"abc" + head % len(MEGABYTE) + MEGABYTE + b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        got = read(line, b"answered")
        places = [got.index(text) for text in (digest(body), digest(b"abc"), digest(MEGABYTE), b"answered")]
        assert places == sorted(places)
        assert b"100 Continue" not in got


def test_of_too_large_a_body_nothing_is_waited_for(tmp_path):
    """The portal refuses it by its length, in words (`ReadableMiddleware`); whoever reads it gets nothing."""
    assert settings.MAX_BODY_BYTES == MOST
    length = f"Content-Length: {MOST + 1}"
    with server(tmp_path, LINE_SECONDS=600) as (port, _log), contextlib.ExitStack() as open_lines:
        unread = ("POST /unread HTTP/1.1", "Host: x", length, "", "a" * 99)
        for said in [(*POST, length, "", "a" * 99)] * 3 + [unread] * 3:
            line = open_lines.enter_context(slow(port, *said))
            line.settimeout(5)
            got = b""
            while piece := line.recv(65536):
                got += piece
            assert got.endswith(b"answered") == (said is unread)
        assert asked(port, seconds=5) == b"answered"


def test_a_full_disk_refuses_one_body_and_the_loop_goes_on(tmp_path):
    limits = [(resource.RLIMIT_FSIZE, 2**20, 2**20)]  # a larger file cannot be written, as on a disk that is full
    with server(tmp_path, limits=limits) as (port, log), slow(port, *POST, "Content-Length: 9000000", "", "") as line:
        line.sendall(MEGABYTE * 2)
        said = read(line, b"\n\r\n").decode()
        assert said.startswith("HTTP/1.1 503 ")
        assert "Retry-After" in said
        assert asked(port, "POST", body=MEGABYTE[:500_000]) == digest(MEGABYTE[:500_000])
        until(lambda: not kept(process(log))[0])


def test_what_lies_in_files_is_bounded(monkeypatch):
    monkeypatch.setattr(spooled, "DISK", Room(1000))
    first = Spool(b"a" * 600)
    with pytest.raises(NoRoom):
        Spool(b"b" * 600)
    first.write(b"c" * 400)
    with pytest.raises(NoRoom):
        first.write(b"d")
    assert first.read(5000) == b"a" * 600 + b"c" * 400
    first.close()
    first.close()
    assert spooled.DISK.kept == 0
    with pytest.raises(NoRoom):
        Spool(b"e" * 600, 500)  # a long one leaves room to others
    assert spooled.DISK.kept == 0


@pytest.mark.parametrize("hard", [96, 4096])
def test_more_lines_than_open_files_end_no_process(tmp_path, hard):
    """The soft limit does not count; at the hard one nobody is accepted for a moment."""
    limits = [(resource.RLIMIT_NOFILE, 96, hard)]
    with server(tmp_path, limits=limits, HEAD_SECONDS=600) as (port, log), contextlib.ExitStack() as open_lines:
        for _ in range(110):
            open_lines.enter_context(slow(port))
        if hard == 96:
            until(lambda: "No connection is accepted" in log.read_text())
            time.sleep(1.5)
            assert log.read_text().count("No connection is accepted") < 3
            open_lines.close()
        assert asked(port, seconds=10) == b"answered"
        assert log.read_text().count("Booting worker") == 1


def test_a_process_that_stops_waits_for_nobody_who_does_not_move(tmp_path):
    """Nobody takes its place before it ended: what keeps it is an outage."""
    words = ("--max-requests", "4", "--graceful-timeout", "20", "--timeout", "60")
    with server(tmp_path, *words) as (port, log), contextlib.ExitStack() as open_lines:
        for said in (
            ("GET /file HTTP/1.1", "Host: x", "", ""),
            ("GET /made HTTP/1.1", "Host: x", "", ""),
            (*POST, "Content-Length: 90000", "", ""),
            POST,
        ):
            open_lines.enter_context(slow(port, *said))
        begun = time.monotonic()
        for _ in range(4):
            asked(port, seconds=15)
        assert time.monotonic() - begun < 15
        assert log.read_text().count("Booting worker") == 2


def test_answers_that_no_memory_is_left_for_keep_no_thread(monkeypatch):
    memory = Room(2**20)
    monkeypatch.setattr("portal.lines.MEMORY", memory)
    with contextlib.ExitStack() as open_lines:
        ends = []
        for _ in range(6):
            ours, theirs = socket.socketpair()
            line = open_lines.enter_context(Line(ours, Rate(8 * 1024, 2)))
            open_lines.enter_context(theirs).settimeout(20)
            line.sendall(MEGABYTE * 2)  # TooSlow if it were waited for
            ends.append((line, theirs))
        assert memory.kept < 4 * 2**20
        assert DISK.kept > 6 * 2**20
        for line, theirs in ends[:-1]:
            got = bytearray()
            while len(got) < 2 * len(MEGABYTE):
                line.push()
                got += theirs.recv(2**20)
            assert got == MEGABYTE * 2
            assert not line.owes
    assert (memory.kept, DISK.kept) == (0, 0)


def test_a_line_with_nothing_to_read_and_no_room_to_send_never_waits():
    ours, theirs = socket.socketpair()
    with Line(ours, Rate(8 * 1024, 60)) as line, theirs:
        with pytest.raises(NoMoreData):
            line.recv(1)  # no bytes would be the end of a body
        line.early += b"ab"
        assert (line.recv(1), line.recv(5)) == (b"a", b"b")
        line.sendall(MEGABYTE)
        assert line.send(b"HTTP/1.1 100 Continue\r\n\r\n") == 25
        sent = line.moved()
    line.moved()  # of a closed one
    assert sent < len(MEGABYTE)


def test_the_lines_are_looked_at_once_a_second():
    worker = Patient.__new__(Patient)
    worker.looked, worker.alive, worker.reading = time.monotonic(), True, None
    worker.murder_pending()
    worker.looked -= 1
    with pytest.raises(TypeError, match="not iterable"):
        worker.murder_pending()
