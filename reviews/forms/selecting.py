"""Forms that ask for a selection, name it and comment on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core.money import WAN
from portal.programme.enums import Region
from reviews.domain.selecting import SelectionInput

BLANK: Final = 2  # rows that stand empty at first, and as many more with each press of the button
MOST_ROWS: Final = 60
_SIDES: Final = [("max", _("at most")), ("min", _("at least"))]
_HANDS: Final = [("include", _("put on the list")), ("exclude", _("keep off the list"))]
Group = tuple[str, list[tuple[str, str]]]


@dataclass(frozen=True)
class Choices:
    """What may be named. units: code → name, in administrative order; groups: industries and enterprises."""

    units: Mapping[str, str]
    groups: Sequence[Group]

    def code_of(self, typed: str) -> str | None:
        """The unit meant by a code, a name, or both as the list offers them; None when there is none such."""
        typed = typed.strip()
        first = typed.split(" ")[0]
        if first in self.units:
            return first
        found = [code for code, name in self.units.items() if name == typed]
        return found[0] if len(found) == 1 else None


class NameForm(forms.Form):
    """What the officers call a scenario."""

    name = forms.CharField(
        label=_("Name of the selection"),
        max_length=80,
        required=False,
        help_text=_("Empty: it is called by its number."),
    )


class CommentForm(forms.Form):
    """What an officer says of a scenario."""

    text = forms.CharField(
        label=_("Comment on the selection"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stays with your name; both ministries and the auditors read it."),
    )


class SelectionForm(forms.Form):
    """The rules of balance for one selection; what differs from the rule set needs a reason, an empty rule is left out.

    rules: of the frozen set, in the words of `selection-instance/1`; asked: the rules the form begins with;
    typed: what was typed instead, not to be checked yet.
    """

    name = forms.CharField(
        label=_("Name of the selection"),
        max_length=80,
        required=False,
        help_text=_("For example “One more from the west”."),
    )
    total_min = forms.IntegerField(label=_("Pilot units, at least"), min_value=0, max_value=999)
    total_max = forms.IntegerField(label=_("Pilot units, at most"), min_value=0, max_value=999)
    budget = forms.DecimalField(
        label=_("Budget (ten thousand yuan)"), min_value=0, max_digits=12, decimal_places=4, required=False
    )
    province_max = forms.IntegerField(label=_("Units per province, at most"), min_value=0, max_value=99, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        rules: Mapping[str, Any],
        choices: Choices,
        asked: Mapping[str, Any] | None = None,
        reason: str = "",
        typed: Mapping[str, Any] | None = None,
    ) -> None:
        self.rules, self.choices = rules, choices
        initial = _initial(asked if asked is not None else rules, choices) | {"reason": reason} | dict(typed or {})
        super().__init__(data, initial=initial)
        for region in Region:
            for side, label in (("min", gettext("%(region)s, at least")), ("max", gettext("%(region)s, at most"))):
                self.fields[f"{region}_{side}"] = forms.IntegerField(
                    label=label % {"region": region.label}, required=False, min_value=0, max_value=999
                )
        self.rows = {kind: _rows(data, f"{kind}_rows", int(initial[f"{kind}_rows"])) for kind in ("limit", "hand")}
        for kind, number in self.rows.items():
            self.fields[f"{kind}_rows"] = forms.IntegerField(widget=forms.HiddenInput, required=False)
            self.initial[f"{kind}_rows"] = number
        for at in range(self.rows["limit"]):
            self._limit(f"limit_{at}")
        for at in range(self.rows["hand"]):
            self._hand(f"hand_{at}")
        self.fields["reason"] = forms.CharField(
            label=_("Reason"),
            required=False,
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("Needed when anything differs from the rule set; it stands in the record."),
        )
        for field in self.fields.values():
            field.is_expected = True  # type: ignore[attr-defined]  # what is left open is no rule, and the page says so

    def _limit(self, row: str) -> None:
        of = [("", "–"), *self.choices.groups]
        self.fields[f"{row}_of"] = forms.ChoiceField(label=_("Industry or enterprise"), choices=of, required=False)
        self.fields[f"{row}_side"] = forms.ChoiceField(label=_("At least or at most"), choices=_SIDES, required=False)
        self.fields[f"{row}_number"] = forms.IntegerField(label=_("Units"), min_value=0, max_value=999, required=False)

    def _hand(self, row: str) -> None:
        self.fields[f"{row}_side"] = forms.ChoiceField(label=_("By hand"), choices=_HANDS, required=False)
        self.fields[f"{row}_unit"] = forms.CharField(
            label=_("Pilot unit"),
            required=False,
            max_length=120,
            widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}),
        )
        self.fields[f"{row}_reason"] = forms.CharField(label=_("Reason"), required=False, max_length=500)

    # What the page shows, group by group.

    def bounds(self) -> list[forms.BoundField]:
        """Total, budget, provinces and regions."""
        names = ["total_min", "total_max", "budget", "province_max"]
        return [self[name] for name in (*names, *(f"{region}_{side}" for region, side in _bounds()))]

    def limits(self) -> list[list[forms.BoundField]]:
        """The rows on industries and enterprises."""
        return [[self[f"limit_{at}_{part}"] for part in ("of", "side", "number")] for at in range(self.rows["limit"])]

    def hands(self) -> list[list[forms.BoundField]]:
        """The rows on units by hand."""
        return [[self[f"hand_{at}_{part}"] for part in ("side", "unit", "reason")] for at in range(self.rows["hand"])]

    # What is wrong.

    def clean(self) -> dict[str, Any]:
        """Bounds in their order; rows that are begun are whole and say nothing twice."""
        data = super().clean() or {}
        pairs = [("total_min", "total_max"), *((f"{region}_min", f"{region}_max") for region in Region.values)]
        for low, high in pairs:
            if data.get(low) is not None and data.get(high) is not None and data[low] > data[high]:
                self.add_error(high, gettext("This is below the least number."))
        data["limits"], data["hands"] = self._clean_limits(data), self._clean_hands(data)
        return data

    def _clean_limits(self, data: Mapping[str, Any]) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {"sector_min": {}, "sector_max": {}, "soe_max": {}}
        for at in range(self.rows["limit"]):
            row = f"limit_{at}"
            of, number = data.get(f"{row}_of") or "", data.get(f"{row}_number")
            if not of and number is None:
                continue
            if not of:
                self.add_error(f"{row}_of", gettext("Choose the industry or enterprise."))
            elif number is None:
                if f"{row}_number" not in self.errors:
                    self.add_error(f"{row}_number", gettext("Say how many units."))
            else:
                self._keep_limit(found, row, of, data.get(f"{row}_side") or "max", number)
        for code, least in found["sector_min"].items():
            if found["sector_max"].get(code, least) < least:
                self.add_error(None, gettext("The bounds of %(code)s exclude one another.") % {"code": code})
        return found

    def _keep_limit(self, found: dict[str, dict[str, int]], row: str, of: str, side: str, number: int) -> None:
        kind, _colon, code = of.partition(":")
        if kind == "soe" and side == "min":
            self.add_error(f"{row}_side", gettext("For an enterprise there is an upper bound only."))
            return
        rules = found[f"{kind}_{side}"]
        if code in rules:
            self.add_error(f"{row}_of", gettext("This bound stands here twice."))
        rules[code] = number

    def _clean_hands(self, data: Mapping[str, Any]) -> dict[str, list[dict[str, str]]]:
        found: dict[str, list[dict[str, str]]] = {"include": [], "exclude": []}
        seen: set[str] = set()
        for at in range(self.rows["hand"]):
            row = f"hand_{at}"
            typed, reason = data.get(f"{row}_unit") or "", (data.get(f"{row}_reason") or "").strip()
            if not typed and not reason:
                continue
            code = self.choices.code_of(typed)
            if code is None:
                self.add_error(f"{row}_unit", gettext("No candidate is called so: choose one of the list."))
            elif code in seen:
                self.add_error(f"{row}_unit", gettext("This unit stands here twice."))
            if not reason and f"{row}_reason" not in self.errors:
                self.add_error(f"{row}_reason", gettext("Say why: the price of it is shown and recorded."))
            if code is not None:
                seen.add(code)
                found[data.get(f"{row}_side") or "include"].append({"id": code, "reason": reason})
        return {side: sorted(rows, key=lambda row: row["id"]) for side, rows in found.items()}

    def to_input(self) -> SelectionInput:
        """What differs from the rule set (None: a rule left out), with reason and name."""
        asked = self._asked()
        changes = {name: asked.get(name) for name in {**self.rules, **asked} if asked.get(name) != self.rules.get(name)}
        return SelectionInput(changes, self.cleaned_data["reason"].strip(), self.cleaned_data["name"].strip())

    def _asked(self) -> dict[str, Any]:
        data = self.cleaned_data
        low, high = data["total_min"], data["total_max"]
        exact = low == high and not isinstance(self.rules.get("total"), Mapping)
        regions: dict[str, dict[str, int]] = {}
        for region, side in _bounds():
            if data[f"{region}_{side}"] is not None:
                regions.setdefault(region, {})[side] = data[f"{region}_{side}"]
        asked = {
            "total": low if exact else {"min": low, "max": high},
            "budget": None if data["budget"] is None else int(data["budget"] * WAN),
            "province_max": data["province_max"],
            "regions": regions,
            **data["limits"],
            **data["hands"],
        }
        # An empty group of rules is one that is not there, unless the rule set itself holds it empty.
        return {
            name: value
            for name, value in asked.items()
            if value is not None and (value not in ({}, []) or self.rules.get(name) == value)
        }


def _bounds() -> Iterator[tuple[str, str]]:
    for region in Region.values:
        yield region, "min"
        yield region, "max"


def _rows(data: Any, name: str, default: int) -> int:
    """How many rows were shown; what makes no sense counts as none said."""
    typed = str(data.get(name, "")) if data is not None else ""
    return min(int(typed), MOST_ROWS) if typed.isascii() and typed.isdigit() and len(typed) < 4 else default


def _initial(rules: Mapping[str, Any], choices: Choices) -> dict[str, Any]:
    total = rules["total"]
    both = total if isinstance(total, Mapping) else {"min": total, "max": total}
    budget = rules.get("budget")
    found: dict[str, Any] = {
        "total_min": both["min"],
        "total_max": both["max"],
        "budget": None if budget is None else budget / WAN,
        "province_max": rules.get("province_max"),
    }
    for region, sides in (rules.get("regions") or {}).items():
        found |= {f"{region}_{side}": value for side, value in sides.items()}
    limits = [
        (f"{kind.partition('_')[0]}:{code}", kind.partition("_")[2], number)
        for kind in ("sector_min", "sector_max", "soe_max")
        for code, number in sorted((rules.get(kind) or {}).items())
    ]
    for at, (of, side, number) in enumerate(limits):
        found |= {f"limit_{at}_of": of, f"limit_{at}_side": side, f"limit_{at}_number": number}
    hands = [(side, row) for side in ("include", "exclude") for row in rules.get(side) or ()]
    for at, (side, row) in enumerate(hands):
        unit = f"{row['id']} {choices.units.get(row['id'], '')}".strip()
        found |= {f"hand_{at}_side": side, f"hand_{at}_unit": unit, f"hand_{at}_reason": row["reason"]}
    return found | {"limit_rows": len(limits) + BLANK, "hand_rows": len(hands) + BLANK}


def with_more_rows(data: Any) -> dict[str, Any]:
    """What was typed, with more empty rows: the beginning of a form that is not checked yet."""
    typed = {name: data[name] for name in data}
    for kind in ("limit_rows", "hand_rows"):
        typed[kind] = min(_rows(data, kind, BLANK) + BLANK, MOST_ROWS)
    return typed
