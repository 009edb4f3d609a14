"""The scores, read and checked once."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

from reviews.reading import InvalidInstance, fields, items, text

FORMAT: Final = "calibration-input/1"
LARGEST: Final = 10**12  # scores are of this size at most, either sign; squares of them stay far from overflow


@dataclass(frozen=True, slots=True)
class Score:
    """What one reviewer gave one application, in points of any scale."""

    application: str
    reviewer: str
    score: float


def parse_input(data: Any) -> tuple[Score, ...]:
    """Read scores in the format `calibration-input/1`, in the order given.

    data: what json.loads gives. Raises InvalidInstance with the path of the first bad field.
    """
    top = fields(data, "", {"format", "scores"}, set())
    if top["format"] != FORMAT:
        raise InvalidInstance("/format", "format", f"must be {FORMAT!r}")
    return checked(_score(item, f"/scores/{at}") for at, item in items(top["scores"], "/scores"))


def checked(scores: Iterable[Score]) -> tuple[Score, ...]:
    """The scores, if there are any, each is a finite number, and no reviewer scored an application twice.

    Raises InvalidInstance with the path the score would have in the format.
    """
    found = tuple(scores)
    if not found:
        raise InvalidInstance("/scores", "empty", "must hold at least one score")
    seen: set[tuple[str, str]] = set()
    for at, item in enumerate(found):
        text(item.application, f"/scores/{at}/application")
        text(item.reviewer, f"/scores/{at}/reviewer")
        _number(item.score, f"/scores/{at}/score")
        pair = item.application, item.reviewer
        if pair in seen:
            message = f"{item.reviewer!r} has scored {item.application!r} before"
            raise InvalidInstance(f"/scores/{at}", "repeated", message)
        seen.add(pair)
    return found


def _score(data: Any, path: str) -> Score:
    item = fields(data, path, {"application", "reviewer", "score"}, set())
    return Score(
        application=text(item["application"], f"{path}/application"),
        reviewer=text(item["reviewer"], f"{path}/reviewer"),
        score=_number(item["score"], f"{path}/score"),
    )


def _number(data: Any, path: str) -> float:
    if type(data) not in {int, float} or not (isinstance(data, int) or isfinite(data)):
        raise InvalidInstance(path, "number", "must be a finite number")
    if not -LARGEST <= data <= LARGEST:
        raise InvalidInstance(path, "range", f"must lie between -{LARGEST} and {LARGEST}")
    return float(data)
