"""A score does not change while its review is being submitted."""

from django.db import migrations

from reviews.functions_turns import SCORE, SCORE_REVERSE


class Migration(migrations.Migration):
    dependencies = [("reviews", "0027_interests_in_all_of_a_line")]

    operations = [migrations.RunSQL(SCORE, SCORE_REVERSE)]
