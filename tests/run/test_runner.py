"""`python -m portal.run`: from nothing, ended in every way, recovered, emptied. Real processes, in the order of a life.

The tests of this module share one folder and few starts, because a start costs seconds: they run in file order.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from portal.embedded.postgres import Postgres
from portal.run import stack
from tests.run.runner import Runner, free_ports, get, nothing_runs, ordinary, processes

pytestmark = pytest.mark.worker


@pytest.fixture(scope="module")
def var():
    """A folder for this module's starts; whatever a failed test left running is ended by number."""
    with tempfile.TemporaryDirectory(prefix="portal-life-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "var"


@pytest.fixture(scope="module")
def life(var):
    """The starts so far, the newest last."""
    starts: list[Runner] = []
    yield starts
    for start in starts:
        if start.process.poll() is None:
            start.end(signal.SIGTERM)


def _database(var):
    return psycopg.connect(Postgres(var / "postgres").url("postgres", "portal"), autocommit=True)


def test_starts_from_nothing_on_the_next_free_port(var, life):
    first = free_ports(3)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first))
        taken.listen()
        life.append(Runner(var, port=first))
        address = life[-1].ready()
    assert address == f"http://127.0.0.1:{first + 1}"
    assert f"Port {first} is taken; using {first + 1}." in life[-1].said


def test_answers_and_prints_where_and_who(life):
    address = life[-1].ready()
    code, text = get(f"{address}/health/ready")
    assert (code, text) == (200, '{"status": "ready", "database": "ok", "queue": "ok", "files": "ok"}')
    assert get(f"{address}/")[0] == 200
    assert "  migrations …\n  reference data …\n" in life[-1].said
    assert "Sign-ins of the demonstration" in life[-1].said
    for noise in ("Warning", "Traceback", "superuser privileges"):
        assert noise not in life[-1].said


