"""Acts on files with states of enterprises for a report: bring and judge, take over."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _

from applications.domain.imports import judge_file, refuse_faulty
from applications.enums import ImportState
from applications.imports import judging
from applications.imports import report as reports
from applications.imports.judging import Changes, Verdict
from applications.sheets.sheet import Ground, Row
from applications.states import IMPORT
from grants.models import EnterpriseProgress, ProgressFile, QuarterReport
from grants.progress import PROGRESS, STATES
from grants.queries.performance import enterprise_states
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import Stale, WrongState
from portal.core.files import Kept
from portal.core.models import Run
from portal.core.scope import Actor
from portal.core.tasks import start_run

STEP = 2_000
Judgement = tuple[Verdict, Changes, str]


JUDGE: Final = "grants.judge_progress"
TAKE: Final = "grants.take_progress_rows"
# A larger file is judged and taken over in the worker (bytes; a workbook of some two thousand rows).
LONG: Final = 100_000


def bring_progress(*, by: Actor, report: QuarterReport, file: Kept) -> ProgressFile:
    """Bring a workbook for a report; nothing of the report changes. Raises NotAllowed, DomainError.

    A short one is judged at once; a long one waits for the worker (`start_judging`).
    Side effects: earlier files of the report that were not taken over are dropped.
    """
    with command(by, "grants.bring_progress", report) as act:
        earlier = ProgressFile.objects.filter(report=report, ended_at=None)
        earlier.update(state=ImportState.DROPPED, ended_at=clock.now())
        place = {"province_id": report.province_id, "unit_id": report.unit_id}
        row = ProgressFile.objects.create(**file.fields(by=by), report=report, **place)
        if not is_long(row):
            _keep(row, report, judged(row, report))
        return act.record(row)


def is_long(row: ProgressFile) -> bool:
    """Whether the file is judged and taken over in the worker."""
    return row.size > LONG


def start_judging(*, by: Actor, row: ProgressFile, back: str = "") -> Run:
    """Begin the judgement of a file in the worker; an open one is given back."""
    return _started(row, start_run(by=by, task=JUDGE, params={"file": row.pk}, key=f"{JUDGE}:{row.pk}", back=back))


def start_taking(*, by: Actor, row: ProgressFile, good_only: bool, back: str = "") -> Run:
    """Begin to take the rows over in the worker. Raises WrongState, DomainError as `take_progress`."""
    if not IMPORT.can(row.state, "take_import"):
        raise WrongState("wrong_state", _("This file was taken over or dropped already."))
    refuse_faulty(row.found, good_only=good_only)
    params = {"file": row.pk, "good_only": good_only}
    return _started(row, start_run(by=by, task=TAKE, params=params, key=f"{TAKE}:{row.pk}", back=back))


def _started(row: ProgressFile, run: Run) -> Run:
    ProgressFile.objects.filter(pk=row.pk, ended_at=None).update(run=run.pk)
    return run


def keep_judgement(*, by: Actor, row: ProgressFile, found: Judgement) -> ProgressFile:
    """Keep what the worker found in a file. Raises NotAllowed, WrongState."""
    with command(by, "grants.bring_progress", row.report) as act:
        held = ProgressFile.objects.select_for_update().get(pk=row.pk)
        if not IMPORT.can(held.state, "judge_import"):
            raise WrongState("wrong_state", _("This file was taken over or dropped already."))
        _keep(held, row.report, found)
        return act.record(held)


def _keep(row: ProgressFile, report: QuarterReport, found: Judgement) -> None:
    verdict, changes, seen = found
    row.found, row.seen, row.state = reports.made(verdict, changes), seen, IMPORT.target(row.state, "judge_import")
    row.save(update_fields=["found", "seen", "state"])


def _silent(done: int, of: int) -> None:
    """A thousand rows take a moment: nobody watches."""


def judged(row: ProgressFile, report: QuarterReport, tell: judging.Tell = _silent) -> Judgement:
    """The judgement of a file against what stands by the end of the quarter; columns it lacks stay as they are."""
    standing = {one["credit_code"]: one for one in enterprise_states(report)}
    verdict = judge_file(row, PROGRESS, Ground(frozenset(), (), frozenset(standing)), tell)
    kept = [name for name in STATES if name not in verdict.absent]
    good = [standing[one["credit_code"]] | {name: one[name] for name in kept} for one in verdict.good]
    return verdict, judging.compare(good, dict(standing), PROGRESS), reports.mark(standing.values())


def take_progress(*, by: Actor, row: ProgressFile, good_only: bool) -> int:
    """Take the good rows over into the report; gives how many enterprises changed. All of it or nothing.

    Raises NotAllowed, WrongState; Stale when the states changed since the judgement that was shown; DomainError when
    rows have problems and leaving them out was not asked for.
    """
    report = row.report
    with command(by, "grants.take_progress", report) as act:
        held = ProgressFile.objects.select_for_update().get(pk=row.pk)
        if not IMPORT.can(held.state, "take_import"):
            raise WrongState("wrong_state", _("This file was taken over or dropped already."))
        verdict, changes, seen = judged(held, report)
        if seen != held.seen:
            raise Stale("changed_meanwhile", _("The states were changed meanwhile. Bring the file again."))
        refuse_faulty(reports.made(verdict, changes), good_only=good_only)
        _store(report, changes.rows)
        held.state, held.ended_at = IMPORT.target(held.state, "take_import"), clock.now()
        held.found = held.found | {"taken": len(changes.rows), "good_only": good_only}
        held.save(update_fields=["state", "ended_at", "found"])
        act.why = _("File “%(name)s” taken over: %(count)s enterprises changed") % {
            "name": held.file_name,
            "count": len(changes.rows),
        }
        return len(changes.rows)


def _store(report: QuarterReport, rows: list[Row]) -> None:
    EnterpriseProgress.objects.bulk_create(
        [EnterpriseProgress(report=report, enterprise_id=row["id"], **_states(row)) for row in rows],
        batch_size=STEP,
        update_conflicts=True,
        unique_fields=["report", "enterprise"],
        update_fields=list(STATES),
    )


def _states(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in STATES}
