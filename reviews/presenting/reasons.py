"""Why a unit is on the list or not, and what each rule costs, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.core.money import in_wan
from portal.core.punctuation import enumerated, listed
from reviews.presenting.candidates import CandidateRow, candidate_row
from reviews.presenting.reading import Reading
from reviews.presenting.rules import label_of, limit_words, rule_text

BEST: Final = Decimal(100)  # no result can be better


@dataclass(frozen=True)
class ReasonRow:
    """One candidate with its reason. threshold: the score at which its fate changes, None where none does."""

    candidate: CandidateRow
    is_chosen: bool
    threshold: Decimal | None
    found: Reading
    entry: Mapping[str, Any]

    @property
    def why(self) -> str:
        """The reason as sentences; put together for the rows that are shown alone."""
        return why(self.found, self.entry) if self.entry else ""

    @property
    def on_list(self) -> str:
        """Whether it is on the list, in words."""
        return _("chosen") if self.is_chosen else _("not chosen")

    @property
    def distance(self) -> Decimal | None:
        """Points between its score and the threshold."""
        return None if self.threshold is None else abs(self.candidate.score - self.threshold)


@dataclass(frozen=True)
class PriceRow:
    """One rule: what it asks, what the list has, whether it binds, and what it costs (points of the total score)."""

    rule: str
    limit: str
    value: str
    binding: bool
    gain: Decimal
    more: Decimal | None
    step: str

    @property
    def words(self) -> str:
        """What the rule does to the list."""
        if not self.binding:
            return _("not binding: without it the list is the same")
        if not self.gain:
            return _("binding: without it another list with the same total score")
        return _("binding: without it the total score is higher by %(gain)s") % {"gain": f"{self.gain:.6f}"}


def reason_rows(found: Reading) -> list[ReasonRow]:
    """All candidates in administrative order."""
    places = sorted(found.question["candidates"], key=lambda row: found.names.place(row["id"]))
    return [_row(found, row) for row in places]


def _row(found: Reading, row: Mapping[str, Any]) -> ReasonRow:
    entry = found.of_candidate.get(row["id"], {})
    threshold = entry.get("threshold")
    return ReasonRow(
        candidate_row(row, found.names),
        row["id"] in found.scenario.chosen,
        None if threshold is None else Decimal(threshold),
        found,
        entry,
    )


def why(found: Reading, entry: Mapping[str, Any]) -> str:
    """The reason of one candidate, as sentences."""
    space = " " if get_language() == "en" else ""
    return space.join(_chosen(found, entry) if entry["chosen"] else _others(found, entry))


def _chosen(found: Reading, entry: Mapping[str, Any]) -> Iterable[str]:
    if entry["threshold"] is None:
        yield _("No lower score takes it off the list: %(rules)s.") % {"rules": _rules(found, entry["why"])}
        return
    yield _("Stays on the list down to a score of %(score)s.") % {"score": entry["threshold"]}
    if entry["followed_by"]:
        yield _("Below it would follow: %(units)s.") % {"units": _units(found, entry["followed_by"])}
    if entry["leaves_with"]:
        yield _("With it would leave: %(units)s.") % {"units": _units(found, entry["leaves_with"])}


def _others(found: Reading, entry: Mapping[str, Any]) -> Iterable[str]:
    if entry["threshold"] is None:
        yield _("No score brings it on the list: %(rules)s.") % {"rules": _rules(found, entry["why"])}
    else:
        if Decimal(entry["threshold"]) > BEST:
            yield _("Would need a score of %(score)s, more than can be given.") % {"score": entry["threshold"]}
        else:
            yield _("Would be chosen from a score of %(score)s.") % {"score": entry["threshold"]}
        if entry["displaces"]:
            yield _("It would displace: %(units)s.") % {"units": _units(found, entry["displaces"])}
        if entry["brings"]:
            yield _("With it would come: %(units)s.") % {"units": _units(found, entry["brings"])}
    if entry["let_in_by"]:
        yield _("At its present score it would be chosen without any one of: %(rules)s.") % {
            "rules": _rules(found, entry["let_in_by"])
        }


def _units(found: Reading, codes: Iterable[str]) -> str:
    return listed(found.names.in_order(codes))


def _rules(found: Reading, names: Iterable[str]) -> str:
    return enumerated(_rule(found, name) for name in names)


def _rule(found: Reading, name: str) -> str:
    if name in found.of_rule:
        return rule_text(found.of_rule[name], found.names)
    kind, _colon, of = name.partition(":")
    return label_of(kind, of, found.names)


def price_rows(found: Reading) -> list[PriceRow]:
    """What each rule costs; those that bind first, the dearest first."""
    rows = [price_row(found, rule) for rule in found.of_rule.values()]
    return sorted(rows, key=lambda row: (not row.binding, -row.gain))


def price_row(found: Reading, rule: Mapping[str, Any]) -> PriceRow:
    """One rule of the explanation."""
    kind = str(rule["kind"])
    by_hand = kind in ("include", "exclude")
    step = rule["step"]
    return PriceRow(
        rule=label_of(kind, str(rule["of"]), found.names),
        limit="–" if by_hand else limit_words(kind, rule["limit"]),
        value="–" if by_hand else limit_words(kind, rule["value"]),
        binding=rule["binding"],
        gain=Decimal(rule["gain_without"]),
        more=None if rule["gain_of_one_more"] is None else Decimal(rule["gain_of_one_more"]),
        step=_("%(amount)s ten thousand yuan more") % {"amount": in_wan(step)} if kind == "budget" and step else "",
    )
