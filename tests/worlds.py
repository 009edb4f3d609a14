"""What a factory makes is kept as a database: the next test that asks for it, in whatever process, finds it there.

A dossier takes a second of commands; a copy of the database that holds it takes a twentieth. Nothing is left out:
the first of a run is made by the commands, and no test sees what another one wrote.

- A test that commits (`fresh_db`) gets a copy, when its clone is untouched.
- A test in a transaction (`db`) goes over into a database that holds it, when it has asked nothing before; all such
  tests of a process share that database, for each undoes what it does.
- `with standing(build) as found:` is a clone with the world that `build` makes, for the tests of a module;
  `further(build, …)` takes a test in a transaction over into a copy of it in which `build` has made more.

The files of a world are kept beside it, and brought to where the process that uses it keeps its files.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pickle
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from inspect import signature
from itertools import count
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

import psycopg
from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import override_settings

from portal.core import clock
from tests import databases

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")
ALONE = "select count(*) from pg_stat_activity where datname = %s"
# Servers that ended have said what they wrote, also what they undid.
WRITTEN = "select coalesce(sum(tup_inserted + tup_updated + tup_deleted), 0) from pg_stat_database where datname = %s"
ALIASES = ("default", "owner")
MARKS = ("SAVEPOINT", "RELEASE")
# What Django knows of the transaction that is open on a connection.
STATE = ("in_atomic_block", "savepoint_ids", "atomic_blocks", "needs_rollback", "commit_on_exit", "run_on_commit")
READS = (*MARKS, "SELECT")  # in capitals as Django writes them: what is called by hand may write
PASSED_ON = "how"  # the name of what a factory only hands on


class _Test:
    """What the present test has done so far: asked its database anything, gone over into another one."""

    asked = True
    wrote = True
    home = away = ""


def watch() -> None:
    """From now on questions to the database of this process's tests are noticed."""

    def look(execute: Any, statement: str, params: Any, many: bool, context: Any) -> Any:
        _Test.asked = _Test.asked or not statement.startswith(MARKS)
        _Test.wrote = _Test.wrote or not statement.startswith(READS)
        return execute(statement, params, many, context)

    connections["default"].execute_wrappers.append(look)


def begin() -> None:
    """A test begins. Where a transaction spans several tests nobody goes anywhere."""
    _Test.asked = _Test.wrote = connections["default"].in_atomic_block


def touched(*, only_reads: bool = False) -> None:
    """The test has asked the database, or written into it, past the watched connection."""
    _Test.asked = True
    _Test.wrote = _Test.wrote or not only_reads


def end() -> None:
    """The test is over: back to where it began, but where the end of its module went home already."""
    if not _Test.home:
        return
    default, owner = (connections[alias] for alias in ALIASES)
    line = _lines.pop(_Test.home, None)
    if default.settings_dict["NAME"] == _Test.away:
        owner.close()
        _put_aside(default)
        for connection in (default, owner):
            connection.settings_dict["NAME"] = _Test.home
        default.connection = line
        default.autocommit, default.closed_in_transaction = True, False  # also where the test closed what it was in
    elif line is not None:
        line.close()
    _Test.home = _Test.away = ""


def _go(world: str) -> None:
    """Take the test's open transaction, in which nothing was asked, over into the world."""
    default, owner = (connections[alias] for alias in ALIASES)
    _Test.home, _Test.away = default.settings_dict["NAME"], world
    owner.close()
    state = {name: getattr(default, name) for name in STATE}
    _put_aside(default)
    for connection in (default, owner):
        connection.settings_dict["NAME"] = world
    line = _lines.pop(world, None)
    if line is None or line.closed:
        default.connect()
    else:
        default.connection, default.in_atomic_block, default.closed_in_transaction = line, False, False
    default.set_autocommit(False)
    for name, value in state.items():
        setattr(default, name, value)
    with default.cursor() as cursor:
        for savepoint in filter(None, default.savepoint_ids):
            cursor.execute(f"SAVEPOINT {savepoint}")


