"""The decision as a PDF for the file, in Chinese, made from the files of its record alone: the same bytes each time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.money import in_wan
from portal.core.pdf import render
from portal.core.punctuation import enumerated, listed
from portal.core.shapes import Column, Dossier, Facts, Section, Table, Text
from portal.programme.enums import Region
from reviews.balance import by_region
from reviews.calibrating import COUNTS
from reviews.enums import Ministry
from reviews.presenting.rules import balance_words
from reviews.queries.scenarios import Names
from reviews.told import rule_told

_RIGHT: Final = "right"
_NONE: Final = "–"
# The paper says no name that could change after the adoption: industries and enterprises stand by their codes.
_CODES: Final = Names({}, {}, {}, {})


@dataclass(frozen=True)
class Files:
    """The files of a record, read."""

    raw: Mapping[str, bytes]

    def read(self, name: str) -> Any:
        """One file of JSON; an empty object where the record has none of this name."""
        return json.loads(self.raw[name]) if name in self.raw else {}

    def text(self, name: str) -> str:
        """One file of text."""
        return self.raw[name].decode()


def data(files: Mapping[str, bytes]) -> Dossier:
    """What stands in the paper."""
    held = Files(files)
    signed, question, units = (held.read(name) for name in ("signatures.json", "instance.json", "units.json"))
    adopted = max(row["at"] for row in signed["signatures"])
    answer = held.read("decision.json")
    return {
        "made_at": datetime.fromisoformat(adopted).isoformat(timespec="seconds"),
        "title": _("Decision on the pilot units"),
        "subtitle": signed["batch_title_zh"],
        "site": str(settings.SITE_NAME),
        "batch": signed["batch_title_zh"],
        "digest": signed["sha256"],
        "demonstration": signed["demonstration"],
        "facts": [
            (_("Units chosen"), str(len(answer["chosen"]))),
            (_("Candidates"), str(len(question["candidates"]))),
            (_("Total score"), answer["total_score"]),
            (_("Amount (ten thousand yuan)"), in_wan(answer["total_amount"])),
            (_("Rule set"), held.read("rules.json").get("version", _NONE)),
            (_("Adopted"), _moment(adopted)),
            (_("What was signed (SHA-256)"), signed["sha256"]),
        ],
        "sections": [
            _section(_("Grounds"), Text(kind="text", text=held.text("grounds.txt"))),
            _section(_("Chosen units"), _chosen(answer, question, units)),
            _section(_("Rules of balance"), *_rules(held, question, answer)),
            _section(_("Rules by hand and their price"), *_by_hand(held, units)),
            _section(_("Reserve, in the order of replacement"), _reserve(held, units)),
            _section(_("Why each candidate is on the list or not"), _why(held, question, units)),
            _section(_("How firmly the list stands"), *_firmness(held, units)),
            _section(_("Score basis"), _basis(held)),
            _section(_("Signatures"), _signatures(signed)),
            _section(_("Digests of the record"), _digests(files)),
        ],
    }


def pdf(files: Mapping[str, bytes]) -> bytes:
    """The paper. `files` comes from `record_files`."""
    with translation.override("zh-hans"):
        return render("dossier", dict(data(files)))


def _section(title: str, *blocks: Any) -> Section:
    return {"title": title, "blocks": list(blocks)}


def _table(caption: str, columns: Sequence[Column], rows: list[list[str]]) -> Table:
    return {"kind": "table", "caption": caption, "columns": list(columns), "rows": rows}


def _column(label: str, share: float = 1, *, number: bool = False) -> Column:
    return {"label": label, "share": share, "align": _RIGHT if number else "left"}  # type: ignore[typeddict-item]


def _moment(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M:%S}" if text else _NONE


def _names(codes: Sequence[str], units: Mapping[str, Any], most: int = 6) -> str:
    said = listed(units[code]["name_zh"] for code in codes[:most])
    return said if len(codes) <= most else _("%(names)s and %(more)s more") % {"names": said, "more": len(codes) - most}


def _ordered(codes: Sequence[str], units: Mapping[str, Any]) -> list[str]:
    """By administrative division."""
    return sorted(codes, key=lambda code: (units[code]["province"], code))


def _chosen(answer: Mapping[str, Any], question: Mapping[str, Any], units: Mapping[str, Any]) -> Table:
    rows = {row["id"]: row for row in question["candidates"]}
    columns = [_column(_("Province"), 1.2), _column(_("Pilot unit"), 1.8), _column(_("Region"), 0.8),
               _column(_("Score"), number=True), _column(_("Amount (ten thousand yuan)"), number=True)]  # fmt: skip
    lines = [
        [units[code]["province_zh"], units[code]["name_zh"], str(Region(rows[code]["region"]).label),
         rows[code]["score"], in_wan(rows[code]["amount"])]
        for code in _ordered(answer["chosen"], units)
    ]  # fmt: skip
    return _table(_("By administrative division; the order is no ranking."), columns, lines)


def _rules(held: Files, question: Mapping[str, Any], answer: Mapping[str, Any]) -> list[Any]:
    """Limits, regions against their bounds, and what each rule that binds costs."""
    facts: Facts = {"kind": "facts", "rows": balance_words(question, _CODES)}
    columns = [_column(_("Region")), *(_column(label, number=True) for label in (
        _("Candidates"), _("At least"), _("Chosen"), _("At most")))]  # fmt: skip
    regions = [
        [row.label, str(row.candidates), _side(row.least), str(row.chosen), _side(row.most)]
        for row in by_region(question, answer["chosen"])
    ]
    binding = [
        [rule_told(row), str(row["value"]) if row["kind"] != "budget" else in_wan(row["value"]), row["gain_without"],
         row["gain_of_one_more"] or _NONE]
        for row in held.read("explanation.json")["rules"] if row["binding"]
    ]  # fmt: skip
    prices = [_column(_("Rule"), 2.4), _column(_("Reached"), 0.8, number=True),
              _column(_("Gained without it"), number=True), _column(_("Gained by one more"), number=True)]  # fmt: skip
    return [
        facts,
        _table(_("Regions and their bounds"), columns, regions),
        _table(_("Rules that shape the list, with their price in total score"), prices, binding),
    ]


def _side(value: int | None) -> str:
    return _NONE if value is None else str(value)


def _signed_lines(held: Files) -> dict[str, str]:
    """The lines of what was signed, by their name."""
    lines = (line.partition(": ") for line in held.text("signed.txt").splitlines())
    return {name: value for name, _colon, value in lines}


def _by_hand(held: Files, units: Mapping[str, Any]) -> list[Any]:
    """Each rule that differs from the rule set with reason and price, or that there is none."""
    question = held.read("instance.json")
    frozen = held.read("candidate-set.json").get("rules", {})
    gains = {row["rule"]: row["gain_without"] for row in held.read("explanation.json")["rules"]}
    rows = [
        [units[row["id"]]["name_zh"], label, row["reason"], gains.get(f"{kind}:{row['id']}", _NONE)]
        for kind, label in (("include", _("is on the list")), ("exclude", _("is not on the list")))
        for row in question.get(kind, [])
    ]
    before, now = (dict(balance_words(rules, _CODES)) for rules in (frozen, question))
    rows += [
        [label, f"{before.get(label, _NONE)} → {now.get(label, _NONE)}", held.read("signatures.json")["reason"], _NONE]
        for label in {**before, **now}
        if before.get(label) != now.get(label)
    ]
    if not rows and "baseline-instance.json" not in held.raw:
        return [Text(kind="text", text=_("The list keeps the rule set as it stands; nothing was changed by hand."))]
    columns = [_column(_("Rule"), 1.4), _column(_("By hand"), 1.4), _column(_("Reason"), 2.2),
               _column(_("Gained without it"), number=True)]  # fmt: skip
    price = _signed_lines(held).get("price", "-")
    text = _("No list keeps the rule set; there is nothing to compare with.")
    if price != "-":
        text = _("Against the list under the rule set, %(price)s points of total score are given up.") % {
            "price": price
        }
    return [_table(_("Departures from the rule set"), columns, rows), Text(kind="text", text=text)]


def _reserve(held: Files, units: Mapping[str, Any]) -> Table:
    codes = _signed_lines(held).get("reserve", "").split()
    columns = [_column(_("Order"), 0.5, number=True), _column(_("Province")), _column(_("Pilot unit"), 2)]
    rows = [[str(at), units[code]["province_zh"], units[code]["name_zh"]] for at, code in enumerate(codes, start=1)]
    return _table(_("Reserve"), columns, rows)


def _why(held: Files, question: Mapping[str, Any], units: Mapping[str, Any]) -> Table:
    explained = held.read("explanation.json")
    rules = {row["rule"]: row for row in explained["rules"]}
    entries = {row["id"]: row for row in explained["candidates"]}
    scores = {row["id"]: row["score"] for row in question["candidates"]}
    columns = [_column(_("Pilot unit"), 1.3), _column(_("Score"), 0.8, number=True), _column(_("On the list"), 0.6),
               _column(_("Threshold"), 0.8, number=True), _column(_("Explanation"), 3)]  # fmt: skip
    rows = [
        [units[code]["name_zh"], scores[code], _("yes") if entries[code]["chosen"] else _("no"),
         entries[code]["threshold"] or _NONE, _reason(entries[code], rules, units)]
        for code in _ordered(list(entries), units)
    ]  # fmt: skip
    return _table(_("Threshold: the smallest score at which the unit is on the list, all else equal"), columns, rows)


def _reason(entry: Mapping[str, Any], rules: Mapping[str, Any], units: Mapping[str, Any]) -> str:
    """Why one candidate is on the list or not, in one line."""
    if entry["threshold"] is None:
        return _("Fixed by: %(rules)s") % {"rules": _rule_names(entry["why"], rules)}
    if entry["chosen"]:
        followers = _names(entry["followed_by"], units)
        return _("Below the threshold %(names)s would follow.") % {"names": followers} if followers else ""
    said = []
    if entry["displaces"]:
        said.append(_("From the threshold on it would displace %(names)s.") % {
            "names": _names(entry["displaces"], units)})  # fmt: skip
    if entry["let_in_by"]:
        said.append(_("Without one of these it would be on the list: %(rules)s.") % {
            "rules": _rule_names(entry["let_in_by"], rules)})  # fmt: skip
    return " ".join(said)


def _rule_names(names: Sequence[str], rules: Mapping[str, Any]) -> str:
    return enumerated(dict.fromkeys(rule_told(rules[name]) for name in names))


def _firmness(held: Files, units: Mapping[str, Any]) -> list[Any]:
    found = held.read("robustness.json")
    rows = {row["id"]: row for row in found["candidates"]}
    facts: Facts = {
        "kind": "facts",
        "rows": [
            (_("Draws over reviewers"), str(found["draws"])),
            (_("Draws that gave this very list"), str(found["same"])),
            (_("Chosen in every draw"), str(len(found["core"]))),
            (_("Chosen in some draws"), str(len(found["borderline"]))),
            *((label, _moves(found["left_out"][kind])) for kind, label in (
                ("reviewers", _("Reviewers without whom the list changes")),
                ("criteria", _("Criteria without which the list changes")),
                ("rules", _("Rules without which the list changes")))),
        ],
    }  # fmt: skip
    columns = [_column(_("Pilot unit"), 2), _column(_("On the list")),
               _column(_("Chosen in so many draws"), number=True), _column("95 %", number=True)]  # fmt: skip
    lines = [
        [units[code]["name_zh"], _("yes") if rows[code]["chosen"] else _("no"), str(rows[code]["times"]),
         f"{rows[code]['low']} – {rows[code]['high']}"]
        for code in _ordered(found["borderline"], units)
    ]  # fmt: skip
    return [facts, _table(_("Chosen in some draws but not in all"), columns, lines)]


def _moves(entries: Sequence[Mapping[str, Any]]) -> str:
    moved = sum(bool(row["leaves"] or row["comes"]) for row in entries)
    return _("%(moved)s of %(all)s") % {"moved": moved, "all": len(entries)}


def _basis(held: Files) -> Facts:
    frozen, basis = held.read("candidate-set.json"), held.read("reviews.json")
    by = COUNTS.get(basis["result_by"])
    reviewers = {row["reviewer"] for row in frozen.get("reviews", [])}
    return {
        "kind": "facts",
        "rows": [
            (_("What counts"), str(by or basis["result_by"] or _NONE)),
            (_("Reviews"), str(len(frozen.get("reviews", [])))),
            (_("Reviewers"), str(len(reviewers))),
            (_("Marks by criterion"), str(len(basis["reviews"]))),
            (_("Results both ministries signed (SHA-256)"), basis["results_sha256"] or _NONE),
        ],
    }


def _signatures(signed: Mapping[str, Any]) -> Table:
    columns = [_column(_("Act"), 1.6), _column(_("Person")), _column(_("Time"), 1.2), _column(_("Digest"), 1.5)]
    rows = [[_("Proposed"), signed["proposed"]["person"], _moment(signed["proposed"]["at"]), _NONE]]
    rows += [
        [_("Signed for the %(ministry)s") % {"ministry": Ministry(row["ministry"]).label}, row["person"],
         _moment(row["at"]), row["sha256"]]
        for row in signed["signatures"]
    ]  # fmt: skip
    return _table(_("Signatures"), columns, rows)


def _digests(files: Mapping[str, bytes]) -> Table:
    columns = [_column(_("File"), 1.6), _column(_("Digest (SHA-256)"), 3)]
    rows = [[name, hashlib.sha256(files[name]).hexdigest()] for name in sorted(files)]
    return _table(_("Files of the record"), columns, rows)
