"""What a body is stays; tokens begin and end with the database's clock; nobody's second factor is only counted."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

from portal.accounts import functions



class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_deactivated_stays'),
    ]

    operations = [
        migrations.RunSQL(functions.FACTORS_COUNTED, functions.FACTORS_COUNTED_REVERSE),
        pgtrigger.migrations.RemoveTrigger(
            model_name='apitoken',
            name='api_token_stays',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='apitoken',
            trigger=pgtrigger.compiler.Trigger(name='api_token_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        if tg_op = 'DELETE'\n           or (new.user_id, new.name, new.token_sha256, new.start, new.can_write, new.created_at, new.expires_at)\n              is distinct from\n              (old.user_id, old.name, old.token_sha256, old.start, old.can_write, old.created_at, old.expires_at)\n           or (old.revoked_at is not null and (new.revoked_at, new.revoked_by_id)\n                                              is distinct from (old.revoked_at, old.revoked_by_id)) then\n            raise exception 'an API token is only revoked'\n                using errcode = 'check_violation', constraint = 'api_token_stays';\n        end if;\n        if current_user <> 'portal_owner' and old.revoked_at is null and new.revoked_at is not null then\n            if new.revoked_by_id is distinct from scope_user() then\n                raise exception 'who revokes a token says so'\n                    using errcode = 'check_violation', constraint = 'api_token_revoked_by_someone';\n            end if;\n            new.revoked_at := clock_timestamp();\n        end if;\n        return new;\n    ", hash='993171377eb8059ec1b937bf09b6f37e1f40bb5c', operation='UPDATE OR DELETE', pgid='pgtrigger_api_token_stays_0c829', table='accounts_apitoken', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='apitoken',
            trigger=pgtrigger.compiler.Trigger(name='api_token_begins', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        if current_user <> 'portal_owner' then\n            if num_nonnulls(new.revoked_at, new.revoked_by_id, new.last_used_at) > 0 then\n                raise exception 'a new token was neither used nor revoked'\n                    using errcode = 'check_violation', constraint = 'api_token_stays';\n            end if;\n            new.created_at := clock_timestamp();\n        end if;\n        return new;\n    ", hash='1c2e1f99d543bc3231c9dce3ff20578693c9ec92', operation='INSERT', pgid='pgtrigger_api_token_begins_694c5', table='accounts_apitoken', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='organisation',
            trigger=pgtrigger.compiler.Trigger(name='organisation_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        if current_user <> 'portal_owner'\n           and (new.code, new.kind, new.province, new.unit) is distinct from\n               (old.code, old.kind, old.province, old.unit) then\n            raise exception 'what a body is and where it stands does not change'\n                using errcode = 'check_violation', constraint = 'organisation_is_kept';\n        end if;\n        return new;\n    ", hash='81c3db1e147d5ec66f8d55af2c715ae29d10abab', operation='UPDATE', pgid='pgtrigger_organisation_is_kept_8d5fe', table='accounts_organisation', when='BEFORE')),
        ),
    ]
