"""A selection changes rules, and neither candidates nor the seed."""

from django.db import migrations

from reviews.functions_turns import QUESTION, QUESTION_REVERSE


class Migration(migrations.Migration):
    dependencies = [("reviews", "0031_relief_before_any_submission")]

    operations = [migrations.RunSQL(QUESTION, QUESTION_REVERSE)]
