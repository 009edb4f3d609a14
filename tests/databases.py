"""Databases of the tests: a template built once for each state of the migrations, and clones of it."""

from __future__ import annotations

import fcntl
import hashlib
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TypeVar

import psycopg
from psycopg import sql

from tests import environment

T = TypeVar("T")


def dsn(role: str, database: str) -> str:
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
            {"migrations", "data", "commands"} & set(file.parts)
            or file.stem.startswith("functions")
            or file.name in {"cast.py", "defaults.py", "roles.py", "past.py", "past_tables.py"}
        )
    )
    total = hashlib.sha256()
    for file in files:
        total.update(str(file.relative_to(root)).encode() + file.read_bytes())
    return total.hexdigest()[:16]


def _run(statement: sql.Composable | str) -> None:
    with psycopg.connect(dsn("postgres", "postgres"), autocommit=True) as admin:
        admin.execute(statement)


def process() -> str:
    """The name of this test process."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


def copy(name: str, template: str) -> None:
    """Make (or make anew) the database of this name as a copy of another one.

    Nobody may be at work in that one; who only looks into it for a moment is waited for.
    """
    names = {"name": sql.Identifier(name), "template": sql.Identifier(template)}
    _run(sql.SQL("drop database if exists {name} with (force)").format(**names))
    made = sql.SQL("create database {name} owner portal_owner template {template} strategy file_copy").format(**names)
    for left in reversed(range(12)):  # PostgreSQL itself waits five seconds each time
        try:
            _run(made)
        except psycopg.errors.ObjectInUse:
            if not left:
                raise
        else:
            return


@cache
def template() -> str:
    """The template's name; it is built under a lock when this state of the migrations has none yet."""
    name = f"template_{_digest()}"
    with (Path(os.environ["PORTAL_TEST_FOLDER"]) / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with psycopg.connect(dsn("postgres", "postgres"), autocommit=True) as admin:
            if admin.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                return name
            old = admin.execute(r"select datname from pg_database where datname like 'template\_%'").fetchall()
            for (database,) in old:
                admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(database)))
            from portal.embedded.roles import prepare_database

            prepare_database(admin, "building")
        _build()
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


def prepare() -> None:
    """Give this test process its clone; what an earlier run left of its worlds goes."""
    worker = process()
    copy(f"test_{worker}", template())
    with psycopg.connect(dsn("postgres", "postgres"), autocommit=True) as admin:
        left = admin.execute("select datname from pg_database where starts_with(datname, %s)", [f"world_{worker}_"])
        for (database,) in left.fetchall():
            admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(database)))


def end() -> None:
    """Stop the cluster, when this process started it."""
    environment.end()


@contextmanager
def clone() -> Iterator[str]:
    """A clone of the template for processes of their own; Django's connections here stay where they are."""
    name = f"fresh_{uuid.uuid4().hex[:12]}"
    copy(name, template())
    try:
        yield name
    finally:
        _run(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


@contextmanager
def fresh_clone() -> Iterator[str]:
    """A clone of its own; both connections of Django work in it meanwhile."""
    from django.db import connections

    with clone() as name:
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
def inside(database: str) -> Iterator[None]:
    """Both connections of Django work in this database meanwhile, and commit as they go; those of new threads too."""
    from django.db import connections

    before = {alias: connections[alias] for alias in ("default", "owner")}
    names = {alias: connections.settings[alias]["NAME"] for alias in before}
    for alias, old in before.items():
        own = connections.create_connection(alias)
        own.settings_dict = old.settings_dict | {"NAME": database}
        connections[alias] = own
        connections.settings[alias]["NAME"] = database
    try:
        yield
    finally:
        for alias, old in before.items():
            connections[alias].close()
            connections[alias] = old
            connections.settings[alias]["NAME"] = names[alias]


def committed(make: Callable[[], T]) -> T:
    """Run `make` on an owner's connection of its own and commit: the test's own transaction then sees the rows."""
    from django.db import connections

    from tests import worlds

    worlds.touched()
    before = connections["owner"]
    own = connections.create_connection("owner")
    own.settings_dict = before.settings_dict
    own.alias = "default"  # inside a test Django lets only allowed aliases connect
    connections["owner"] = own
    try:
        return make()
    finally:
        own.close()
        connections["owner"] = before
