"""Work on bank files that runs in a worker: a statement is imported, lines are matched, orders are written."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from grants.domain import bank, bank_orders
from grants.models import BankFile
from portal.core.models import Run
from portal.core.scope import Actor
from portal.core.tasks import Outcome, Progress, run_task

# Reading, and storing with matching, which is one step: all of it or nothing.
STEPS = 3


def _again(by: Actor, run: Run) -> Run:
    return bank.start_import(by=by, row=BankFile.objects.get(pk=run.params["file"]), back=run.back)


@run_task(bank.IMPORT, label=gettext_lazy("Import a bank statement"), again=_again)
def import_statement(run: Run, progress: Progress) -> Outcome:
    """Read a file from the bank; then import it in the transaction that ends the run, or keep what is wrong with it."""
    with progress.acting():
        row = BankFile.objects.get(pk=run.params["file"])
    progress(1, of=STEPS)
    found = bank.judge(row)
    progress(2, of=STEPS)

    def keep(by: Actor) -> dict[str, Any]:
        if found.problems:
            bank.turn_down(by=by, row=row, problems=found.problems)
        else:
            bank.take(by=by, row=row, found=found.statements)
        return {"redirect": reverse("grants:bank_file", args=[row.pk])}

    return keep


@run_task(bank.MATCH, label=gettext_lazy("Match bank lines"))
def match_lines(run: Run, progress: Progress) -> Outcome:
    """Match the open lines of a body once more."""
    progress(1, of=2)

    def keep(by: Actor) -> dict[str, Any]:
        count = bank.match_again(by=by, organisation=run.params["organisation"])
        words = ngettext("%(count)s line was matched.", "%(count)s lines were matched.", count) % {"count": count}
        label = _("To the open lines")
        return {"url": reverse("grants:bank_queue"), "label": f"{words} {label}"}

    return keep


@run_task(bank_orders.WRITE, label=gettext_lazy("Write payment orders"))
def write_orders(run: Run, progress: Progress) -> Outcome:
    """Write a set of payment orders."""
    progress(1, of=2)

    def keep(by: Actor) -> dict[str, Any]:
        order = bank_orders.write(by=by, **run.params)
        return {"redirect": reverse("grants:bank_order", args=[order.pk])}

    return keep
