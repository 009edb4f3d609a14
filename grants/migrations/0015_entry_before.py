from django.db import migrations

from grants.functions_evidence import ENTRY_BEFORE, REVERSE


class Migration(migrations.Migration):

    dependencies = [
        ('grants', '0014_findings'),
    ]

    operations = [
        migrations.RunSQL(ENTRY_BEFORE, REVERSE),
    ]
