"""Choose pilot units and show why: python -m reviews.selection COMMAND IN.json > OUT.json

Exit 0; 1 where the rules conflict (the decision that says so is written) or a decision is not verified; 2 for bad
input.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from reviews.reading import read_file, write_out
from reviews.selection import Instance, InvalidInstance, explain, lottery, parse_instance, robust, solve
from reviews.selection.verify_decision import Rejected, verify

_ASKED: Final[dict[str, Callable[[Instance], Any]]] = {"explain": explain, "robust": robust, "lottery": lottery}
_HELP: Final = {
    "solve": "choose the units, with the proof",
    "verify": "check a decision by its certificate, without a solver",
    "explain": "why each candidate is chosen or not, what each rule costs",
    "robust": "how the list moves when reviewers are drawn anew or left out",
    "lottery": "probabilities of a draw at the border; the draw once its seed is published",
}


def main(arguments: list[str] | None = None) -> int:
    """Read, act, write JSON to standard output. Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m reviews.selection", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, words in _HELP.items():
        command = commands.add_parser(name, help=words)
        command.add_argument("instance", type=Path)
        if name == "verify":
            command.add_argument("decision", type=Path)
        if name == "robust":
            command.add_argument("--draws", type=int, default=1000)
    given = parser.parse_args(arguments)
    try:
        question = read_file(given.instance)
        if given.command == "verify":
            return _verify(question, read_file(given.decision))
        return _answer(parse_instance(question), given)
    except InvalidInstance as error:
        print(f"{error.path or '/'}: {error.message}", file=sys.stderr)
        return 2


def _verify(question: Any, decision: Any) -> int:
    parse_instance(question)
    try:
        verify(question, decision)
    except Rejected as error:
        print(f"rejected: {error}")
        return 1
    print("verified")
    return 0


def _answer(instance: Instance, given: argparse.Namespace) -> int:
    if given.command == "robust":
        answer = robust(instance, max(1, given.draws))
    elif given.command != "solve":
        answer = _ASKED[given.command](instance)
    else:
        answer = None
    if answer is not None:
        write_out(answer.to_json())
        return 0
    decision = solve(instance)
    write_out(decision.to_json())
    return 0 if decision.status == "optimal" else 1


if __name__ == "__main__":
    sys.exit(main())
