from django.db import migrations

from grants.functions_peers_counted import PEERS_COUNTED, PEERS_COUNTED_REVERSE


class Migration(migrations.Migration):

    dependencies = [
        ('grants', '0026_invoice_by_its_digits'),
    ]

    operations = [
        migrations.RunSQL(PEERS_COUNTED, PEERS_COUNTED_REVERSE),
    ]
