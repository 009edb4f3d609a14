"""Check a selection decision without any solver: python3 verify_decision.py IN.json OUT.json [SET.json]

IN.json is the question (selection-instance/1), OUT.json the decision (selection-decision/1) with its certificate,
SET.json the frozen candidates (candidate-set/1): with it, that the question asks of them, with their scores and seed.
Needs Python 3.9 or later and nothing else. Prints "verified" and ends with 0, or says what is wrong and ends with 1.

What is shown, in whole numbers and exact fractions: the chosen set keeps every rule; its totals are as stated; and no
other set has a greater score, or the same score and a smaller sum of keys, or both the same and a smaller list of ids.
The last part: the tree splits all sets by single candidates; in each leaf the rows named there, each times its positive
multiplier, add up to an inequality that no choice of 0 and 1 can fulfil. Rows are the rules, "score" (as good a total
as the chosen set's), "keys" (as small a sum of keys), and "other:k" (not the chosen set, for k = 0, nor the k-th set
aside; those are compared one by one). A leaf with "keys" shows beside it, under "above", that no set in it has "more"
(a greater score than the chosen set). So no set is left that would be better.
"""

import hashlib
import json
import sys
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Any

Row = tuple[int, int, dict[str, int]]


class Rejected(ValueError):
    """The decision does not follow from the question."""


def need(condition: object, why: str) -> None:
    """Reject unless the condition holds."""
    if not condition:
        raise Rejected(why)


