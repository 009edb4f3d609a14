"""Secrets of a start: made once, whole or not at all; and a server left behind is known by its folder."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
from pathlib import Path

import pytest

from portal.embedded.kept import kept
from portal.embedded.valkey import Valkey


def test_a_secret_is_made_once_and_read_by_its_owner_alone(tmp_path):
    file = tmp_path / "deep" / "secret"
    made = kept(file, 32)
    assert len(made) > 40
    assert kept(file, 32) == made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_empty_file_of_a_start_that_was_killed_is_no_secret(tmp_path):
    file = tmp_path / "secret"
    file.touch()
    made = kept(file, 32)
    assert made
    assert file.read_text() == made


def test_what_cannot_be_written_leaves_no_file(tmp_path, monkeypatch):
    def full(_number):
        raise OSError(28, "No space left on device")

    file = tmp_path / "secret"
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        kept(file, 32)
    assert not file.exists()


def test_two_valkeys_never_write_one_folder(tmp_path_factory):
    """The one whose starter was killed a moment ago is asked to end by the next start."""
    folder = tmp_path_factory.mktemp("valkey") / "queue"
    first = Valkey(folder, "word", durable=False)
    first.start()
    second = Valkey(folder, "word", durable=False)
    try:
        said = Path(f"/proc/{first.process.pid}/cmdline").read_text()
        assert str(folder) in said
        second.start()
        assert first.process.wait(5) == 0
    except subprocess.TimeoutExpired:
        pytest.fail("both run")
    finally:
        second.stop()
        if first.process.poll() is None:
            first.process.send_signal(signal.SIGKILL)
            first.process.wait(5)
