"""Documents set by several processes: the same bytes in their order, faults in words, nothing left behind."""

from __future__ import annotations

import subprocess
import sys

import pytest

from portal.core import pdf
from portal.core.press import AHEAD, Press
from portal.run import stack


def paper(number: int) -> dict[str, object]:
    return {
        "made_at": "2026-11-28T09:02:03+08:00",
        "title": f"第 {number} 份",
        "batch": "",
        "digest": "",
        "facts": [["单位", "厦门市"]],
        "sections": [{"title": "概况", "blocks": [{"kind": "text", "text": "正文" * 200}]}],
    }


def test_the_same_bytes_in_their_order_and_no_process_stays():
    with Press(2) as press:
        made = list(press.all(("dossier", paper(number)) for number in range(7)))
        processes = list(press._processes)
        assert [process.poll() for process in processes] == [None, None]
    assert made == [pdf.render("dossier", paper(number)) for number in range(7)]
    assert [process.poll() for process in processes] == [0, 0]


def test_few_are_read_ahead():
    """What is asked for is read as the documents are taken, so that progress is even and memory small."""
    read = []

    def wanted():
        for number in range(20):
            read.append(number)
            yield "dossier", paper(number)

    with Press(2) as press:
        made = press.all(wanted())
        next(made)
        assert len(read) == AHEAD * 2 + 1
        made.close()  # type: ignore[attr-defined]


def test_a_fault_is_told_and_the_processes_end():
    press = Press(2)
    with pytest.raises(pdf.TemplateFault, match="dossier"), press:
        list(press.all([("dossier", {"made_at": "2026-11-28T09:02:03+08:00"})]))
    assert None not in [process.poll() for process in press._processes]


def test_a_process_that_dies_is_a_fault_and_no_wait():
    with Press(1) as press:
        press._processes[0].kill()
        press._processes[0].wait()
        with pytest.raises((pdf.TemplateFault, OSError)):
            list(press.all([("dossier", paper(1))]))


def test_it_ends_with_who_started_it():
    """The input ends, as when the worker is killed: the process ends by itself."""
    child = subprocess.Popen(
        [sys.executable, "-m", "portal.core.press"], cwd=stack.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    out, _error = child.communicate(timeout=60)
    assert (child.returncode, out) == (0, b"")
