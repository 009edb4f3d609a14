"""Acts on documents that issue a tranche to many units: entered with all lines, confirmed or refused as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from grants.domain.papers import KINDS, NotEnough, Paper, begin, checking, close, entered, refuse, sealed
from grants.enums import Tranche
from grants.ledger import locks
from grants.models import Award, Issue, IssueFile, IssuePaper
from grants.queries.issue_papers import Open, open_lines
from grants.states import ISSUE_PAPER
from portal.accounts.enums import MOF, Role
from portal.core.commands import command
from portal.core.errors import DomainError, WrongState
from portal.core.files import keep
from portal.core.money import ZERO
from portal.core.scope import Actor
from portal.programme.enums import BatchState
from portal.programme.models import Batch


@dataclass(frozen=True)
class LineInput:
    """One line: the award, and what it gets (yuan, above zero)."""

    award: int
    amount: Decimal


@dataclass(frozen=True)
class IssuePaperInput:
    """A document: tranche, lines, the total it states (yuan), number, date and file."""

    tranche: Tranche
    lines: Sequence[LineInput]
    total: Decimal
    paper: Paper


class LineRefused(DomainError):
    """A line asks for more than its award still has in the tranche."""

    def __init__(self, award: int, refusal: DomainError) -> None:
        super().__init__(refusal.code, refusal.message, f"amount_{award}")


def check_batch(batch: Batch) -> None:
    """Raise WrongState for an archived batch: nothing is issued in it any more."""
    if batch.state == BatchState.ARCHIVED:
        raise WrongState("batch_is_archived", _("This batch is archived: nothing of it changes any more."))


def enter_issue_paper(*, by: Actor, batch: Batch, what: IssuePaperInput) -> IssuePaper:
    """Enter a document with all its lines, for MOF. Each line counts against its tranche until it is refused.

    Raises NotAllowed; WrongState for an archived batch; DomainError without lines, for an award that is not open or
    given twice, or when the stated total is not the sum of the lines; LineRefused beside the line with what is left.
    """
    with command(by, "grants.enter_issue_paper", batch, lock=False) as act:
        check_batch(batch)
        columns = entered(by=by, role=Role.FINANCE_MAKER, paper=what.paper, code=MOF)
        _check_total(what)
        locks.centres([line.award for line in what.lines])
        lines = _found(what, {one.award.pk: one for one in open_lines(by.scope, batch=batch, tranche=what.tranche)})
        row = IssuePaper(batch=batch, tranche=what.tranche, total=what.total, document=_kept(by, what.paper), **columns)
        begin(act, row)
        for award, amount in lines:
            Issue.objects.create(
                paper=row,
                award=award,
                province_id=award.province_id,
                unit_id=award.unit_id,
                tranche=what.tranche,
                amount=amount,
                **columns,
            )
        return row


def _found(what: IssuePaperInput, left: dict[int, Open]) -> list[tuple[Award, Decimal]]:
    """The awards of the lines, in the order of their numbers: two documents at once lock awards alike."""
    found = []
    for line in sorted(what.lines, key=lambda line: line.award):
        one = left.pop(line.award, None)
        if one is None or line.amount > one.left:
            raise LineRefused(line.award, NotEnough(one.left if one else ZERO))
        found.append((one.award, line.amount))
    return found


def _check_total(what: IssuePaperInput) -> None:
    if not what.lines:
        raise DomainError("issue_paper_has_lines", _("Give at least one unit an amount."))
    if (found := sum((line.amount for line in what.lines), ZERO)) != what.total:
        text = _("The lines add up to %(sum)s yuan, the document states %(total)s. Compare them with the document.")
        said = text % {"sum": f"{found:,.2f}", "total": f"{what.total:,.2f}"}
        raise DomainError("issue_paper_adds_up", said, "total")


def _kept(by: Actor, paper: Paper) -> IssueFile:
    file = cast("UploadedFile", sealed(paper).file)
    return IssueFile.objects.create(**keep(file, kinds=KINDS).fields(by=by))


def confirm_issue_paper(*, by: Actor, issue_paper: IssuePaper) -> IssuePaper:
    """Confirm a document entered by another person of MOF: all its lines are booked to their provinces, or none.

    Raises NotAllowed, WrongState; DomainError when a line cannot be booked.
    """
    with checking(by, "grants.confirm_issue_paper", issue_paper) as act:
        return close(act, issue_paper, ISSUE_PAPER)


def refuse_issue_paper(*, by: Actor, issue_paper: IssuePaper, why: str) -> IssuePaper:
    """Refuse a document with all its lines, with a reason. Raises NotAllowed, WrongState, DomainError."""
    return refuse(by=by, row=issue_paper, name="grants.refuse_issue_paper", machine=ISSUE_PAPER, why=why)
