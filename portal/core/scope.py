"""Who asks, and what they may see: an actor with posts, and the scope set in the database for one transaction.

The database works the scope out itself: `enter_scope(user)` reads the memberships, sets the settings which every
row-level policy reads (`portal.user`, `portal.nation`, `portal.provinces`, `portal.units`, `portal.orgs`,
`portal.roles`), and returns them. They are local to the transaction: at its end they are gone, also on a kept
connection.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection, transaction

from portal.core.planned import keeping


@dataclass(frozen=True)
class Post:
    """One active membership: a role in an organisation of a kind."""

    role: str
    organisation: int
    code: str
    kind: str
    name_zh: str
    name_en: str
    province: str
    unit: str


@dataclass(frozen=True)
class Scope:
    """What rows an actor may see: everything (nation), provinces and units by code, own organisations by id."""

    nation: bool = False
    provinces: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    organisations: tuple[int, ...] = ()


@dataclass(frozen=True)
class Actor:
    """A person who acts (id 0: nobody is signed in), with posts, scope, and where the act comes from."""

    id: int = 0
    name: str = ""
    posts: tuple[Post, ...] = ()
    scope: Scope = field(default_factory=Scope)
    address: str = ""
    request_id: str = ""

    @property
    def roles(self) -> frozenset[str]:
        """Names of all roles this person holds."""
        return frozenset(post.role for post in self.posts)

    @property
    def only_reads(self) -> bool:
        """Whether the person is an auditor and nothing else: the database lets them change audit objects alone."""
        return self.roles == {"auditor"}

    def post(self, *roles: str, **where: object) -> Post | None:
        """The first post in one of these roles whose attributes equal `where` (kind=, code=, province=, unit=…)."""
        for post in self.posts:
            if post.role in roles and all(getattr(post, key) == value for key, value in where.items()):
                return post
        return None

    @property
    def organisation(self) -> Post | None:
        """The post named first in the header of the page, or None."""
        return self.posts[0] if self.posts else None

    def extent(self) -> dict[str, Any]:
        """Roles and scope as plain values, kept with a file that was made of what they show."""
        return {
            "roles": sorted(self.roles),
            "nation": self.scope.nation,
            "provinces": sorted(self.scope.provinces),
            "units": sorted(self.scope.units),
            "organisations": sorted(self.scope.organisations),
        }

    def still_has(self, extent: Mapping[str, Any]) -> bool:
        """Whether all of an earlier extent lies in the present one; an empty one, of before they were kept, does."""
        now = self.extent()
        lost = {name: set(extent.get(name, ())) - set(now[name]) for name in ("roles", "organisations")}
        if not self.scope.nation:
            lost |= {name: set(extent.get(name, ())) - set(now[name]) for name in ("provinces", "units")}
        return not any(lost.values()) and (self.scope.nation or not extent.get("nation"))


NOBODY = Actor()


def _actor(data: dict[str, Any]) -> Actor:
    scope = Scope(
        nation=data["nation"],
        provinces=tuple(data["provinces"]),
        units=tuple(data["units"]),
        organisations=tuple(data["orgs"]),
    )
    return Actor(id=data["user"], name=data["name"], posts=tuple(Post(**post) for post in data["posts"]), scope=scope)


def enter(user_id: int, *, address: str = "", request_id: str = "") -> Actor:
    """Set the scope of a person for the rest of this transaction and return the actor.

    Raises RuntimeError outside a transaction: there the settings would be gone at once.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A scope is entered inside a transaction.")
    with keeping() as cursor:
        cursor.execute("select enter_scope(%s)", [user_id])
        row = cursor.fetchone()
    data = row[0] if row else None
    if not data:
        return replace(NOBODY, address=address, request_id=request_id)
    actor = _actor(json.loads(data) if isinstance(data, str) else data)
    return replace(actor, address=address, request_id=request_id)


def leave() -> None:
    """Take the scope away inside the transaction: from here no row is seen."""
    with connection.cursor() as cursor:
        cursor.execute("select leave_scope()")


@contextmanager
def acting_as(user_id: int, *, request_id: str = "") -> Iterator[Actor]:
    """One transaction (or savepoint) in the scope of a person; the scope of before comes back at its end."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('portal.user', true)")
            before = (cursor.fetchone() or [""])[0]
        yield enter(user_id, request_id=request_id)
        # After an error nothing is to be done: the savepoint is undone, and the settings of the scope with it.
        enter(int(before)) if before else leave()
