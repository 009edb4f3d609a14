"""The bank denies a day of receipt once it has all of the issue, and none before the document; recorded is now."""

from django.db import migrations

from grants.functions_receipts import RECEIPTS, RECEIPTS_REVERSE


class Migration(migrations.Migration):
    dependencies = [("grants", "0030_granted_to_a_line")]

    operations = [migrations.RunSQL(RECEIPTS, RECEIPTS_REVERSE)]
