"""Up to four scenarios side by side: grids of which the page makes tables and the file sheets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from portal.core.money import WAN, in_wan
from portal.core.punctuation import enumerated
from reviews.balance import by_region
from reviews.models import ScenarioComment
from reviews.presenting.firmness import percent
from reviews.presenting.reading import Reading
from reviews.presenting.reasons import price_row
from reviews.presenting.rules import conflict_lines, rule_text
from reviews.presenting.scenario import changed_rules

MOST: Final = 4
NONE: Final = "–"


@dataclass(frozen=True)
class Cell:
    """One value: words for the page, lines where there are several, and what a file holds (the words when missing)."""

    text: str
    value: int | Decimal | None = None
    lines: list[str] = field(default_factory=list)
    is_strong: bool = False


@dataclass(frozen=True)
class Grid:
    """One table: what its lines are about, then a cell for each scenario."""

    title: str
    first: str
    lines: list[tuple[str, list[Cell]]]
    are_figures: bool = True
    note: str = ""


@dataclass(frozen=True)
class Board:
    """Scenarios side by side; the first is the one the others are held against. rules: of the rule set."""

    readings: list[Reading]
    rules: Mapping[str, Any]
    comments: Mapping[int, list[ScenarioComment]]

    def line(self, label: str, cell: Callable[[Reading], Cell]) -> tuple[str, list[Cell]]:
        """One line of a grid."""
        return label, [cell(found) for found in self.readings]

    def grids(self) -> list[Grid]:
        """Everything, in the order of the page."""
        return [self.key_figures(), self.moves(), self.regions(), self.units(), self.provinces(),
                self.industries(), self.prices()]  # fmt: skip

    def key_figures(self) -> Grid:
        """State, totals, differences to the first, firmness, what was changed and why."""
        first = self.readings[0].scenario
        lines = [
            self.line(_("State"), lambda one: Cell(one.scenario.get_state_display())),
            self.line(_("Candidate set"), _set_number),
            self.line(_("Changed rules"), lambda one: _several(changed_rules(one, self.rules))),
            self.line(_("Reason"), lambda one: Cell(one.scenario.reason or NONE)),
            self.line(_("Conflict"), lambda one: _several(conflict_lines(one.answer["conflict"], one.names))),
            self.line(_("Units"), lambda one: _count(len(one.scenario.chosen))),
            self.line(_("Total score"), lambda one: _points(one.scenario.total_score)),
            self.line(_("Against the first"), lambda one: _change(one.scenario.total_score, first.total_score)),
            self.line(_("Amount (ten thousand yuan)"), lambda one: _amount(one.scenario.total_amount)),
            self.line(
                _("Amount against the first (ten thousand yuan)"),
                lambda one: _money_change(one.scenario.total_amount, first.total_amount),
            ),
            self.line(_("Budget (ten thousand yuan)"), lambda one: _amount(one.question.get("budget"))),
            self.line(_("Other lists with the same total"), _tied),
            self.line(_("The same list in the draws (%)"), _firm),
            self.line(_("Comments"), lambda one: _said(self.comments.get(one.scenario.pk, []))),
        ]
        shown = [line for line in lines if any(cell.text != NONE for cell in line[1])]
        return Grid(_("Key figures"), _("Key figure"), shown, are_figures=False)

    def moves(self) -> Grid:
        """Who comes and who goes against the first."""
        base = set(self.readings[0].scenario.chosen)

        def comes(one: Reading) -> Cell:
            return _several(one.names.in_order(set(one.scenario.chosen) - base))

        def goes(one: Reading) -> Cell:
            return _several(one.names.in_order(base - set(one.scenario.chosen)))

        lines = [self.line(_("Comes"), comes), self.line(_("Goes"), goes)]
        return Grid(_("Who comes, who goes against the first"), _("Against the first"), lines, are_figures=False)

    def regions(self) -> Grid:
        """Chosen by region, with the bounds of each scenario."""
        rows = [{row.region: row for row in by_region(one.question, one.scenario.chosen)} for one in self.readings]
        labels = {name: row.label for found in rows for name, row in found.items()}
        lines = [
            (label, [_bounded(found[name].chosen, found[name].least, found[name].most) if name in found else Cell(NONE)
                     for found in rows])
            for name, label in labels.items()
        ]  # fmt: skip
        return Grid(_("By region"), _("Region"), lines, note=_("In brackets: the bounds of the scenario."))

    def units(self) -> Grid:
        """Units that are on any of the lists, in administrative order."""
        names = self.readings[0].names
        codes = sorted({code for one in self.readings for code in one.scenario.chosen}, key=names.place)
        lines = [self.line(_place(one_code, names), _on_list(one_code)) for one_code in codes]
        return Grid(_("Units on the lists"), _("Pilot unit"), lines, are_figures=False)

    def provinces(self) -> Grid:
        """Chosen by province."""
        name = self.readings[0].names.province
        return self._counted(_("By province"), _("Province"), lambda row: [row["province"]], name)

    def industries(self) -> Grid:
        """Chosen by industry; a unit counts in each of its focus industries."""
        name = self.readings[0].names.industry
        return self._counted(_("By industry"), _("Industry"), lambda row: row.get("sectors", []), name)

    def _counted(
        self, title: str, first: str, groups: Callable[[Mapping[str, Any]], list[str]], name: Callable[[str], str]
    ) -> Grid:
        counts = [Counter(code for row in one.picked for code in groups(row)) for one in self.readings]
        codes = sorted({code for found in counts for code in found})
        return Grid(title, first, [(name(code), [_count(found[code]) for found in counts]) for code in codes])

    def prices(self) -> Grid:
        """What each rule costs that binds in any of the scenarios."""
        binding = {
            name: rule for one in self.readings for name, rule in one.of_rule.items() if rule["binding"]
        }  # fmt: skip
        lines = [_priced(self.readings, name) for name in binding]
        note = _("Points of the total score that the list would gain without the rule, all else equal.")
        return Grid(_("Price of each rule"), _("Rule"), lines, note=note)


def _priced(readings: Sequence[Reading], name: str) -> tuple[str, list[Cell]]:
    """One rule: with its limit in the heading where all scenarios have the same, else beside each price."""
    first = next(one for one in readings if name in one.of_rule)
    is_same = len({one.of_rule[name]["limit"] for one in readings if name in one.of_rule}) == 1
    rule = first.of_rule[name]
    label = rule_text(rule, first.names) if is_same else price_row(first, rule).rule
    return label, [_price(one, name, with_limit=not is_same) for one in readings]


def _price(one: Reading, name: str, *, with_limit: bool) -> Cell:
    if one.reasons is None:
        return Cell(_("not worked out yet"))
    rule = one.of_rule.get(name)
    if rule is None:
        return Cell(_("does not apply"))
    row = price_row(one, rule)
    words = f"{row.gain:.6f}" if row.binding else _("not binding")
    if with_limit:
        words = _("%(gain)s (at %(limit)s)") % {"gain": words, "limit": row.limit}
    return Cell(words, row.gain if row.binding else None)


def _on_list(code: str) -> Callable[[Reading], Cell]:
    return lambda one: Cell(_("chosen"), is_strong=True) if code in one.scenario.chosen else Cell(NONE)


def _place(code: str, names: Any) -> str:
    unit = names.units.get(code)
    return f"{unit.province} · {unit}" if unit and unit.province_id != code else names.unit(code)


def _several(lines: list[str]) -> Cell:
    return Cell(enumerated(lines) or NONE, lines=lines)


def _count(number: int) -> Cell:
    return Cell(str(number) if number else NONE, number)


def _points(score: Decimal | None) -> Cell:
    return Cell(NONE) if score is None else Cell(f"{score:,.6f}", score)


def _change(score: Decimal | None, first: Decimal | None) -> Cell:
    if score is None or first is None:
        return Cell(NONE)
    return Cell(f"{score - first:+,.6f}" if score != first else "0", score - first)


def _amount(amount: Decimal | int | None) -> Cell:
    return Cell(NONE) if amount is None else Cell(in_wan(amount), Decimal(amount) / WAN)


def _money_change(amount: Decimal | None, first: Decimal | None) -> Cell:
    if amount is None or first is None:
        return Cell(NONE)
    more = amount - first
    return Cell(f"{'+' if more > 0 else ''}{in_wan(more)}", more / WAN)


def _bounded(chosen: int, least: int | None, most: int | None) -> Cell:
    if least is None and most is None:
        return Cell(str(chosen), chosen)
    bounds = f"≥ {least}" if most is None else f"≤ {most}" if least is None else f"{least}–{most}"
    return Cell(f"{chosen} ({bounds})", chosen)


def _set_number(one: Reading) -> Cell:
    found = one.scenario.candidate_set
    return Cell(str(found.number), found.number) if found else Cell(NONE)


def _tied(one: Reading) -> Cell:
    if not one.scenario.chosen:
        return Cell(NONE)
    return Cell(_("yes, the seed decides") if one.answer["optimal_sets_tied"] else _("no"))


def _firm(one: Reading) -> Cell:
    if one.firmness is None:
        return Cell(NONE)
    share = percent(one.firmness["same"], one.firmness["draws"])
    return Cell(share, Decimal(share))


def _said(comments: list[ScenarioComment]) -> Cell:
    return _several([_("%(person)s: %(text)s") % {"person": row.by, "text": row.text} for row in comments])
