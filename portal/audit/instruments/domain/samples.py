"""Drawing samples, keeping what was found at their items, evaluating them. A drawn sample never changes."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from portal.audit.instruments import conditions, evaluating
from portal.audit.instruments.models_samples import Found, Method
from portal.audit.instruments.population import Population, items_of, load
from portal.audit.instruments.sampling import Drawn, draw, drawn_digest, sizes
from portal.audit.instruments.sampling.population import strata as strata_of
from portal.audit.instruments.sources import SOURCES, Source, has_amounts
from portal.audit.models import Sample, SampleEvaluation, SampleResult
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.money import ZERO
from portal.core.scope import Actor

FEN: Final = 100
# What a sample may hold: more is no sample, and nobody works through it.
MOST_ITEMS: Final = 2_000
Planned = tuple[dict[str, Any], int | None, list[Drawn]]


@dataclass(frozen=True)
class SampleInput:
    """What a sample is drawn from and how. confidence: per cent; tolerable, expected_rate: per cent of the items.

    strata: the field whose values make the strata. seed: empty, one is made. as_of: the population of that moment.
    """

    name: str
    method: str
    source: str
    tree: dict[str, Any]
    as_of: datetime
    confidence: Decimal
    materiality: Decimal | None = None
    expected: Decimal = ZERO
    tolerable: Decimal | None = None
    expected_rate: Decimal = ZERO
    strata: str = ""
    seed: str = ""
    query_name: str = ""


def organisation_of(by: Actor) -> int:
    """The audit organisation the actor works in. Raises DomainError when there is none."""
    post = by.post("auditor")
    if post is None:
        raise DomainError("no_audit_organisation", _("Only members of an audit organisation do this."))
    return post.organisation


def owned(by: Actor) -> dict[str, Any]:
    """The common columns of what an auditor makes."""
    return {"organisation": organisation_of(by), "by": by.id, "by_name": by.name, "at": clock.now()}


def source_of(name: str) -> Source:
    """The registered source. Raises DomainError when no app declares it."""
    if name not in SOURCES:
        raise DomainError("no_such_source", _("Choose what to draw from."), "source")
    return SOURCES[name]


# A drawn sample never changes, and nobody may lock it for a change: the acts on it take no lock.


def draw_sample(*, by: Actor, what: SampleInput) -> Sample:
    """Draw a sample: read the population, plan the size, draw, keep everything. One transaction."""
    with command(by, "audit.draw_sample") as act:
        source = source_of(what.source)
        if what.method != Method.RANDOM and not source.amount:
            raise DomainError("source_without_money", _("This population has no amounts: draw at random."), "method")
        population = load(by, source, what.tree, as_of=what.as_of, strata=what.strata)
        seed = what.seed.strip() or secrets.token_hex(8)
        plan, interval, drawn = _drawn(what, population, seed)
        if len(drawn) > MOST_ITEMS:
            raise DomainError(
                "sample_too_large",
                _(
                    "This plan needs %(count)s items, more than anyone works through: raise the materiality, lower the"
                    " confidence, or narrow the population down."
                )
                % {"count": len(drawn)},
                "materiality",
            )
        row = Sample(
            **owned(by),
            name=what.name.strip(),
            method=what.method,
            source=source.name,
            query=what.tree,
            query_name=what.query_name,
            as_of=what.as_of,
            seed=seed,
            confidence=what.confidence,
            materiality=what.materiality,
            expected=what.expected,
            plan=plan,
            population_count=population.count,
            population_total=Decimal(population.total) / FEN,
            population_sha256=population.sha256,
            interval=None if interval is None else Decimal(interval) / FEN,
            size=len(drawn),
            items=items_of(by, source, drawn, as_of=what.as_of),
            items_sha256=drawn_digest(drawn),
        )
        row.save(force_insert=True)
        act.after = {"name": row.name, "method": row.method, "size": row.size, "population": row.population_sha256}
        return act.record(row)


def _drawn(what: SampleInput, population: Population, seed: str) -> Planned:
    """The plan that follows from the method, the interval of monetary units (fen), and the items."""
    if not population.items:
        raise DomainError("population_is_empty", _("Nothing fits these conditions at that moment."), "source")
    share = float(what.confidence / 100)
    marks: dict[str, str] = {"seed": seed, "population": population.sha256}
    try:
        if what.method == Method.MONETARY:
            return _monetary(what, population, share, marks)
        if what.method == Method.STRATIFIED:
            return _stratified(what, population, share, marks)
        rate, expected = _rate(what.tolerable), float(what.expected_rate / 100)
        size = min(sizes.attributes(rate, expected=expected, confidence=share), population.count)
    except ValueError as error:
        raise DomainError("sample_cannot_be_planned", _plain(error), "expected") from error
    plan = {
        "tolerable": str(what.tolerable),
        "expected_rate": str(what.expected_rate),
        "strata": [_stratum("", population.count, population.total, size)],
    }
    return plan, None, draw.random_items(population.items, size, **marks)


def _plain(error: ValueError) -> str:
    if "too near" in str(error):
        return _("What is expected is too near to what is tolerable: no sample can show the difference.")
    return _("No sample can be planned from these figures: check confidence, materiality and expectation.")


def _rate(given: Decimal | None) -> float:
    if given is None:
        raise DomainError("tolerable_missing", _("Give the rate of errors that is still tolerable."), "tolerable")
    return float(given / 100)


def _materiality(what: SampleInput) -> int:
    if what.materiality is None:
        raise DomainError("materiality_missing", _("Give the materiality in yuan."), "materiality")
    return int(what.materiality * FEN)


def _monetary(what: SampleInput, population: Population, share: float, marks: dict[str, str]) -> Planned:
    inside = [item for item in population.items if item.amount > 0]
    total = sum(item.amount for item in inside)
    if not inside:
        raise DomainError("population_without_money", _("No item of the population has an amount above zero."))
    size = sizes.monetary(total, _materiality(what), expected=int(what.expected * FEN), confidence=share)
    interval = draw.interval_of(total, size)
    plan = {
        "units": size,
        "left_out": population.count - len(inside),
        "strata": [_stratum("", len(inside), total, size)],
    }
    return plan, interval, draw.monetary(inside, interval, **marks)


def _stratified(what: SampleInput, population: Population, share: float, marks: dict[str, str]) -> Planned:
    if not what.strata:
        raise DomainError("strata_missing", _("Choose what makes the strata."), "strata")
    strata = strata_of(population.items)
    precision = _materiality(what) - int(what.expected * FEN)
    if precision <= 0:
        raise ValueError("too near")
    size = sizes.stratified(strata, precision, confidence=share)
    given = sizes.neyman(strata, size)
    plan = {
        "field": what.strata,
        "strata": [_stratum(one.name, one.count, one.total, given[one.name]) for one in strata],
    }
    return plan, None, draw.stratified(population.items, given, **marks)


def _stratum(name: str, count: int, total: int, size: int) -> dict[str, Any]:
    return {"name": name, "count": count, "total": f"{Decimal(total) / FEN:.2f}", "size": size}


def draw_again(*, by: Actor, sample: Sample) -> dict[str, Any]:
    """Read the population of that moment once more and draw again: whether both digests are the same. Writes nothing
    but the event.
    """
    with command(by, "audit.redraw_sample", sample, lock=False) as act:
        source = source_of(sample.source)
        population = load(by, source, sample.query, as_of=sample.as_of, strata=sample.plan.get("field", ""))
        marks = {"seed": sample.seed, "population": population.sha256}
        if sample.method == Method.MONETARY:
            interval = int((sample.interval or ZERO) * FEN)
            drawn = draw.monetary([one for one in population.items if one.amount > 0], interval, **marks)
        elif sample.method == Method.STRATIFIED:
            given = {one["name"]: one["size"] for one in sample.plan["strata"]}
            drawn = draw.stratified(population.items, given, **marks)
        else:
            drawn = draw.random_items(population.items, sample.size, **marks)
        found = {
            "population": population.sha256 == sample.population_sha256,
            "items": drawn_digest(drawn) == sample.items_sha256,
            "count": population.count,
        }
        act.after = found
        return found


def keep_result(
    *, by: Actor, sample: Sample, place: int, found: str, audited: Decimal | None, note: str
) -> SampleResult:
    """Keep what was found at one item; an earlier result stays and does not count any more.

    An item in order has its book amount, one that is not proven none. Of things without an amount none is asked for.
    """
    with command(by, "audit.keep_sample_result", sample, lock=False) as act:
        if not 1 <= place <= sample.size:
            raise DomainError("sample_result_of_an_item", _("The sample has no such item."))
        book = Decimal(sample.items[place - 1]["amount"])
        if not has_amounts(sample.source):
            audited = ZERO
        if found == Found.WRONG and audited is None:
            raise DomainError(
                "audited_missing", _("Give the amount that would be right; zero if nothing is."), "audited"
            )
        amount = {Found.RIGHT: book, Found.UNPROVEN: ZERO}.get(Found(found), audited if audited is not None else ZERO)
        row = SampleResult(**owned(by), sample=sample, place=place, found=found, audited=amount, note=note.strip())
        row.save(force_insert=True)
        return act.record(row, why=note.strip())


def counting(sample: Sample) -> dict[int, SampleResult]:
    """The result that counts of each item, by place: the newest."""
    return {row.place: row for row in sample.results.order_by("pk")}


def evaluate_sample(*, by: Actor, sample: Sample) -> SampleEvaluation:
    """Say what the results mean for the whole population. Every item needs its result first."""
    with command(by, "audit.evaluate_sample", sample, lock=False) as act:
        results = counting(sample)
        if left := sample.size - len(results):
            raise DomainError(
                "sample_evaluated_when_tested",
                _("%(count)s items have no result yet. An item that cannot be proven counts as an error.")
                % {"count": left},
            )
        figures = evaluating.figures(sample, results)
        text = "\n".join(f"{place}\t{row.found}\t{row.audited}" for place, row in sorted(results.items()))
        row = SampleEvaluation(
            **owned(by),
            sample=sample,
            figures=figures,
            results_sha256=hashlib.sha256(f"{sample.items_sha256}\n{text}\n".encode()).hexdigest(),
        )
        row.save(force_insert=True)
        act.after = {"sample": sample.pk, **figures}
        return act.record(row)


def from_params(params: dict[str, Any]) -> SampleInput:
    """The input as a run keeps it."""
    data = dict(params)
    data["as_of"] = datetime.fromisoformat(data["as_of"])
    for name in ("confidence", "materiality", "expected", "tolerable", "expected_rate"):
        data[name] = None if data[name] is None else Decimal(data[name])
    return SampleInput(**data)


def to_params(what: SampleInput) -> dict[str, Any]:
    """What a run keeps of the input; a seed is made here, so that a repeat of the run draws the same."""
    whole = replace(what, seed=what.seed.strip() or secrets.token_hex(8))
    kept: dict[str, Any] = json.loads(json.dumps(vars(whole), default=str))
    kept["as_of"] = what.as_of.isoformat()
    conditions.to_q(source_of(what.source), what.tree)
    return kept
