from django.db import migrations

from portal.core.search.functions import WINDOWS, WINDOWS_REVERSE


class Migration(migrations.Migration):
    dependencies = [("core", "0007_search")]

    operations = [migrations.RunSQL(WINDOWS, WINDOWS_REVERSE)]
