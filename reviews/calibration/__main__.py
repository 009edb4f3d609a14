"""python -m reviews.calibration fit IN.json > OUT.json; exit 0, or 2 for bad input."""

import sys
from typing import Any

from reviews.calibration import fit, parse_input
from reviews.reading import run_command


def _fit(data: Any) -> tuple[Any, int]:
    return fit(parse_input(data)).to_json(), 0


if __name__ == "__main__":
    sys.exit(run_command("reviews.calibration", "fit", "calibrate scores", __doc__, _fit))
