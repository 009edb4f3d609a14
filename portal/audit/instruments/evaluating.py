"""What the results of a sample say of its population, as figures that a page, a file and a bundle show alike."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from portal.audit.instruments.models_samples import Found, Method
from portal.audit.instruments.sampling import Stratum, evaluate
from portal.audit.models import Sample, SampleResult
from portal.core.money import ZERO

FEN: Final = 100


def _yuan(fen: int) -> str:
    return str((Decimal(fen) / FEN).quantize(Decimal("0.01")))


def figures(sample: Sample, results: Mapping[int, SampleResult]) -> dict[str, Any]:
    """The figures: amounts in yuan and rates as text.

    acceptable: whether the upper limit lies within the materiality (of a random sample without enough errors for a
    limit in money: whether the upper rate lies within the tolerable rate).
    """
    tested = [
        evaluate.Tested(
            key=item["key"],
            book=int(Decimal(item["amount"]) * FEN),
            audited=int(results[place].audited * FEN),
            certain=item["certain"] and sample.method == Method.MONETARY,
            stratum=item["stratum"] if sample.method == Method.STRATIFIED else "",
            wrong=results[place].found != Found.RIGHT,
        )
        for place, item in enumerate(sample.items, start=1)
    ]
    confidence = float(sample.confidence / 100)
    if sample.method == Method.MONETARY:
        return _monetary(sample, tested, confidence)
    return _classical(sample, tested, confidence)


def _monetary(sample: Sample, tested: list[evaluate.Tested], confidence: float) -> dict[str, Any]:
    found = evaluate.monetary(tested, interval=int((sample.interval or ZERO) * FEN), confidence=confidence)
    limit = int((sample.materiality or ZERO) * FEN)
    return {
        "method": sample.method,
        "size": found.size,
        "errors": found.errors,
        "known": _yuan(found.over.known - found.under.known),
        "projected": _yuan(found.projected),
        "basic": _yuan(found.over.basic),
        "allowance": _yuan(found.over.allowance),
        "upper": _yuan(found.over.upper),
        "lower": _yuan(-found.under.upper),
        "acceptable": max(found.over.upper, found.under.upper) <= limit,
    }


def _classical(sample: Sample, tested: list[evaluate.Tested], confidence: float) -> dict[str, Any]:
    strata = [
        Stratum(one["name"], one["count"], int(Decimal(one["total"]) * FEN)) for one in sample.plan.get("strata", ())
    ]
    found = evaluate.classical(tested, strata, confidence=confidence)
    acceptable: bool | None = None
    if found.upper is not None and found.lower is not None and sample.materiality is not None:
        acceptable = max(found.upper, -found.lower) <= int(sample.materiality * FEN)
    elif sample.plan.get("tolerable"):
        acceptable = found.rate_upper <= float(Decimal(sample.plan["tolerable"]) / 100) + 1e-9
    return {
        "method": sample.method,
        "size": found.size,
        "errors": found.errors,
        "known": _yuan(found.known),
        "projected": _yuan(found.projected),
        "upper": None if found.upper is None else _yuan(found.upper),
        "lower": None if found.lower is None else _yuan(found.lower),
        "rate": f"{found.rate:.6f}",
        "rate_upper": f"{found.rate_upper:.6f}",
        "acceptable": acceptable,
    }
