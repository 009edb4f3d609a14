from django.db import migrations

from grants.ledger.functions_closing_empty import EMPTY, EMPTY_REVERSE


class Migration(migrations.Migration):

    dependencies = [
        ('grants', '0023_last_year_of_a_plan'),
    ]

    operations = [
        migrations.RunSQL(EMPTY, EMPTY_REVERSE),
    ]
