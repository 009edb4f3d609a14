"""Rows are born without what a later step writes, moments are the database's, and sums are told by scope."""

from django.db import migrations

from grants.functions_moments import MOMENTS_REVERSE, MOMENTS_SQL
from grants.functions_scoped import SCOPED, SCOPED_REVERSE


class Migration(migrations.Migration):
    dependencies = [("grants", "0034_what_a_place_touches")]

    operations = [migrations.RunSQL(MOMENTS_SQL, MOMENTS_REVERSE), migrations.RunSQL(SCOPED, SCOPED_REVERSE)]
