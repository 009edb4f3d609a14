"""Acts on files with rows for a list of the dossier: bring, judge, take over, drop."""

from __future__ import annotations

import io
from typing import Any, Final

from django.utils.translation import gettext as _

from applications.domain.editing import editing
from applications.domain.partners import ask_anew
from applications.enums import ImportState
from applications.imports import judging, kinds, reading, report
from applications.imports.judging import Verdict
from applications.models import Application, ImportFile
from applications.sheets.sheet import Ground, Sheet
from applications.states import IMPORT
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError, Stale, WrongState
from portal.core.files import Kept, read
from portal.core.models import Run, StoredFile
from portal.core.scope import Actor
from portal.core.tasks import start_run

JUDGE: Final = "applications.judge_import"
TAKE: Final = "applications.take_import"


def bring(*, by: Actor, application: Application, sheet: str, file: Kept) -> ImportFile:
    """Bring a file for a list; its judgement begins in the worker. Raises NotAllowed, WrongState.

    Side effects: earlier files for the same list that were not taken over are dropped.
    """
    with command(by, "applications.bring_import", application) as act:
        _refuse_closed(application)
        earlier = ImportFile.objects.filter(application=application, sheet=sheet, ended_at=None)
        earlier.update(state=ImportState.DROPPED, ended_at=clock.now())
        row = ImportFile.objects.create(application=application, sheet=sheet, **file.fields(by=by))
        return act.record(row)


def _refuse_closed(application: Application) -> None:
    if not application.is_open:
        raise WrongState("wrong_state", _("The dossier cannot be changed in this state."))


def start_judging(*, by: Actor, row: ImportFile, back: str = "") -> Run:
    """Begin the judgement of a file in the worker; an open one is given back."""
    run = start_run(by=by, task=JUDGE, params={"import": row.pk}, key=f"{JUDGE}:{row.pk}", back=back)
    ImportFile.objects.filter(pk=row.pk, ended_at=None).update(run=run.pk)
    return run


def judge(row: ImportFile, ground: Ground, tell: judging.Tell) -> Verdict:
    """Read the file and judge its rows; no query is sent. Raises DomainError for what is no such file."""
    return judge_file(row, kinds.KINDS[row.sheet].sheet, ground, tell)


def judge_file(row: StoredFile, sheet: Sheet, ground: Ground, tell: judging.Tell) -> Verdict:
    """Read a file of any sheet and judge its rows. Raises DomainError for no such file, or too many rows."""
    found = reading.read(io.BytesIO(read(row)), sheet)
    if len(found.rows) > sheet.most:
        raise DomainError(
            "sheet_too_large",
            _("The list has %(rows)s rows; at most %(most)s are taken.")
            % {"rows": len(found.rows), "most": sheet.most},
            "file",
        )
    return judging.judge(found, sheet, ground, tell)


def compare(row: ImportFile, verdict: Verdict) -> tuple[judging.Changes, str]:
    """What the good rows would change, and the mark of what stands now."""
    kind = kinds.KINDS[row.sheet]
    standing = list(kind.rows(row.application))
    keyed = {one[kind.sheet.key]: one for one in standing}
    return judging.compare(verdict.good, keyed, kind.sheet, verdict.absent), report.mark(standing)


def keep_report(*, by: Actor, row: ImportFile, found: dict[str, Any], seen: str) -> ImportFile:
    """Keep the judgement beside the file. Raises NotAllowed, WrongState."""
    with command(by, "applications.judge_import", row) as act:
        act.to(row, IMPORT)
        row.report, row.seen = found, seen
        row.save(update_fields=["state", "report", "seen"])
        return act.record(row)


def start_taking(*, by: Actor, row: ImportFile, good_only: bool, back: str = "") -> Run:
    """Begin to take the rows over in the worker.

    good_only: leave rows with problems out, on purpose. Raises WrongState; DomainError when rows have problems and
    that was not asked for, or none is good.
    """
    if not IMPORT.can(row.state, "take_import"):
        raise WrongState("wrong_state", _("This file was taken over or dropped already."))
    refuse_faulty(row.report, good_only=good_only)
    params = {"import": row.pk, "good_only": good_only}
    run = start_run(by=by, task=TAKE, params=params, key=f"{TAKE}:{row.pk}", back=back)
    ImportFile.objects.filter(pk=row.pk, ended_at=None).update(run=run.pk)
    return run


def refuse_faulty(found: dict[str, Any], *, good_only: bool) -> None:
    """Raise DomainError when rows have problems and leaving them out was not asked for, or no row is good."""
    if not found.get("good"):
        raise DomainError("import_has_no_good_row", _("No row can be taken over. Mend the file and bring it again."))
    if found.get("all_problems") and not good_only:
        raise DomainError(
            "import_has_problems",
            _("%(bad)s rows have problems. Mend the file, or choose to take over the good rows alone.")
            % {"bad": found["bad"]},
        )


def take(*, by: Actor, row: ImportFile, verdict: Verdict, good_only: bool) -> int:
    """Take the good rows over; gives how many rows of the dossier changed. All of it or nothing.

    Raises NotAllowed, WrongState; Stale when the dossier changed since the judgement that was shown; DomainError as
    `refuse_faulty`.
    """
    application, kind = row.application, kinds.KINDS[row.sheet]
    with editing(by, application, kind.section) as act:
        changes, seen = compare(row, verdict)
        if seen != row.seen:
            raise Stale(
                "changed_meanwhile", _("The list was changed meanwhile. Check the file again, then take it over.")
            )
        refuse_faulty(report.made(verdict, changes), good_only=good_only)
        changed = kind.store(application, changes.rows)
        ask_anew(by, application)
        held = ImportFile.objects.select_for_update().get(pk=row.pk)
        held.state = IMPORT.target(held.state, "take_import")
        held.ended_at = clock.now()
        held.report = held.report | {"taken": changed, "good_only": good_only}
        held.save(update_fields=["state", "ended_at", "report"])
        act.why = _("File “%(name)s” taken over: %(count)s rows changed") % {"name": row.file_name, "count": changed}
        return changed


def drop(*, by: Actor, row: ImportFile) -> ImportFile:
    """Drop a file that is not wanted; its run ends by itself. Raises NotAllowed, WrongState."""
    with command(by, "applications.drop_import", row) as act:
        act.to(row, IMPORT)
        row.ended_at = clock.now()
        row.save(update_fields=["state", "ended_at"])
        return act.record(row)
