"""Selection and assignment beside the bare solver on the same model, in seconds of one core.

Floors: HiGHS called directly on the rules as one integer programme; OR-Tools on the plain transportation problem.
"""

from __future__ import annotations

import os
from statistics import median
from time import process_time
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np

from reviews import assignment, selection
from reviews.assignment.flow import best_flow
from reviews.assignment.master import Master
from reviews.assignment.tables import Tables
from reviews.highs import Silent
from reviews.selection.system import System
from reviews.selection.verify_decision import verify
from tests.assignment.panels import panel
from tests.selection.instances import national, reviewed

if TYPE_CHECKING:
    from collections.abc import Callable

SEEDS = range(int(os.environ.get("BENCH_SEEDS", "5")))


def figures(*, long: bool = False) -> list[dict[str, Any]]:
    """All figures; with `long` also reviewers for 3,330 applications, which takes minutes on a busy machine."""
    return [*_selection(), *_assignment(long=long)]


def _selection() -> list[dict[str, Any]]:
    questions = [reviewed(national(seed)) for seed in SEEDS]
    instances = [selection.parse_instance(question) for question in questions]
    bare = [_timed(_bare, instance)[0] for instance in instances]
    solved = [_timed(selection.solve, instance) for instance in instances]
    checked = [_timed(verify, q, one.to_json())[0] for q, (_, one) in zip(questions, solved, strict=True)]
    times = [seconds for seconds, _ in solved]
    bare_name = "HiGHS alone, median"
    rows = [
        _row("333 candidates, all rules, solved with certificate, median", median(times), median(bare), bare_name),
        _row("333 candidates, all rules, solved with certificate, most", max(times), max(bare), "HiGHS alone, most"),
        _row("333 candidates, decision verified, most", max(checked), None, ""),
        _row(
            "333 candidates, all explained",
            _timed(selection.explain, instances[0])[0],
            median(bare) * 333,
            "333 times HiGHS",
        ),
        _row(
            "333 candidates, 1,000 draws",
            _timed(selection.robust, instances[0])[0],
            median(bare) * 1000,
            "1,000 times HiGHS",
        ),
    ]
    large = [selection.parse_instance(national(seed, size=3330)) for seed in SEEDS[:3]]
    floor = max(_timed(_bare, instance)[0] for instance in large)
    found = max(_timed(selection.solve, instance)[0] for instance in large)
    return [
        *rows,
        _row("3,330 candidates, all rules, solved with certificate, most", found, floor, "HiGHS alone, most"),
    ]


def _assignment(*, long: bool) -> list[dict[str, Any]]:
    rows = []
    for applications, reviewers in ((333, 60), (3330, 600))[: 2 if long else 1]:
        instance = assignment.parse_instance(panel(1, applications=applications, reviewers=reviewers))
        tables = Tables.of(instance)
        floor, flow = _timed(best_flow, tables)
        size = f"{applications:,} applications x {reviewers} x 5"
        name = "plain transportation problem, OR-Tools"
        master = Master(tables, int(tables.alone().min()), flow.chosen)
        rows.append(_row(f"{size}, bound of the first two objectives", _timed(master.relax, 10**6)[0], floor, name))
        if applications < 1000:
            rows.append(_row(f"{size}, all four objectives", _timed(assignment.solve, instance)[0], floor, name))
    return rows


def _row(name: str, figure: float, floor: float | None, floor_name: str) -> dict[str, Any]:
    return {
        "name": name,
        "figure": round(figure, 4),
        "unit": "s",
        "floor": None if floor is None else round(floor, 4),
        "floor_name": floor_name,
    }


def _timed(act: Callable[..., Any], *given: Any) -> tuple[float, Any]:
    start = process_time()
    result = act(*given)
    return process_time() - start, result


def _bare(instance: selection.Instance) -> float:
    """The greatest total score by HiGHS alone: rules as rows, one solve, no ties, no proof."""
    system = System.of(instance)
    highs = Silent()
    for option, value in (("threads", 1), ("mip_rel_gap", 0.0), ("mip_abs_gap", 1e-7)):
        highs.setOptionValue(option, value)
    model = highspy.HighsLp()
    matrix = system.matrix
    model.num_col_, model.num_row_ = system.n, len(matrix)
    model.col_cost_ = system.score_array / -1e6
    model.col_lower_, model.col_upper_ = np.zeros(system.n), np.ones(system.n)
    model.row_lower_ = np.full(len(matrix), -highspy.kHighsInf)
    model.row_upper_ = system.rights.astype(float)
    rows, columns = matrix.nonzero()
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.searchsorted(rows, np.arange(len(matrix) + 1)).astype(np.int32)
    model.a_matrix_.index_ = columns.astype(np.int32)
    model.a_matrix_.value_ = matrix[rows, columns].astype(float)
    model.integrality_ = [highspy.HighsVarType.kInteger] * system.n
    highs.passModel(model)
    highs.run()
    return float(highs.getInfo().objective_function_value)


if __name__ == "__main__":
    for row in figures():
        print(row)
