"""`python -m portal.embedded prepare`: roles, database and extensions on a real server (ADMIN_DATABASE_URL)."""

from __future__ import annotations

import sys
from typing import Final
from urllib.parse import unquote, urlsplit

import psycopg

from portal.embedded.roles import prepare_database
from portal.environment import address, said_in_words

ADDRESSES: Final = ("ADMIN_DATABASE_URL", "OWNER_DATABASE_URL", "DATABASE_URL")


def main(argv: list[str]) -> int:
    """Prepare the server that ADMIN_DATABASE_URL names, with the passwords of the other two addresses.

    Gives 0 when it stands, 1 when the server refuses, 2 when it was not told what to do.
    """
    with said_in_words():
        admin, owner, web = (address(name, "postgresql", "postgres") for name in ADDRESSES)
    if argv != ["prepare"] or not admin:
        print(f"Usage: {'=… '.join(ADDRESSES)}=… python -m portal.embedded prepare", file=sys.stderr)
        return 2
    passwords = {
        role: unquote(parts.password)
        for role, parts in {"portal_web": urlsplit(web), "portal_owner": urlsplit(owner)}.items()
        if parts.password
    }
    database = unquote(urlsplit(web).path.lstrip("/")) or "portal"
    try:
        with psycopg.connect(admin, autocommit=True) as connection:
            prepare_database(connection, database, passwords=passwords)
    except psycopg.Error as error:
        said = " ".join(str(error).split())
        print(f"ADMIN_DATABASE_URL, the superuser of PostgreSQL 18: {said}", file=sys.stderr)
        return 1
    print(f"Roles portal_owner, portal_web and portal_reader stand; the database {database} is ready to migrate.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
