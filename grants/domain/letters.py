"""Who is told of what about money: checkers of what waits, makers of a refusal, the next level of what came."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grants.enums import EntryKind, GivenBack, Level
from grants.models import (
    Assessment,
    Award,
    AwardChange,
    Issue,
    IssuePaper,
    MatchingFunds,
    PassOn,
    Payment,
    Recovery,
    RecoveryPayment,
    RecoveryWithdrawal,
    Rectification,
    ReturnPaper,
    Reversal,
    SpendingReport,
    YearClose,
)
from grants.models.checked import Checked, Signed
from grants.queries import unit_that_follows
from portal.accounts.enums import MIIT, MOF, Role
from portal.core.scope import Actor
from portal.notifications.inbox import holder_or_colleagues, notify, recipients, recipients_of

ROUTES: Final[dict[type[Signed], str]] = {
    Award: "grants:award",
    Issue: "grants:issue",
    PassOn: "grants:pass_on",
    Payment: "grants:payment",
    Assessment: "grants:assessment",
    Reversal: "grants:reversal",
    YearClose: "grants:year_close",
    IssuePaper: "grants:issue_paper",
    AwardChange: "grants:award_change",
    SpendingReport: "grants:spending",
    ReturnPaper: "grants:return",
    MatchingFunds: "grants:matching_record",
    Recovery: "grants:recovery",
    RecoveryPayment: "grants:recovery_payment",
    RecoveryWithdrawal: "grants:withdrawal",
    Rectification: "grants:rectification",
}


def address(row: Signed) -> str:
    """The page of a paper."""
    return reverse(ROUTES[type(row)], args=[row.pk])


def entered(by: Actor, row: Signed) -> None:
    """Tell the checkers of the maker's organisation that something waits; in the inbox alone, it may be often."""
    judged = isinstance(row, Assessment)
    # Whoever enters money in two departments did it for the one the paper names.
    post = next((one for one in by.posts if one.organisation == row.organisation_id), None)
    role = Role.OFFICER if judged else Role.FINANCE_CHECKER
    code = MOF if judged or post is None else post.code
    if isinstance(row, AwardChange):  # MIIT agrees before MOF's checker has anything to do
        role, code = Role.OFFICER, MIIT
    text = _("%(unit)s: %(kind)s %(document)s waits for you to check it.")
    notify(recipients(role, code=code), text, by=by, url=address(row), mail=False, **_of(row))


def _of(row: Signed) -> dict[str, Any]:
    """What kind of paper it is, of whom, under which number."""
    return {"kind": row._meta.verbose_name, "unit": row.about, "document": row.document_no}


def refused(by: Actor, row: Signed) -> None:
    """Tell the maker why it was refused; once the maker left, the others who enter for that organisation."""
    text = _("%(unit)s: %(kind)s %(document)s was refused: %(why)s")
    role = Role.OFFICER if isinstance(row, (Assessment, Rectification)) else Role.FINANCE_MAKER
    people = holder_or_colleagues(row.maker_id, role, code=row.organisation.code)
    words = _of(row) | {"why": row.refused_why}
    notify(people, text, by=by, url=address(row), **words)


def confirmed(by: Actor, row: Signed) -> None:
    """Tell the level the money came to; a payment and a failed assessment tell nobody."""
    told = _next_level(row)
    if told is not None:
        text, people = told
        words: dict[str, Any] = {"unit": row.about, "document": row.document_no}
        if isinstance(row, Recovery):
            words["day"] = row.due_on
        if isinstance(row, (Issue, IssuePaper)):
            words["days"] = _days_to_pass_on(row)
        notify(people, text, by=by, url=address(row), **words)


def _days_to_pass_on(row: Issue | IssuePaper) -> int:
    batch = row.batch if isinstance(row, IssuePaper) else row.award.batch
    rules = batch.rule_set
    assert rules is not None  # noqa: S101 - no batch opens without its rules
    return rules.pass_on_days


def _next_level(row: Signed) -> tuple[Promise, list[int]] | None:
    if isinstance(row, Award):
        people = _in_unit(row, Role.SIGNATORY, Role.DRAFTER, Role.FINANCE_MAKER)
        return _("The award of %(unit)s is confirmed (%(document)s)."), people
    if isinstance(row, Issue):
        people = recipients(Role.FINANCE_MAKER, province=row.province_id)
        return _(
            "Money for %(unit)s was issued (%(document)s): record its receipt, and pass "
            "it on within %(days)s days of it."
        ), people
    if isinstance(row, IssuePaper):
        provinces = row.lines.order_by().values_list("province_id", flat=True).distinct()
        makers = recipients_of(Role.FINANCE_MAKER, provinces=provinces)
        text = _(
            "Money was issued by %(document)s: record the receipt of what is yours, and pass it "
            "on within %(days)s days of it."
        )
        return text, sorted(set().union(*makers.values()))
    if isinstance(row, AwardChange):
        people = _in_unit(row, Role.SIGNATORY, Role.DRAFTER, Role.FINANCE_MAKER)
        return _("The award of %(unit)s was changed (%(document)s)."), people
    if isinstance(row, PassOn):
        people = _in_unit(row, Role.FINANCE_MAKER, Role.FINANCE_CHECKER)
        return _("The province passed money on to %(unit)s (%(document)s)."), people
    if isinstance(row, Reversal):
        return _("An entry of %(unit)s was taken back (%(document)s)."), _at_either_end(row)
    return _going_back(row)


def _going_back(row: Signed) -> tuple[Promise, list[int]] | None:
    """Money on its way back: the unit reads what is demanded, the level above what was given back or collected."""
    if isinstance(row, Recovery):
        people = _in_unit(row, Role.SIGNATORY, Role.FINANCE_MAKER, Role.FINANCE_CHECKER)
        return _("Money of %(unit)s is demanded back (%(document)s): pay it back by %(day)s."), people
    if isinstance(row, RecoveryWithdrawal):
        return _("A demand on %(unit)s was withdrawn (%(document)s)."), _in_unit(row, Role.FINANCE_MAKER)
    if isinstance(row, ReturnPaper):
        home = {"code": MOF} if row.source == GivenBack.PROVINCE else {"province": row.province_id}
        people = recipients(Role.FINANCE_MAKER, **home)
        return _("Money of %(unit)s was given back (%(document)s): record its receipt."), people
    if isinstance(row, RecoveryPayment):
        ministry = row.recovery.level == Level.MINISTRY
        people = recipients(Role.FINANCE_MAKER, **({"code": MOF} if ministry else {"province": row.province_id}))
        return _("%(unit)s collected a part of what was demanded (%(document)s)."), people
    return None


def _at_either_end(row: Reversal) -> list[int]:
    """Finance people of the levels between which the money moved; a payment is the unit's own affair."""
    kind = row.entry.kind
    if kind in (EntryKind.PAYMENT, EntryKind.USE):
        return []
    people = recipients(Role.FINANCE_MAKER, province=row.province_id) if kind != EntryKind.AWARD else []
    return people + (_in_unit(row, Role.FINANCE_MAKER, Role.FINANCE_CHECKER) if kind != EntryKind.ISSUE else [])


def _in_unit(row: Checked, *roles: str) -> list[int]:
    """People of the unit, and of the one that goes on with its plan."""
    follows = unit_that_follows(row.unit_id)
    found = recipients_of(*roles, units=filter(None, (row.unit_id, follows)))
    return sorted(set().union(*found.values()))
