"""Of a unit and those before and after it by law one applies in a batch."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

from applications.functions_line import LINE, LINE_REVERSE


class Migration(migrations.Migration):

    dependencies = [
        ('programme', '0006_places_that_change'),
        ('applications', '0019_places_are_given_up'),
    ]

    operations = [
        migrations.RunSQL(LINE, LINE_REVERSE),
        pgtrigger.migrations.AddTrigger(
            model_name='application',
            trigger=pgtrigger.compiler.Trigger(name='application_once_per_line', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        if (old.state, new.state) <> ('awaiting_sign_off', 'with_province') then\n            return new;\n        end if;\n        perform pg_advisory_xact_lock(hashtextextended('line: ' || new.batch_id || ':' || (\n            select min(k.kin) from unit_kin() k where k.one = new.unit_id), 0));\n        if line_has_applied(new.batch_id, new.unit_id, new.id) then\n            raise exception 'a unit before or after this one has applied' using errcode = 'check_violation', constraint = 'application_once_per_line';\n        end if;\n        return new;\n    ", hash='5d39b1aec60b50bfc1068d3b379de6eae8af9df1', operation='UPDATE OF "state"', pgid='pgtrigger_application_once_per_line_50eea', table='applications_application', when='BEFORE')),
        ),
    ]
