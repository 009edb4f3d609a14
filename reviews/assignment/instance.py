"""The question: applications, reviewers, loads, interests and wishes, read and checked once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from reviews.reading import InvalidInstance, count, escaped, fields, items, names, text

FORMAT: Final = "assignment-instance/1"
MOST_AFFINITY: Final = 100
Pair = tuple[int, int]  # place of the application, place of the reviewer


@dataclass(frozen=True, slots=True)
class Reviewer:
    """One reviewer. group: the ministry that sent it; loads: numbers of applications."""

    id: str
    group: str
    min_load: int
    max_load: int


@dataclass(frozen=True)
class Instance:
    """A checked question. applications and reviewers: sorted by id, whatever the order of the input.

    affinity: 0 to 100 of pairs, 0 where missing; conflicts: pairs that may not be; pinned: pairs that must be.
    """

    seed: str
    per_application: int
    applications: tuple[str, ...]
    reviewers: tuple[Reviewer, ...]
    min_per_group: Mapping[str, int]
    affinity: Mapping[Pair, int]
    conflicts: frozenset[Pair]
    pinned: frozenset[Pair]


def parse_instance(data: Any) -> Instance:
    """Read a question in the format `assignment-instance/1`.

    data: what json.loads gives. Raises InvalidInstance with the path of the first bad field. A question that cannot be
    fulfilled is not malformed: it is read, and `solve` says who is short of reviewers.
    """
    top = fields(data, "", _NEEDED, {"min_per_group", "affinity", "conflicts", "pinned"})
    if top["format"] != FORMAT:
        raise InvalidInstance("/format", "format", f"must be {FORMAT!r}")
    applications = [
        _application(item, f"/applications/{at}") for at, item in items(top["applications"], "/applications")
    ]
    reviewers = [_reviewer(item, f"/reviewers/{at}") for at, item in items(top["reviewers"], "/reviewers")]
    _all_different(applications, "/applications")
    _all_different([reviewer.id for reviewer in reviewers], "/reviewers")
    applications.sort()
    reviewers.sort(key=lambda reviewer: reviewer.id)
    read = _pairs(applications, [reviewer.id for reviewer in reviewers])
    return Instance(
        seed=text(top["seed"], "/seed"),
        per_application=count(top["per_application"], "/per_application"),
        applications=tuple(applications),
        reviewers=tuple(reviewers),
        min_per_group=_groups(top.get("min_per_group", {})),
        affinity=_affinity(top.get("affinity", []), read),
        conflicts=frozenset(
            read(item, f"/conflicts/{at}") for at, item in items(top.get("conflicts", []), "/conflicts")
        ),
        pinned=frozenset(read(item, f"/pinned/{at}") for at, item in items(top.get("pinned", []), "/pinned")),
    )


_NEEDED: Final = {"format", "applications", "reviewers", "per_application", "seed"}


def _application(data: Any, path: str) -> str:
    item = fields(data, path, {"id"}, {"province", "sectors"})
    if "province" in item:
        text(item["province"], f"{path}/province")
    names(item.get("sectors", []), f"{path}/sectors")
    return text(item["id"], f"{path}/id")


def _reviewer(data: Any, path: str) -> Reviewer:
    item = fields(data, path, {"id", "group", "max_load"}, {"province", "min_load", "sectors"})
    if "province" in item:
        text(item["province"], f"{path}/province")
    names(item.get("sectors", []), f"{path}/sectors")
    least, most = count(item.get("min_load", 0), f"{path}/min_load"), count(item["max_load"], f"{path}/max_load")
    if least > most:
        raise InvalidInstance(f"{path}/min_load", "order", "is above max_load")
    return Reviewer(text(item["id"], f"{path}/id"), text(item["group"], f"{path}/group"), least, most)


def _all_different(ids: list[str], path: str) -> None:
    seen: set[str] = set()
    for at, name in enumerate(ids):
        if name in seen:
            raise InvalidInstance(f"{path}/{at}/id", "repeated", f"{name!r} stands here twice")
        seen.add(name)


def _pairs(applications: list[str], reviewers: list[str]) -> Callable[[Any, str], Pair]:
    rows = {name: at for at, name in enumerate(applications)}
    columns = {name: at for at, name in enumerate(reviewers)}

    def read(data: Any, path: str) -> Pair:
        if not isinstance(data, list) or len(data) != 2:
            raise InvalidInstance(path, "pair", "must be a list of an application and a reviewer")
        first, second = text(data[0], f"{path}/0"), text(data[1], f"{path}/1")
        if first not in rows:
            raise InvalidInstance(f"{path}/0", "unknown", f"no application {first!r}")
        if second not in columns:
            raise InvalidInstance(f"{path}/1", "unknown", f"no reviewer {second!r}")
        return rows[first], columns[second]

    return read


def _groups(data: Any) -> dict[str, int]:
    if not isinstance(data, dict):
        raise InvalidInstance("/min_per_group", "object", "must be an object")
    return {
        text(group, "/min_per_group"): count(least, f"/min_per_group/{escaped(group)}")
        for group, least in sorted(data.items())
    }


def _affinity(data: Any, read: Callable[[Any, str], Pair]) -> dict[Pair, int]:
    found: dict[Pair, int] = {}
    for at, item in items(data, "/affinity"):
        path = f"/affinity/{at}"
        if not isinstance(item, list) or len(item) != 3:
            raise InvalidInstance(path, "triple", "must be a list of an application, a reviewer and a number")
        pair = read(item[:2], path)
        if count(item[2], f"{path}/2") > MOST_AFFINITY:
            raise InvalidInstance(f"{path}/2", "range", f"must be from 0 to {MOST_AFFINITY}")
        if pair in found:
            raise InvalidInstance(path, "repeated", "this pair stands here twice")
        found[pair] = item[2]
    return found
