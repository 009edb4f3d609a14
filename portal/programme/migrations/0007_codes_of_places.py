"""A pair is kin of what its districts are; a code is one of its kind, and gives no row the body of another."""

from django.db import migrations, models

from portal.programme import functions


class Migration(migrations.Migration):

    dependencies = [
        ('programme', '0006_places_that_change'),
    ]

    operations = [
        migrations.RunSQL(functions.DISTRICT_OF_ITS_OWN, migrations.RunSQL.noop),
        migrations.RunSQL(functions.KIN_OF_PARTS, functions.KIN_OF_PARTS_REVERSE),
        migrations.RunSQL(functions.BODIES_OF_ITS_OWN, functions.BODIES_OF_ITS_OWN_REVERSE),
        migrations.AddConstraint(
            model_name='centralsoe',
            constraint=models.CheckConstraint(condition=models.Q(('code__regex', '^YQ[0-9]{3,6}$')), name='soe_code_of_its_kind', violation_error_message='The code of a central SOE is YQ and its digits.'),
        ),
        migrations.AddConstraint(
            model_name='pilotunit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('code__regex', '^[0-9]{2}(?!0000)[0-9]{4}$'), ('kind__in', ('city', 'prefecture'))), models.Q(('code__regex', '^([0-9]{2}(?!0000)[0-9]{4}|CQ-LJ)$'), ('kind', 'district')), models.Q(('code__regex', '^([0-9]{2}(?!0000)[0-9]{4}|CQ-LJ)\\+([0-9]{2}(?!0000)[0-9]{4}|CQ-LJ)$'), ('kind', 'joint_districts')), models.Q(('code', 'XPCC'), ('kind', 'xpcc')), _connector='OR'), name='unit_code_of_its_kind', violation_error_message='The code of a place has six digits and is not that of a whole province.'),
        ),
        migrations.AddConstraint(
            model_name='pilotunit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ('district', 'joint_districts')), _negated=True), ('code', models.Func(models.F('districts'), models.Value('+'), function='array_to_string', output_field=models.CharField())), _connector='OR'), name='unit_names_its_districts', violation_error_message='A district names itself, a pair both its districts.'),
        ),
    ]
