"""A province and a unit are told until when carry-over is paid: by the year that is open, whose closings MOF sees."""

from django.db import migrations

from grants.ledger.functions_open_year import OPEN_YEAR, OPEN_YEAR_REVERSE


class Migration(migrations.Migration):
    dependencies = [("grants", "0032_cap_of_a_line")]

    operations = [migrations.RunSQL(OPEN_YEAR, OPEN_YEAR_REVERSE)]
