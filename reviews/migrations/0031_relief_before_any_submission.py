"""What was submitted once is not given to another reviewer."""

from django.db import migrations

from reviews.functions_turns import RELIEF, RELIEF_REVERSE


class Migration(migrations.Migration):
    dependencies = [("reviews", "0030_reopenings_by_their_record")]

    operations = [migrations.RunSQL(RELIEF, RELIEF_REVERSE)]
