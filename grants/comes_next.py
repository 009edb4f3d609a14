"""Who moves the money of an award next, and by when: for those who only look on, and for whoever waits for another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from grants.domain.issues import tranche_share
from grants.enums import COUNTED, CheckState, Result, Tranche
from grants.models import Assessment
from grants.presentation import amount
from grants.queries.ahead import Ahead
from portal.core import clock
from portal.core.money import ZERO
from portal.programme.enums import BatchState

_NOTHING: Final = Ahead()


@dataclass(frozen=True)
class Step:
    """What somebody has to do, in a sentence that names them; due_on: the last day, where a rule sets one."""

    text: str
    due_on: date | None = None


def steps(
    award: Any,
    issues: Sequence[Any] = (),
    pass_ons: Sequence[Any] = (),
    assessments: Sequence[Assessment] = (),
    ahead: Ahead = _NOTHING,
) -> list[Step]:
    """What has to be done next with an award, from the ministry down to the projects; nothing in an archived batch.

    award: with the balances of `queries.award_of`; issues, pass_ons and assessments (the newest first) as the page of
    the award has them.
    """
    if award.batch.state == BatchState.ARCHIVED:
        return []
    if award.state == CheckState.ENTERED:
        who = {"organisation": award.organisation}
        return [Step(_("Another person of %(organisation)s confirms or refuses the award.") % who)]
    if award.state != CheckState.CONFIRMED:
        return []
    names = {"province": award.province, "unit": ahead.follower or award.unit}
    ended = any(one.state == CheckState.CONFIRMED and one.for_good for one in assessments)
    return [
        *([] if ended else _first(award, issues, names)),
        *_second(award, issues, assessments, ahead, names),
        *(step for issue in issues for step in _issue(issue, names)),
        *(step for one in pass_ons for step in _pass_on(one, names)),
        *_surplus(award, names),
        *([] if ended else _payments(award, pass_ons, ahead, names)),
    ]


def _issued(issues: Sequence[Any], tranche: Tranche) -> Decimal:
    return sum((one.amount for one in issues if one.state in COUNTED and one.tranche == tranche), ZERO)


def _first(award: Any, issues: Sequence[Any], names: dict[str, Any]) -> Iterator[Step]:
    left = tranche_share(award, Tranche.FIRST) - _issued(issues, Tranche.FIRST)
    if left > 0:
        text = _("The Ministry of Finance issues %(amount)s of the first tranche to %(province)s.")
        yield Step(text % (names | {"amount": amount(left)}))


def _second(
    award: Any, issues: Sequence[Any], assessments: Sequence[Any], ahead: Ahead, names: dict[str, Any]
) -> Iterator[Step]:
    """The second tranche as far as something is left of it, or what it waits for."""
    share = tranche_share(award, Tranche.SECOND)
    if award.assessment_passed_on:
        left = min(share, share if ahead.reduced is None else ahead.reduced) - _issued(issues, Tranche.SECOND)
        if left > 0:
            text = _(
                "The final assessment is passed: the Ministry of Finance issues %(amount)s of the second tranche to "
                "%(province)s."
            )
            yield Step(text % (names | {"amount": amount(left)}))
    elif share > 0:
        yield _assessment(assessments, ahead, names)


def _assessment(assessments: Sequence[Any], ahead: Ahead, names: dict[str, Any]) -> Step:
    """What the second tranche waits for, by the newest result."""
    if any(one.state == CheckState.ENTERED for one in assessments):
        return Step(_("The Ministry of Finance confirms or refuses the result of the final assessment."))
    last = next((one for one in assessments if one.state == CheckState.CONFIRMED), None)
    if last is None:
        text = _(
            "The second tranche waits for the final assessment, whose result the Ministry of Industry and "
            "Information Technology enters."
        )
        return Step(text)
    if last.result == Result.FAILED and last.for_good:
        return Step(_("The final assessment was not passed: the second tranche is not issued."))
    if last.result == Result.FAILED:
        text = _("The final assessment was not passed; %(unit)s may be assessed again, and the second tranche waits.")
        return Step(text % names)
    if ahead.mended is not None and ahead.mended == last.pk:
        text = _("The Ministry of Finance confirms or refuses that what the final assessment found was mended.")
        return Step(text)
    text = _("%(unit)s mends what the final assessment found; the second tranche waits for it.")
    return Step(text % names, last.rectify_by)


def _issue(issue: Any, names: dict[str, Any]) -> Iterator[Step]:
    if issue.state == CheckState.ENTERED:
        text = _("A checker of the Ministry of Finance confirms or refuses issue %(document)s.")
        yield Step(text % {"document": issue.document_no})
    # What was entered waits for its checker by itself.
    left = issue.held - issue.entered
    if issue.state != CheckState.CONFIRMED or left <= 0:
        return
    if issue.received_on is None:
        text = _(
            "The finance department of %(province)s records the receipt of %(amount)s and passes it on to %(unit)s."
        )
    else:
        text = _("The finance department of %(province)s passes %(amount)s on to %(unit)s.")
    yield Step(text % (names | {"amount": amount(left)}), issue.due_on)


def _pass_on(one: Any, names: dict[str, Any]) -> Iterator[Step]:
    said = names | {"document": one.document_no, "amount": amount(one.amount)}
    if one.state == CheckState.ENTERED:
        text = _("A checker of the finance department of %(province)s confirms or refuses pass-on %(document)s.")
        yield Step(text % said, one.due_on)
    elif one.state == CheckState.CONFIRMED and getattr(one, "arrival", None) is None:
        yield Step(_("The finance department of %(unit)s confirms that %(amount)s of %(document)s arrived.") % said)


def _surplus(award: Any, names: dict[str, Any]) -> Iterator[Step]:
    if award.surplus > 0:
        text = _("The finance department of %(unit)s returns %(amount)s of surplus.")
        yield Step(text % (names | {"amount": amount(award.surplus)}))


def _payments(award: Any, pass_ons: Sequence[Any], ahead: Ahead, names: dict[str, Any]) -> Iterator[Step]:
    """What lies with the unit, by the day until which it is paid, the first one first."""
    by_year: dict[int | None, Decimal] = {}
    for year, part in _parts(award.at_unit - award.surplus, pass_ons, ahead):
        by_year[year] = by_year.get(year, ZERO) + part
    text = _("The finance department of %(unit)s pays %(amount)s to projects; what is left after that day goes back.")
    for year, left in sorted(by_year.items(), key=lambda item: item[0] or 0):
        yield Step(text % (names | {"amount": amount(left)}), date(year, 12, 31) if year else None)


def _parts(left: Decimal, pass_ons: Sequence[Any], ahead: Ahead) -> Iterator[tuple[int | None, Decimal]]:
    """Parts of what is left with the year in which each is paid at the latest, as closing years decides it.

    What was carried over becomes surplus when the open year is closed. The rest is carried over when the year is closed
    in which its pass-on was booked (that of its check) or which is open, and is paid in the year after; of it the
    newest is left, for the older money goes first.
    """
    carried = min(ahead.carried, left)
    if carried > 0:
        yield ahead.open_year, carried
    left -= carried
    first = ahead.open_year or 0
    booked = (one for one in pass_ons if one.state == CheckState.CONFIRMED)
    year = None
    for year, sum_of in sorted(((_booked_in(one), one.amount) for one in booked), reverse=True):
        if left <= 0:
            return
        yield max(year, first) + 1, min(left, sum_of)
        left -= min(left, sum_of)
    if left > 0:
        yield max(year or 0, first) + 1 if year or first else None, left


def _booked_in(pass_on: Any) -> int:
    """The year of the ledger in which a confirmed pass-on was booked."""
    day: date = pass_on.checked_at.astimezone(clock.SHANGHAI).date()
    return day.year
