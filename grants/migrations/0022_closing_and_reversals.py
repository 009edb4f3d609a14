from django.db import migrations

from grants.ledger.functions_closing_again import LEFT_OF, LEFT_OF_REVERSE


class Migration(migrations.Migration):

    dependencies = [
        ('grants', '0021_asks_later'),
    ]

    operations = [
        migrations.RunSQL(LEFT_OF, LEFT_OF_REVERSE),
    ]
