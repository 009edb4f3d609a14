"""The day of a receipt lies not after the day it was recorded, nor after the bank's."""

from django.db import migrations

from grants.functions_received import RECEIVED, RECEIVED_REVERSE


class Migration(migrations.Migration):
    dependencies = [("grants", "0028_end_of_a_batch")]

    operations = [migrations.RunSQL(RECEIVED, RECEIVED_REVERSE)]
