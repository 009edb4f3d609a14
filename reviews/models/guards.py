"""SQL that policies and triggers of the reviews share."""

from __future__ import annotations

from typing import Final

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.core.rls import NATION, has_role

# Officers of the ministries and the national audit office; never finance posts, provinces, units, enterprises.
OFFICES: Final = f"({NATION} and {has_role('officer', 'auditor')})"
OFFICER: Final = f"({NATION} and {has_role('officer')})"
# The caller has no conflict with the application of this row; in a batch: with none of its applications.
UNCONFLICTED: Final = "application_id <> all((select scope_conflicted_applications())::bigint[])"
UNCONFLICTED_BATCH: Final = "batch_id <> all((select scope_conflicted_batches())::bigint[])"
CREDIT_CODE: Final = r"^[0-9A-Z]{18}$"
MIIT_OFFICER: Final = "(select scope_officer_of('MIIT'))"


def ask(expression: str) -> str:
    """PL/pgSQL: raise under the name of the guard that the expression says is broken. Declare `problem` as text."""
    return f"""
        problem := {expression};
        if problem <> '' then
            raise exception '%', problem using errcode = 'check_violation', constraint = problem;
        end if;
    """


def noting(name: str, person: str, *changing: str, by: str = "reviews_note_conflicts") -> list[pgtrigger.Trigger]:
    """Triggers after insert and update: what follows from the rows for open batches is noted at once as conflicts.

    person: SQL for the reviewer of `new_rows n`. changing: columns from which conflicts follow; an update that leaves
    them alone notes nothing, one of a table without such columns is refused elsewhere. by: the function that notes
    them: a trigger after the statement runs in whatever scope it left, so `person` reads no other table.
    """
    were, are = (", ".join(f"{row}.{column}" for column in changing) for row in "on")
    changed = f" join old_rows o using (id) where ({are}) is distinct from ({were})"
    kinds = [(name, pgtrigger.Insert, "", "")]
    if changing:
        kinds.append((f"{name}_changed", pgtrigger.Update, "old_rows", changed))
    return [
        pgtrigger.Trigger(
            name=title,
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=pgtrigger.Referencing(old=old or None, new="new_rows"),  # type: ignore[no-untyped-call]
            func=f"""
                perform {by}(array(select distinct {person} from new_rows n{where}));
                return null;
            """,
        )
        for title, operation, old, where in kinds
    ]


def whole_code(name: str, field: str) -> models.CheckConstraint:
    """A unified social credit code has its 18 signs, or is not known."""
    return models.CheckConstraint(
        name=name,
        condition=Q(**{field: ""}) | Q(**{f"{field}__regex": CREDIT_CODE}),
        violation_error_message=_("A credit code has 18 digits and capital letters."),
    )


def holds(name: str, func: str, *, insert: bool = True, update: bool = True) -> pgtrigger.Trigger:
    """A trigger before insert and/or update with a `problem` to ask about; the function ends by returning the row."""
    operation = None
    for wanted, kind in ((insert, pgtrigger.Insert), (update, pgtrigger.Update)):
        if wanted:
            operation = kind if operation is None else operation | kind
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=operation,
        declare=[("problem", "text")],
        func=f"{func}\nreturn new;",
    )
