"""A command beside the portal that runs from the same folder: over its servers, which go on when the command ends."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from portal.embedded import Running, join
from portal.run import stack

# The port of the web, while it answers: without the file nobody can be joined.
FILE: Final = "port"


class NotYet(Exception):
    """What holds the folder is starting, stopping, or a command that ends its servers when it is done."""


def open_to_others(var: Path, port: int) -> None:
    """From now on commands may join."""
    (var / FILE).write_text(str(port), encoding="utf-8")


def close_to_others(var: Path) -> None:
    """No command joins any more; said by whoever holds the folder, also after a start that was killed."""
    (var / FILE).unlink(missing_ok=True)


def joined(var: Path) -> tuple[Running | None, int]:
    """The servers of the portal that runs from the folder (None where it uses others), and the port of its web.

    Raises NotYet.
    """
    try:
        port = int((var / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NotYet from error
    if stack.uses_others():
        return None, port
    if (running := join(var)) is None:
        raise NotYet
    return running, port
