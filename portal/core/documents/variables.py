"""docs/settings.md: every variable of the environment."""

from __future__ import annotations

from portal.core.documents.words import head, table
from portal.environment import VARIABLES

LEAD = """Everything that differs between hosts comes from the environment. Each variable may also be given as
NAME_FILE, the path of a file that holds the value. Declared in `portal/environment.py`; production refuses to
start with what is unsafe, each time with a sentence that says what to set."""


def text() -> str:
    """All variables by name."""
    rows = []
    for name in sorted(VARIABLES):
        variable = VARIABLES[name]
        default = "must be given" if variable.default is None else f"`{variable.default}`" if variable.default else ""
        rows.append((f"`{name}`", default, "yes" if variable.secret else "", variable.help))
    return "\n".join([head("Settings", LEAD), table(["variable", "default", "secret", "what it does"], rows)])
