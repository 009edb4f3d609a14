"""docs/guards.md: what the database itself holds, table by table."""

from __future__ import annotations

import re
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.models import Model

from portal.core import own
from portal.core.documents import nevers
from portal.core.documents.words import english, head, table
from portal.core.errors import constraint_message
from portal.core.rls import RowSecurity

LEAD = """What can never happen is held by PostgreSQL, so that no bug in a view, a task, the API or a shell gets
past it. `tests/guards/` attacks each with raw SQL. Policies are written as the expression over the row that
must hold; a dash means that the web role may not do it at all. In the tables of the programme, of applications,
reviews and grants, who is an auditor and nothing else changes no row: restrictive policies (`auditors_only_read_…`)
stand beside those named here. Tables of libraries that are read before any
scope stands have no policy; `tests/guards/test_rows.py` lists them with the reason."""
FUNCTION = re.compile(r"(?i)create (?:or replace )?(?:function (\w+)|(?:constraint )?trigger (\w+))")


def text() -> str:
    """Every table of the portal's own, and the functions written in SQL."""
    parts = [head("Guards of the database", LEAD), nevers.text()]
    for model in own.models():
        parts += [f"## {model._meta.db_table}\n", _first_line(model), _policies(model), _rest(model)]
    parts += ["## Functions and triggers written in SQL\n", _functions()]
    return "\n".join(part for part in parts if part)


def _first_line(model: type[Model]) -> str:
    return (model.__doc__ or "").strip().splitlines()[0] + "\n"


def _policies(model: type[Model]) -> str:
    found = [row for row in model._meta.constraints if isinstance(row, RowSecurity)]
    if not found:
        return "No policy: see the reason in `tests/guards/test_rows.py`.\n"
    rows = [
        (f"`{row.name}`", command, f"`{expression}`" if expression else "")
        for row in found
        for command, expression in (
            ("read", row.read),
            ("insert", row.insert),
            ("update", row.update),
            ("delete", row.delete),
        )
    ]
    return table(["policy", "command", "the row must satisfy"], rows)


def _rest(model: type[Model]) -> str:
    rows = [
        (f"`{row.name}`", type(row).__name__, english(row.violation_error_message or ""))
        for row in model._meta.constraints
        if not isinstance(row, RowSecurity)
    ]
    for trigger in getattr(model._meta, "triggers", ()):
        guard = constraint_message(trigger.name)
        rows.append((f"`{trigger.name}`", "Trigger", english(guard.message) if guard else ""))
    return table(["guard", "kind", "what a person reads"], sorted(rows)) if rows else ""


def _functions() -> str:
    base = Path(settings.BASE_DIR)
    rows = set()
    for app in apps.get_app_configs():
        folder = Path(app.path)
        if base not in folder.parents or not app.name.startswith(own.PACKAGES):
            continue
        for file in [*folder.rglob("functions.py"), *folder.glob("migrations/[0-9]*.py")]:
            for function, trigger in FUNCTION.findall(file.read_text(encoding="utf-8")):
                where = file.relative_to(base).as_posix()
                rows.add((f"`{function or trigger}`", "function" if function else "trigger", f"`{where}`"))
    return table(["name", "kind", "where"], sorted(rows))
