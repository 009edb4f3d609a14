"""docker-compose.yml and Dockerfile, without a container engine: what they name exists, and what they start runs."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import psycopg
import pytest
import yaml
from django.conf import settings

from portal.celery import app
from portal.embedded import processes as embedded
from portal.embedded.postgres import programs
from portal.environment import VARIABLES
from tests import databases
from tests.environment import ROOT
from tests.run.runner import free_ports
from tests.run.worker import until

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("pilot-portal")}
BIN = Path(sys.executable).parent
HOST = "pilot.example.gov.cn"


def test_the_services_are_the_ones_of_the_portal():
    assert set(OURS) == {"web", "worker", "heavy", "beat", "migrate"}
    assert set(SERVICES) - set(OURS) == {"proxy", "postgres", "valkey"}


@pytest.mark.parametrize("name", OURS)
def test_every_variable_exists_and_no_secret_stands_in_the_file(name):
    for variable in OURS[name]["environment"]:
        known = VARIABLES.get(variable) or VARIABLES[variable.removesuffix("_FILE")]
        if known.secret:
            assert variable.endswith("_FILE"), f"{variable} is a secret: give it as a file"


def test_every_service_of_ours_reads_the_operators_further_settings():
    """`migrate` too: it verifies files in the bucket and seals with the key that they name."""
    for service in OURS.values():
        assert service["env_file"] == [{"path": "deploy/secrets/portal.env", "required": False}]
        assert set(service["networks"]) >= {"inside", "outside"}


def test_every_secret_is_declared_used_and_made(tmp_path):
    declared = COMPOSE["secrets"]
    for name, service in SERVICES.items():
        text = str({key: value for key, value in service.items() if key != "secrets"})
        if name == "proxy":
            text += (ROOT / "deploy" / "Caddyfile").read_text()
        read = set(re.findall(r"/run/secrets/(\w+)", text))
        assert read == set(service.get("secrets", [])), f"{name} reads {read}"
        assert read <= set(declared)
    assert {name for service in SERVICES.values() for name in service.get("secrets", [])} == set(declared)
    for name, secret in declared.items():
        assert secret["file"] == f"deploy/secrets/{name}"
    made = subprocess.run(
        ["sh", "deploy/make-secrets.sh", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    brought = set(re.findall(r"proxy's (\w+)", made.stderr))
    assert {file.name for file in tmp_path.iterdir()} | brought == set(declared)
    before = {file.name: file.read_text() for file in tmp_path.iterdir()}
    subprocess.run(["sh", "deploy/make-secrets.sh", str(tmp_path)], cwd=ROOT, capture_output=True, check=True)
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == before, "what exists stays"


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_guarded(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service["user"].startswith(("0", "root"))
    assert any(entry.startswith("/tmp") for entry in service["tmpfs"])
    assert service["restart"] in {"unless-stopped", "on-failure:5"}
    assert "privileged" not in service
    if name != "migrate":
        assert service["healthcheck"]["test"]
    if name not in OURS:
        assert re.fullmatch(r"[\w./-]+:\d[\w.-]*", service["image"]), "a version, not `latest`"


def test_the_proxy_may_hold_what_its_program_is_marked_with_and_nothing_else_is_given_back():
    """The image's caddy carries `cap_net_bind_service=ep`: with an empty bounding set the kernel refuses to start it."""
    given = {name: service["cap_add"] for name, service in SERVICES.items() if "cap_add" in service}
    assert given == {"proxy": ["NET_BIND_SERVICE"]}


def test_the_proxy_lets_through_what_the_portal_reads():
    """Evidence of an objection comes in one request; what is too large is refused by the portal, beside its field."""
    most = re.search(r"max_size (\d+)MiB\b", (ROOT / "deploy" / "Caddyfile").read_text())
    assert int(most[1]) * 2**20 >= settings.MAX_BODY_BYTES


def test_the_server_makes_its_cluster_from_these_words(tmp_path_factory):
    """By initdb of the same version, with letters of all scripts: pg_trgm finds nothing in a Chinese name else."""
    folder = tmp_path_factory.mktemp("cluster")
    embedded.give_to_servant(folder)
    words = shlex.split(SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"])
    argv = [str(programs() / "initdb"), "-D", str(folder / "data"), "-U", "postgres", "--no-sync", *words]
    done = embedded.spawn(argv, log=folder / "said.txt", near=folder).wait(120)
    said = (folder / "said.txt").read_text()
    assert done == 0, said
    assert re.search(r"LC_CTYPE: +C\.UTF-8", said), said


def test_worker_scales():
    worker = SERVICES["worker"]
    assert not {"container_name", "ports", "hostname"} & set(worker)
    assert "--hostname" not in worker["command"]


def test_only_the_proxy_is_reached_from_outside_and_data_stay_inside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "valkey"):
        assert SERVICES[name]["networks"] == ["inside"]
    assert SERVICES["proxy"]["networks"] == ["edge"]


