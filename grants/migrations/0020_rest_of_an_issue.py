from django.db import migrations

from grants.functions_rest import REST, REST_REVERSE


class Migration(migrations.Migration):

    dependencies = [
        ('grants', '0019_by_enterprise'),
    ]

    operations = [
        migrations.RunSQL(REST, REST_REVERSE),
    ]
