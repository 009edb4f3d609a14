"""A unit's figures beside the quartiles of its peers; which mean counts."""

from django.db import migrations

from reviews.functions_compared import COMPARED, COMPARED_REVERSE
from reviews.functions_scoring import PANEL


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0006_scoring'),
    ]

    operations = [
        migrations.RunSQL(COMPARED, COMPARED_REVERSE),
        migrations.RunSQL(PANEL, migrations.RunSQL.noop),
    ]