def test_the_owner_is_given_to_migrations_alone():
    holders = {
        name
        for name, service in SERVICES.items()
        if {"owner_database_url", "admin_database_url"} & set(service.get("secrets", []))
    }
    assert holders == {"migrate"}


def test_versions_are_those_the_portal_runs_on_elsewhere():
    assert SERVICES["postgres"]["image"].startswith("postgres:18")
    assert "/var/lib/postgresql" in SERVICES["postgres"]["volumes"][0].split(":")[1]
    assert SERVICES["valkey"]["image"].startswith("valkey/valkey:9")


# The image


DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_image_has_two_stages_no_root_and_no_secret():
    stages = re.findall(r"^FROM (\S+)(?: AS (\w+))?$", DOCKERFILE, re.MULTILINE)
    assert len(stages) == 2
    assert all(re.fullmatch(r"python:3\.11-slim-\w+", image) for image, _ in stages)
    last = DOCKERFILE.rsplit("\nFROM ", 1)[1]
    assert "USER 10001:10001" in last
    assert "SECRET_KEY" not in last
    assert "--require-hashes" in DOCKERFILE


def test_image_copies_what_exists_and_ignores_the_rest():
    for place in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE):
        for name in place.split():
            assert (ROOT / name).exists(), name
    ignored = (ROOT / ".dockerignore").read_text().split("\n")
    for name in (".git", "var", "deploy/secrets", ".venv"):
        assert name in ignored
    assert "deploy/secrets/" in (ROOT / ".gitignore").read_text().split("\n")


