"""What a bank line may be matched to, asked so that a long statement costs no more a line than a short one.

A statement of ten thousand lines comes in one transaction, in which the planner still takes the decisions for an empty
table: it read all of them for each line. Here it may only go by the paper. Fifteenth migration.
"""

from __future__ import annotations

from typing import Final

from grants.functions_bank import DECISIONS
from portal.core.functions_again import again, changed

_BEFORE: Final = again(DECISIONS, "bank_decision_problem")
_BY_PAPER: Final = "and d.organisation_id = one.organisation_id"
_PLANNED: Final = """set search_path = public, pg_temp
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$"""
MATCHING: Final = changed(_BEFORE, ("set search_path = public, pg_temp as $$", _PLANNED)).replace(
    _BY_PAPER, "and d.organisation_id + 0 = one.organisation_id"
)
MATCHING_REVERSE: Final = _BEFORE
