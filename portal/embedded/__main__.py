"""`python -m portal.embedded prepare`: roles, database and extensions on a real server (ADMIN_DATABASE_URL)."""

from __future__ import annotations

import sys
from urllib.parse import unquote, urlsplit

import psycopg

from portal.embedded.roles import prepare_database
from portal.environment import read


def main(argv: list[str]) -> int:
    """Prepare the server that ADMIN_DATABASE_URL names, with the passwords of the other two addresses."""
    if argv != ["prepare"] or not read("ADMIN_DATABASE_URL"):
        print("Usage: ADMIN_DATABASE_URL=… OWNER_DATABASE_URL=… DATABASE_URL=… python -m portal.embedded prepare")
        return 2
    web, owner = urlsplit(read("DATABASE_URL")), urlsplit(read("OWNER_DATABASE_URL"))
    passwords = {
        role: unquote(parts.password)
        for role, parts in {"portal_web": web, "portal_owner": owner}.items()
        if parts.password
    }
    with psycopg.connect(read("ADMIN_DATABASE_URL"), autocommit=True) as connection:
        prepare_database(connection, unquote(web.path.lstrip("/")) or "portal", passwords=passwords)
    print("Roles portal_owner, portal_web and portal_reader stand; the database is ready to migrate.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
