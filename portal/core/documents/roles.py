"""docs/roles.md: who may do what, from the table of acts."""

from __future__ import annotations

from itertools import groupby

from portal.core.documents.words import chinese, english, head, table
from portal.core.errors import Text
from portal.core.rules import ACTS, ROLE_LABELS

LEAD = """Checks, menus, buttons, the API and the access matrix read the same table. An act is refused with a
reason when none of the person's roles includes it, or when a condition does not hold; the conditions stand here
as the sentences a person reads then. Row-level security ([guards.md](guards.md)) holds what a person can see
and write all the same."""


def text() -> str:
    """Roles, acts by app, and acts by role."""
    parts = [head("Roles and acts", LEAD), "## Roles\n"]
    parts.append(table(["role", "English", "中文"], ((f"`{k}`", english(v), chinese(v)) for k, v in _roles())))
    for app, names in groupby(sorted(ACTS), key=lambda name: name.split(".")[0]):
        rows = [(f"`{name}`", english(ACTS[name].label), _holders(name), ACTS[name].when.words()) for name in names]
        parts += [f"## Acts of {app}\n", table(["act", "what", "roles", "conditions"], rows)]
    parts.append("## Acts of each role\n")
    pairs = sorted((role, name) for name, row in ACTS.items() for role in row.roles)
    parts.append(table(["role", "act"], ((f"`{role}`", f"`{name}`") for role, name in pairs)))
    return "\n".join(parts)


def _roles() -> list[tuple[str, Text]]:
    return sorted(ROLE_LABELS.items())


def _holders(name: str) -> str:
    return ", ".join(sorted(f"`{role}`" for role in ACTS[name].roles))