def test_servers_run_as_an_ordinary_user_and_listen_here_only(var, life):
    servers = {pid: words for pid, words in processes(var).items() if "/postgres " in words or "valkey-server" in words}
    assert len(servers) == 2
    for pid in servers:
        assert Path(f"/proc/{pid}").stat().st_uid != 0
    password = (var / "valkey" / "password").stat()
    assert password.st_mode & 0o077 == 0
    assert (var / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("argv", [(), ("fresh",)])
def test_second_start_is_refused_in_words(var, life, argv):
    second = Runner(var, *argv)
    assert second.wait(30) == 1
    assert second.said == "The portal runs already from this folder; stop it first (Ctrl-C where it runs).\n"
    assert life[-1].process.poll() is None


@pytest.mark.parametrize(("command", "says"), [("verify_audit", "The trail is whole"), ("seal_audit", "")])
def test_a_command_joins_the_portal_that_runs_and_leaves_it_running(var, life, command, says):
    before = {pid for pid, words in processes(var).items() if "/postgres " in words or "valkey-server" in words}
    beside = Runner(var, "manage", command)
    assert beside.wait() == 0, beside.said
    assert says in beside.said
    assert before <= set(processes(var))
    assert get(f"{life[-1].ready()}/health/ready")[0] == 200


def test_survives_being_killed(var, life):
    with _database(var) as database:
        database.execute("create table keepsake (id int); insert into keepsake values (1)")
    life[-1].process.kill()
    life[-1].wait()
    assert nothing_runs(var, within=15)


def test_next_start_recovers_with_data_kept(var, life):
    life.append(Runner(var, port=free_ports(2)))
    assert get(f"{life[-1].ready()}/health/ready")[0] == 200
    with _database(var) as database:
        assert database.execute("select count(*) from keepsake").fetchone() == (1,)
    for step in ("migrations", "reference data"):
        assert step not in life[-1].said, "done already, so not done again"


def test_stops_whole_on_sigterm(var, life):
    assert life[-1].end(signal.SIGTERM) == 0
    assert "Stopping …" in life[-1].said
    assert nothing_runs(var, within=1)


def test_stops_whole_while_it_starts(var, life):
    life.append(Runner(var, port=free_ports(2)))
    while "Starting" not in life[-1].said:
        time.sleep(0.02)
    time.sleep(0.8)
    assert life[-1].end(signal.SIGINT) in {0, 130}
    assert "Traceback" not in life[-1].said
    assert nothing_runs(var, within=3)


def kill_beat(var) -> None:
    """End the beat that runs; there is one within ten seconds, also when one was just ended."""
    last = time.monotonic() + 10
    while not (beat := [pid for pid, words in processes(var).items() if " beat " in words]):
        assert time.monotonic() < last
        time.sleep(0.05)
    signal.pidfd_send_signal(os.pidfd_open(beat[0]), signal.SIGKILL)


def kill_server(var, program: str) -> None:
    """End a server over the folder, as a machine that runs out of memory does."""
    found = [pid for pid, words in processes(var).items() if words.split(" ", 1)[0].endswith(program)]
    signal.pidfd_send_signal(os.pidfd_open(min(found)), signal.SIGKILL)


@pytest.mark.parametrize(("name", "program"), [("Valkey", "valkey-server"), ("PostgreSQL", "bin/postgres")])
def test_starts_a_server_again_at_the_same_address(var, life, name, program):
    """A portal whose queue or database is gone answers nobody; a part that ended was started again already."""
    if life[-1].process.poll() is not None:
        life.append(Runner(var, port=free_ports(2)))
    address = life[-1].ready()
    kill_server(var, program)
    last = time.monotonic() + 30
    while f"The {name} process ended by itself (code -9); starting it again." not in life[-1].said:
        assert time.monotonic() < last, life[-1].said
        time.sleep(0.05)
    while get(f"{address}/health/ready")[0] != 200:
        assert time.monotonic() < last, life[-1].said
        time.sleep(0.1)
    assert life[-1].process.poll() is None
    assert get(f"{address}/account/login/")[0] == 200


def test_starts_a_part_again_and_stops_whole_when_it_keeps_ending(var, life):
    if life[-1].process.poll() is not None:
        life.append(Runner(var, port=free_ports(2)))
    life[-1].ready()
    for again in range(1, stack.RESTARTS + 1):
        kill_beat(var)
        last = time.monotonic() + 10
        while life[-1].said.count("The beat process ended by itself (code -9); starting it again.") < again:
            assert time.monotonic() < last, life[-1].said
            time.sleep(0.05)
    assert life[-1].process.poll() is None
    kill_beat(var)
    assert life[-1].wait(60) == 1
    assert "The beat process keeps ending by itself; stopping the rest." in life[-1].said
    assert nothing_runs(var, within=1)


def test_manage_runs_a_command_over_servers_of_its_own(var):
    runner = Runner(var, "manage", "verify_audit")
    assert runner.wait() == 0
    assert "The trail is whole" in runner.said
    assert nothing_runs(var, within=1)


@pytest.mark.parametrize("port", ["", "21999"])
def test_a_command_joins_no_portal_that_starts_or_stops(tmp_path, port):
    """Held, and either nobody may join yet, or the servers are gone already."""
    with stack.hold(tmp_path):
        (tmp_path / "port").write_text(port)
        early = Runner(tmp_path, "manage", "check")
        assert early.wait(30) == 1
        assert early.said == "The portal is starting or stopping in this folder; try again in a moment.\n"


def lend_tables(var: Path, to: Path) -> None:
    """Put the tables of one start where another, at rest too, has none yet: to make them takes half a minute."""
    data, place = var / "postgres" / "data", to / "postgres" / "data"
    if not data.exists():
        return
    owner = place.stat()
    shutil.rmtree(place)
    shutil.copytree(data, place)
    for path in (place, *place.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)


def test_works_as_an_ordinary_user_and_stops_on_ctrl_c(var):
    """The servers begin from nothing; the tables in them are those of the starts above, where those were."""
    with tempfile.TemporaryDirectory(prefix="portal-user-") as folder:
        Path(folder).chmod(0o755)
        root, before, python = ordinary(Path(folder))
        own = root / "var"
        first = Runner(own, "manage", "check", "--database", "owner", before=before, root=root, python=python)
        assert first.wait() == 0, first.said
        assert nothing_runs(own, within=1)
        lend_tables(var, own)
        runner = Runner(own, port=free_ports(2), before=before, root=root, python=python)
        try:
            assert get(f"{runner.ready()}/health/ready")[0] == 200
            owners = {Path(f"/proc/{pid}").stat().st_uid for pid in processes(own)}
            assert len(owners) == 1
            assert 0 not in owners
        finally:
            code = runner.end(signal.SIGINT)
        assert code == 0
        assert nothing_runs(own, within=1)


@pytest.mark.parametrize(("answer", "code"), [("no\n", 1), ("", 1), ("yes\n", 0)])
def test_fresh_asks_and_empties(var, answer, code):
    runner = Runner(var, "fresh")
    runner.process.stdin.write(answer)
    runner.process.stdin.close()
    assert runner.wait(30) == code
    assert "All data under var/ go" in runner.said
    assert bool(list(var.iterdir())) == (code == 1)


@pytest.mark.parametrize("port", ["web", "0", "70000"])
def test_a_wrong_port_is_said_in_words(var, port, monkeypatch):
    monkeypatch.setenv("PORT", port)
    runner = Runner(var)
    assert runner.wait(30) == 1
    assert f"Could not start: PORT is a number from 1 to 65535, not '{port}'." in runner.said


def test_a_folder_that_cannot_be_written_is_said_in_words(tmp_path):
    (tmp_path / "file").touch()
    runner = Runner(tmp_path / "file", port=free_ports(2))
    assert runner.wait() == 1
    assert runner.said == f"The folder {tmp_path / 'file'} cannot be written: File exists.\n"
