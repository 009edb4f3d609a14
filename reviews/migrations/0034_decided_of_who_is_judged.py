"""A decision is adopted of units that are judged still."""

from django.db import migrations

from reviews.functions_turns import DECISION, DECISION_REVERSE


class Migration(migrations.Migration):
    dependencies = [("reviews", "0033_lists_are_issued_whole")]

    operations = [migrations.RunSQL(DECISION, DECISION_REVERSE)]
