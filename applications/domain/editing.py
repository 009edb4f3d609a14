"""What every change of a dossier has in common: the right, the state, the version that was read, the trace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _

from applications.domain.telling import said, tell
from applications.models import Application
from portal.core import clock
from portal.core.commands import Act, command
from portal.core.errors import Stale, WrongState
from portal.core.scope import Actor


def last_change(application: Application, section: str) -> dict[str, Any]:
    """Who changed a section last and when: {version, by, name, at}; empty when nobody has."""
    found: dict[str, Any] = application.touched.get(section, {})
    return found


def refuse_stale(application: Application, section: str, version: int) -> None:
    """Raise Stale when the section was changed after version `version` of the application was read."""
    last = last_change(application, section)
    if last.get("version", 0) > version:
        raise Stale(
            "changed_meanwhile",
            _("%(name)s changed this section meanwhile. Compare, then save again what should stand.")
            % {"name": last.get("name", "")},
        )


def refuse_closed(application: Application, section: str) -> None:
    """Raise WrongState when a correction is under way which does not reopen this section."""
    if not application.is_open_in(section):
        raise WrongState(
            "section_closed",
            _("The correction the ministries ask for does not reopen this section: it stays as it was submitted."),
        )


@contextmanager
def editing(by: Actor, application: Application, section: str, version: int | None = None) -> Iterator[Act]:
    """Change a section of a dossier: the application is locked, fresh, open and read at its version.

    version: the application's version when the page was shown; None for rows that carry their own.
    The event in the trail is about the application: its section, and each value before and after (domain.telling).
    Raises NotAllowed, WrongState, Stale.
    """
    with command(by, "applications.edit", application) as act:
        if not application.is_open:
            raise WrongState("wrong_state", _("The dossier cannot be changed in this state."))
        refuse_closed(application, section)
        if version is not None:
            refuse_stale(application, section, version)
        before = said(application, section)
        yield act
        touch(application, section, by)
        tell(act, application, section, before)


def touch(application: Application, section: str, by: Actor) -> None:
    """Count the edit, and write down who made it beside the section."""
    application.version += 1
    application.touched = application.touched | {
        section: {
            "version": application.version,
            "by": by.id,
            "name": by.name,
            "at": clock.now().isoformat(timespec="seconds"),
        }
    }
    application.save(update_fields=["version", "touched"])
