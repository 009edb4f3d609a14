"""Who moves the money of an award next, and by when: for those who only look on, and for whoever waits for another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from grants.domain.issues import tranche_share
from grants.enums import COUNTED, CheckState, Result, Tranche
from grants.models import Assessment
from grants.presentation import amount
from portal.core.money import ZERO


@dataclass(frozen=True)
class Step:
    """What somebody has to do, in a sentence that names them; due_on: the last day, where a rule sets one."""

    text: str
    due_on: date | None = None


def steps(
    award: Any, issues: Sequence[Any] = (), pass_ons: Sequence[Any] = (), assessments: Sequence[Assessment] = ()
) -> list[Step]:
    """What has to be done next with an award, from the ministry down to the projects.

    award: with the balances of `queries.award_of`; issues, pass_ons and assessments as the page of the award has them.
    """
    if award.state == CheckState.ENTERED:
        who = {"organisation": award.organisation}
        return [Step(_("Another person of %(organisation)s confirms or refuses the award.") % who)]
    if award.state != CheckState.CONFIRMED:
        return []
    return [
        *_tranches(award, issues, assessments),
        *(step for issue in issues for step in _issue(award, issue)),
        *(step for one in pass_ons for step in _pass_on(award, one)),
        *_payments(award, pass_ons),
    ]


def _tranches(award: Any, issues: Sequence[Any], assessments: Sequence[Assessment]) -> list[Step]:
    counted = [one for one in issues if one.state in COUNTED]
    first = sum((one.amount for one in counted if one.tranche == Tranche.FIRST), ZERO)
    left = tranche_share(award, Tranche.FIRST) - first
    found = []
    if left > 0:
        said = {"amount": amount(left), "province": award.province}
        found.append(Step(_("The Ministry of Finance issues %(amount)s of the first tranche to %(province)s.") % said))
    if any(one.tranche == Tranche.SECOND for one in counted):
        return found
    if award.assessment_passed_on:
        found.append(Step(_("The final assessment is passed: the Ministry of Finance issues the second tranche.")))
    elif any(one.state == CheckState.ENTERED for one in assessments):
        found.append(Step(_("The Ministry of Finance confirms or refuses the result of the final assessment.")))
    elif any(one.state == CheckState.CONFIRMED and one.result == Result.FAILED for one in assessments):
        found.append(Step(_("The final assessment was not passed: the second tranche is not issued.")))
    elif mends := [one for one in assessments if one.state == CheckState.CONFIRMED and one.result == Result.RECTIFY]:
        text = _("%(unit)s mends what the final assessment found; the second tranche waits for it.")
        found.append(Step(text % {"unit": award.unit}, mends[0].rectify_by))
    else:
        found.append(
            Step(
                _(
                    "The second tranche waits for the final assessment, whose result the Ministry of Industry and "
                    "Information Technology enters."
                )
            )
        )
    return found


def _issue(award: Any, issue: Any) -> list[Step]:
    said = {"document": issue.document_no, "province": award.province, "unit": award.unit, "amount": amount(issue.held)}
    if issue.state == CheckState.ENTERED:
        return [Step(_("A checker of the Ministry of Finance confirms or refuses issue %(document)s.") % said)]
    if issue.state != CheckState.CONFIRMED or issue.held <= 0:
        return []
    if issue.received_on is None:
        text = _(
            "The finance department of %(province)s records the receipt of %(amount)s and passes it on to %(unit)s."
        )
    else:
        text = _("The finance department of %(province)s passes %(amount)s on to %(unit)s.")
    return [Step(text % said, issue.due_on)]


def _pass_on(award: Any, one: Any) -> list[Step]:
    said = {"document": one.document_no, "province": award.province, "unit": award.unit, "amount": amount(one.amount)}
    if one.state == CheckState.ENTERED:
        text = _("A checker of the finance department of %(province)s confirms or refuses pass-on %(document)s.")
        return [Step(text % said, one.due_on)]
    if one.state == CheckState.CONFIRMED and getattr(one, "arrival", None) is None:
        return [Step(_("The finance department of %(unit)s confirms that %(amount)s of %(document)s arrived.") % said)]
    return []


def _payments(award: Any, pass_ons: Sequence[Any]) -> list[Step]:
    """What lies with the unit is paid before the end of the year after the one in which it came, the oldest first;
    surplus goes back.
    """
    found, left = [], award.at_unit - award.surplus
    if award.surplus > 0:
        text = _("The finance department of %(unit)s returns %(amount)s of surplus.")
        found.append(Step(text % {"unit": award.unit, "amount": amount(award.surplus)}))
    if left > 0:
        text = _(
            "The finance department of %(unit)s pays %(amount)s to projects; what is left after that day goes back."
        )
        found.append(Step(text % {"unit": award.unit, "amount": amount(left)}, _spent_by(left, pass_ons)))
    return found


def _spent_by(left: Decimal, pass_ons: Sequence[Any]) -> date | None:
    """The last day of what came first of that; a pass-on that nobody confirmed came on the day it was sent."""
    came = sorted(((_came_on(one), one.amount) for one in pass_ons if one.state == CheckState.CONFIRMED), reverse=True)
    for day, amount_of in came:
        left -= amount_of
        if left <= 0:
            return date(day.year + 1, 12, 31)
    return date(came[-1][0].year + 1, 12, 31) if came else None


def _came_on(pass_on: Any) -> date:
    arrival = getattr(pass_on, "arrival", None)
    day: date = pass_on.passed_on if arrival is None else arrival.arrived_on
    return day