def canonical(value: Any) -> str:
    """RFC 8785 for the values of these formats (text, whole numbers, lists, objects)."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(canonical(name) + ":" + canonical(value[name]) for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    need(value is None or isinstance(value, (str, int)), "a number that is not whole")
    return json.dumps(value, ensure_ascii=False)


def sha256(value: Any) -> str:
    """Digest of the canonical JSON."""
    return hashlib.sha256(canonical(value).encode("utf-8")).hexdigest()


def rules_of(question: Any) -> dict[str, Row]:
    """Each rule by its name, as sign * sum(weights of the chosen) <= sign * limit: (sign, limit, weights by id)."""
    people = question["candidates"]
    everyone = {c["id"]: 1 for c in people}
    total = question["total"]
    bounds = total if isinstance(total, dict) else {"min": total, "max": total}
    rules: dict[str, Row] = {"total_min": (-1, bounds["min"], everyone), "total_max": (1, bounds["max"], everyone)}
    if "budget" in question:
        rules["budget"] = 1, question["budget"], {c["id"]: c["amount"] for c in people}
    for region, limits in question.get("regions", {}).items():
        inside = {c["id"]: 1 for c in people if c["region"] == region}
        for side, limit in limits.items():
            rules[f"region_{side}:{region}"] = -1 if side == "min" else 1, limit, inside
    if "province_max" in question:
        counted = [c for c in people if c.get("counts_for_province", True)]
        for province in {c["province"] for c in counted}:
            inside = {c["id"]: 1 for c in counted if c["province"] == province}
            rules[f"province_max:{province}"] = 1, question["province_max"], inside
    for name, sign, field in (("sector_min", -1, "sectors"), ("sector_max", 1, "sectors"), ("soe_max", 1, "soes")):
        for of, limit in question.get(name, {}).items():
            rules[f"{name}:{of}"] = sign, limit, {c["id"]: 1 for c in people if of in c.get(field, [])}
    for item in question.get("include", []):
        rules[f"include:{item['id']}"] = -1, 1, {item["id"]: 1}
    for item in question.get("exclude", []):
        rules[f"exclude:{item['id']}"] = 1, 0, {item["id"]: 1}
    return rules


def broken(rules: dict[str, Row], chosen: Any) -> list:
    """Names of the rules that a set of ids breaks."""
    return [name for name, (sign, limit, weights) in rules.items()
            if sign * sum(weights.get(unit, 0) for unit in chosen) > sign * limit]  # fmt: skip


def check_leaf(rows: dict[str, Row], leaf: Any, fixed: dict[str, int]) -> None:
    """The sum of the rows contradicts itself for every choice with these fixings."""
    times = {name: Fraction(text) for name, text in leaf["multipliers"].items()}
    need(all(value > 0 for value in times.values()), "a multiplier that is not positive")
    need(all(str(times[name]) == text for name, text in leaf["multipliers"].items()), "a fraction not in lowest terms")
    parts = lcm(*(value.denominator for value in times.values()))
    left: dict[str, int] = {}
    right = 0
    for name, value in times.items():
        need(name in rows, f"no row {name}")
        sign, limit, weights = rows[name]
        whole = int(value * parts) * sign
        right += whole * limit
        for unit, weight in weights.items():
            left[unit] = left.get(unit, 0) + whole * weight
    smallest = sum(value * fixed[unit] if unit in fixed else min(value, 0) for unit, value in left.items())
    margin = Fraction(right - smallest, parts)
    need(margin < 0, "a leaf that proves nothing")
    need(leaf["margin"] == str(margin), "a margin that is not that of the leaf")


def check_tree(rows: dict[str, Row], units: set[str], tree: Any) -> set[str]:
    """Every leaf; returns the names of all rows used."""
    used: set[str] = set()
    stack: list = [(tree, {})]
    while stack:
        node, fixed = stack.pop()
        if "split" in node:
            need(node.keys() == {"split", "without", "with"}, "a split with other fields")
            unit = node["split"]
            need(unit in units and unit not in fixed, f"a split by {unit!r}")
            stack += [(node["without"], {**fixed, unit: 0}), (node["with"], {**fixed, unit: 1})]
        else:
            has_keys = "keys" in node["multipliers"]
            fields = {"multipliers", "margin", *(["above"] if has_keys else [])}
            need(node.keys() == fields, "a leaf with other fields")
            check_leaf({name: row for name, row in rows.items() if name != "more"}, node, fixed)
            used |= node["multipliers"].keys()
            if has_keys:  # of equal scores it has the smaller sum; that no score is greater is shown beside it
                need(node["above"].keys() == {"multipliers", "margin"}, "a leaf with other fields")
                strict = {name: row for name, row in rows.items() if name not in ("score", "keys")}
                check_leaf(strict, node["above"], fixed)
                used |= node["above"]["multipliers"].keys()
    return used


def check_optimal(question: Any, decision: Any, rules: dict[str, Row]) -> None:
    """The chosen set, its totals, and that no other is better."""
    units = {c["id"]: c for c in question["candidates"]}
    score = {unit: int(Decimal(c["score"]).scaleb(6)) for unit, c in units.items()}
    key = {unit: int(hashlib.sha256(f"{question['seed']}:{unit}".encode()).hexdigest()[:8], 16) for unit in units}
    chosen, proof = decision["chosen"], decision["certificate"]
    need(chosen == sorted(set(chosen)) and set(chosen) <= units.keys(), "chosen is not a sorted list of candidates")
    need(not broken(rules, chosen), f"the chosen set breaks {broken(rules, chosen)}")

    def standing(ids: list) -> tuple:
        return -sum(score[unit] for unit in ids), sum(key[unit] for unit in ids), sorted(ids)

    minus, keys, _ = standing(chosen)
    need(decision["total_score"] == f"{Decimal(-minus).scaleb(-6):.6f}", "total_score")
    need(decision["total_amount"] == sum(units[unit]["amount"] for unit in chosen), "total_amount")
    regions = {c["region"] for c in units.values()} | question.get("regions", {}).keys()
    counts = {region: sum(units[unit]["region"] == region for unit in chosen) for region in regions}
    need(decision["by_region"] == counts, "by_region")
    need(decision["conflict"] == [], "a conflict beside a chosen set")

    need(proof.keys() == {"aside", "tree", "sha256"}, "the certificate has other fields")
    rows = dict(rules)
    rows["score"] = (-1, -minus, score)
    rows["keys"] = (1, keys, key)
    rows["more"] = (-1, -minus + 1, score)
    need(len({tuple(ids) for ids in proof["aside"]}) == len(proof["aside"]), "a set stands aside twice")
    tied: set[int] = set()
    for number, ids in enumerate([chosen, *proof["aside"]]):
        inside = set(ids)
        need(sorted(inside) == ids and inside <= units.keys(), "a set aside that is not a sorted list of candidates")
        rows[f"other:{number}"] = (1, len(ids) - 1, {unit: 1 if unit in inside else -1 for unit in units})
        if number and not broken(rules, ids):
            need(standing(ids) > standing(chosen), f"better than the chosen set: {ids}")
            tied |= {number} if standing(ids)[0] == minus else set()
    used = check_tree(rows, set(units), proof["tree"])
    need(decision["optimal_sets_tied"] is bool(tied), "optimal_sets_tied")
    idle = [at for at in range(1, len(proof["aside"]) + 1) if f"other:{at}" not in used and at not in tied]
    need(not idle, "a set aside for nothing")
    need(tied or "keys" not in used, "whether sets are tied is not shown")


def check_infeasible(question: Any, decision: Any, rules: dict[str, Row]) -> None:
    """The rules of the conflict cannot hold together; without any one of them the others can."""
    proof, names = decision["certificate"], [item["rule"] for item in decision["conflict"]]
    need(decision["chosen"] == [] and decision["total_score"] == "0.000000", "a chosen set beside a conflict")
    need(decision["total_amount"] == 0 and decision["by_region"] == {}, "totals beside a conflict")
    need(decision["optimal_sets_tied"] is False, "optimal_sets_tied")
    need(len(set(names)) == len(names) and set(names) <= rules.keys(), "a conflict with unknown rules")
    need(all(item["limit"] == rules[item["rule"]][1] for item in decision["conflict"]), "a limit in the conflict")
    need(all(item.keys() == CONFLICT for item in decision["conflict"]), "the conflict has other fields")
    need(
        all(item["rule"] == ":".join(filter(None, (item["kind"], item["of"]))) for item in decision["conflict"]), "kind"
    )
    need(proof.keys() == {"possible_without", "tree", "sha256"}, "the certificate has other fields")
    need(proof["possible_without"].keys() == set(names), "possible_without")
    conflict = {name: rules[name] for name in names}
    units = {c["id"] for c in question["candidates"]}
    check_tree(conflict, units, proof["tree"])
    for name, ids in proof["possible_without"].items():
        need(ids == sorted(set(ids)) and set(ids) <= units, "a set that is not a sorted list of candidates")
        need(broken(conflict, ids) == [name], f"not possible without {name}")


CONFLICT = {"rule", "kind", "of", "limit", "change_to", "enough", "code", "why"}
FIELDS = {
    "format", "status", "chosen", "total_score", "total_amount", "by_region", "optimal_sets_tied", "instance_sha256",
    "certificate", "conflict", "solver",
}  # fmt: skip


def verify(question: Any, decision: Any, frozen: Any = None) -> None:
    """Raise Rejected unless the decision follows from the question, and that asks of the frozen candidates, where they
    are given (all as json.loads gives them).
    """
    try:
        if frozen is not None:
            need(frozen["format"] == "candidate-set/1", "not a candidate-set/1")
            for name in ("seed", "candidates"):
                need(question[name] == frozen[name], f"the question has another {name} than the frozen set")
        need(decision.keys() == FIELDS and decision["format"] == "selection-decision/1", "not a selection-decision/1")
        need(question["format"] == "selection-instance/1", "not a selection-instance/1")
        need(decision["instance_sha256"] == sha256(question), "the decision is about another question")
        rest = {name: value for name, value in decision["certificate"].items() if name != "sha256"}
        need(decision["certificate"]["sha256"] == sha256({**decision, "certificate": rest}), "changed after sealing")
        need(len({c["id"] for c in question["candidates"]}) == len(question["candidates"]), "a candidate stands twice")
        rules = rules_of(question)
        need(decision["status"] in ("optimal", "infeasible"), "status")
        (check_optimal if decision["status"] == "optimal" else check_infeasible)(question, decision, rules)
    except Rejected:
        raise
    except Exception as error:
        raise Rejected(f"malformed: {error!r}") from error


def main(arguments: list) -> int:
    """Read two files or three, print what was found."""
    if len(arguments) not in (2, 3):
        print(__doc__)
        return 2
    values = []
    for name in arguments:
        with open(name, encoding="utf-8") as file:
            values.append(json.load(file))
    try:
        verify(*values)
    except Rejected as error:
        print(f"rejected: {error}")
        return 1
    print("verified")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
