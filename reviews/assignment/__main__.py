"""python -m reviews.assignment solve IN.json > OUT.json; exit 0, 1 where there is no assignment, 2 for bad input."""

import sys
from typing import Any

from reviews.assignment import parse_instance, solve
from reviews.reading import run_command


def _solve(data: Any) -> tuple[Any, int]:
    answer = solve(parse_instance(data))
    return answer.to_json(), 0 if answer.status == "optimal" else 1


if __name__ == "__main__":
    sys.exit(run_command("reviews.assignment", "solve", "assign reviewers", __doc__, _solve))
