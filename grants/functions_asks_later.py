"""A project of the dossier that asked for nothing, and that a version of the plan supports. Twenty-first migration.

Such a version was followed only for projects that it added itself: both ministries had approved the support, and nobody
could pay it. It is born with a revision from nothing, so that its past is told; its method is that of this version.
"""

from __future__ import annotations

from typing import Final

from grants.functions_plan import MOVED
from grants.functions_sums import METHOD
from portal.core.functions_again import again, changed

_METHOD: Final = again(METHOD, "money_method")
_MOVES: Final = again(MOVED, "plan_moves_support").replace("state <> 'refused'", "state in ('entered', 'confirmed')")
ASKS_LATER: Final = changed(
    _METHOD,
    ("coalesce(d.method, (", "coalesce(nullif(d.method, ''), ("),
    (
        "on v.id = p.version_id where",
        """on v.id = coalesce(p.version_id, (
           select min(s.version_id) from grants_supportrevision s where s.grant_project_id = p.id)) where""",
    ),
) + changed(
    _MOVES,
    ("v_paid numeric;", "v_paid numeric; v_project bigint;"),
    ("where (r ->> 'id')::bigint < 0 and d.support_asked > 0", "where d.support_asked > 0"),
    (
        "insert into grants_grantproject (award_id, version_id, plan_id, name, enterprise_name,",
        "insert into grants_grantproject (award_id, project_id, version_id, plan_id, name, enterprise_name,",
    ),
    (
        "values (v_award.id, new.id, v_row.plan_id, v_row.name, v_row.enterprise_name,",
        """values (v_award.id, case when v_row.plan_id > 0 then v_row.plan_id end,
                    case when v_row.plan_id < 0 then new.id end, v_row.plan_id, v_row.name, v_row.enterprise_name,""",
    ),
    (
        """                    v_row.total_investment, v_support);
""",
        """                    v_row.total_investment, v_support) returning id into v_project;
                insert into grants_supportrevision (grant_project_id, version_id, province_id, unit_id, before, after,
                    at)
                select p.id, new.id, p.province_id, p.unit_id, 0, v_support, new.at from grants_grantproject p
                 where p.id = v_project and p.version_id is null;
""",
    ),
)
ASKS_LATER_REVERSE: Final = _METHOD + _MOVES
