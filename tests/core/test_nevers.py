"""The table of what can never happen names guards that stand, and all modules that attack one."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from portal.core.documents.nevers import NEVERS
from portal.core.documents.words import chinese
from portal.core.errors import constraint_message

FOLDER = Path(__file__).parent.parent / "guards"
STANDS = """
    select exists (select from pg_constraint where conname = %(name)s)
        or exists (select from pg_class where relkind = 'i' and relname = %(name)s)
        or exists (select from pg_policy where polname like replace(%(name)s, '_', '\\_') || '\\_%%')
        or exists (select from pg_proc where strpos(prosrc, quote_literal(%(name)s)) > 0)
        or exists (select from pg_trigger where strpos(pg_get_triggerdef(oid), '(' || quote_literal(%(name)s) || ')') > 0)
"""


@pytest.mark.parametrize("name", sorted({name for never in NEVERS for name in never.held}))
def test_the_guard_stands_in_the_database(db, name):
    with connection.cursor() as cursor:
        cursor.execute(STANDS, {"name": name})
        assert cursor.fetchone() == (True,)


@pytest.mark.parametrize("never", NEVERS, ids=lambda never: never.words[:40])
def test_it_is_attacked_and_said(never):
    texts = [(FOLDER / f"test_{module}.py").read_text(encoding="utf-8") for module in never.attacked]
    assert texts
    assert all("guard" in text for text in texts)
    for name in never.held:
        if name.endswith("_rows"):  # a policy has no name in the error; what it hides is not found
            continue
        assert any(name in text for text in texts), f"{name} is met in none of {never.attacked}"
        guard = constraint_message(name)
        assert guard is not None
        assert chinese(guard.message) != "–"


def test_every_module_that_attacks_a_guard_has_its_never():
    modules = {file.stem.removeprefix("test_") for file in FOLDER.glob("test_*.py")}
    assert modules == {module for never in NEVERS for module in never.attacked}
