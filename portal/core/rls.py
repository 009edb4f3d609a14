"""Row-level security declared beside the models, as a constraint that Django's migrations carry.

    class Meta:
        constraints = [RowSecurity(name="payment_rows", read=READ, insert=..., update=..., grants="select, insert")]

The table gets ENABLE and FORCE row level security; the web role gets just the named grants and one policy for each
command that has an expression; the owner (migrations, the demonstration's bulk load) a policy of its own. With no
scope set the helper functions give nothing, so no row is seen.
"""

from __future__ import annotations

from typing import Any, Final

from django.db.models import BaseConstraint, Model

WEB: Final = "portal_web"
READER: Final = "portal_reader"
OWNER: Final = "portal_owner"

# Each is evaluated once a statement, not once a row, because it stands in a sub-select.
NATION: Final = "(select scope_nation())"
PROVINCES: Final = "any((select scope_provinces())::text[])"
UNITS: Final = "any((select scope_units())::text[])"
ORGANISATIONS: Final = "any((select scope_orgs())::bigint[])"
USER: Final = "(select scope_user())"
SIGNED_IN: Final = f"({USER} is not null)"
# Apps into whose tables the work of a reader writes too: the own letters, runs, reports, tokens, and what audits write.
# In every other table who is an auditor and nothing else changes no row, whatever its policies say.
OF_READERS: Final = frozenset({"accounts", "api", "audit", "core", "notifications", "reports"})
NOT_ONLY_AUDITOR: Final = "(select scope_roles()) is distinct from array['auditor']::text[]"


def has_role(*roles: str) -> str:
    """SQL: the caller holds one of these roles."""
    listed = ", ".join(f"'{role}'" for role in roles)
    return f"((select scope_roles()) && array[{listed}]::text[])"


def _only_read(table: str, command: str) -> str:
    """A restrictive policy: who is an auditor and nothing else does not do this in the table."""
    check = "with check" if command == "insert" else "using"
    return (
        f"create policy auditors_only_read_{command} on {table} as restrictive for {command} to {WEB}"
        f" {check} ({NOT_ONLY_AUDITOR})"
    )


class RowSecurity(BaseConstraint):
    """Forced row-level security of one table. Expressions are SQL over the row; None: the command is refused.

    Outside OF_READERS an auditor who holds no other role is refused every change by restrictive policies as well.
    """

    def __init__(
        self,
        *,
        name: str,
        read: str,
        insert: str | None = None,
        update: str | None = None,
        delete: str | None = None,
        violation_error_message: Any = None,
    ) -> None:
        self.read, self.insert, self.update, self.delete = read, insert, update, delete
        super().__init__(name=name, violation_error_message=violation_error_message)

    def constraint_sql(self, model: type[Model] | None, schema_editor: Any) -> Any:
        """Run after the table exists; nothing stands inside CREATE TABLE."""
        if model is not None:
            schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def create_sql(self, model: type[Model] | None, schema_editor: Any) -> Any:
        """All statements that put the policies in place."""
        table = schema_editor.quote_name(model._meta.db_table)  # type: ignore[union-attr]
        grants = ["select"]
        lines = [
            f"alter table {table} enable row level security",
            f"alter table {table} force row level security",
            f"create policy {self.name}_owner on {table} to {OWNER} using (true) with check (true)",
            f"create policy {self.name}_read on {table} for select to {WEB}, {READER} using ({self.read})",
        ]
        if self.insert is not None:
            grants.append("insert")
            lines.append(f"create policy {self.name}_insert on {table} for insert to {WEB} with check ({self.insert})")
        if self.update is not None:
            grants.append("update")
            lines.append(
                f"create policy {self.name}_update on {table} for update to {WEB} "
                f"using ({self.update}) with check ({self.update})"
            )
        if self.delete is not None:
            grants.append("delete")
            lines.append(f"create policy {self.name}_delete on {table} for delete to {WEB} using ({self.delete})")
        if model._meta.app_label not in OF_READERS:  # type: ignore[union-attr]
            lines += [_only_read(table, command) for command in grants[1:]]
        lines += [
            f"revoke all on {table} from {WEB}, {READER}",
            f"grant {', '.join(grants)} on {table} to {WEB}",
            f"grant select on {table} to {READER}",
        ]
        return "; ".join(lines).replace("%", "%%")

    def remove_sql(self, model: type[Model] | None, schema_editor: Any) -> Any:
        """Take the policies away; the table stays forced, so until new ones come no row is seen."""
        table = schema_editor.quote_name(model._meta.db_table)  # type: ignore[union-attr]
        kinds = ("owner", "read", "insert", "update", "delete")
        names = [f"{self.name}_{kind}" for kind in kinds] + [f"auditors_only_read_{kind}" for kind in kinds[2:]]
        return "; ".join(f"drop policy if exists {name} on {table}" for name in names)

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: Any = None) -> None:
        """Nothing to check in Python: the database decides."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RowSecurity) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash(self.name)

    def deconstruct(self) -> Any:
        """Carry the expressions into the migration."""
        path, args, kwargs = super().deconstruct()
        parts = {"read": self.read, "insert": self.insert, "update": self.update, "delete": self.delete}
        kwargs.update({key: value for key, value in parts.items() if value is not None})
        return path, args, kwargs
