"""The cap of a line of units hangs on no setting of the session."""

from django.db import migrations

from grants.functions_line_cap import LINE_CAP, LINE_CAP_REVERSE


class Migration(migrations.Migration):
    dependencies = [("grants", "0031_receipts_by_all_of_it")]

    operations = [migrations.RunSQL(LINE_CAP, LINE_CAP_REVERSE)]
