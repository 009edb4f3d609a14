"""Every route × every kind of caller × every method answers as matrix.toml says; reading writes nothing.

A route without a row fails. `ACCESS=write .venv/bin/python -m pytest tests/access` writes the rows as the portal
answers now: read the difference before committing it, it is the access policy.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.template import engines, loader
from django.test import Client

from tests.access import matrix as file
from tests.access.callers import CALLERS, METHODS, READING
from tests.access.gates import Gate
from tests.access.routes import Refusal, Route, addresses, is_refused_unseen, refusal, routes


@pytest.fixture(autouse=True)
def proposals(ground: dict[str, Any]) -> Iterator[None]:
    """With ACCESS=write: the rows as the portal answers, written after each route; rows of other routes stay."""
    yield
    if os.environ.get("ACCESS") == "write":
        gone = set() if len(ground["seen"]) < len(routes()) else set(ground["matrix"].rows) - set(ground["seen"])
        file.save(ground["matrix"], ground["seen"], gone=gone)


@pytest.fixture(autouse=True)
def short_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most answers here are refusals, and only their status counts: their whole pages are asked for elsewhere."""
    whole = loader.get_template
    plain = engines["django"].from_string("refused")

    def found(name: str, using: str | None = None) -> Any:
        return plain if name in {"403.html", "404.html", "409.html"} else whole(name, using=using)

    monkeypatch.setattr(loader, "get_template", found)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    """What turns callers away at once."""
    found = Gate()
    found.watch(monkeypatch)
    return found


@pytest.mark.parametrize("route", routes(), ids=lambda route: route.name)
def test_route_answers_as_the_matrix_says(ground: dict[str, Any], gate: Gate, route: Route) -> None:
    given = ground["objects"].get(route.name)
    if route.names and given is None:
        pytest.fail(f"{route.name} has arguments {route.names}: add objects to tests/access/objects/<app>.py")
    wrong: list[str] = []
    for key, address in addresses(route, given).items():
        seen, writes = _ask_all(ground["clients"], address, ground["refused"], gate)
        ground["seen"][key] = seen
        wrong += _writes_wrong(ground["matrix"], key, seen, writes)
        if os.environ.get("ACCESS") != "write":
            wrong += _differences(ground["matrix"].expected(key), key, seen)
    assert not wrong, "\n" + "\n".join(wrong)


# Asked where a view looks at the caller before the method: when all of these get 405, the method does not exist there.
SAMPLE = ("anonymous", "no_role", "officer.miit", "drafter", "system")
Writes = dict[tuple[str, str], list[str]]


def _ask_all(
    clients: dict[str, Client], address: str, refused: dict[Refusal, dict[str, str]], gate: Gate
) -> tuple[file.Answers, Writes]:
    seen: file.Answers = {"GET": {}}
    writes: Writes = {}

    def ask(method: str, callers: Iterable[str]) -> None:
        gate.roles.clear()
        for caller in callers:
            if gate.stops(caller):
                seen[method][caller] = "403"
                continue
            with gate.request(caller, seen[method]):
                seen[method][caller], writes[method, caller] = file.ask(clients[caller], method, address)

    def ask_as_others(method: str) -> bool:
        """Where views before refused the method by the same code: one caller for each answer, by turns, and as there.

        An answer that differs has all callers asked.
        """
        key = refusal(method, address)
        if key is None:
            return False
        seen[method] = {}
        if known := refused.get(key):
            turn = zlib.crc32(address.encode())
            alike = [
                [caller for caller in CALLERS if known[caller] == answer] for answer in sorted(set(known.values()))
            ]
            ask(method, [callers[turn % len(callers)] for callers in alike])
            if seen[method].items() <= known.items():
                seen[method] = dict(known)
                return True
        ask(method, CALLERS)
        refused[key] = seen[method]
        return True

    if ask_as_others("GET"):
        pass
    elif is_refused_unseen("GET", address):
        seen["GET"] = dict.fromkeys(CALLERS, "405")
        ask("GET", SAMPLE[2:3])
    else:
        ask("GET", CALLERS)
    # HEAD runs the view of GET: it is asked by one caller for each answer that GET gave.
    alike = {answer: caller for caller, answer in seen["GET"].items()}
    seen["HEAD"] = {}
    ask("HEAD", alike.values())
    seen["HEAD"] = {caller: seen["HEAD"][alike[answer]] for caller, answer in seen["GET"].items()}
    for method in METHODS[2:]:
        if ask_as_others(method):
            continue
        seen[method] = dict.fromkeys(CALLERS, "405")
        sample = SAMPLE[2:3] if is_refused_unseen(method, address) else SAMPLE
        ask(method, sample)
        if {seen[method][caller] for caller in sample} != {"405"}:
            ask(method, [caller for caller in CALLERS if caller not in SAMPLE])
    return seen, writes


def _differences(expected: file.Answers | None, key: str, seen: file.Answers) -> list[str]:
    if expected is None:
        return [f"{key} has no row in tests/access/matrix.toml: {file.HOW}"]
    return [
        f"{key} {method}: {caller} gets {answer}, the matrix says {expected[method][caller]}"
        for method in METHODS
        for caller, answer in seen[method].items()
        if answer != expected[method][caller]
    ]


def _writes_wrong(
    matrix: file.Matrix, key: str, seen: file.Answers, writes: dict[tuple[str, str], list[str]]
) -> list[str]:
    found = []
    for (method, caller), statements in writes.items():
        answer = seen[method][caller]
        if answer.startswith("5"):
            found.append(f"{key} {method}: {caller} gets {answer}: a failure of the portal")
        if method in READING and statements and key not in matrix.reading_writes:
            found.append(f"{key} {method}: reading writes for {caller}: {statements[0]}")
        # A refused act leaves nothing but the record of its refusal.
        left = [sql for sql in statements if not sql.lower().startswith("select audit_append")]
        if method not in READING and answer in {"403", "404", "405", "login"} and left:
            found.append(f"{key} {method}: refused to {caller} with {answer}, and yet: {left[0]}")
    return found


def test_matrix_names_no_route_that_is_gone(ground: dict[str, Any]) -> None:
    keys = {key for route in routes() for key in _keys(route, ground["objects"].get(route.name))}
    assert set(ground["matrix"].rows) - keys == set(), "rows of routes that are gone: " + file.HOW


def _keys(route: Route, given: Any) -> list[str]:
    if isinstance(given, dict) and all(isinstance(value, dict) for value in given.values()):
        return [f"{route.name}[{variant}]" for variant in given]
    return [route.name]
