"""Who brought a content that turns out to be infected."""

from django.db import migrations

from portal.core.functions import STORED_FILE_BRINGERS, STORED_FILE_BRINGERS_REVERSE


class Migration(migrations.Migration):
    dependencies = [("core", "0004_stored_files")]

    operations = [migrations.RunSQL(STORED_FILE_BRINGERS, STORED_FILE_BRINGERS_REVERSE)]
