"""No unit comes to a final list after it was issued."""

from django.db import migrations

from reviews.functions_turns import STEP, STEP_REVERSE


class Migration(migrations.Migration):
    dependencies = [("reviews", "0032_rules_alone_are_changed")]

    operations = [migrations.RunSQL(STEP, STEP_REVERSE)]
