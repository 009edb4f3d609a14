"""The portal's own kind of web server, over a small application (tests/run/answers.py)."""

from __future__ import annotations

import contextlib
import os
import re
import resource
import socket
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path

from tests.environment import ROOT
from tests.run.runner import free_ports
from tests.run.worker import until

SERVER = (
    "-m gunicorn tests.run.answers:application --worker-class portal.web_worker.Patient --workers 1 --threads 2 "
    "--no-control-socket --bind 127.0.0.1:{port}"
)


@contextlib.contextmanager
def server(tmp_path, *words, limits=(), **given):
    """Its port and log; two threads, so that three slow callers would keep them all.

    words: further ones of its command. limits: (which, soft, hard) of the system. given: variables of its environment.
    """
    port, log = free_ports(1), tmp_path / "log"
    env = os.environ | {name: str(value) for name, value in given.items()}
    with log.open("w") as out:
        child = subprocess.Popen(
            [sys.executable, *SERVER.format(port=port).split(), *words],
            cwd=ROOT,
            env=env,
            stdout=out,
            stderr=out,
            preexec_fn=lambda: [resource.setrlimit(which, (soft, hard)) for which, soft, hard in limits],  # noqa: PLW1509
        )
    try:
        until(lambda: "Booting worker" in log.read_text())
        yield port, log
    finally:
        child.terminate()
        child.wait(20)


def asked(port, method="GET", path="/", body=None, headers=None, seconds=20):
    connection = HTTPConnection("127.0.0.1", port, timeout=seconds)
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    assert answer.status == 200
    content = answer.read()
    connection.close()
    return content


def slow(port, *said):
    """A caller with little room for an answer who says this much and then neither sends nor reads."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect(("127.0.0.1", port))
    line.settimeout(20)
    line.sendall("\r\n".join(said).encode())
    return line


def process(log):
    """The number of the one process that answers: the last that began."""
    return int(re.findall(r"Booting worker with pid: (\d+)", log.read_text())[-1])


def kept(pid):
    """How many files without names the process has open, and its memory in MiB."""
    files = []
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            files.append(str(entry.readlink()))
    memory = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    # gunicorn's own is the one by which a process says that it lives.
    return sum("(deleted)" in name and "wgunicorn" not in name for name in files), int(memory[1]) // 1024
