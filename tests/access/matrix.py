"""Reads and writes matrix.toml, and asks the portal.

A row is `"route METHOD…" = "answer callers… | answer callers…"`; a caller is a name of `callers.py`, a group, or `*`
for everybody not named. Methods without a row: HEAD answers as GET, all others 405 to everybody.
"""

from __future__ import annotations

import os
import re
import tomllib
import uuid
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Final

from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from tests.access.callers import CALLERS, METHODS, READING

FILE: Final = Path(__file__).with_name("matrix.toml")
WRITES: Final = (
    "insert",
    "update",
    "delete",
    "truncate",
    "merge",
    "copy",
    "select audit_append",
    "select invitation_take",
)
# Kept about requests themselves: the session's last sign of life, the key of an act that was refused (and forgotten).
BOOKS: Final = ("django_session", "api_repeatable")
HOW: Final = "run `ACCESS=write .venv/bin/python -m pytest -q tests/access`, read the difference, commit it"
Answers = dict[str, dict[str, str]]  # method -> caller -> answer


@dataclass
class Matrix:
    """The file: groups of callers, rows, routes whose reading may write, with the reason."""

    groups: dict[str, list[str]]
    rows: dict[str, dict[str, str]] = field(default_factory=dict)  # key -> method -> text
    reading_writes: dict[str, str] = field(default_factory=dict)

    def expected(self, key: str) -> Answers | None:
        """What each caller gets for each method, or None when the route has no row."""
        row = self.rows.get(key)
        if row is None:
            return None
        read = {method: self._answers(text) for method, text in row.items()}
        everybody = dict.fromkeys(CALLERS, "405")
        return {m: read.get(m) or (read.get("GET", everybody) if m == "HEAD" else everybody) for m in METHODS}

    def _answers(self, text: str) -> dict[str, str]:
        found: dict[str, str] = {}
        rest = None
        for part in text.split("|"):
            answer, *names = part.split()
            for name in names:
                if name == "*":
                    rest = answer
                for caller in self.groups.get(name, [name]):
                    found[caller] = answer
        found.pop("*", None)
        unknown = set(found) - set(CALLERS)
        assert not unknown, f"matrix.toml names unknown callers: {sorted(unknown)}"
        return {caller: found.get(caller, rest or "no row") for caller in CALLERS}

    def text(self, answers: dict[str, str]) -> str:
        """Answers of one method as a row's text: the most common answer is `*`, groups stand for their members."""
        by_answer: dict[str, list[str]] = {}
        for caller in CALLERS:
            by_answer.setdefault(answers[caller], []).append(caller)
        most = max(by_answer, key=lambda answer: len(by_answer[answer]))
        parts = [f"{answer} {self._names(found)}" for answer, found in sorted(by_answer.items()) if answer != most]
        return " | ".join([*parts, f"{most} *"])

    def _names(self, callers: list[str]) -> str:
        left, names = list(callers), []
        for group, members in sorted(self.groups.items(), key=lambda item: -len(item[1])):
            if set(members) <= set(left):
                names.append(group)
                left = [caller for caller in left if caller not in members]
        return " ".join([*names, *left])


ROW: Final = re.compile(r'^"(?P<key>[^"]+)" = "(?P<text>[^"]*)"$')


def load() -> Matrix:
    """Read the file. Rows are read line by line: after a merge a route may stand twice, and then that is said."""
    head, _mark, body = FILE.read_text(encoding="utf-8").partition("[routes]")
    data = tomllib.loads(head)
    matrix = Matrix({name: text.split() for name, text in data["groups"].items()}, {}, data["reading_writes"])
    for line in filter(None, map(str.strip, body.splitlines())):
        found = ROW.match(line)
        assert found, f"matrix.toml: this is no row: {line}"
        route, *methods = found["key"].split()
        for method in methods:
            before = matrix.rows.setdefault(route, {}).setdefault(method, found["text"])
            twice = before != found["text"] and os.environ.get("ACCESS") != "write"
            assert not twice, f"matrix.toml says two things of {route} {method}: {HOW}"
    return matrix


def save(matrix: Matrix, seen: dict[str, Answers], *, gone: set[str]) -> None:
    """Write the rows as the portal answers now; what stands above [routes] stays as it is, and so do other rows."""
    head = FILE.read_text(encoding="utf-8").split("[routes]")[0]
    rows = {key: row for key, row in matrix.rows.items() if key not in gone} | {
        key: _changed(matrix, answers) for key, answers in seen.items()
    }
    lines = []
    for key in sorted(rows):
        texts: dict[str, list[str]] = {}
        for method, text in rows[key].items():
            texts.setdefault(text, []).append(method)
        lines += [f'"{key} {" ".join(methods)}" = "{text}"' for text, methods in texts.items()]
    FILE.write_text(head + "[routes]\n" + "\n".join(lines) + "\n", encoding="utf-8")


def _changed(matrix: Matrix, answers: Answers) -> dict[str, str]:
    """A row with what is not said by the defaults."""
    return {
        method: matrix.text(given)
        for method, given in answers.items()
        if method == "GET"
        or (method == "HEAD" and given != answers["GET"])
        or (method != "HEAD" and set(given.values()) != {"405"})
    }


def kind(answer: HttpResponseBase) -> str:
    """The class of an answer: its status, or `login` for the way to the sign-in."""
    if answer.status_code in (301, 302, 303, 307) and answer["Location"].startswith(reverse("account_login")):
        return "login"
    return str(answer.status_code)


def ask(client: Client, method: str, address: str) -> tuple[str, list[str]]:
    """The class of the answer and the writing statements seen; everything is undone."""
    answer, statements = send(client, method, address)
    said = kind(answer)
    let_go(answer)
    return said, statements


def let_go(answer: HttpResponseBase) -> None:
    """A request points at itself in rings: tens of thousands of them would wait until garbage is searched for."""
    vars(answer.wsgi_request).clear()  # type: ignore[attr-defined]


def send(
    client: Client, method: str, address: str, body: bytes | None = None, media: str = ""
) -> tuple[HttpResponseBase, list[str]]:
    """The answer and the writing statements seen; everything is undone. Without a body: an empty form or object."""
    statements: list[str] = []

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().lower().startswith(WRITES) and not any(name in sql for name in BOOKS):
            statements.append(sql[:160])
        return execute(sql, params, many, context)

    if body is None:
        body, media = _body(method, address)
    headers = {"idempotency-key": uuid.uuid4().hex}
    cookies, client.cookies = client.cookies, SimpleCookie()  # signing out would take the cookie away
    client.cookies.update(cookies)
    try:
        with connection.execute_wrapper(look):
            answer = client.generic(method, address, body, content_type=media, headers=headers)
            if answer.streaming:
                b"".join(answer.streaming_content)
    finally:
        _back_to_start()
    client.cookies = cookies
    return answer, statements


START: Final = "before_each_request"


def begin() -> None:
    """Inside a transaction: what is there now is what every request finds."""
    with connection.cursor() as cursor:
        cursor.execute(f"savepoint {START}")


def _back_to_start() -> None:
    """Undo what a request wrote. One savepoint serves all: its own for each request is three statements for one."""
    with connection.cursor() as cursor:
        cursor.execute(f"rollback to savepoint {START}")
    connection.needs_rollback = False
    connection.run_on_commit.clear()


def _body(method: str, address: str) -> tuple[bytes, str]:
    """A form that was sent without filling it in, or an empty object for the API."""
    if method in READING:
        return b"", "application/octet-stream"
    if address.startswith("/api/"):
        return b"{}", "application/json"
    return b"csrfmiddlewaretoken=empty", "application/x-www-form-urlencoded"
