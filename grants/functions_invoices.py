"""An invoice is known by its digits, however they are parted into code and number. Twenty-sixth migration.

The 20 digits of an electronic invoice have the form of a paper one when the first twelve are called its code: so one
invoice counted twice, under two names.
"""

from __future__ import annotations

from typing import Final

from grants.functions_paying import COUNTING
from portal.core.functions_again import again, changed

# What counts twice already is for people to settle; the index alone would only say that it could not be made.
SAY_WHICH: Final = """
do $$ declare
    v_found text;
begin
    select string_agg(i.request_id::text, ', ' order by i.request_id) into v_found from grants_requestinvoice i
     where i.counted and exists (select from grants_requestinvoice o where o.counted and o.id <> i.id
                                    and o.code || o.number = i.code || i.number);
    if v_found is not null then
        raise exception 'Payments of these requests rest on an invoice that counts twice: %', v_found
            using hint = 'Take one of the payments back, then migrate again.';
    end if;
end $$;
"""
_BEFORE: Final = again(COUNTING, "invoices_count", "invoice_claimed")
DIGITS: Final = changed(
    _BEFORE,
    ("order by i.code, i.number loop", "order by i.code || i.number loop"),
    (
        "i.code = p_code and i.number = p_number and",
        "(coalesce(i.code, '') || coalesce(i.number, '')) = p_code || p_number and",
    ),
)
DIGITS_REVERSE: Final = _BEFORE
