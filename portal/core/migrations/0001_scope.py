"""The functions every row-level policy reads, and the extensions constraints need."""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations

FUNCTIONS = """
create function scope_user() returns bigint language sql stable parallel safe as
    $$ select nullif(current_setting('portal.user', true), '')::bigint $$;
create function scope_nation() returns boolean language sql stable parallel safe as
    $$ select coalesce(nullif(current_setting('portal.nation', true), '')::boolean, false) $$;
create function scope_provinces() returns text[] language sql stable parallel safe as
    $$ select coalesce(nullif(current_setting('portal.provinces', true), '')::text[], '{}') $$;
create function scope_units() returns text[] language sql stable parallel safe as
    $$ select coalesce(nullif(current_setting('portal.units', true), '')::text[], '{}') $$;
create function scope_orgs() returns bigint[] language sql stable parallel safe as
    $$ select coalesce(nullif(current_setting('portal.orgs', true), '')::bigint[], '{}') $$;
create function scope_roles() returns text[] language sql stable parallel safe as
    $$ select coalesce(nullif(current_setting('portal.roles', true), '')::text[], '{}') $$;
create function leave_scope() returns void language plpgsql as $$ begin
    perform set_config('portal.user', '', true), set_config('portal.nation', '', true),
           set_config('portal.provinces', '', true), set_config('portal.units', '', true),
           set_config('portal.orgs', '', true), set_config('portal.roles', '', true); end $$;
"""
REVERSE = """
drop function leave_scope(); drop function scope_roles(); drop function scope_orgs(); drop function scope_units();
drop function scope_provinces(); drop function scope_nation(); drop function scope_user();
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        migrations.RunSQL(FUNCTIONS, REVERSE),
    ]
