from django.db import migrations

from grants.functions_last_year import LAST_YEAR, LAST_YEAR_REVERSE


class Migration(migrations.Migration):

    dependencies = [
        ('grants', '0022_closing_and_reversals'),
    ]

    operations = [
        migrations.RunSQL(LAST_YEAR, LAST_YEAR_REVERSE),
    ]
