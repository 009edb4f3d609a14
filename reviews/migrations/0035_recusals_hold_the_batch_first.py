"""A recusal takes the batch before the reviewer, as an assignment does."""

from django.db import migrations

from reviews.functions_turns import RECUSE, RECUSE_REVERSE


class Migration(migrations.Migration):
    dependencies = [("reviews", "0034_decided_of_who_is_judged")]

    operations = [migrations.RunSQL(RECUSE, RECUSE_REVERSE)]
