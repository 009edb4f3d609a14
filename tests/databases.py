"""Databases of the tests: a template built once for each state of the migrations, and clones of it."""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from portal.embedded.roles import NO_TABLES_OF_ONES_OWN
from tests import environment, moments

T = TypeVar("T")
_copied: dict[str, str] = {}  # what each database of this process was copied from
_promised: dict[str, str] = {}  # clones that nobody has connected to yet, and what each is to be a copy of
_making = threading.RLock()  # threads that connect at once wait for the copy
_own: dict[str, BaseDatabaseWrapper] = {}  # the owner's connections of `committed`, by database


def dsn(role: str, database: str) -> str:
    keep_promise(database)
    return f"postgresql://{role}@/{database}?host={os.environ['PORTAL_TEST_SOCKET']}"


def web_dsn() -> str:
    """The present test database as portal_web."""
    from django.db import connection

    return dsn("portal_web", connection.settings_dict["NAME"])


def owner_dsn() -> str:
    """The present test database as its owner."""
    from django.db import connection

    return dsn("portal_owner", connection.settings_dict["NAME"])


def _digest() -> str:
    """Of everything the template is built from."""
    root = environment.ROOT
    places = [root / name for name in ("portal", "applications", "reviews", "grants")]
    files = sorted(
        file
        for place in places
        for file in place.rglob("*")
        if file.suffix in {".py", ".csv"}
        and (
            {"migrations", "data", "commands", "defaults"} & set(file.parts)
            or file.stem.startswith("functions")
            or file.name in {"cast.py", "roles.py", "firm.py", "lean.py", "past.py", "past_tables.py"}
        )
    )
    total = hashlib.sha256(moments.FOLLOWS.encode())
    for file in files:
        total.update(str(file.relative_to(root)).encode() + file.read_bytes())
    return total.hexdigest()[:16]


_admins: list[psycopg.Connection[tuple[Any, ...]]] = []  # one at most


def admin() -> psycopg.Connection[tuple[Any, ...]]:
    """The superuser's connection of this process, outside all databases of tests; each statement for itself."""
    if not _admins or _admins[0].closed:
        _admins[:] = [psycopg.connect(dsn("postgres", "postgres"), autocommit=True)]
    return _admins[0]


def leave() -> None:
    """Close the connections that were kept: the superuser's, and those of `committed`."""
    let_go(*list(_own))
    for one in _admins:
        one.close()
    _admins.clear()


def _run(statement: sql.Composable | str) -> None:
    admin().execute(statement)


def process() -> str:
    """The name of this test process."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


def copy(name: str, template: str) -> None:
    """Make (or make anew) the database of this name as a copy of another one.

    Nobody may be at work in that one; who only looks into it for a moment is waited for.
    """
    _promised.pop(name, None)
    let_go(name)
    _run(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
    _make(name, template)


def _make(name: str, template: str) -> None:
    keep_promise(template)
    let_go(template)
    _copied[name] = template
    names = {"name": sql.Identifier(name), "template": sql.Identifier(template)}
    made = sql.SQL("create database {name} owner portal_owner template {template} strategy file_copy").format(**names)
    for left in reversed(range(12)):  # PostgreSQL itself waits five seconds each time
        try:
            _run(made)
        except psycopg.errors.ObjectInUse:
            if not left:
                raise
        else:
            _run(sql.SQL(NO_TABLES_OF_ONES_OWN).format(sql.Identifier(name)))  # rights on a database are not copied
            return


def promise(name: str, template: str) -> None:
    """Let a copy be made under this name when the first one connects to it.

    Most tests that get a clone go on to a copy of another world at once: the first one would be made to be dropped.
    """
    _watch()
    _promised[name] = template


def keep_promise(name: str) -> None:
    """Make the clone that was promised under this name, where one was."""
    with _making:
        if name in _promised:
            _make(name, _promised[name])
            _promised.pop(name, None)


@cache
def _watch() -> None:
    """From now on Django's connections find what was promised."""
    from django.db.backends.postgresql.base import DatabaseWrapper as Backend

    def connect(self: Backend, params: dict[str, Any]) -> Any:
        keep_promise(params["dbname"])
        return plain(self, params)

    plain = Backend.get_new_connection
    Backend.get_new_connection = connect  # type: ignore[method-assign]


def copied_from(name: str) -> str:
    """What the database of this name was made of in this process; empty when it was made otherwise."""
    return _promised.get(name) or _copied.get(name, "")


def rename(old: str, new: str) -> None:
    """Give a database in which nobody is another name."""
    keep_promise(old)
    let_go(old)
    _run(sql.SQL("alter database {} rename to {}").format(sql.Identifier(old), sql.Identifier(new)))


