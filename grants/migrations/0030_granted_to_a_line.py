"""The most a unit may be granted holds for it together with those it follows and those that follow it."""

from django.db import migrations

from grants.functions_kin import KIN, KIN_REVERSE


class Migration(migrations.Migration):
    dependencies = [("programme", "0006_places_that_change"), ("grants", "0029_days_of_receipt")]

    operations = [migrations.RunSQL(KIN, KIN_REVERSE)]
