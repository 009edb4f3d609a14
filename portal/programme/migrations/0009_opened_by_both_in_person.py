"""Each ministry signs a batch in person; with the call its rules are frozen, whoever opens it."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

from portal.programme import functions


class Migration(migrations.Migration):

    dependencies = [
        ('programme', '0008_names_in_english_too'),
    ]

    operations = [
        migrations.RunSQL(functions.SIGNERS, functions.SIGNERS_REVERSE),
        pgtrigger.migrations.AddTrigger(
            model_name='batch',
            trigger=pgtrigger.compiler.Trigger(name='batch_signed_by_its_ministry', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        if tg_op = 'INSERT' then\n            if current_user <> 'portal_owner'\n               and num_nonnulls(new.opened_by_id, new.opened_at, new.countersigned_by_id, new.countersigned_at) > 0 then\n                raise exception 'a batch is born without signatures'\n                    using errcode = 'check_violation', constraint = 'batch_open_needs_both_ministries';\n            end if;\n            return new;\n        end if;\n        if old.state <> 'draft' then\n            return new; -- published: held by batch_terms_are_published\n        end if;\n        if (new.opened_by_id, new.opened_at) is distinct from (old.opened_by_id, old.opened_at)\n           and (old.opened_by_id is not null\n                or new.opened_by_id is distinct from scope_user() or not batch_officer_of('MIIT'))\n           or (new.countersigned_by_id, new.countersigned_at)\n              is distinct from (old.countersigned_by_id, old.countersigned_at)\n           and (old.countersigned_by_id is not null or old.opened_by_id is null\n                or new.countersigned_by_id is distinct from scope_user() or not batch_officer_of('MOF')) then\n            raise exception 'an officer of the ministry signs, in person and once'\n                using errcode = 'check_violation', constraint = 'batch_open_needs_both_ministries';\n        end if;\n        if current_user <> 'portal_owner' and old.opened_by_id is not null\n           and row(new.number, new.year, new.title_zh, new.title_en, new.rule_set_id, new.call_zh, new.call_en, new.opens_at, new.deadline) is distinct from row(old.number, old.year, old.title_zh, old.title_en, old.rule_set_id, old.call_zh, old.call_en, old.opens_at, old.deadline) then\n            raise exception 'what was signed is what is countersigned'\n                using errcode = 'check_violation', constraint = 'batch_open_needs_both_ministries';\n        end if;\n        return new;\n    ", hash='8734bcaaaa41af250ef086017cedee60dd1a2886', operation='INSERT OR UPDATE', pgid='pgtrigger_batch_signed_by_its_ministry_4eaeb', table='programme_batch', when='BEFORE')),
        ),
        migrations.RunSQL(functions.FREEZES, functions.FREEZES_REVERSE),
    ]
