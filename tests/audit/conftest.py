"""Money with its papers, and a store of files of the test's own."""

from __future__ import annotations

import pytest
from django.db import connection

from portal.core import tasks as runs
from tests.grants.conftest import others, who, world

__all__ = ["others", "who", "world"]


@pytest.fixture
def store(tmp_path, settings):
    """Files and the key of the portal lie in a folder of the test's own."""
    settings.VAR_DIR = tmp_path / "var"
    settings.TRAIL_KEY = ""
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files", "base_url": None},
        }
    }
    return tmp_path / "files"


@pytest.fixture
def waits(monkeypatch):
    """What is enqueued waits for the test to do it."""
    waiting = []
    monkeypatch.setattr(runs, "enqueue", waiting.append)
    return waiting


def chained() -> None:
    """What a commit would do: the events so far take their places in the chain."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set constraints all deferred")
