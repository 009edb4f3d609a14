"""Who records how a place or an enterprise changed is told in numbers what it touches."""

from django.db import migrations

from grants.functions_touched import TOUCHED, TOUCHED_REVERSE


class Migration(migrations.Migration):
    dependencies = [
        ("programme", "0008_names_in_english_too"),
        ("reviews", "0027_interests_in_all_of_a_line"),
        ("grants", "0033_year_that_is_open"),
    ]

    operations = [migrations.RunSQL(TOUCHED, TOUCHED_REVERSE)]
