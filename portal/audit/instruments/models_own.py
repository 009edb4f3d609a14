"""What an auditor makes belongs to the auditor's organisation: the common columns, policies and triggers."""

from __future__ import annotations

from typing import Final

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.rls import ORGANISATIONS, USER, RowSecurity, has_role

AUDITORS: Final = f"(organisation = {ORGANISATIONS} and {has_role('auditor')})"
MINE: Final = f"(by = {USER} and {AUDITORS})"


class Owned(models.Model):
    """A row of an audit organisation. Organisation and person are values: what was audited outlives accounts."""

    organisation = models.BigIntegerField(_("audit organisation"))
    by = models.BigIntegerField(_("person"))
    by_name = models.CharField(_("name of the person"), max_length=80)
    at = models.DateTimeField(_("time"))

    class Meta:
        abstract = True


def rows(name: str, *, update: bool = False, delete: bool = False) -> RowSecurity:
    """Seen by the auditors of the organisation, made by one of them in the own name."""
    return RowSecurity(
        name=name,
        read=AUDITORS,
        insert=MINE,
        update=AUDITORS if update else None,
        delete=AUDITORS if delete else None,
    )


def stays(name: str, text: str) -> list[pgtrigger.Trigger]:
    """Triggers that refuse update, delete and truncate to every role."""
    func = f"raise exception '{text}' using errcode = 'restrict_violation', constraint = '{name}';"
    return [
        pgtrigger.Trigger(name=name, when=pgtrigger.Before, operation=pgtrigger.Update | pgtrigger.Delete, func=func),
        pgtrigger.Trigger(
            name=f"{name}_whole",
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            level=pgtrigger.Statement,
            func=func,
        ),
    ]


def refuses(name: str, text: str) -> str:
    """PL/pgSQL: raise with the name under which people find the sentence."""
    return f"raise exception '{text}' using errcode = 'check_violation', constraint = '{name}';"
