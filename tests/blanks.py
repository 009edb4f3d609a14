"""Columns a hand-written insert may leave out: what a form would leave empty stands empty."""

from __future__ import annotations

from typing import Any, Final

EMPTY: Final = {
    "character varying": "''",
    "text": "''",
    "boolean": "false",
    "integer": "0",
    "smallint": "0",
    "bigint": "0",
    "numeric": "0",
    "jsonb": "'{}'",
    "ARRAY": "'{}'",
}
ASKED: Final = """
    select column_name, data_type from information_schema.columns
     where table_schema = 'public' and table_name = %s and is_nullable = 'NO' and is_identity = 'NO'
       and column_default is null and is_generated = 'NEVER'
"""


def blanks(execute: Any, table: str, named: str) -> tuple[str, str]:
    """Further columns of the table that must not be null, and empty values for them, as ", a, b" and ", '', 0".

    execute: runs a statement and gives its rows. named: the columns the insert names itself.
    """
    given = {name.strip() for name in named.split(",")}
    left = [(name, kind) for name, kind in execute(ASKED, [table]) if name not in given]
    return "".join(f", {name}" for name, _ in left), "".join(f", {EMPTY[kind]}" for _, kind in left)