def _put_aside(connection: BaseDatabaseWrapper) -> None:
    """Undo what is open on the connection and keep its line for the next test in the same database: a server process
    that learns the tables anew costs more than what most tests ask of it.
    """
    line, connection.connection = connection.connection, None
    if line is not None and not line.closed:
        line.rollback()
        line.autocommit = True
        _lines[connection.settings_dict["NAME"]] = line


def leave() -> None:
    """Close the lines that were kept."""
    for line in _lines.values():
        line.close()
    _lines.clear()


# Worlds that are kept


@dataclass(frozen=True)
class Kept(Generic[T]):
    """A database nobody works in, what its maker gave, and the folder of its files."""

    database: str
    given: bytes
    folder: Path

    @property
    def row(self) -> T:
        """What the maker gave, for each who asks anew."""
        return cast("T", pickle.loads(self.given))

    def bring_files(self, to: Path | None = None) -> None:
        """Put the world's files where files are kept now; what is there already has the same content."""
        storage = storages["default"]
        to = to or (Path(storage.location) if isinstance(storage, FileSystemStorage) else None)
        if to is None:
            return
        for file in filter(Path.is_file, self.folder.rglob("*")):
            place = to / file.relative_to(self.folder)
            if not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, place)


_known: dict[str, Kept[Any]] = {}
_written: set[str] = set()  # clones that something was written in
_shared: dict[str, str] = {}  # worlds of the tests in transactions: this process's copies, the last ones used
MOST = 8  # of these; each takes thirty megabytes, often of memory
_lines: dict[str, psycopg.Connection[Any]] = {}  # to databases of tests in transactions, while no test is in them
_numbers = count()
_building: list[str] = []  # the worlds that are being made, one inside the other


def _folder() -> Path:
    return Path(os.environ["PORTAL_TEST_FOLDER"]) / "worlds"


def forget() -> None:
    """A run begins: what an earlier one kept goes, also what its browsers measured."""
    for folder in (_folder(), _folder().with_name("measured")):
        shutil.rmtree(folder, ignore_errors=True)
    databases.remove_leftovers()


def _is_kept(key: str) -> bool:
    return (_place(key) / "row").exists()


def _place(key: str) -> Path:
    return _folder() / hashlib.sha256(key.encode()).hexdigest()[:16]


def kept(key: str, make: Callable[[], T], *, over: str = "") -> Kept[T]:
    """The world of this key; made once in a run, by the first process that asks, while the others wait.

    over: the database of another world, to which `make` adds.
    """
    if key not in _known:
        folder = _place(key)
        mark = folder.name
        folder.mkdir(parents=True, exist_ok=True)
        said = folder / "row"
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not said.exists():
                row = _build(f"kept_{mark}", folder / "files", make, over)
                said.write_bytes(pickle.dumps(row))
            _known[key] = Kept(f"kept_{mark}", said.read_bytes(), folder / "files")
    return _known[key]


def _build(database: str, folder: Path, make: Callable[[], T], over: str) -> T:
    """Make it in a clone, with files in a folder of its own."""
    files = {
        "default": {
            "BACKEND": FileSystemStorage.__module__ + ".FileSystemStorage",
            "OPTIONS": {"location": str(folder)},
        }
    }
    _building.append(database)
    before = _Test.asked, _Test.wrote
    try:
        with databases.clone(over) as name:
            return _built_in(name, database, files, make)
    finally:
        _building.pop()
        _Test.asked, _Test.wrote = before  # what is done there is not done in the test's own database


def _built_in(name: str, database: str, files: dict[str, Any], make: Callable[[], T]) -> T:
    with databases.inside(name), override_settings(STORAGES=settings.STORAGES | files):
        row = make()
    _is_free(name, tries=5_000)
    databases.rename(name, database)
    return row


@contextmanager
def standing(build: Callable[..., T], *how: Any) -> Iterator[T]:
    """A clone, in which both connections of Django work, with the world that `build(*how)` makes; gives what it gave.

    What it gives is pickled: numbers, texts, rows, data classes.
    """
    world = kept(f"{build.__module__}.{build.__qualname__}{how!r}", lambda: build(*how))
    with databases.fresh_clone(world.database):
        world.bring_files()
        yield world.row


