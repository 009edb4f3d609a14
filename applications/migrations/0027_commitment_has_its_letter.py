"""A central SOE is committed by the letter it brings: the database refuses a commitment without one, the owner's too."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0026_guards_past_the_caller'),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='partner',
            trigger=pgtrigger.compiler.Trigger(name='partner_commits_with_letter', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        if new.kind = 'soe' and new.state = 'committed' and new.letter_id is null then\n            raise exception 'a commitment comes with its letter' using errcode = 'check_violation', constraint = 'partner_commits_with_letter';\n        end if;\n        return new;\n    ", hash='2ac18cf468d4b42c53f0a52a6eb07acfb8673a9d', operation='UPDATE OF "state", "letter_id"', pgid='pgtrigger_partner_commits_with_letter_08676', table='applications_partner', when='BEFORE')),
        ),
    ]
