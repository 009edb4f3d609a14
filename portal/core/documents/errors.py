"""docs/errors.md: every refusal by its code, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps

from portal.core.documents.source import Refusal, refusals
from portal.core.documents.words import chinese, english, head, table
from portal.core.errors import GUARDS, PROBLEMS

LEAD = """A page shows these sentences beside the field or at the top, the API in `detail` with the code in `code`
(RFC 9457, `application/problem+json`). Named places in a sentence, as in `%(left)s`, are filled in when it is said."""
COLUMNS = ("code", "English", "中文")


def text() -> str:
    """Codes of acts, of the API's own answers, and of the database's guards."""
    parts = [head("Errors", LEAD), "## Refusals of acts\n"]
    acts = [(f"`{row.code}`", row.status, row.message, chinese(row.message, row.context)) for row in _acts()]
    parts.append(table(["code", "status", "English", "中文"], acts))
    parts.append("## Answers of the API itself\n")
    own = [(f"`{code}`", row.status, english(row.title), chinese(row.title)) for code, row in sorted(PROBLEMS.items())]
    parts.append(table(["code", "status", "English", "中文"], own))
    parts.append("## Refusals of the database\n")
    parts.append("Constraints, triggers and policies by name; status 422.\n")
    parts.append(table(COLUMNS, sorted(set(_guards()))))
    return "\n".join(parts)


def _acts() -> list[Refusal]:
    return sorted(set(refusals()))


def _guards() -> Iterator[tuple[str, str, str]]:
    for name, guard in GUARDS.items():
        yield f"`{name}`", english(guard.message), chinese(guard.message)
    for model in apps.get_models():
        for row in model._meta.constraints:
            if row.violation_error_message and row.violation_error_message != row.default_violation_error_message:
                yield f"`{row.name}`", english(row.violation_error_message), chinese(row.violation_error_message)