def further(build: Callable[..., T], *how: Any) -> T:
    """What `build(*how)` makes in the standing world of the test's module, where the test has written nothing yet.

    It is committed there in a database of its own, which the tests of a process share: each undoes what it does. So
    `build` begins with the people it needs, and gives what can be pickled.
    """
    over = databases.copied_from(connections["default"].settings_dict["NAME"])
    if _Test.wrote or not over.startswith("kept_") or not connections["default"].in_atomic_block or not _goes():
        return build(*how)
    key = f"{over} {build.__module__}.{build.__qualname__}{how!r}"
    world = kept(key, lambda: build(*how), over=over)
    _go(_share(key, world))
    world.bring_files()
    return world.row


def _is_free(database: str, *, tries: int = 20) -> bool:
    """Whether nobody is in the database; a server that was left takes a moment to end."""
    databases.let_go(database)
    for _attempt in range(tries):
        if databases.admin().execute(ALONE, [database]).fetchone() == (0,):
            return True
        time.sleep(0.005)
    return False


def _goes() -> bool:
    return abs(clock.now() - datetime.now(clock.SHANGHAI)) < timedelta(seconds=5)


def _clonable() -> str | None:
    """The name of the present clone when it is untouched, nobody else works in it and the clock goes; else None."""
    names = {connections[alias].settings_dict["NAME"] for alias in ALIASES}
    name = names.pop()
    if names or name in _written or not name.startswith("fresh_") or connections["default"].in_atomic_block:
        return None
    if databases.copied_from(name) != databases.template() or not _goes():
        return None
    for alias in ALIASES:
        connections[alias].close()
    if not _is_free(name):
        return None
    if databases.admin().execute(WRITTEN, [name]).fetchone() == (0,):
        return name
    _written.add(name)
    return None


def _plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_plain(one) for one in (*value, *value.values()))
    return isinstance(value, str | int | None) or (isinstance(value, tuple) and all(map(_plain, value)))


def _key(make: Callable[..., Any], how: dict[str, Any]) -> str:
    return f"{make.__module__}.{make.__qualname__}{sorted(how.items())!r}"


def _may_go() -> bool:
    """Whether the test works in a transaction of its own and has asked nothing yet."""
    connection = connections["default"]
    at_home = connection.in_atomic_block and connection.settings_dict["NAME"].startswith("test_")
    return at_home and not _Test.asked and _goes()


def _share(key: str, world: Kept[Any]) -> str:
    """This process's copy of the world for its tests in transactions."""
    name = _shared.pop(key, "")
    if not name:
        name = f"world_{databases.process()}_{next(_numbers)}"
        databases.copy(name, world.database)
    _shared[key] = name
    if len(_shared) > MOST:
        _drop(_shared.pop(next(iter(_shared))))
    return name


def _drop(world: str) -> None:
    if line := _lines.pop(world, None):
        line.close()
    databases.drop(world)


def remembered(again: Callable[[Any], Any], *, stage: bool = False) -> Callable[[F], F]:
    """Decorate a factory of plain arguments; `again` reads its row anew out of the copy.

    stage: it is kept as well when it is only a step on the way to another one, because several begin with it.
    """

    def decorate(make: F) -> F:
        parameters = signature(make)

        @wraps(make)
        def made(*args: Any, **how: Any) -> Any:
            said = how | parameters.bind(*args, **how).arguments
            said.pop(PASSED_ON, None)
            if not all(map(_plain, said.values())):
                return make(*args, **how)
            goes = _may_go()
            clone = None if goes else _clonable()
            if not goes and clone is None:
                return make(*args, **how)
            key = _key(make, said)
            if _building and not stage and not _is_kept(key):
                return make(*args, **how)  # a step on the way to what is asked for
            world = kept(key, lambda: make(*args, **how))
            if clone is None:
                _go(_share(key, world))
            else:
                databases.copy(clone, world.database)
            world.bring_files()
            return again(world.row)

        return cast("F", made)

    return decorate
