"""The event of a unit that left the list says how its entry stood then, also where somebody moved it just before."""

from django.db import migrations

from reviews.functions_left import HELD, LEFT


class Migration(migrations.Migration):
    dependencies = [("reviews", "0023_what_ends_with_a_unit_that_left")]

    operations = [migrations.RunSQL(HELD, LEFT)]
