"""A unit in reserve or on the published list may give up its place."""

from django.db import migrations

from reviews.functions_leaving import LEAVING, LEAVING_REVERSE


class Migration(migrations.Migration):
    dependencies = [("reviews", "0021_reviewers_in_office")]

    operations = [migrations.RunSQL(LEAVING, LEAVING_REVERSE)]
