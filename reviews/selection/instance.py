"""The question: candidates, their scores, and the published rules of balance, read and checked once."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, TypeVar

from reviews.reading import InvalidInstance, count, escaped, fields, items, names, text
from reviews.selection.canonical import sha256_of

FORMAT: Final = "selection-instance/1"
MILLION: Final = 1_000_000
_Value = TypeVar("_Value")
_SCORE: Final = re.compile(r"(-?)(\d{1,6})(?:\.(\d{1,6}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One unit that may be chosen. score: millionths of a point; amount: whole yuan; interval: of the score."""

    id: str
    province: str
    region: str
    score: int
    amount: int
    counts_for_province: bool = True
    sectors: tuple[str, ...] = ()
    soes: tuple[str, ...] = ()
    interval: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Least and greatest number; None where the rule set says nothing."""

    min: int | None = None
    max: int | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """One reviewer's mark for one candidate (on one criterion, where the batch scores by criteria)."""

    candidate: str
    reviewer: str
    score: int
    criterion: str = ""


@dataclass(frozen=True)
class Instance:
    """A checked question. candidates: sorted by id (code points), whatever the order of the input."""

    seed: str
    total: Limits
    candidates: tuple[Candidate, ...]
    budget: int | None = None
    regions: Mapping[str, Limits] = field(default_factory=dict)
    province_max: int | None = None
    sector_min: Mapping[str, int] = field(default_factory=dict)
    sector_max: Mapping[str, int] = field(default_factory=dict)
    soe_max: Mapping[str, int] = field(default_factory=dict)
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    total_is_exact: bool = True
    reviews: tuple[Review, ...] = ()
    lottery: bool = False
    lottery_seed: str | None = None
    source: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def sha256(self) -> str:
        """Digest of the canonical JSON of the input as given; ties the decision to this question."""
        return sha256_of(self.source)


def parse_instance(data: Any) -> Instance:
    """Read a question in the format `selection-instance/1`.

    data: what json.loads gives. Scores become integers (millionths), nothing passes through a float.
    Raises InvalidInstance with the path of the first bad field. A question whose rules contradict one
    another is not malformed: it is read, and `solve` names the conflict.
    """
    top = fields(data, "", {"format", "seed", "total", "candidates"}, _OPTIONAL)
    if top["format"] != FORMAT:
        raise InvalidInstance("/format", "format", f"must be {FORMAT!r}")
    candidates = tuple(_candidate(item, f"/candidates/{at}") for at, item in items(top["candidates"], "/candidates"))
    _all_different(candidates, "/candidates")
    known = {candidate.id for candidate in candidates}
    total, exact = _total(top["total"])
    instance = Instance(
        seed=text(top["seed"], "/seed"),
        total=total,
        total_is_exact=exact,
        candidates=tuple(sorted(candidates, key=lambda candidate: candidate.id)),
        budget=None if "budget" not in top else count(top["budget"], "/budget"),
        regions=_table(top, "regions", _limits),
        province_max=None if "province_max" not in top else count(top["province_max"], "/province_max"),
        sector_min=_table(top, "sector_min", count),
        sector_max=_table(top, "sector_max", count),
        soe_max=_table(top, "soe_max", count),
        include=_named(top, "include", known),
        exclude=_named(top, "exclude", known),
        reviews=_reviews(top.get("reviews", []), known),
        lottery="lottery" in top,
        lottery_seed=_lottery(top.get("lottery", {})),
        source=data,
    )
    try:
        _ = instance.sha256
    except ValueError as error:
        raise InvalidInstance("", "text", f"cannot be spelled canonically: {error}") from error
    return instance


_OPTIONAL: Final = {"budget", "regions", "province_max", "sector_min", "sector_max", "soe_max",
                    "include", "exclude", "reviews", "lottery"}  # fmt: skip
_CANDIDATE: Final = {"id", "province", "region", "score", "amount"}
_CANDIDATE_OPTIONAL: Final = {"counts_for_province", "sectors", "soes", "interval"}


def _candidate(data: Any, path: str) -> Candidate:
    item = fields(data, path, _CANDIDATE, _CANDIDATE_OPTIONAL)
    counts = item.get("counts_for_province", True)
    if not isinstance(counts, bool):
        raise InvalidInstance(f"{path}/counts_for_province", "boolean", "must be true or false")
    score = _score(item["score"], f"{path}/score")
    interval = None if "interval" not in item else _interval(item["interval"], score, f"{path}/interval")
    return Candidate(
        id=text(item["id"], f"{path}/id"),
        province=text(item["province"], f"{path}/province"),
        region=text(item["region"], f"{path}/region"),
        score=score,
        amount=count(item["amount"], f"{path}/amount"),
        counts_for_province=counts,
        sectors=names(item.get("sectors", []), f"{path}/sectors"),
        soes=names(item.get("soes", []), f"{path}/soes"),
        interval=interval,
    )


