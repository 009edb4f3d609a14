"""What a migration installs stays as it was installed: a change of its text reaches no database that has run it.

Functions of the database stand in modules that migrations quote, where a tidy hand changes them unseen. A new migration
adds its line with GOLDEN=write; a line that changes is a mistake: write a migration that replaces the function.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from django.apps import apps
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunSQL

from tests.environment import ROOT

PLACES = (ROOT, ROOT / "portal")
KEPT = Path(__file__).with_name("installed_sql.txt")


def _lines() -> list[str]:
    """Migration and digest of the SQL it runs, of each that runs any; without a database."""
    ours = {config.label for config in apps.get_app_configs() if Path(config.path).parent in PLACES}
    found = []
    for (app, name), migration in sorted(MigrationLoader(None).disk_migrations.items()):
        said = [repr(one.sql) for one in migration.operations if isinstance(one, RunSQL)]
        if app in ours and said:
            found.append(f"{app} {name} {hashlib.sha256(chr(10).join(said).encode()).hexdigest()[:16]}")
    return found


def test_what_migrations_install_stays():
    found = _lines()
    if os.environ.get("GOLDEN") == "write":
        KEPT.write_text("".join(f"{line}\n" for line in found))
    assert found == KEPT.read_text().splitlines()
