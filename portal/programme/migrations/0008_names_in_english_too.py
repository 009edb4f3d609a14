"""A former name is kept too when the English one alone changes."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('programme', '0007_codes_of_places'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='centralsoe',
            name='reference_is_kept',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='pilotunit',
            name='reference_is_kept',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='centralsoe',
            trigger=pgtrigger.compiler.Trigger(name='reference_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            if tg_op = 'INSERT' then\n                if current_user <> 'portal_owner' and new.former_names <> '[]' then\n                    raise exception 'former names come with a change'\n                        using errcode = 'check_violation', constraint = 'reference_is_kept';\n                end if;\n                return new;\n            end if;\n            if current_user <> 'portal_owner' and ((new.code) is distinct from (old.code)\n                                              or new.former_names is distinct from old.former_names) then\n                raise exception 'what a place or an enterprise is does not change'\n                    using errcode = 'check_violation', constraint = 'reference_is_kept';\n            end if;\n            if (new.name_zh, new.name_en) is distinct from (old.name_zh, old.name_en) then\n                new.former_names := old.former_names || jsonb_build_array(jsonb_build_object(\n                    'zh', old.name_zh, 'en', old.name_en, 'document', new.document_no,\n                    'until', to_char(clock_timestamp() at time zone 'Asia/Shanghai', 'YYYY-MM-DD')));\n            end if;\n            return new;\n        ", hash='52930486a712e96e634e09fd69f5a8f62704bdc8', operation='INSERT OR UPDATE', pgid='pgtrigger_reference_is_kept_f9cee', table='programme_centralsoe', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pilotunit',
            trigger=pgtrigger.compiler.Trigger(name='reference_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            if tg_op = 'INSERT' then\n                if current_user <> 'portal_owner' and new.former_names <> '[]' then\n                    raise exception 'former names come with a change'\n                        using errcode = 'check_violation', constraint = 'reference_is_kept';\n                end if;\n                return new;\n            end if;\n            if current_user <> 'portal_owner' and ((new.code, new.province_id, new.kind, new.is_separately_planned, new.is_provincial_capital, new.districts) is distinct from (old.code, old.province_id, old.kind, old.is_separately_planned, old.is_provincial_capital, old.districts)\n                                              or new.former_names is distinct from old.former_names) then\n                raise exception 'what a place or an enterprise is does not change'\n                    using errcode = 'check_violation', constraint = 'reference_is_kept';\n            end if;\n            if (new.name_zh, new.name_en) is distinct from (old.name_zh, old.name_en) then\n                new.former_names := old.former_names || jsonb_build_array(jsonb_build_object(\n                    'zh', old.name_zh, 'en', old.name_en, 'document', new.document_no,\n                    'until', to_char(clock_timestamp() at time zone 'Asia/Shanghai', 'YYYY-MM-DD')));\n            end if;\n            return new;\n        ", hash='3103206ad3727d271241ce343322792b213154c4', operation='INSERT OR UPDATE', pgid='pgtrigger_reference_is_kept_b2324', table='programme_pilotunit', when='BEFORE')),
        ),
    ]
