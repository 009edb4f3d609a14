"""The role that only reads executes no function that writes: a definer writes whatever its caller may not."""

from django.db import migrations

from applications.functions_guards import READER_WRITES_NOTHING, READER_WRITES_NOTHING_REVERSE


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0027_commitment_has_its_letter'),
    ]

    operations = [migrations.RunSQL(READER_WRITES_NOTHING, READER_WRITES_NOTHING_REVERSE)]
