"""Who moves up where more places are free than units in reserve can take: as many as keep the rules."""

from __future__ import annotations

from typing import Final

from portal.core.functions_again import again, changed
from reviews.functions_publicity import REPLACING

_BEFORE: Final = again(REPLACING, "reviews_replacement_problem")
_SAME: Final = """    if (p_instance - 'include' - 'exclude') is distinct from (asked - 'include' - 'exclude') then
        return 'replacement_asks_the_same_question';
    end if;
"""
_MOST: Final = """    if jsonb_typeof(asked->'total') = 'object' then
        asked := jsonb_set(asked, '{total,max}', to_jsonb(cardinality(chosen)));
    end if;
"""
_KEEPS: Final = """        return 'replacement_keeps_the_listed';
    end if;
"""
# The decision's own question, with one difference: a list that lost several units may be filled in part, for otherwise
# one unit short in reserve would keep all others from moving up.
PLACES: Final = changed(
    _BEFORE,
    ("shut text[]; found text[];\n", "shut text[]; found text[];\n    least_of int;\n"),
    (_MOST + _SAME, ""),
    (
        _KEEPS,
        f"""{_KEEPS}    least_of := cardinality(listed) + 1;
    if jsonb_typeof(asked->'total') = 'object' or least_of < cardinality(chosen) then
        asked := jsonb_set(asked, '{{total}}', jsonb_build_object('max', cardinality(chosen), 'min',
                     least(least_of, coalesce((asked#>>'{{total,min}}')::int, least_of))));
    end if;
{_SAME}""",
    ),
)
PLACES_REVERSE: Final = _BEFORE
