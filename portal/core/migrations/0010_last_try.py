"""When the scanner was last asked about a content: one it cannot judge does not stand before all others."""

from django.db import migrations, models

from portal.core.functions import STORED_FILES, STORED_FILES_BY_LAST_TRY
from portal.core.functions_again import again


class Migration(migrations.Migration):
    dependencies = [("core", "0009_triggers_always_fire")]

    operations = [
        migrations.AddField(
            model_name="filescan",
            name="tried_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="tried last"),
        ),
        migrations.RunSQL(STORED_FILES_BY_LAST_TRY, again(STORED_FILES, "stored_files_unexamined")),
    ]