def _all_different(candidates: tuple[Candidate, ...], path: str) -> None:
    seen: set[str] = set()
    for at, candidate in enumerate(candidates):
        if candidate.id in seen:
            raise InvalidInstance(f"{path}/{at}/id", "repeated", f"{candidate.id!r} stands here twice")
        seen.add(candidate.id)


def _total(data: Any) -> tuple[Limits, bool]:
    if isinstance(data, Mapping):
        bounds = fields(data, "/total", {"min", "max"}, set())
        return Limits(count(bounds["min"], "/total/min"), count(bounds["max"], "/total/max")), False
    number = count(data, "/total")
    return Limits(number, number), True


def _limits(data: Any, path: str) -> Limits:
    bounds = fields(data, path, set(), {"min", "max"})
    return Limits(
        None if "min" not in bounds else count(bounds["min"], f"{path}/min"),
        None if "max" not in bounds else count(bounds["max"], f"{path}/max"),
    )


def _table(top: Mapping[str, Any], name: str, read: Callable[[Any, str], _Value]) -> dict[str, _Value]:
    data = top.get(name, {})
    if not isinstance(data, Mapping):
        raise InvalidInstance(f"/{name}", "object", "must be an object")
    path = f"/{name}"
    return {text(key, path): read(data[key], f"{path}/{escaped(key)}") for key in sorted(data)}


def _named(top: Mapping[str, Any], name: str, known: set[str]) -> tuple[str, ...]:
    found: list[str] = []
    for at, data in items(top.get(name, []), f"/{name}"):
        path = f"/{name}/{at}"
        item = fields(data, path, {"id", "reason"}, set())
        unit = text(item["id"], f"{path}/id")
        if unit not in known:
            raise InvalidInstance(f"{path}/id", "unknown", f"no candidate {unit!r}")
        if unit in found:
            raise InvalidInstance(f"{path}/id", "repeated", f"{unit!r} stands here twice")
        text(item["reason"], f"{path}/reason")
        found.append(unit)
    return tuple(sorted(found))


def _reviews(data: Any, known: set[str]) -> tuple[Review, ...]:
    found: dict[tuple[str, str, str], Review] = {}
    for at, raw in items(data, "/reviews"):
        path = f"/reviews/{at}"
        item = fields(raw, path, {"candidate", "reviewer", "score"}, {"criterion"})
        unit = text(item["candidate"], f"{path}/candidate")
        if unit not in known:
            raise InvalidInstance(f"{path}/candidate", "unknown", f"no candidate {unit!r}")
        criterion = "" if "criterion" not in item else text(item["criterion"], f"{path}/criterion")
        review = Review(
            unit, text(item["reviewer"], f"{path}/reviewer"), _score(item["score"], f"{path}/score"), criterion
        )
        key = (unit, review.reviewer, criterion)
        if key in found:
            raise InvalidInstance(path, "repeated", "this reviewer's mark stands here twice")
        found[key] = review
    return tuple(found[key] for key in sorted(found))


def _lottery(data: Any) -> str | None:
    """The seed, None where it is not published yet."""
    given = fields(data, "/lottery", set(), {"seed"})
    return text(given["seed"], "/lottery/seed") if "seed" in given else None


def _interval(data: Any, score: int, path: str) -> tuple[int, int]:
    bounds = fields(data, path, {"low", "high"}, set())
    low, high = _score(bounds["low"], f"{path}/low"), _score(bounds["high"], f"{path}/high")
    if not low <= score <= high:
        raise InvalidInstance(path, "order", "does not hold the score")
    return low, high


def _score(data: Any, path: str) -> int:
    """Millionths of a point from a decimal string such as "87.25"."""
    match = _SCORE.fullmatch(data) if isinstance(data, str) else None
    if match is None:
        raise InvalidInstance(path, "score", 'must be a decimal string with at most six places, such as "87.250000"')
    sign, whole, places = match.groups()
    millionths = int(whole) * MILLION + int((places or "").ljust(6, "0"))
    return -millionths if sign else millionths


def points(millionths: int) -> str:
    """A score or sum of scores as a decimal string with six places."""
    sign = "-" if millionths < 0 else ""
    whole, places = divmod(abs(millionths), MILLION)
    return f"{sign}{whole}.{places:06d}"
