"""Acts on one review, assignment, list or decision take turns, so that none goes by what another is just changing.

Each function here is one of an earlier migration with a lock before it reads, or with one more question. A function
that takes a lock looks anew at each question after it (volatile). From the twenty-eighth migration on.
"""

from __future__ import annotations

from typing import Final

from portal.core.functions_again import again, changed
from reviews.functions_scoring import SCORING

# A score waits for the submission of its review, and the submission for it: otherwise the total is of other scores.
_SCORE: Final = again(SCORING, "reviews_score_problem")
SCORE: Final = changed(
    _SCORE,
    ("returns text language plpgsql stable", "returns text language plpgsql volatile"),
    (
        "begin\n    select r.assignment_id",
        "begin\n    perform 1 from reviews_review where id = p_review for share;\n    select r.assignment_id",
    ),
)
SCORE_REVERSE: Final = _SCORE
