from django.db import migrations

from grants.functions_peers import PEERS_AT, PEERS_AT_REVERSE


class Migration(migrations.Migration):

    dependencies = [
        ('grants', '0024_years_without_entries'),
    ]

    operations = [
        migrations.RunSQL(PEERS_AT, PEERS_AT_REVERSE),
    ]
