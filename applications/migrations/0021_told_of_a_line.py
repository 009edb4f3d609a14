"""Of a line one applies in a batch, pairs of districts among them; who may not know whether one has is not told."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

from applications.functions_line import LINE_TOLD, LINE_TOLD_REVERSE


class Migration(migrations.Migration):

    dependencies = [
        ('programme', '0007_codes_of_places'),
        ('applications', '0020_one_of_a_line'),
    ]

    operations = [
        migrations.RunSQL(LINE_TOLD, LINE_TOLD_REVERSE),
        pgtrigger.migrations.RemoveTrigger(
            model_name='application',
            name='application_once_per_line',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='application',
            trigger=pgtrigger.compiler.Trigger(name='application_once_per_line', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        if (old.state, new.state) <> ('awaiting_sign_off', 'with_province') then\n            return new;\n        end if;\n        perform pg_advisory_xact_lock(hashtextextended('line: ' || new.batch_id || ':' || k.kin, 0))\n           from (select u.kin from unit_kin() u where u.one = new.unit_id order by u.kin) k;\n        if line_has_applied(new.batch_id, new.unit_id, new.id) is distinct from false then\n            raise exception 'a unit before or after this one has applied' using errcode = 'check_violation', constraint = 'application_once_per_line';\n        end if;\n        return new;\n    ", hash='4b565b0f538198fea40d83faa09af07b39b86b0c', operation='UPDATE OF "state"', pgid='pgtrigger_application_once_per_line_50eea', table='applications_application', when='BEFORE')),
        ),
    ]
