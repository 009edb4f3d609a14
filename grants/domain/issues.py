"""Acts on issues and pass-ons: the centre issues a tranche, the province receives it and passes it on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Sum
from django.utils.translation import gettext as _

from grants.domain.papers import NotEnough, Paper, begin, checking, close, entered, kept, refuse, sealed
from grants.enums import COUNTED, DocumentKind, Place, Tranche
from grants.ledger import locks
from grants.models import Award, Issue, PassOn
from grants.states import ISSUE, PASS_ON
from portal.accounts.enums import MOF, Kind, Role
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.money import ZERO, to_fen
from portal.core.scope import Actor


@dataclass(frozen=True)
class IssueInput:
    """What an issue says: the tranche, the amount in yuan, its paper."""

    tranche: Tranche
    amount: Decimal
    paper: Paper


@dataclass(frozen=True)
class PassOnInput:
    """What a pass-on says: the amount in yuan, the day it was passed on, its paper, a note (why late, why partly)."""

    amount: Decimal
    passed_on: date
    paper: Paper
    note: str = ""


def second_limit(award: int) -> Decimal | None:
    """What the final assessment that opened the second tranche left of it (yuan), or None where it is whole."""
    with connection.cursor() as cursor:
        cursor.execute("select second_tranche_limit(%s)", [award])
        found: Decimal | None = cursor.fetchone()[0]
    return found


def tranche_share(award: Award, tranche: Tranche) -> Decimal:
    """The whole of a tranche: the rule set's share of the award in whole fen, or the rest of it."""
    share = award.batch.rule_set.first_tranche_share if award.batch.rule_set else Decimal(0)
    first = to_fen(award.amount * share)
    return first if tranche == Tranche.FIRST else award.amount - first


def tranche_left(award: Award, tranche: Tranche) -> Decimal:
    """What may still be issued of a tranche after what was entered and confirmed (yuan).

    Of the second tranche no more than what the final assessment left of it.
    """
    rows = Issue.objects.filter(award=award, tranche=tranche, state__in=COUNTED)
    taken = rows.aggregate(sum=Sum("amount"))["sum"] or ZERO
    share = tranche_share(award, tranche)
    reduced = second_limit(award.pk) if tranche == Tranche.SECOND else None
    return (share if reduced is None else min(share, reduced)) - taken


def enter_issue(*, by: Actor, award: Award, what: IssueInput) -> Issue:
    """Enter the issue of a tranche to the award's province, for MOF.

    Raises NotAllowed; DomainError without its sealed file, for a second tranche before a passed assessment or a
    document entered already; NotEnough with what the tranche still holds.
    """
    with command(by, "grants.enter_issue", award, lock=False) as act:
        paper = sealed(what.paper)
        columns = entered(by=by, role=Role.FINANCE_MAKER, paper=paper, code=MOF)
        locks.balance(award.pk, Place.CENTRAL)
        if what.tranche == Tranche.SECOND and award.assessment_passed_on is None:
            text = _("The second tranche opens only after the final assessment was passed.")
            raise DomainError("second_tranche_after_assessment", text, "tranche")
        if what.amount > (left := tranche_left(award, what.tranche)):
            raise NotEnough(left)
        place = {"province": award.province_id, "unit": award.unit_id}
        row = Issue(
            award=award,
            province_id=award.province_id,
            unit_id=award.unit_id,
            tranche=what.tranche,
            amount=what.amount,
            document=kept(by=by, paper=paper, kind=DocumentKind.ISSUE, **place),
            **columns,
        )
        return begin(act, row)


def confirm_issue(*, by: Actor, issue: Issue) -> Issue:
    """Confirm an issue entered by another person of MOF: the money is booked to the province.

    Raises NotAllowed, WrongState, NotEnough.
    """
    with checking(by, "grants.confirm_issue", issue) as act:
        if issue.amount > (left := locks.balance(issue.award_id, Place.CENTRAL)):
            raise NotEnough(left, None)
        return close(act, issue, ISSUE)


