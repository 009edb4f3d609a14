from django.db import migrations

from reviews.functions_provinces import PROVINCES, PROVINCES_REVERSE


class Migration(migrations.Migration):
    dependencies = [("reviews", "0017_places_filled_in_part"), ("applications", "0016_lapsed_corrections")]

    operations = [migrations.RunSQL(PROVINCES, PROVINCES_REVERSE)]
