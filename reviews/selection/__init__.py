"""Choice of the pilot units: the best list the published rules allow, with its proof. Pure Python, no Django.

`python -m reviews.selection solve IN.json > OUT.json`, or parse_instance and solve; beside it `verify`, `explain`,
`robust` and `lottery`. verify_decision.py checks a decision by itself, with the standard library alone.
"""

from reviews.reading import InvalidInstance
from reviews.selection.decision import Decision
from reviews.selection.explain import Explanation, explain
from reviews.selection.instance import Instance, parse_instance
from reviews.selection.lottery import Lottery, lottery
from reviews.selection.reserve import replacements, reserve
from reviews.selection.robust import Robustness, robust
from reviews.selection.solver import solve

__all__ = [
    "Decision",
    "Explanation",
    "Instance",
    "InvalidInstance",
    "Lottery",
    "Robustness",
    "explain",
    "lottery",
    "parse_instance",
    "replacements",
    "reserve",
    "robust",
    "solve",
]
