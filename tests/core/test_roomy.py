"""What a roomy function calls finds room at once: no memory comes and goes with each call in a loop."""

from __future__ import annotations

import resource
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.urls import reverse

from portal.core.middleware import RequestIdMiddleware
from portal.core.roomy import PLACES, roomy


def faults() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


def leaf(one: int) -> list[int]:
    """A frame of some size, so that at a few depths it does not fit into what is left of a piece."""
    two = three = four = five = six = seven = eight = one
    return [one, two, three, four, five, six, seven, eight]


def loops(times: int) -> int:
    """Pages of memory that came while a function was called so many times from here."""
    before = faults()
    for one in range(times):
        leaf(one)
    return faults() - before


def at_depth(depth: int, times: int) -> int:
    return at_depth(depth - 1, times) if depth else loops(times)


@roomy
def with_room(depth: int, times: int) -> int:
    return at_depth(depth, times)


def worst(begin: Any) -> int:
    """Of all depths, in a thread of its own, whose stack begins anew: below the tests there is room already."""
    with ThreadPoolExecutor(1) as thread:
        return max(thread.submit(begin, depth, 500).result() for depth in range(500))


def test_no_depth_takes_memory_at_each_call():
    """At some depth the calls of a loop begin at the end of a piece of the stack."""
    assert worst(with_room) < 100
    assert worst(at_depth) >= 500, "this Python keeps a piece at hand: `roomy` can go"


def test_a_decorated_function_is_what_it_was():
    def named(one: int, *rest: Any, two: int = 2) -> tuple[Any, ...]:
        """Says what it got."""
        return one, rest, two

    same = roomy(named)
    assert same is named
    assert same(1, 3, two=4) == (1, (3,), 4)
    assert (same.__name__, same.__doc__) == ("named", "Says what it got.")


def test_requests_have_room(client, db):
    assert RequestIdMiddleware.__call__.__code__.co_stacksize >= PLACES
    assert client.get(reverse("public:home")).status_code == 200
