from django.db import migrations

from reviews.functions_places import PLACES, PLACES_REVERSE


class Migration(migrations.Migration):
    dependencies = [("reviews", "0016_decision_digest")]

    operations = [migrations.RunSQL(PLACES, PLACES_REVERSE)]
