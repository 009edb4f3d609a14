"""The real thing for the browser tests: web server, worker and queue over a database of their own, and its people.

`Site` starts the same commands as `make run` (portal.run.stack) against a fresh clone of the test template; they take
seconds to start, so one site serves all modules of a test process, each with the database made anew. People are the
demonstration's kind: made on the owner's connection when first asked for, signed in through the real form.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any, TypeVar

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper
from redis import Redis

from portal.embedded import processes
from portal.embedded.valkey import free_port
from portal.run import stack
from tests import databases, worlds

T = TypeVar("T")
PASSWORD = "browser-tests-2026"
CALL_ZH = """为贯彻落实党中央、国务院关于推动大规模设备更新的决策部署，现组织开展新型技术改造城市试点申报工作（演示）。
请符合条件的城市人民政府会同有关中央企业编制实施方案，经省级工业和信息化、财政部门联合推荐后，于截止时间前通过本平台提交。"""
CALL_EN = (
    "The ministries call for applications to the new-type technological transformation city pilot (demonstration).\n"
    "City governments, with central state-owned enterprises where they wish, draft an implementation plan and apply "
    "through their provincial industry and finance departments before the deadline."
)


class Site:
    """Web and worker at work. `database` is the clone's name, `url` the address of the web."""

    def __init__(self, database: str) -> None:
        self.database, self.port = database, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.var = Path(os.environ["PORTAL_TEST_FOLDER"]) / f"site-{database}"
        self.var.mkdir(parents=True, exist_ok=True)
        self._people: dict[tuple[str, str, int], tuple[int, str]] = {}
        # A server process that learns the tables anew each time costs more than what it is asked to do.
        self._connections: dict[str, BaseDatabaseWrapper] = {}
        self.found: Any = None
        self._children: dict[str, tuple[subprocess.Popen[bytes], IO[bytes]]] = {}

    def renew(self, world: Callable[[], Any] | None = None) -> None:
        """Begin anew for the next module: the template's rows, or those of a world that is kept, and an empty queue.

        Web and worker go on, as they do where a database is brought back: what a process keeps is worked out from what
        is asked, never read from rows.
        """
        self._people.clear()
        self._let_go()
        if world is None:
            databases.copy(self.database, databases.template())
        else:
            kept = worlds.kept(f"{world.__module__}.{world.__qualname__}", world)
            databases.copy(self.database, kept.database)
            kept.bring_files(self.var / "files")
            self.found = kept.row
        broker, number = self.environment["BROKER_URL"].rsplit("/", 1)
        for place in (int(number), int(number) + 1):
            with contextlib.closing(Redis.from_url(f"{broker}/{place}")) as queue:
                queue.flushdb()
        self._wait()

    @property
    def environment(self) -> dict[str, str]:
        """What the children read: the demonstration's settings, this clone, a queue of its own."""
        # Each test process has a queue and, one number on, a cache; the site has its own, two numbers further.
        broker, number = os.environ["BROKER_URL"].rsplit("/", 1)
        return os.environ | {
            "DATABASE_URL": databases.dsn("portal_web", self.database),
            "OWNER_DATABASE_URL": databases.dsn("portal_owner", self.database),
            "BROKER_URL": f"{broker}/{int(number) + 2}",
            "BASE_URL": self.url,
            "PORTAL_ENV": "demonstration",
            "VAR_DIR": str(self.var),
            "PYTHONUNBUFFERED": "1",
        }

    def start(self, *names: str) -> None:
        """Start the named processes of the stack and wait until the portal says that it is ready."""
        for name in names:
            argv = [stack.PYTHON, *(word.format(port=self.port, var=self.var) for word in stack.COMMANDS[name].split())]
            log = (self.var / f"{name}.log").open("ab")
            child = subprocess.Popen(
                argv,
                cwd=stack.ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=processes.dies_with_parent(signal.SIGTERM),  # noqa: PLW1509 - one call of prctl
            )
            self._children[name] = child, log
        self._wait()

    def _wait(self) -> None:
        last = time.monotonic() + 120
        while time.monotonic() < last and all(child.poll() is None for child, _ in self._children.values()):
            try:
                with urllib.request.urlopen(f"{self.url}/health/ready", timeout=3):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        words = self.words()
        self.stop()
        raise RuntimeError(f"The site did not become ready.\n{words}")

    def words(self, lines: int = 40) -> str:
        """The last words of the processes, for a failed test."""
        logs = sorted(self.var.glob("*.log"))
        return "\n".join(f"--- {log.name}\n" + "\n".join(log.read_text().splitlines()[-lines:]) for log in logs)

    def stop(self) -> None:
        """End what this site started, and whatever those started."""
        self._let_go()
        for child, _ in self._children.values():
            if child.poll() is None:
                child.terminate()
        for child, log in self._children.values():
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait(15)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)  # what is left of the group of a process started here
            log.close()
        self._children.clear()

    def do(self, make: Callable[[], T]) -> T:
        """Run `make` in this site's database (as the web role, or the owner's by `using`); what it writes is kept."""
        with databases.inside(self.database, self._connections):
            return make()

    def _let_go(self) -> None:
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()

    def past(self, statement: str, *values: Any) -> None:
        """Let time have passed: move dates as the database server's own superuser, past every guard.

        The clock of the web cannot be moved from here, and the owner's guards hold dates fast, as they should.
        """
        with psycopg.connect(databases.dsn("postgres", self.database), autocommit=True) as admin:
            admin.execute("set session_replication_role = replica")
            admin.execute(statement, values)

    def until(self, question: str, *values: Any, seconds: float = 30) -> None:
        """Wait until the database answers yes: what a worker does by itself. Raises AssertionError when it does not."""
        with psycopg.connect(databases.dsn("postgres", self.database), autocommit=True) as admin:
            for _attempt in range(int(seconds * 5)):
                if (admin.execute(question, values).fetchone() or [False])[0]:
                    return
                time.sleep(0.2)
        raise AssertionError(question)

    def cast(self, role: str, code: str, number: int = 1) -> SimpleNamespace:
        """The person as factories ask for one: with a key."""
        return SimpleNamespace(pk=self.person(role, code, number)[0])

    def person(self, role: str, code: str, number: int = 1) -> tuple[int, str]:
        """Id and address of the person who holds the role there; made when first asked for."""
        key = role, code, number
        if key not in self._people:
            from django.contrib.auth.hashers import make_password
            from django.utils import translation

            from portal.accounts.cast import UNUSABLE, ensure_user
            from portal.accounts.enums import Role

            with translation.override("zh-hans"):
                name = f"演示·{Role(role).label}{number if number > 1 else ''}"
            address = f"{role}.{number}@{code.lower()}.test"
            user = self.do(lambda: ensure_user(address, name, code, role, password=PASSWORD))
            if user.password == UNUSABLE:  # who came with the world signs in as well
                user.name, user.password = name, make_password(PASSWORD)
                self.do(user.save)
            self._people[key] = user.pk, address
        return self._people[key]

    def session(self, role: str, code: str, number: int = 1) -> dict[str, Any]:
        """The cookie of a person who signed in, as a browser takes it; the form is left out, all behind it is not."""
        from django.conf import settings
        from django.test import Client

        person, _ = self.person(role, code, number)

        def sign_in() -> str:
            from portal.accounts.models import User

            client = Client(headers={"accept-language": "en"})
            client.force_login(User.objects.using("owner").get(pk=person))
            return client.cookies[settings.SESSION_COOKIE_NAME].value

        return {"name": settings.SESSION_COOKIE_NAME, "value": self.do(sign_in), "url": self.url}


