"""Acts on files with profiles of reviewers: bring, judge, take over by `people.keep_profiles`, drop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext as _

from applications.domain.imports import judge_file, refuse_faulty
from applications.enums import ImportState
from applications.imports import judging, report
from applications.imports.judging import Verdict
from applications.sheets.sheet import Ground, Row
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError, Stale, WrongState
from portal.core.files import Kept
from portal.core.models import Run
from portal.core.scope import Actor
from portal.core.tasks import start_run
from portal.programme.models import CentralSOE
from reviews import queries
from reviews.domain.people import EmployerInput, ProfileInput, keep_profile, keep_profiles
from reviews.domain.replacing import announce
from reviews.models import PoolImport, ReviewerProfile
from reviews.pool.known import Known
from reviews.pool.sheet import pool_sheet
from reviews.states import POOL_IMPORT

JUDGE: Final = "reviews.judge_pool_import"
TAKE: Final = "reviews.take_pool_import"
AT_ONCE: Final = 250  # profiles kept in one statement
_NO_GROUND: Final = Ground(frozenset(), ())  # cells name entries of lists, which the columns hold themselves
_USUAL: Final = {column.key: column.default for column in pool_sheet(Known()).columns}


def bring(*, by: Actor, file: Kept) -> PoolImport:
    """Bring a file with profiles; its judgement begins in the worker. Raises NotAllowed.

    Side effects: the person's earlier files that were not taken over are dropped.
    """
    with command(by, "reviews.bring_pool_import") as act:
        earlier = PoolImport.objects.filter(uploaded_by_id=by.id, ended_at=None)
        earlier.update(state=ImportState.DROPPED, ended_at=clock.now())
        return act.record(PoolImport.objects.create(**file.fields(by=by)))


def start_judging(*, by: Actor, row: PoolImport, back: str = "") -> Run:
    """Begin the judgement of a file in the worker; an open one is given back. Raises DomainError `run_under_way`."""
    run = start_run(by=by, task=JUDGE, params={"import": row.pk}, key=f"{JUDGE}:{row.pk}", back=back)
    PoolImport.objects.filter(pk=row.pk, ended_at=None).update(run=run.pk)
    return run


def judge(row: PoolImport, known: Known, tell: judging.Tell) -> Verdict:
    """Read the file and judge its rows; no query is sent. Raises DomainError for what is no such file.

    A column that the file does not have says nothing: of it, what stands stays.
    """
    verdict = judge_file(row, pool_sheet(known), _NO_GROUND, tell)
    for good in verdict.good:
        for name in verdict.absent:
            del good[name]
        person = known.people[good["email"]]
        good["name"], good["group"] = person.name, good.get("group") or person.group
    return verdict


def compare(by: Actor, known: Known, verdict: Verdict) -> tuple[judging.Changes, dict[str, Row], str]:
    """What the good rows would change, the rows that stand by e-mail, and the mark of the pool as it stands."""
    rows = queries.pool_rows(by, known)
    standing = {row["email"]: row for row in rows}
    return judging.compare(verdict.good, standing, pool_sheet(known)), standing, report.mark(rows)


def keep_report(*, by: Actor, row: PoolImport, known: Known, verdict: Verdict) -> PoolImport:
    """Keep the judgement beside the file. Raises NotAllowed, WrongState."""
    with command(by, JUDGE, row) as act:
        act.to(row, POOL_IMPORT)
        changes, _standing, row.seen = compare(by, known, verdict)
        row.report = report.made(verdict, changes)
        row.save(update_fields=["state", "report", "seen"])
        return act.record(row)


def start_taking(*, by: Actor, row: PoolImport, good_only: bool, back: str = "") -> Run:
    """Begin to take the profiles over in the worker.

    good_only: leave rows with problems out, on purpose. Raises WrongState; DomainError when rows have problems and
    that was not asked for, or none is good.
    """
    if not POOL_IMPORT.can(row.state, "take_pool_import"):
        raise WrongState("wrong_state", _("This file was taken over or dropped already."))
    refuse_faulty(row.report, good_only=good_only)
    params = {"import": row.pk, "good_only": good_only}
    run = start_run(by=by, task=TAKE, params=params, key=f"{TAKE}:{row.pk}", back=back)
    PoolImport.objects.filter(pk=row.pk, ended_at=None).update(run=run.pk)
    return run


def take(*, by: Actor, row: PoolImport, known: Known, verdict: Verdict, good_only: bool) -> int:
    """Keep the profiles of the good rows; gives how many changed. All of it or nothing.

    Raises NotAllowed, WrongState; Stale when the pool changed since the judgement that was shown, or somebody keeps
    one of the profiles just now; DomainError as `refuse_faulty`, and as `keep_profile` with the person it is about.
    Side effects: those of `keep_profile`.
    """
    with command(by, TAKE, row) as act:
        act.to(row, POOL_IMPORT)
        changes, standing, held = _held(by, row, known, verdict)
        refuse_faulty(report.made(verdict, changes), good_only=good_only)
        count = len(changes.rows)
        for first in range(0, count, AT_ONCE):
            _keep_some(by, known, changes.rows[first : first + AT_ONCE], standing, held)
            _plan_anew()
        announce(by)
        row.ended_at = clock.now()
        row.report = row.report | {"taken": count, "good_only": good_only}
        row.save(update_fields=["state", "ended_at", "report"])
        act.why = _("File “%(name)s” taken over: %(count)s profiles kept") % {"name": row.file_name, "count": count}
        return count


def _plan_anew() -> None:
    """Let the guards plan their queries anew: what was best for an empty pool reads all of a full one for each row."""
    with connection.cursor() as cursor:
        cursor.execute("discard plans")


def _held(
    by: Actor, row: PoolImport, known: Known, verdict: Verdict
) -> tuple[judging.Changes, dict[str, Row], dict[int, ReviewerProfile]]:
    """What changes, the rows that stand, and the profiles of these people, locked. Raises Stale.

    Nothing is waited for: a transaction that holds one profile may want a second (a reviewer steps back, another takes
    the place). Those that do not change stay free, so that a replacement finds them meanwhile.
    """
    changes, standing, seen = compare(by, known, verdict)
    touched = [known.people[one["email"]].id for one in changes.rows]
    rows = ReviewerProfile.objects.select_for_update(nowait=True, of=("self",)).filter(user_id__in=touched)
    held = {profile.user_id: profile for profile in rows.order_by("pk")}
    if held:
        changes, standing, seen = compare(by, known, verdict)
    if seen != row.seen:
        raise Stale("changed_meanwhile", _("The pool was changed meanwhile. Check the file again, then take it over."))
    return changes, standing, held


def _keep_some(
    by: Actor, known: Known, some: list[Row], standing: Mapping[str, Row], held: Mapping[int, ReviewerProfile]
) -> None:
    """Keep the profiles of some rows together; when one is refused, one by one, to say whose it is."""
    rows = []
    for one in some:
        person = known.people[one["email"]].id
        row = held.get(person) or ReviewerProfile(user_id=person)
        rows.append((row, _input(known, one, standing.get(one["email"]))))
    try:
        keep_profiles(by=by, rows=rows)
    except DomainError:
        for one in some:
            _keep(by, known, one, standing.get(one["email"]), held)
        raise


def _keep(by: Actor, known: Known, row: Row, before: Row | None, held: Mapping[int, ReviewerProfile]) -> None:
    person = known.people[row["email"]]
    what = _input(known, row, before)
    try:
        keep_profile(by=by, user_id=person.id, what=what, profile=held.get(person.id), announces=False)
    except DomainError as error:
        text = _("%(person)s: %(reason)s") % {"person": person.email, "reason": error}
        raise type(error)(error.code, text) from error


def _input(known: Known, row: Row, before: Row | None) -> ProfileInput:
    """A row as the command takes it; of columns the file does not have, what stands or else what is usual."""
    whole: dict[str, Any] = (before or _USUAL) | row
    soes = {soe.code: soe for soe in known.soes}
    changed_former = before is None or before["former"] != whole["former"]
    return ProfileInput(
        home_province=next(one for one in known.provinces if one.pk == whole["home_province"]),
        employer=whole["employer"],
        employer_soe=soes.get(whole["employer_soe"]),
        employer_code=whole["employer_code"],
        fields=whole["fields"] or {},
        languages=whole["languages"],
        away_from=whole["away_from"],
        away_to=whole["away_to"],
        former=_former(whole, soes) if changed_former else None,
        group=whole["group"],
        min_load=whole["min_load"],
        max_load=whole["max_load"],
        is_active=whole["is_active"],
    )


def _former(row: Row, soes: dict[str, CentralSOE]) -> list[EmployerInput]:
    return [
        EmployerInput(name=name, until=until, soe=soes.get(soe), credit_code=code)
        for name, code, until, soe in row["former"]
    ]


def drop(*, by: Actor, row: PoolImport) -> PoolImport:
    """Drop a file that is not wanted; its run ends by itself. Raises NotAllowed, WrongState."""
    with command(by, "reviews.drop_pool_import", row) as act:
        act.to(row, POOL_IMPORT)
        row.ended_at = clock.now()
        row.save(update_fields=["state", "ended_at"])
        return act.record(row)
