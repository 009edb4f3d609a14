"""What other apps do and know when a place or an enterprise changes: who follows it is one line with it from then on.

An app registers from its `apps.py` what it has to do once a change is recorded (tell those who got work by it), and
what it counts of a line, for the page that asks before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from portal.core.errors import Text
from portal.core.scope import Actor
from portal.programme.models import CentralSOE, PilotUnit

Changed = PilotUnit | CentralSOE


@dataclass(frozen=True)
class Count:
    """How many of something there are. is_made: of the whole country; what counts is how many more a change makes."""

    label: Text
    number: int
    is_made: bool = False


Then = Callable[[Actor], None]
Counting = Callable[[Changed], list[Count]]
_THEN: Final[list[Then]] = []
_COUNTING: Final[list[Counting]] = []


def follow_up(then: Then) -> None:
    """Add what has to be done once a change is recorded, in its transaction."""
    _THEN.append(then)


def register(counting: Counting) -> None:
    """Add what is counted of the line of a place or an enterprise."""
    _COUNTING.append(counting)


def recorded(by: Actor) -> None:
    """Do what the apps do after a change."""
    for then in _THEN:
        then(by)


def counted(row: Changed) -> list[Count]:
    """What the apps count of the row's line as it stands now."""
    return [one for counting in _COUNTING for one in counting(row)]