def drop(name: str) -> None:
    """Drop a database, whoever is in it."""
    if _promised.pop(name, None):
        return
    let_go(name)
    _run(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def remove_leftovers() -> None:
    """Drop what earlier runs in this cluster left; the templates stay."""
    kept = [r"template\_%", r"template_", "postgres"]
    found = admin().execute("select datname from pg_database where not datname like any(%s)", [kept]).fetchall()
    for (database,) in found:
        _run(sql.SQL("drop database {} with (force)").format(sql.Identifier(database)))


@cache
def template() -> str:
    """The template's name; it is built under a lock when this state of the migrations has none yet."""
    name = f"template_{_digest()}"
    with (Path(os.environ["PORTAL_TEST_FOLDER"]) / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if admin().execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            return name
        old = admin().execute(r"select datname from pg_database where datname like 'template\_%'").fetchall()
        for (database,) in old:
            _run(sql.SQL("drop database {} with (force)").format(sql.Identifier(database)))
        from portal.embedded.roles import prepare_database

        prepare_database(admin(), "building")
        _build()
        moments.follow(dsn("portal_owner", "building"))
        _tidy("building")
        _run(sql.SQL("alter database building rename to {}").format(sql.Identifier(name)))
    return name


def _build() -> None:
    from django.core.management import call_command
    from django.db import connections

    before = {alias: connections[alias].settings_dict["NAME"] for alias in ("default", "owner")}
    for alias in before:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = "building"
    try:
        call_command("migrate", database="owner", verbosity=0)
        call_command("load_reference", verbosity=0)
    finally:
        for alias, name in before.items():
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = name


def _tidy(name: str) -> None:
    """Take out what the migrations left behind: each of some six hundred clones would copy it, and look through it."""
    with psycopg.connect(dsn("postgres", name), autocommit=True) as at:
        at.execute("vacuum (full, freeze)")


def prepare() -> None:
    """Give this test process its clone."""
    copy(f"test_{process()}", template())


def end() -> None:
    """Drop what this run made, gigabytes that lie in memory; stop the cluster, when this process started it."""
    with suppress(psycopg.Error):
        remove_leftovers()
    leave()
    environment.end()


@contextmanager
def clone(of: str = "") -> Iterator[str]:
    """A clone (of the template) for processes of their own; Django's connections here stay where they are."""
    name = f"fresh_{uuid.uuid4().hex[:12]}"
    promise(name, of or template())
    try:
        yield name
    finally:
        drop(name)


@contextmanager
def fresh_clone(of: str = "") -> Iterator[str]:
    """A clone (of the template) of its own; both connections of Django work in it meanwhile."""
    from django.db import connections

    with clone(of) as name:
        before = {alias: connections[alias].settings_dict["NAME"] for alias in ("default", "owner")}
        for alias in before:
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = name
        try:
            yield name
        finally:
            for alias, old in before.items():
                connections[alias].close()
                connections[alias].settings_dict["NAME"] = old


@contextmanager
def inside(database: str, kept: dict[str, BaseDatabaseWrapper] | None = None) -> Iterator[None]:
    """Both connections of Django work in this database meanwhile, and commit as they go; those of new threads too.

    kept: the connections of an earlier time, which stay open for a later one; whoever keeps them closes them.
    """
    from django.db import connections

    before = {alias: connections[alias] for alias in ("default", "owner")}
    names = {alias: connections.settings[alias]["NAME"] for alias in before}
    for alias, old in before.items():
        own = kept.get(alias) if kept is not None else None
        if own is None:
            own = connections.create_connection(alias)
            own.settings_dict = old.settings_dict | {"NAME": database}
        if kept is not None:
            kept[alias] = own
        connections[alias] = own
        connections.settings[alias]["NAME"] = database
    try:
        yield
    finally:
        for alias, old in before.items():
            if kept is None:
                connections[alias].close()
            connections[alias] = old
            connections.settings[alias]["NAME"] = names[alias]


def let_go(*names: str) -> None:
    """Close the owner's connections that `committed` keeps: a database is copied only while nobody is in it."""
    for name in names:
        if own := _own.pop(name, None):
            own.close()


def _own_connection(settings: dict[str, Any]) -> BaseDatabaseWrapper:
    """A second connection of the owner to the same database."""
    from django.db import connections

    own = connections.create_connection("owner")
    own.settings_dict = dict(settings)
    own.alias = "default"  # inside a test Django lets only allowed aliases connect
    return own


def committed(make: Callable[[], T], *, only_reads: bool = False) -> T:
    """Run `make` on an owner's connection of its own and commit: the test's own transaction then sees the rows.

    The connection is kept for the next one: a server process that learns the tables anew each time costs more than
    what it is asked to do.
    """
    from django.db import connections

    from tests import worlds

    worlds.touched(only_reads=only_reads)
    before = connections["owner"]
    name = before.settings_dict["NAME"]
    kept = threading.current_thread() is threading.main_thread()
    if kept and (name not in _own or _own[name].settings_dict != before.settings_dict):
        let_go(name)
        _own[name] = _own_connection(before.settings_dict)
    connections["owner"] = own = _own[name] if kept else _own_connection(before.settings_dict)
    try:
        return make()
    finally:
        connections["owner"] = before
        if not kept:
            own.close()
