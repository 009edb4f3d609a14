"""Reviewers for applications: the proven best assignment within loads and interests. Pure Python, no Django.

`python -m reviews.assignment solve IN.json > OUT.json`, or parse_instance and solve.
"""

from reviews.assignment.instance import Instance, parse_instance
from reviews.assignment.solver import Assignment, solve
from reviews.assignment.unmet import Standing, standings
from reviews.reading import InvalidInstance

__all__ = ["Assignment", "Instance", "InvalidInstance", "Standing", "parse_instance", "solve", "standings"]
