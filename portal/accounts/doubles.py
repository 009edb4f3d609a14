"""Security keys that stand twice, said before the index that keeps them out is made (quoted by a migration).

Until that migration one key could be added to two accounts, or twice to one by two clicks at once.
"""

from __future__ import annotations

from typing import Any, Final

from django.core.management.base import CommandError

_DOUBLES: Final = """
select array_agg(m.id order by m.created_at, m.id), array_agg(u.email::text order by m.created_at, m.id)
  from mfa_authenticator m join accounts_user u on u.id = m.user_id
 where m.type = 'webauthn' and m.data -> 'credential' ->> 'rawId' is not null
 group by m.data -> 'credential' ->> 'rawId' having count(*) > 1 order by min(m.id)
"""
_WHAT: Final = """A security key belongs to one account, once. These stand twice, so the migration changes nothing yet:

{found}

Find out whose key it is. Of each line keep that person's number and take the others away, as the database's owner:

    delete from mfa_authenticator where id in ({later});   -- here: all but the first of each line

Who loses a key this way adds another one, or is let in by a recovery code. Then run migrate again."""


def refuse_doubles(_apps: Any, schema_editor: Any) -> None:
    """Raise CommandError naming the keys that stand twice and what to do; nothing where there are none."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_DOUBLES)
        rows = cursor.fetchall()
    if not rows:
        return
    found = "\n".join(
        "    " + ", ".join(f"{number} ({email})" for number, email in zip(*row, strict=True)) for row in rows
    )
    later = ", ".join(str(number) for numbers, _emails in rows for number in numbers[1:])
    raise CommandError(_WHAT.format(found=found, later=later))
