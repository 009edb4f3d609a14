"""What waits for people of the money, in words: to be checked, passed on, paid back, assessed, reported."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from grants.queries import issue_papers, moves
from grants.queries.desk import Waits, waiting
from grants.todo_assessing import to_evaluate
from grants.todo_performance import reports
from portal.accounts.enums import MOF, Role
from portal.core import clock
from portal.core.scope import Actor
from portal.notifications.todo import Todo
from portal.programme.enums import BatchState

# The page of each kind of line; those that only count lead to a list.
_ROUTES: Final = {
    "receive": "grants:issue",
    "pass_on": "grants:issue",
    "arrival": "grants:confirm_arrival",
    "demand": "grants:recovery",
    "overdue": "grants:recovery",
    "receipt": "grants:receive_return",
    "hand_on": "grants:enter_return",
    "ended": "grants:enter_recovery",
    "verify": "grants:evaluation",
    "accept": "grants:acceptance",
    "score": "grants:panel",
    "mend": "grants:assessment",
    "scored": "grants:panel",
    "unscored": "grants:panel",
    "judge": "grants:enter_assessment",
    "empanel": "grants:open_panel",
    "mended": "grants:rectification",
    "failed": "grants:enter_recovery",
    "assess": "grants:ending",
    "archive": "grants:ending",
    "archiving": "grants:ending",
    "reopening": "grants:ending",
    "close_year": "grants:close_year",
}
_LISTS: Final = {
    "late": "grants:waiting",
    "unawarded": "grants:to_award",
    "request": "grants:requests",
    "hold": "grants:holds",
    "bank": "grants:bank_queue",
}


def checks(actor: Actor) -> list[Todo]:
    """Entries of others which this checker confirms or refuses."""
    if not actor.roles & {Role.FINANCE_CHECKER, Role.OFFICER}:
        return []
    found = moves.to_check(actor)
    if not found:
        return []
    text = ngettext("Check %(count)s entry", "Check %(count)s entries", len(found)) % {"count": len(found)}
    return [Todo(text, reverse("grants:to_check"), None, len(found))]


def issues(actor: Actor) -> list[Todo]:
    """Tranches of which something is left to issue, for makers of the Ministry of Finance."""
    if actor.post(Role.FINANCE_MAKER, code=MOF) is None:
        return []
    return [
        Todo(
            ngettext(
                "Issue money of batch %(number)s, %(tranche)s: %(amount)s yuan for %(count)s unit",
                "Issue money of batch %(number)s, %(tranche)s: %(amount)s yuan for %(count)s units",
                row.awards,
            )
            % {
                "number": row.batch.number,
                "tranche": row.tranche.label,
                "amount": f"{row.left:,.2f}",
                "count": row.awards,
            },
            reverse("grants:enter_issue_paper", args=[row.batch.number, row.tranche.value]),
        )
        for row in issue_papers.tallies(actor.scope)
        if row.batch.state != BatchState.ARCHIVED
    ]


def lines(actor: Actor) -> list[Todo]:
    """Everything else that waits, kind by kind."""
    return [_listed(row) if row.kind in _LISTS else _line(row) for row in waiting(actor, on=clock.today())]


def _line(row: Waits) -> Todo:
    unit = row.unit_en if get_language() == "en" else row.unit_zh
    said = {
        "number": row.number,
        "unit": unit,
        "amount": f"{row.amount or 0:,.2f}",
        "document": row.words,
        "project": row.words,
    }
    url = reverse(_ROUTES[row.kind], args=[row.number])
    if row.kind == "ended":
        url += f"?ground=ended&project={row.other}"
    due = clock.end_of_day(row.due_on) if row.due_on else None
    return Todo(_text(row.kind) % said, url, due, remind=_remind(row))


def _text(kind: str) -> str:
    texts: dict[str, Callable[[], str]] = {
        "receive": lambda: _("Record the receipt of money for %(unit)s"),
        "pass_on": lambda: _("Pass money on to %(unit)s"),
        "arrival": lambda: _("Confirm that money of %(document)s has arrived"),
        "demand": lambda: _("Pay back %(amount)s yuan of %(unit)s"),
        "overdue": lambda: _("Overdue: %(amount)s yuan demanded from %(unit)s"),
        "receipt": lambda: _("Record the receipt of %(amount)s yuan given back by %(unit)s"),
        "hand_on": lambda: _("Give %(amount)s yuan of %(unit)s back to the level above"),
        "ended": lambda: _("Demand %(amount)s yuan back: a project of %(unit)s was taken out of the plan"),
        "verify": lambda: _("Verify the self-evaluation of %(unit)s"),
        "accept": lambda: _("Confirm the acceptance of “%(project)s”"),
        "score": lambda: _("Score on the panel on %(unit)s"),
        "mend": lambda: _("Follow the rectification of %(unit)s"),
        "scored": lambda: _("Close the panel on %(unit)s: every member has scored"),
        "unscored": lambda: _("Overdue: not every member of the panel on %(unit)s has scored"),
        "judge": lambda: _("Enter the result of the final assessment of %(unit)s"),
        "empanel": lambda: _("Open the panel on %(unit)s: its self-evaluation is verified"),
        "mended": lambda: _("Confirm the rectification of %(unit)s"),
        "failed": lambda: _("%(unit)s failed for good: demand the money back"),
        "assess": lambda: _("End the running of batch %(number)s: every award has its final result"),
        "archive": lambda: _("Ask for the archiving of batch %(number)s: nothing is open any more"),
        "archiving": lambda: _("Countersign the archiving of batch %(number)s"),
        "reopening": lambda: _("Countersign the reopening of batch %(number)s"),
        "close_year": lambda: _("Close the year %(number)s: what units have not spent goes on as carry-over"),
    }
    return texts[kind]()


def _remind(row: Waits) -> tuple[int, ...]:
    """Days before the last one that lie PASS_ON_REMINDERS days behind the receipt, for money to be passed on."""
    if row.other is None or row.kind not in ("receive", "pass_on"):
        return ()
    return tuple(row.other - after for after in settings.PASS_ON_REMINDERS if after < row.other)


def _listed(row: Waits) -> Todo:
    texts: dict[str, Callable[[int], Any]] = {
        "late": lambda count: ngettext(
            "%(count)s issue is passed on too late", "%(count)s issues are passed on too late", count
        ),
        "unawarded": lambda count: ngettext(
            "Enter the award of %(count)s unit", "Enter the awards of %(count)s units", count
        ),
        "request": lambda count: ngettext(
            "Complete %(count)s payment request and enter the payment",
            "Complete %(count)s payment requests and enter the payments",
            count,
        ),
        "bank": lambda count: ngettext(
            "Decide on %(count)s open bank line", "Decide on %(count)s open bank lines", count
        ),
        "hold": lambda count: ngettext(
            "Decide on other national money of %(count)s project",
            "Decide on other national money of %(count)s projects",
            count,
        ),
    }
    url = reverse(_LISTS[row.kind]) + ("?timing=late" if row.kind == "late" else "")
    due = clock.end_of_day(row.due_on) if row.due_on else None
    return Todo(texts[row.kind](row.number) % {"count": row.number}, url, due, row.number)


SOURCES: Final[tuple[Callable[[Actor], list[Todo]], ...]] = (checks, issues, lines, reports, to_evaluate)
