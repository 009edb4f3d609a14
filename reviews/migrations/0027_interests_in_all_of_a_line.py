"""What was declared for one application holds for its line; who records and who declares miss nothing of each other."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

from reviews.functions_kin import FOR_ALL, FOR_ALL_REVERSE, NOTED_NOW


class Migration(migrations.Migration):

    dependencies = [
        ('programme', '0007_codes_of_places'),
        ('reviews', '0026_publicity_begins_when_published'),
    ]

    operations = [
        migrations.RunSQL(FOR_ALL, FOR_ALL_REVERSE),
        pgtrigger.migrations.RemoveTrigger(
            model_name='interest',
            name='interest_makes_a_conflict',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='interest',
            trigger=pgtrigger.compiler.Trigger(name='interest_makes_a_conflict', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."has_interest")', func="\n                    insert into reviews_conflict (application_id, reviewer_id, code, reason, is_derived, at)\n                    values (new.application_id, new.reviewer_id, 'declared', new.reason, false, new.declared_at)\n                    on conflict do nothing;\n                    perform reviews_declared(new.reviewer_id);\n                    return null;\n                ", hash='0ba5f72c09ae857524ce6dd6cd34edc7bbf03d28', operation='INSERT', pgid='pgtrigger_interest_makes_a_conflict_e5f9e', table='reviews_interest', when='AFTER')),
        ),
        migrations.RunSQL(NOTED_NOW, migrations.RunSQL.noop),
    ]
