"""An interest in a place or an enterprise holds for those it follows and those that follow it."""

from django.db import migrations

from reviews.functions_kin import KIN, KIN_REVERSE


class Migration(migrations.Migration):
    dependencies = [("programme", "0006_places_that_change"), ("reviews", "0024_how_it_stood_when_it_left")]

    operations = [migrations.RunSQL(KIN, KIN_REVERSE)]
