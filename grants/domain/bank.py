"""Acts on files from the bank: bring one, judge and import it, match its lines; nothing is counted twice."""

from __future__ import annotations

import io
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from grants.bank import matching
from grants.bank.camt import read_camt
from grants.bank.csv_file import read_csv
from grants.bank.statement import Problem, Read, Statement, what_of
from grants.enums_bank import BankFileKind, BankFileState, Decided
from grants.models import BankDecision, BankFile, BankLine, BankStatement
from grants.queries import bank as queries
from grants.states import BANK_FILE
from portal.accounts.enums import MOF, Kind, Role
from portal.accounts.models import Organisation
from portal.core import clock
from portal.core.commands import Act, command
from portal.core.errors import DomainError, NotAllowed, Stale
from portal.core.files import CSV, XML, keep_made, read
from portal.core.models import Run
from portal.core.scope import Actor, Post
from portal.core.tasks import start_run

IMPORT: Final = "grants.import_statement"
MATCH: Final = "grants.match_lines"
MOST_BYTES: Final = 20 * 2**20
CHUNK: Final = 1000


def treasuries(by: Actor) -> list[Post]:
    """The finance bodies for which the actor enters money, each once."""
    found: dict[int, Post] = {}
    for post in by.posts:
        finance = post.kind in (Kind.PROVINCIAL_FINANCE, Kind.UNIT_FINANCE) or post.code == MOF
        if post.role == Role.FINANCE_MAKER and finance:
            found.setdefault(post.organisation, post)
    return list(found.values())


def treasury(by: Actor, organisation: int | None = None) -> Post:
    """The finance body for which the actor enters money; with several, the one that is named.

    Raises NotAllowed; DomainError beside `organisation` when it is left open which one.
    """
    return only(treasuries(by), organisation)


def only(bodies: list[Post], organisation: int | None) -> Post:
    """The named one of these bodies, or the only one. Raises NotAllowed, DomainError as `treasury`."""
    found = [post for post in bodies if organisation in (None, post.organisation)]
    if not found:
        raise NotAllowed("not_finance", _("Only someone who enters money in a finance department does this."))
    if len(found) > 1:
        words = _("You enter money in several departments: say for which one.")
        raise DomainError("bank_body_chosen", words, "organisation")
    return found[0]


def bring(*, by: Actor, upload: UploadedFile, organisation: int | None = None) -> BankFile:
    """Keep a file from the bank; it is judged and imported in the worker (`start_import`).

    organisation: number of the finance body, for whoever enters money in several.
    Raises NotAllowed; DomainError beside `file`: empty, too large, neither CSV nor XML; beside `organisation`.
    """
    with command(by, "grants.bring_statement") as act:
        post = treasury(by, organisation)
        content = _content(upload)
        kind = (
            BankFileKind.CAMT if content.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t\0").startswith(b"<") else BankFileKind.CSV
        )
        kept = keep_made(
            io.BytesIO(content), name=upload.name or "", kind=XML if kind == BankFileKind.CAMT else CSV, folder="bank"
        )
        row = BankFile.objects.create(organisation_id=post.organisation, kind=kind, **kept.fields(by=by))
        return act.record(row)


def _content(upload: UploadedFile) -> bytes:
    if (upload.size or 0) > MOST_BYTES:
        words = _("The file is larger than %(most)s. Export a shorter period, then upload it.")
        raise DomainError("file_too_large", words % {"most": filesizeformat(MOST_BYTES)}, "file")
    upload.seek(0)
    content: bytes = upload.read()
    if not content.strip():
        raise DomainError("file_empty", _("The file is empty. Choose the file again."), "file")
    head = content[:8].lower()
    if head.startswith((b"pk", b"%pdf", b"\xd0\xcf\x11\xe0", b"\x89png", b"\xff\xd8\xff", b"rar!", b"7z\xbc", b"gif8")):
        words = _("By its content this is neither CSV nor camt.053. Export the statement as one of them.")
        raise DomainError("file_kind", words, "file")
    return content


def start_import(*, by: Actor, row: BankFile, back: str = "") -> Run:
    """Begin to judge and import a file in the worker; an open run is given back. Raises NotAllowed."""
    with command(by, "grants.bring_statement", row, lock=False) as act:
        run = start_run(by=by, task=IMPORT, params={"file": row.pk}, key=f"{IMPORT}:{row.pk}", back=back)
        BankFile.objects.filter(pk=row.pk, state=BankFileState.BROUGHT).update(run=run.pk)
        act.record(row)
        return run


def judge(row: BankFile) -> Read:
    """Read a file: statements, or problems with row and column. No query is sent."""
    content = read(row)
    return read_camt(content) if row.kind == BankFileKind.CAMT else read_csv(content)


def turn_down(*, by: Actor, row: BankFile, problems: list[Problem]) -> BankFile:
    """Keep what is wrong with a file; nothing of it is imported. Raises NotAllowed, WrongState."""
    with command(by, IMPORT, row) as act:
        row.report = {"problems": [vars(one) for one in problems]}
        return _closed(act, row, "turn_down")


