"""What ends with a unit that gives up its place stands in the trail."""

from django.db import migrations

from reviews.functions_left import LEFT, LEFT_REVERSE


class Migration(migrations.Migration):
    dependencies = [("reviews", "0022_units_that_give_up_their_place")]

    operations = [migrations.RunSQL(LEFT, LEFT_REVERSE)]
