"""Processes of tests end as they began: no connection of the tests' own helpers is left open."""

from __future__ import annotations

import pytest

from tests import conftest, databases


@pytest.mark.parametrize(("process", "ended"), [("gw9", ["leave"]), (None, ["end"])])
def test_each_process_closes_what_it_kept(monkeypatch, request, process, ended):
    """Also one in which nothing set up the database of tests in transactions."""
    found = []
    monkeypatch.setattr(databases, "leave", lambda: found.append("leave"))
    monkeypatch.setattr(databases, "end", lambda: found.append("end"))
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    if process:
        monkeypatch.setenv("PYTEST_XDIST_WORKER", process)
    conftest.pytest_unconfigure(request.config)
    assert found == ended