def open_batch(site: Site, number: int = 3) -> int:
    """A batch that both ministries opened, with the demonstration's words; gives its id."""
    from portal.core import clock
    from portal.core.scope import acting_as
    from portal.programme.domain import batch as domain
    from portal.programme.models import RuleSet

    miit, mof = (site.person("officer", code)[0] for code in ("MIIT", "MOF"))

    def make() -> int:
        with acting_as(miit) as by:
            row = domain.draft(
                by=by,
                what=domain.BatchInput(
                    number=number,
                    year=2026,
                    title_zh="2026年新型技术改造城市试点（第三批，演示）",
                    title_en="New-type technological transformation city pilot 2026, third batch (demo)",
                    call_zh=CALL_ZH,
                    call_en=CALL_EN,
                    rule_set=RuleSet.objects.order_by("-version")[0],
                    opens_at=clock.now(),
                    deadline=clock.end_of_day(clock.today() + timedelta(days=30)),
                ),
            )
            domain.open_batch(by=by, batch=row)
        with acting_as(mof) as by:
            domain.countersign(by=by, batch=row)
        return row.pk

    return site.do(make)


@contextmanager
def running() -> Iterator[Site]:
    """A site over a fresh clone; both are gone at the end."""
    with databases.clone() as name:
        site = Site(name)
        try:
            site.start("web", "worker")
            yield site
        finally:
            site.stop()
