"""A unit's figures beside the quartiles of its peers."""

from django.db import migrations

from reviews.functions_compared import COMPARED, COMPARED_REVERSE


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0006_scoring'),
    ]

    operations = [
        migrations.RunSQL(COMPARED, COMPARED_REVERSE),
    ]
