"""The database function that tells how long a report takes (kept apart: migrations quote it).

It belongs to the owner, because nobody reads the files of others: it gives one number and nothing of whose they are.
"""

from typing import Final

# The middle of the twenty makings whose size was nearest (of the last two hundred); none where it was never made.
LASTS: Final = """
create or replace function report_lasts(p_report text, p_format text, p_rows bigint)
returns integer language sql stable security definer set search_path = public, pg_temp as $$
    select percentile_disc(0.5) within group (order by n.milliseconds)::integer
      from (select l.milliseconds
              from (select f.milliseconds, f.rows, f.uploaded_at from reports_reportfile f
                     where f.report = p_report and f.format = p_format and f.milliseconds > 0
                     order by f.uploaded_at desc limit 200) l
             order by case when p_rows is null then 0 else abs(ln(l.rows + 1) - ln(p_rows + 1)) end,
                      l.uploaded_at desc
             limit 20) n
     where (select scope_user()) is not null
$$;
revoke all on function report_lasts(text, text, bigint) from public;
grant execute on function report_lasts(text, text, bigint) to portal_web, portal_reader;
"""
LASTS_REVERSE: Final = "drop function report_lasts(text, text, bigint)"
