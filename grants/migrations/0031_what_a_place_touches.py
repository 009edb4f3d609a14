"""Who records how a place or an enterprise changed is told in numbers what it touches."""

from django.db import migrations

from grants.functions_touched import TOUCHED, TOUCHED_REVERSE


class Migration(migrations.Migration):
    dependencies = [
        ("programme", "0006_places_that_change"),
        ("reviews", "0025_interests_in_a_line"),
        ("grants", "0030_granted_to_a_line"),
    ]

    operations = [migrations.RunSQL(TOUCHED, TOUCHED_REVERSE)]