def test_variables_of_the_image_exist():
    last = DOCKERFILE.rsplit("\nFROM ", 1)[1]
    set_here = set(re.findall(r"([A-Z_]{3,})=", last)) - {"PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
    assert set_here <= set(VARIABLES)


# What they start


class Host:
    """The services' commands as compose would start them, in a folder instead of containers."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.database = folder, f"compose_{os.getpid()}"
        self.secrets, self.written = folder / "secrets", folder / "written"
        self.written.mkdir()
        subprocess.run(["sh", "deploy/make-secrets.sh", str(self.secrets)], cwd=ROOT, capture_output=True, check=True)
        socket = os.environ["PORTAL_TEST_SOCKET"]
        for name in ("database_url", "owner_database_url", "admin_database_url"):
            text = (self.secrets / name).read_text()
            base = "postgres" if name.startswith("admin") else self.database
            (self.secrets / name).write_text(re.sub(r"@postgres/\w+$", f"@/{base}?host={socket}", text))
        (self.secrets / "broker_url").write_text(os.environ["BROKER_URL"])

    def environment(self, name: str) -> dict[str, str]:
        """What the service sees: its own variables, paths of the container mapped to the folder."""
        env = {key: os.environ[key] for key in ("PATH", "HOME", "LANG", "TMPDIR") if key in os.environ}
        env["PATH"] = f"{BIN}:{env.get('PATH', '')}"
        env["STATIC_DIR"] = str(self.folder / "collected")
        for variable, value in OURS[name]["environment"].items():
            text = re.sub(r"\$\{PORTAL_HOST[^}]*\}", HOST, value)
            env[variable] = text.replace("/run/secrets", str(self.secrets)).replace(
                "/var/lib/portal", str(self.written)
            )
        return env

    def _words(self, words: list[str]) -> list[str]:
        return [word.replace("/var/lib/portal", str(self.written)) for word in words]

    def run(self, name: str, words: list[str] | None = None, *more: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the service (its own, when none is named) to its end."""
        return subprocess.run(
            [*self._words(words or OURS[name]["command"]), *more], cwd=ROOT, env=self.environment(name),
            capture_output=True, text=True, timeout=400, check=False,
        )  # fmt: skip

    def start(self, name: str, *more: str) -> subprocess.Popen[bytes]:
        """Start the service; its words go to a file."""
        with (self.folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                [*self._words(OURS[name]["command"]), *more],
                cwd=ROOT,
                env=self.environment(name),
                stdout=log,
                stderr=log,
            )

    def said(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")


@pytest.fixture(scope="module")
def host(tmp_path_factory, django_db_setup):
    """Secrets made, a database prepared and migrated by the service `migrate`, files collected."""
    host = Host(tmp_path_factory.mktemp("host"))
    env = host.environment("web") | {"SECRET_KEY": "only-for-this-step"}
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"], cwd=ROOT, env=env, check=True
    )
    # The tables from nothing are made by the runner's own tests; here they stand, and all is repeated over them.
    databases.copy(host.database, databases.template())
    done = host.run("migrate")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Roles portal_owner, portal_web and portal_reader stand" in done.stdout
    assert "organisations" in done.stdout
    yield host
    with psycopg.connect(databases.dsn("postgres", "postgres"), autocommit=True) as admin:
        admin.execute(f"drop database if exists {host.database} with (force)")
        for role in ("portal_owner", "portal_web"):
            admin.execute(f"alter role {role} password null")
    shutil.rmtree(host.folder)


@pytest.mark.worker
def test_preparing_twice_changes_nothing(host):
    done = host.run("migrate")
    assert done.returncode == 0, done.stderr
    assert "No migrations to apply." in done.stdout


def _ask(port: int, path: str, **headers: str):
    line = HTTPConnection("127.0.0.1", port, timeout=10)
    line.request(
        "GET",
        path,
        headers={"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "9.9.9.9", "Accept-Language": "en"}
        | headers,
    )
    answer = line.getresponse()
    text = answer.read().decode(errors="replace")
    line.close()
    return answer, text


@pytest.mark.worker
def test_web_answers_behind_its_proxy(host):
    port = free_ports(1)
    web = host.start("web", "--bind", f"127.0.0.1:{port}")
    try:
        check = OURS["web"]["healthcheck"]["test"][1:]
        until(lambda: web.poll() is not None or host.run("web", check, str(port)).returncode == 0, 40)
        assert web.poll() is None, host.said("web")
        answer, text = _ask(port, "/")
        assert answer.status == 200, host.said("web")
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        sheet = re.search(r'href="(/static/css/portal\.[0-9a-f]{12}\.css)"', text)[1]
        answer, _ = _ask(port, sheet)
        assert (answer.status, "immutable" in answer.headers["Cache-Control"]) == (200, True)
        answer, text = _ask(port, "/account/login/")
        cookies = answer.headers.get_all("Set-Cookie")
        assert all("Secure" in cookie and "HttpOnly" in cookie for cookie in cookies)
        assert _ask(port, "/", Host="evil.example")[0].status == 400
        line = next(line for line in host.said("web").splitlines() if '"request_started"' in line)
        assert line.startswith("{")
    finally:
        web.terminate()
        assert web.wait(30) == 0


@pytest.mark.worker
def test_worker_answers_its_health_check_and_more_than_one_run(host):
    workers = [host.start("worker", "--hostname", f"celery@{name}") for name in ("one", "two")]
    try:
        names = ["celery@one", "celery@two"]
        until(lambda: len(app.control.ping(destination=names, timeout=2)) == 2, 60)
        shell = OURS["worker"]["healthcheck"]["test"][1].replace("$$(hostname)", "one")
        done = host.run("worker", ["sh", "-c", shell])
        assert done.returncode == 0, done.stderr
        assert "pong" in done.stdout
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            assert worker.wait(30) == 0


@pytest.mark.worker
def test_beat_keeps_its_schedule(host):
    beat = host.start("beat")
    try:
        check = OURS["beat"]["healthcheck"]["test"][1:]
        until(lambda: host.run("beat", check).returncode == 0, 30)
        assert beat.poll() is None, host.said("beat")
    finally:
        beat.terminate()
        beat.wait(30)
    old = time.time() - 3600
    for file in host.written.glob("beat-schedule*"):
        os.utime(file, (old, old))
    assert host.run("beat", check).returncode == 1


GUARDED = "select count(*) filter (where relforcerowsecurity), (select count(*) from pg_policy), (select count(*) from pg_trigger where not tgisinternal) from pg_class"


def _content(database: str) -> dict[str, object]:
    """Rows of each table, and how many tables are guarded, policies and triggers there are."""
    with psycopg.connect(databases.dsn("postgres", database)) as admin:
        tables = [
            row[0] for row in admin.execute("select tablename from pg_tables where schemaname = 'public' order by 1")
        ]
        counts = {table: admin.execute(f'select count(*) from "{table}"').fetchone() for table in tables}
        return counts | {"guards": admin.execute(GUARDED).fetchone()}


OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
DAY = "2026-11-24"  # of the restore in the text


def _commands(after: str) -> list[str]:
    """The lines of the first block of commands behind these words of docs/operations.md."""
    lines = iter(OPERATIONS.split(after, 1)[1].split("\n"))
    block = list(itertools.takewhile(str.strip, itertools.dropwhile(lambda line: line[:4] != "    ", lines)))
    return [line.split("  #", 1)[0].strip() for line in block]


class Written:
    """What docs/operations.md tells a person to type, typed: a folder stands for the volume, a database for the other."""

    def __init__(self, host: Host, database: str) -> None:
        self.host, self.database, self.said = host, database, ""
        self.env = host.environment("migrate")
        for name in ("DATABASE_URL", "OWNER_DATABASE_URL"):
            self.env[name] = Path(self.env.pop(f"{name}_FILE")).read_text().replace(host.database, database)

    def type(self, line: str) -> None:
        """Do one line; what a container engine alone does (build, stop, up) changes nothing here."""
        words, read, write = self._streams(shlex.split(line.replace("$(date +%F)", DAY)))
        assert words[:2] == ["docker", "compose"], line
        verb, *rest = [word for word in words[2:] if word not in ("-T", "--rm")]
        if verb in ("build", "stop", "up"):
            assert {word for word in rest if not word.startswith("--")} <= set(SERVICES)
            return
        assert verb in ("exec", "run"), f"{line}: a person can type it, this test cannot"
        service, program, *more = rest
        with contextlib.ExitStack() as open_files:
            stdin = open_files.enter_context(read.open("rb")) if read else subprocess.DEVNULL
            stdout = open_files.enter_context(write.open("wb")) if write else subprocess.PIPE
            argv = self._in_the_server(program, more) if service == "postgres" else self._in_a_container(program, more)
            done = subprocess.run(
                argv, cwd=ROOT, env=self.env, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, check=False
            )
        assert done.returncode == 0, f"{line}\n{done.stderr.decode()}"
        self.said += (done.stdout or b"").decode()

    def _streams(self, words: list[str]) -> tuple[list[str], Path | None, Path | None]:
        files = {sign: self.host.folder / words[words.index(sign) + 1] for sign in "<>" if sign in words}
        end = min((words.index(sign) for sign in files), default=len(words))
        return words[:end], files.get("<"), files.get(">")

    def _in_the_server(self, program: str, words: list[str]) -> list[str]:
        named = [self.database if word == "portal" else word for word in words]
        return [str(programs() / program), "--host", os.environ["PORTAL_TEST_SOCKET"], *named]

    def _in_a_container(self, program: str, words: list[str]) -> list[str]:
        place = str(self.host.written)
        return [
            sys.executable if program == "python" else program,
            *(w.replace("/var/lib/portal", place) for w in words),
        ]


@pytest.mark.worker
def test_a_backup_restores_whole(host):
    """As docs/operations.md says, line by line: what it dumps and packs comes back whole into an empty place."""
    copy = f"{host.database}_restored"
    with psycopg.connect(databases.dsn("portal_web", host.database)) as web:
        web.execute(
            "select audit_append(now(), null, '', null, '', '', 'test.act', 'done', '', '', '', '', false, '{}', '{}', '')"
        )
    kept = host.written / "files" / "ab" / "kept"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"kept")
    kept.chmod(0o600)
    for line in _commands("## Backups"):
        Written(host, host.database).type(line)
    shutil.rmtree(host.written)
    host.written.mkdir()
    typed = Written(host, copy)
    try:
        for line in _commands("Restore, tried by"):
            typed.type(line)
        assert _content(copy) == _content(host.database)
        assert kept.read_bytes() == b"kept"
        for says in ("The trail is whole", "The books are whole", "The files are whole"):
            assert says in typed.said
        with psycopg.connect(databases.dsn("portal_web", copy)) as web:
            assert web.execute("select cardinality(show_trgm('漳州市'))").fetchone()[0] > 0
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                web.execute("create temporary table accounts_user (id int)")
        done = subprocess.run(
            [sys.executable, "manage.py", "migrate", "--database", "owner"],
            cwd=ROOT, env=typed.env, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "No migrations to apply." in done.stdout, done.stdout + done.stderr
    finally:
        kept.unlink(missing_ok=True)
        with psycopg.connect(databases.dsn("postgres", "postgres"), autocommit=True) as admin:
            admin.execute(f"drop database if exists {copy} with (force)")


def test_every_command_of_cron_knows_the_public_name():
    """Compose refuses each command without PORTAL_HOST; a shell's own variable is not cron's."""
    assert "echo PORTAL_HOST=pilot.example.gov.cn > .env" in _commands("## Begin, with Docker Compose")
    assert ".env" in (ROOT / ".gitignore").read_text().split("\n")


def test_the_proxy_reads_the_key_it_is_given():
    """Its user is nobody's on the host, and authorities hand keys out closed (0600)."""
    brought = [line for line in _commands("## Begin, with Docker Compose") if "deploy/secrets/tls_" in line]
    assert len(brought) == 2
    assert all(line.startswith("install -m 644 ") for line in brought)


def test_without_containers_only_the_proxy_reaches_the_web():
    """Addresses and the scheme a caller claims are believed there: they come from the proxy alone."""
    line = next(line for line in OPERATIONS.split("\n") if ".venv/bin/gunicorn" in line)
    assert "--bind 127.0.0.1:" in line
