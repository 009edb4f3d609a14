"""What the head of a request says of its body, read in the loop before a thread sees it (`portal.web_worker`).

A thread never waits for a caller, so the loop must know where a request ends. What does not say it, says it twice or
says it oddly is refused here; all else of a head is gunicorn's to judge.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final, NamedTuple

# Bytes of a head. gunicorn's own bounds (100 fields of 8 KiB) would have each line keep 800 KiB in memory.
HEAD: Final = 64 * 1024
# The largest body that is taken in; settings.MAX_BODY_BYTES is the same. What is larger no thread reads: the portal
# refuses it by its length, in its own words.
MOST: Final = 120 * 2**20
_LENGTHS: Final = re.compile(rb"\r\ncontent-length:[ \t]*([^\r\n]*?)[ \t]*(?=\r\n)", re.IGNORECASE)
_LENGTH: Final = re.compile(rb"[0-9]{1,15}")
_EXPECT: Final = re.compile(rb"\r\nexpect:[ \t]*([^\r\n]*?)[ \t]*(?=\r\n)", re.IGNORECASE)
_WORDS: Final = {
    HTTPStatus.SERVICE_UNAVAILABLE: "系统正在接收大量文件，请过一会儿再试。\n"
    "The portal takes in many files at present. Please try again in a while.",
    HTTPStatus.LENGTH_REQUIRED: "Say the length of the body (Content-Length).",
}


class Refused(Exception):
    """The loop answers this, and the connection ends."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


class Head(NamedTuple):
    """end: where the body begins. size: bytes of it. asks: it comes once the caller is told to go on."""

    end: int
    size: int
    asks: bool


def head_of(early: bytearray, looked: int) -> Head | None:
    """The head with which these bytes begin, once it is whole. Raises Refused.

    looked: so many of them were looked at before.
    """
    while early.startswith(b"\r\n"):  # allowed before a request
        del early[:2]
    if not early or early == b"\r":
        return None
    if not 0x20 < early[0] < 0x7F:  # TLS, on the port that speaks none
        raise Refused(HTTPStatus.BAD_REQUEST)
    found = early.find(b"\r\n\r\n", max(looked - 3, 0))
    end = len(early) if found < 0 else found + 4
    if early.count(b"\n", looked, end) != early.count(b"\r\n", max(looked - 1, 0), end):
        raise Refused(HTTPStatus.BAD_REQUEST)  # lines that end by LF alone: the end of such a head would never come
    if end > HEAD:
        raise Refused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
    return None if found < 0 else _said(bytes(early[: found + 2]), end)


def _said(head: bytes, end: int) -> Head:
    lower = head.lower()  # most requests have none of the three, which is found fastest so
    size = _size(head) if b"\r\ncontent-length:" in lower else 0
    if b"\r\ntransfer-encoding:" in lower:
        # Chunks, whose length nobody knows before. Django reads none of them: it asks for Content-Length alone.
        has_length = b"\r\ncontent-length:" in lower
        raise Refused(HTTPStatus.BAD_REQUEST if has_length else HTTPStatus.LENGTH_REQUIRED)
    return Head(end, size, b"\r\nexpect:" in lower and _asks(head))


def _size(head: bytes) -> int:
    lengths = _LENGTHS.findall(head)
    if len(lengths) != 1 or not _LENGTH.fullmatch(lengths[0]):
        raise Refused(HTTPStatus.BAD_REQUEST)
    return int(lengths[0])


def _asks(head: bytes) -> bool:
    if any(value.lower() != b"100-continue" for value in _EXPECT.findall(head)):
        raise Refused(HTTPStatus.EXPECTATION_FAILED)
    return head[: head.index(b"\r\n")].endswith(b"HTTP/1.1")


def refusal(status: HTTPStatus) -> bytes:
    """The whole answer."""
    words = f"{_WORDS.get(status, status.phrase)}\n".encode()
    later = "Retry-After: 60\r\n" if status == HTTPStatus.SERVICE_UNAVAILABLE else ""
    return (
        f"HTTP/1.1 {status.value} {status.phrase}\r\nConnection: close\r\n{later}Cache-Control: no-store\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\nContent-Length: {len(words)}\r\n\r\n"
    ).encode() + words
