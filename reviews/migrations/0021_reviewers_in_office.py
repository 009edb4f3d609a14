"""Whoever left or holds the post no more is proposed, drawn and taken as a replacement no longer."""

from django.db import migrations

from reviews.functions_drawing import DRAW_POOL
from reviews.functions_interests import ASSIGNMENT_FITS, SERVING
from reviews.functions_replacing import REPLACE


class Migration(migrations.Migration):
    dependencies = [("reviews", "0020_reviews_of_what_was_withdrawn")]

    operations = [migrations.RunSQL(SERVING + ASSIGNMENT_FITS + DRAW_POOL + REPLACE, migrations.RunSQL.noop)]