def refuse_issue(*, by: Actor, issue: Issue, why: str) -> Issue:
    """Refuse an issue with a reason. Raises NotAllowed, WrongState, DomainError."""
    return refuse(by=by, row=issue, name="grants.refuse_issue", machine=ISSUE, why=why)


def receive(*, by: Actor, issue: Issue, received_on: date) -> Issue:
    """Record for the province when the money of an issue arrived; the days to pass it on count from there.

    When it was recorded is said by the database. Raises NotAllowed; DomainError for a day before the document, in the
    future, or after the one on which the province's bank had all of the money.
    """
    with command(
        by, "grants.receive", issue, lock=by.post(Role.FINANCE_MAKER, province=issue.province_id) is not None
    ) as act:
        if not issue.document_date <= received_on <= clock.today():
            text = _("The day lies between the document's date and today.")
            raise DomainError("received_on", text, "received_on")
        issue.received_on, issue.received_by_id, issue.received_at = received_on, by.id, clock.now()
        issue.save(update_fields=["received_on", "received_by", "received_at"])
        issue.refresh_from_db(fields=["received_at"])
        return act.record(issue)


def issue_left(issue: Issue) -> Decimal:
    """What the province may still pass on of an issue after what was entered, confirmed or given back (yuan)."""
    return locks.left("issue", issue.pk)


def enter_pass_on(*, by: Actor, issue: Issue, what: PassOnInput) -> PassOn:
    """Enter for the province that money of one issue is passed on to the pilot unit. Late is shown, not refused.

    Raises NotAllowed; DomainError for a day before the receipt or in the future, or for a part without a reason;
    NotEnough. Source: Budget Law, article 52: within 30 days of receipt.
    """
    with command(by, "grants.enter_pass_on", issue, lock=False) as act:
        columns = entered(
            by=by, role=Role.FINANCE_MAKER, paper=what.paper, kind=Kind.PROVINCIAL_FINANCE, province=issue.province_id
        )
        locks.balance(issue.award_id, Place.PROVINCE)
        if issue.received_on is None or not issue.received_on <= what.passed_on <= clock.today():
            raise DomainError("passed_on", _("The day lies between the receipt and today."), "passed_on")
        if what.amount > (left := issue_left(issue)):
            raise NotEnough(left)
        if what.amount < left and not what.note.strip():
            text = _("Say why only a part is passed on: %(left)s yuan are left.") % {"left": f"{left:,.2f}"}
            raise DomainError("partial_pass_on_says_why", text, "note")
        place = {"province": issue.province_id, "unit": issue.unit_id}
        row = PassOn(
            issue=issue,
            award_id=issue.award_id,
            province_id=issue.province_id,
            unit_id=issue.unit_id,
            amount=what.amount,
            passed_on=what.passed_on,
            note=what.note.strip(),
            document=kept(by=by, paper=what.paper, kind=DocumentKind.PASS_ON, **place),
            **columns,
        )
        return begin(act, row)


def confirm_pass_on(*, by: Actor, pass_on: PassOn) -> PassOn:
    """Confirm a pass-on entered by another person of the province: the money is booked to the unit.

    Raises NotAllowed, WrongState, NotEnough.
    """
    with checking(by, "grants.confirm_pass_on", pass_on) as act:
        if pass_on.amount > (left := locks.balance(pass_on.award_id, Place.PROVINCE)):
            raise NotEnough(left, None)
        return close(act, pass_on, PASS_ON)


def refuse_pass_on(*, by: Actor, pass_on: PassOn, why: str) -> PassOn:
    """Refuse a pass-on with a reason. Raises NotAllowed, WrongState, DomainError."""
    return refuse(by=by, row=pass_on, name="grants.refuse_pass_on", machine=PASS_ON, why=why)
