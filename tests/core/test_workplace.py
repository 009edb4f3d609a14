"""Folders of long work: empty, gone at the end, and what killed processes left goes after a day."""

from __future__ import annotations

import os
import tempfile
import time

import pytest

from portal.core.workplace import workplace


@pytest.fixture
def places(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_is_empty_and_gone_at_the_end_also_after_a_fault(places):
    with workplace("report") as folder:
        assert list(folder.iterdir()) == []
        (folder / "part").write_bytes(b"x")
    assert list(places.iterdir()) == []
    with pytest.raises(OSError, match="full"), workplace("report"):
        raise OSError("full")
    assert list(places.iterdir()) == []


def test_what_was_left_goes_after_a_day_and_nothing_else(places):
    day = 24 * 3600
    for name, age in (("pilot-portal-report-a", day + 60), ("pilot-portal-report-b", day - 60), ("report-c", 9 * day)):
        folder = places / name
        folder.mkdir()
        (folder / "part").write_bytes(b"x")
        os.utime(folder, (time.time() - age,) * 2)
    with workplace("evidence"):
        pass
    assert {folder.name for folder in places.iterdir()} == {"pilot-portal-report-b", "report-c"}