def take(*, by: Actor, row: BankFile, found: list[Statement]) -> BankFile:
    """Import the statements of a file, each once, and match its lines: all of it or nothing.

    A statement that is imported already changes nothing; of overlapping statements each line is counted once.
    Raises NotAllowed, WrongState; Stale when another import of the same account is under way at this moment.
    """
    with command(by, IMPORT, row) as act:
        if row.state != BankFileState.BROUGHT:
            raise Stale("bank_file_state", _("This file was read already. Look at its page."))
        _alone(row.organisation_id)
        known = queries.known(row.organisation_id, [one.identity for one in found])
        report = []
        for one in found:
            before = known.get(one.identity)
            if before is None:
                before = known[one.identity] = _store(by, row, one)
                report.append({"statement": before.pk, "title": str(before), "again": False})
            else:
                report.append(_again(before))
        row.report = {"statements": report}
        return _closed(act, row, "take")


def _closed(act: Act, row: BankFile, step: str) -> BankFile:
    act.to(row, BANK_FILE, step)
    row.save(update_fields=["state", "report"])
    act.after = {"state": row.state, "file_name": row.file_name, "sha256": row.sha256}
    return act.record(row)


def _again(before: BankStatement) -> dict[str, Any]:
    return {
        "statement": before.pk,
        "title": str(before),
        "again": True,
        "at": before.imported_at.isoformat(),
        "by": str(before.imported_by),
    }


def _alone(organisation: int) -> None:
    """Imports and matchings of one body go one after the other; the constraints hold it all the same."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(20240053, %s)", [organisation])


def _store(by: Actor, row: BankFile, one: Statement) -> BankStatement:
    statement = BankStatement.objects.create(
        file=row,
        organisation_id=row.organisation_id,
        identity=one.identity,
        number=one.number,
        account=one.account,
        begins=one.begins,
        ends=one.ends,
        opening=one.opening,
        closing=one.closing,
        moved=one.sum,
        lines=len(one.movements),
        imported_by_id=by.id,
        imported_at=clock.now(),
    )
    fresh = _fresh(statement, one)
    result = _result(row.organisation_id, fresh)
    for place, why in ((found.line, found.why) for found in result.open):
        fresh[place].why = why  # type: ignore[call-overload]  # a line's key is its place
    BankLine.objects.bulk_create(fresh, batch_size=CHUNK)
    _decide(by, row.organisation_id, fresh, result)
    return statement


def _fresh(statement: BankStatement, one: Statement) -> list[BankLine]:
    """The lines that no other statement of the account has counted, not stored yet."""
    there = BankLine.objects.filter(organisation=statement.organisation_id, account=one.account)
    referred = there.filter(key__in={movement.key for movement in one.movements if movement.reference})
    rows = referred.values_list("key", "day", "direction", "amount")
    known = {key: what_of(day, direction, amount) for key, day, direction, amount in rows}
    keys = one.keys(known)
    counted = set(there.filter(key__in=keys).values_list("key", flat=True))
    fresh = []
    for number, (key, movement) in enumerate(zip(keys, one.movements, strict=True), start=1):
        if key in counted:
            continue
        counted.add(key)
        place = {"organisation_id": statement.organisation_id, "account": one.account}
        fresh.append(BankLine(statement=statement, number=number, key=key, **place, **vars(movement)))
    return fresh


def _result(organisation: int, lines: list[BankLine]) -> matching.Result:
    """Which of the lines are whose; a line's key is its place in the list."""
    if not lines:
        return matching.Result([], [])
    papers = queries.to_match(Organisation.objects.get(pk=organisation))
    return matching.match([as_line(place, one) for place, one in enumerate(lines)], papers)


def _decide(by: Actor, organisation: int, lines: list[BankLine], result: matching.Result) -> None:
    now = clock.now()
    made = [
        BankDecision(
            line=lines[one.line],  # type: ignore[call-overload]  # a line's key is its place
            organisation_id=organisation,
            kind=Decided.MATCH,
            how=one.by,
            by_id=by.id,
            at=now,
            **{f"{one.paper[0]}_id": one.paper[1]},  # type: ignore[index]  # a key is what queries.to_match made it
        )
        for one in sorted(result.matches, key=lambda one: str(one.paper))
    ]
    BankDecision.objects.bulk_create(made, batch_size=CHUNK)


def as_line(key: int, row: BankLine) -> matching.Line:
    """A line as the matching takes it."""
    return matching.Line(key, row.direction, row.amount, row.day, row.name, row.text)


def start_matching(*, by: Actor, organisation: int | None = None, back: str = "") -> Run:
    """Begin to match the open lines of the actor's body anew, after papers were confirmed.

    organisation: number of the body, for whoever enters money in several. Raises NotAllowed, DomainError.
    """
    with command(by, MATCH) as act:
        body = treasury(by, organisation).organisation
        run = start_run(by=by, task=MATCH, params={"organisation": body}, key=f"{MATCH}:{body}", back=back)
        return act.record(run)


def match_again(*, by: Actor, organisation: int) -> int:
    """Match the open lines of a body against the papers of now; gives how many were matched. Raises NotAllowed."""
    with command(by, MATCH) as act:
        if organisation not in {post.organisation for post in treasuries(by)}:
            raise NotAllowed("not_finance", _("Only the finance department of this account does this."))
        _alone(organisation)
        lines = list(queries.own_lines(organisation))
        result = _result(organisation, lines)
        _decide(by, organisation, lines, result)
        for why in sorted({one.why for one in result.open}):
            places = (one.line for one in result.open if one.why == why)
            numbers = [lines[place].pk for place in places]  # type: ignore[call-overload]  # a line's key is its place
            BankLine.objects.filter(pk__in=numbers).exclude(why=why).update(why=why)
        act.after = {"matched": len(result.matches)}
        return len(result.matches)
