"""Django's `migrate`, without drawing models anew for what only the database cares about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from django.core.management.commands import migrate
from django.db.migrations.operations.models import AddConstraint, AddIndex
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger

Forwards = Callable[[Any, str, ProjectState], None]


@contextmanager
def models_stay() -> Iterator[None]:
    """Constraints, indexes and triggers are noted on a model as it stands.

    For each of them Django builds the model, and all that point to it, anew: with the hundreds of ours that was two
    thirds of the way from nothing to an empty database.
    """
    with ExitStack() as stack:
        for kind in (AddConstraint, AddIndex, AddTrigger):
            stack.enter_context(mock.patch.object(kind, "state_forwards", _noting(kind.state_forwards)))
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


class Command(migrate.Command):
    """`manage.py migrate`, quicker."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises what Django's own command raises."""
        with models_stay():
            super().handle(*args, **options)
