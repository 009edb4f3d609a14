"""The last year of a plan is that of the projects that are in it. Twenty-third migration.

A project that a version of the plan left out had kept the year of the dossier: its award's calls were spread over years
in which nothing of the plan is under way, and its second tranche waited for them.
"""

from __future__ import annotations

from typing import Final

from grants.functions_sums import PLANS
from portal.core.functions_again import again, changed

_BEFORE: Final = again(PLANS, "plan_sum")
# What is kept is reckoned anew by the function of then or now; no command may write it, so the guard steps aside.
_ANEW: Final = """
alter table grants_plansum disable trigger grants_stay;
select plan_sum(id) from grants_award where state in ('confirmed', 'reversed');
set constraints all immediate;
alter table grants_plansum enable trigger grants_stay;
"""
LAST_YEAR: Final = (
    changed(
        _BEFORE,
        (
            "max(extract(year from coalesce(s.ends_on, d.ends_on))), b.year",
            "max(extract(year from coalesce(s.ends_on, d.ends_on))) filter (where e.id is null), b.year",
        ),
    )
    + _ANEW
)
LAST_YEAR_REVERSE: Final = _BEFORE + _ANEW
