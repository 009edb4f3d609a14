"""Years in which nothing was booked are closed as well. Twenty-fourth migration.

Between two years with entries there may be one without: what was carried over into it has had its second year at its
end, and became surplus only with the closing of the year after. So each year is closed in turn, with zeros where there
is nothing; only before the first entry there is nothing to close.
"""

from __future__ import annotations

from typing import Final

from grants.ledger.functions_closing import CLOSING
from portal.core.functions_again import again, changed

_PROBLEM: Final = again(CLOSING, "year_close_problem")
_CLOSE: Final = again(CLOSING, "year_closing")
EMPTY: Final = changed(
    _PROBLEM,
    (
        "when not exists (select 1 from grants_entry where year = p_year) then",
        "when not exists (select 1 from grants_entry where year <= p_year) then",
    ),
    (
        """when exists (select 1 from grants_counter c where c.year < p_year and c.last > 0 and not exists (
             select 1 from grants_yearclose y where y.year = c.year and y.state = 'confirmed')) then 'years_in_turn' end
""",
        """-- After the newest closed year comes the next one, else the first with an entry. A year that is
        -- closed itself is refused by its own guard.
        when p_year <> coalesce((select max(year) + 1 from grants_yearclose where state = 'confirmed'),
                                (select min(year) from grants_entry))
         and not exists (select 1 from grants_yearclose where year = p_year and state = 'confirmed')
            then 'years_in_turn' end
""",
    ),
) + changed(
    _CLOSE,
    (
        "    perform 1 from grants_counter where year = new.year for update;",
        """    insert into grants_counter (year, last, digest) values (new.year, 0, repeat('0', 64))
      on conflict do nothing;
    perform 1 from grants_counter where year = new.year for update;""",
    ),
    (
        "select last, digest into new.entries",
        "select last, case when last > 0 then digest else '' end into new.entries",
    ),
)
EMPTY_REVERSE: Final = _PROBLEM + _CLOSE
