"""Objects for the arguments in addresses, made by each app's own commands.

Add a module named like your app with `make(world)`: it gives, for each route with arguments, the arguments, as
`{"programme:batch": {"pk": 7}}`, or several variants of the route by name, as
`{"programme:act": {"open": {"pk": 7, "act": "open"}, "close": {"pk": 8, "act": "close"}}}`.
`world.person("drafter")` is a caller's person, `world.acting("drafter")` enters their scope and gives the actor,
`world.kept` hands objects on to the modules after yours (order: `ORDER`, the rest by name, `api` last).
"""

from __future__ import annotations

import importlib
import pkgutil
from contextlib import AbstractContextManager
from typing import Any, Final

ORDER: Final = ("accounts", "programme", "reviews", "grants", "applications")  # the last leaves its batch open


class World:
    """The people of the matrix, and what was made so far."""

    def __init__(self, people: dict[str, Any]) -> None:
        self.people = people
        self.kept: dict[str, Any] = {}

    def person(self, caller: str) -> Any:
        return self.people[caller]

    def acting(self, caller: str) -> AbstractContextManager[Any]:
        from portal.core.scope import acting_as

        return acting_as(self.people[caller].pk)


def contain(row: Any, content: bytes) -> None:
    """Put the content of a kept file where its row says: who may see it gets it."""
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    if not default_storage.exists(row.storage_key):
        default_storage.save(row.storage_key, ContentFile(content))


def make_all(world: World) -> dict[str, dict[str, Any]]:
    """Arguments by route, from every module here."""
    names = {module.name for module in pkgutil.iter_modules(__path__)}
    ordered = [name for name in ORDER if name in names] + sorted(names - set(ORDER) - {"api"}) + ["api"]
    found: dict[str, dict[str, Any]] = {}
    for name in ordered:
        found |= importlib.import_module(f"{__name__}.{name}").make(world)
    return found
