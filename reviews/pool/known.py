"""What the cells of the pool's sheet are judged against: people who hold a reviewer's post, and the lists they name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from portal.programme.models import CentralSOE, Industry, Province


@dataclass(frozen=True)
class PoolPerson:
    """A person who holds a reviewer's post. groups: of the posts; group: the profile's, or what a new one gets."""

    id: int
    email: str
    name: str
    groups: tuple[str, ...]
    group: str


@dataclass(frozen=True)
class Known:
    """People by e-mail, and the reference data. Empty: the headings alone are wanted."""

    people: Mapping[str, PoolPerson] = field(default_factory=dict)
    provinces: Sequence[Province] = ()
    divisions: Sequence[Industry] = ()
    soes: Sequence[CentralSOE] = ()
