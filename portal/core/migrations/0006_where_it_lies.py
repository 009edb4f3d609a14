"""Where the content lies that somebody brought and that turns out to be infected."""

from django.db import migrations

from portal.core.functions import STORED_FILE_BRINGERS, STORED_FILE_BRINGERS_REVERSE, STORED_FILE_BROUGHT


class Migration(migrations.Migration):
    dependencies = [("core", "0005_stored_file_bringers")]

    operations = [
        migrations.RunSQL(STORED_FILE_BRINGERS_REVERSE, STORED_FILE_BRINGERS),
        migrations.RunSQL(STORED_FILE_BROUGHT, STORED_FILE_BRINGERS_REVERSE),
    ]
