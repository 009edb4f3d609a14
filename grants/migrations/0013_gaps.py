from django.db import migrations, models

from grants.functions_files import FILES, FILES_REVERSE
from grants.functions_matching import MATCHING, MATCHING_REVERSE
from grants.functions_sums import PAID_BACK, PAID_BACK_REVERSE


class Migration(migrations.Migration):

    dependencies = [
        ('grants', '0012_dashboards'),
    ]

    operations = [
        migrations.AddField(
            model_name='progressfile',
            name='run',
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.RunSQL(PAID_BACK, PAID_BACK_REVERSE),
        migrations.RunSQL(FILES, FILES_REVERSE),
        migrations.RunSQL(MATCHING, MATCHING_REVERSE),
    ]
