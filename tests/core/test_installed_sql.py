"""What a migration installs stays as it was installed: a change of its text reaches no database that has run it.

Functions of the database stand in modules that migrations quote, where a tidy hand changes them unseen. A new migration
adds its line with GOLDEN=write; a line that changes is a mistake: write a migration that replaces the function.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddConstraint, RunSQL

from portal.core.rls import RowSecurity
from tests.environment import ROOT

PLACES = (ROOT, ROOT / "portal")
KEPT = Path(__file__).with_name("installed_sql.txt")


def _lines() -> list[str]:
    """Migration and digest of the SQL it runs, of each that runs any; without a database."""
    ours = {config.label for config in apps.get_app_configs() if Path(config.path).parent in PLACES}
    found = []
    for (app, name), migration in sorted(MigrationLoader(None).disk_migrations.items()):
        if app in ours:
            said = [repr(one.sql) for one in migration.operations if isinstance(one, RunSQL)]
            policies = [_policies(app, one) for one in migration.operations if isinstance(one, AddConstraint)]
            for what, texts in (("", said), ("policies ", list(filter(None, policies)))):
                if texts:
                    found.append(f"{app} {name} {what}{hashlib.sha256(chr(10).join(texts).encode()).hexdigest()[:16]}")
    return found


def _policies(app: str, added: AddConstraint) -> str:
    """What the declared row security of a table becomes: the words around its expressions are the portal's own."""
    if not isinstance(added.constraint, RowSecurity):
        return ""
    table = f"{app}_{added.model_name.lower()}"
    model: Any = SimpleNamespace(_meta=SimpleNamespace(db_table=table, app_label=app))
    return str(added.constraint.create_sql(model, SimpleNamespace(quote_name=str)))


def test_what_migrations_install_stays():
    found = _lines()
    if os.environ.get("GOLDEN") == "write":
        KEPT.write_text("".join(f"{line}\n" for line in found))
    assert found == KEPT.read_text().splitlines()
