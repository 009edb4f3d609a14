"""Django's `migrate`, quicker and beside a portal at work: one at a time, and nobody stands long behind its locks.

At its end idle indexes go, guards are made firm, and views of the past are built.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import groupby
from typing import Any, Final
from unittest import mock

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import connections
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    RemoveConstraint,
    RunPython,
    RunSQL,
)
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger

from portal.core import firm, lean, migrating, past

Forwards = Callable[[Any, str, ProjectState], None]

NOTED: Final = (AddConstraint, AddIndex, AddTrigger, RemoveConstraint, RemoveTrigger)
IN_A_ROW: Final = (CreateModel, AddField, AlterField)


@contextmanager
def models_stay() -> Iterator[None]:
    """Constraints, indexes and triggers are noted on a model as it stands; fields in a row are added together.

    For each of them Django builds the model, and all that point to it, anew: with the hundreds of ours that was more
    than four fifths of the way from nothing to an empty database.
    """
    with ExitStack() as stack:
        for kind in NOTED:
            stack.enter_context(mock.patch.object(kind, "state_forwards", _noting(kind.state_forwards)))
        stack.enter_context(mock.patch.object(Migration, "apply", _in_rows(Migration.apply)))
        stack.enter_context(mock.patch.object(Migration, "mutate_state", _at_once(Migration.mutate_state)))
        yield


def _noting(forwards: Forwards) -> Forwards:
    def noted(operation: Any, app_label: str, state: ProjectState) -> None:
        drawn = state.__dict__.pop("apps", None)  # where no models are drawn, none are drawn anew
        forwards(operation, app_label, state)
        if drawn is not None:
            state.__dict__["apps"] = drawn
            name, option = operation.model_name.lower(), operation.option_name
            setattr(drawn.get_model(app_label, name)._meta, option, state.models[app_label, name].options[option])

    return noted


class Row(Operation):
    """Operations of one kind, one behind the other: the models are drawn once, behind the last.

    For additions and changes of different fields PostgreSQL gets the same statements in the same order.
    """

    def __init__(self, operations: list[Any]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """As all of them do."""
        drawn = state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)
        if drawn is not None:
            state.__dict__["apps"] = drawn
            names = {getattr(one, "model_name_lower", None) or one.name_lower for one in self.operations}
            state.reload_models([(app_label, name) for name in sorted(names)], delay=False)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """As each of them does."""
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)


def rows(operations: Sequence[Operation]) -> list[Operation]:
    """The same operations, neighbours of one kind as one; a field altered twice stays two."""
    found: list[Operation] = []
    for kind, group in groupby(operations, type):
        together = list(group)
        places = {(getattr(one, "model_name", ""), getattr(one, "name", "")) for one in together}
        alike = kind in IN_A_ROW and len(places) == len(together) > 1
        found += [Row(together)] if alike else together
    return found


def _in_rows(apply: Callable[..., ProjectState]) -> Callable[..., ProjectState]:
    def applied(migration: Migration, state: ProjectState, editor: Any, collect_sql: bool = False) -> ProjectState:
        if collect_sql:  # which explains each
            return apply(migration, state, editor, collect_sql)
        with mock.patch.object(migration, "operations", rows(migration.operations)):
            return apply(migration, state, editor)

    return applied


def _at_once(mutate: Callable[..., ProjectState]) -> Callable[..., ProjectState]:
    """Where only the state behind a whole migration counts, as on the way back, its models are drawn once."""

    def mutated(migration: Migration, before: ProjectState, preserve: bool = True) -> ProjectState:
        operations = list(migration.operations)
        if not all(isinstance(one, (*IN_A_ROW, *NOTED, RunPython)) or type(one) is RunSQL for one in operations) or any(
            getattr(one, "state_operations", None) for one in operations
        ):
            return mutate(migration, before, preserve)
        state = before.clone() if preserve else before
        noted = [one for one in operations if isinstance(one, NOTED)]
        fields = [one for one in operations if isinstance(one, IN_A_ROW)]
        if fields:
            Row(fields).state_forwards(migration.app_label, state)
        for one in noted:
            one.state_forwards(migration.app_label, state)
        return state

    return mutated


class Command(migrate.Command):
    """`manage.py migrate`, quicker; two that are started at once come one after the other.

    Always as the owner: the router lets no other role change a table, and Django would note as done what it left out.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        for action in parser._actions:
            if action.dest == "database":  # what is wrong with a name is said below, in words
                action.choices, action.default = None, "owner"

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises what Django's own command raises, and CommandError where another session keeps a table to itself."""
        if options["database"] != "owner" or "owner" not in connections.databases:
            raise CommandError(
                "Run `manage.py migrate --database owner` with OWNER_DATABASE_URL (in the compose file: in the service "
                "`migrate`): the tables belong to that role, and no other one changes them."
            )
        owner = connections["owner"]
        if options["plan"] or options["check_unapplied"]:
            with models_stay():
                super().handle(*args, **options)
            return
        with migrating.alone(owner, self.stdout.write):
            migrating.patiently(owner, self.stdout.write, lambda: self._apply(owner, *args, **options))

    def _apply(self, owner: Any, *args: Any, **options: Any) -> None:
        past.forget(owner)
        with models_stay():
            super().handle(*args, **options)
        lean.drop_idle(owner)
        firm.make_firm(owner)
        if _is_whole(owner):
            past.build(owner)


def _is_whole(owner: Any) -> bool:
    """Whether all migrations are applied: before that a view would name what is not there."""
    executor = MigrationExecutor(owner)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
