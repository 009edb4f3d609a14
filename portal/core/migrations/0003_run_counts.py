"""Numbers of runs for the operator's metrics: a policy hides other people's runs, their number is no secret."""

from django.db import migrations

FUNCTION = """
create function run_counts() returns table (state text, count bigint, oldest double precision)
language sql stable security definer set search_path = public, pg_temp as $$
    select r.state, count(*),
           greatest(0, max(extract(epoch from now() - r.queued_at)) filter (where r.state = 'queued'))::double precision
      from core_run r group by r.state
$$;
revoke all on function run_counts() from public;
grant execute on function run_counts() to portal_web, portal_reader;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0002_runs")]
    operations = [migrations.RunSQL(FUNCTION, "drop function run_counts()")]
