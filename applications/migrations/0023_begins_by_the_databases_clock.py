"""Whether a batch takes applications yet is said by the database's clock, not by what a row says of its beginning."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0022_numbers_of_projects'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='application',
            name='application_place_fits_unit',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='application',
            trigger=pgtrigger.compiler.Trigger(name='application_place_fits_unit', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        if not exists (select 1 from programme_pilotunit u\n                        where u.code = new.unit_id and u.province_id = new.province_id)\n           or not exists (select 1 from accounts_organisation o where o.id = new.organisation_id\n                             and o.kind = 'unit_government' and o.unit = new.unit_id) then\n            raise exception 'province, unit and government belong together' using errcode = 'check_violation', constraint = 'application_place_fits_unit';\n        end if;\n        if current_user <> 'portal_owner' and not exists (\n            select 1 from programme_batch b where b.id = new.batch_id and b.state = 'open'\n               and date_trunc('second', clock_timestamp()) <= b.deadline\n               and coalesce(b.opens_at, '-infinity') <= clock_timestamp()) then\n            raise exception 'the batch takes no applications' using errcode = 'check_violation', constraint = 'application_in_open_batch';\n        end if;\n        return new;\n    ", hash='3881b75075e155a9b4afe80f3cf2ca192e793760', operation='INSERT', pgid='pgtrigger_application_place_fits_unit_52c7a', table='applications_application', when='BEFORE')),
        ),
    ]
