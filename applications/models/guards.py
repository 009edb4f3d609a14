"""SQL that policies and triggers of the dossier share. Time guards spare the owner, signature guards spare nobody."""

from __future__ import annotations

from typing import Final

import pgtrigger

from portal.core.rls import NATION, ORGANISATIONS, OWNER, PROVINCES, UNITS, RowSecurity, has_role

# Who reads a dossier: its unit; the province and the ministries once it was submitted; auditors; assigned reviewers.
# A person with a conflict of interest sees nothing of it by office (`reviews` replaces the two functions).
SEES_APPLICATION: Final = (
    f"(unit_id = {UNITS} or successor_unit_id = {UNITS}"
    f" or (first_submitted_at is not null and province_id = {PROVINCES})"
    f" or ((({NATION} and (first_submitted_at is not null or {has_role('auditor')}))"
    " or id = any((select scope_assigned_applications())::bigint[]))"
    " and id <> all((select scope_conflicted_applications())::bigint[])))"
)


def sees(table: str) -> str:
    """SQL: the caller sees the application this row belongs to (its own policy decides)."""
    return f"exists (select 1 from applications_application a where a.id = {table}.application_id)"


def own(table: str, *roles: str) -> str:
    """SQL: the row belongs to an application of the caller's own organisation, and the caller holds a role there."""
    return (
        f"({has_role(*roles)} and exists (select 1 from applications_application a"
        f" where a.id = {table}.application_id and a.organisation_id = {ORGANISATIONS}))"
    )


def rows(name: str, table: str) -> RowSecurity:
    """A row of the dossier: read by whoever sees the application, written and removed by drafters of its government."""
    mine = own(table, "drafter")
    return RowSecurity(name=name, read=sees(table), insert=mine, update=mine, delete=mine)


def refuse(name: str, text: str) -> str:
    """PL/pgSQL: raise with the name under which people find the sentence."""
    text = text.replace("'", "''")
    return f"raise exception '{text}' using errcode = 'check_violation', constraint = '{name}';"


UNLESS_OWNER: Final = f"current_user <> '{OWNER}'"

# Each change of a row of the dossier asks whether its section may change; it waits for a submission under way.
_FROZEN: Final = f"""
    if not dossier_is_open(coalesce(new.application_id, old.application_id), %s) then
        {refuse("dossier_is_frozen", "the dossier is frozen in this state, or this section is")}
    end if;
    if tg_op = 'DELETE' then return old; end if;
    if tg_op = 'UPDATE' and new.application_id <> old.application_id then
        {refuse("dossier_is_frozen", "a row stays with its dossier")}
    end if;
    return new;
"""


def frozen(section: str) -> pgtrigger.Trigger:
    """A row of the dossier changes only while its section may change. section: SQL that gives its code."""
    return pgtrigger.Trigger(
        name="dossier_is_frozen",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=_FROZEN.replace("%s", section),
    )


def small(name: str, most: int) -> pgtrigger.Trigger:
    """What was typed (column data) is no larger than a form."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=f"""
                    if octet_length(new.data::text) > {most} then
                        {refuse("unsaved_is_small", "more than a form can hold")}
                    end if;
                    return new;
                """,
    )


def stays(name: str, text: str) -> list[pgtrigger.Trigger]:
    """Triggers that refuse update, delete and truncate to every role."""
    return [
        pgtrigger.Trigger(
            name=name,
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete,
            func=refuse(name, text),
        ),
        pgtrigger.Trigger(
            name=f"{name}_whole",
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            level=pgtrigger.Statement,
            func=refuse(name, text),
        ),
    ]
