from django.db import migrations

from grants.functions_asks_later import ASKS_LATER, ASKS_LATER_REVERSE


class Migration(migrations.Migration):

    dependencies = [
        ('grants', '0020_rest_of_an_issue'),
    ]

    operations = [
        migrations.RunSQL(ASKS_LATER, ASKS_LATER_REVERSE),
    ]
