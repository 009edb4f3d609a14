"""No setting of a session switches a trigger off. `migrate` says so anew at its end, for each new trigger takes it back."""

from django.db import migrations

from portal.core.functions import ALWAYS_FIRE


class Migration(migrations.Migration):
    dependencies = [("core", "0008_search_windows")]

    operations = [migrations.RunSQL(ALWAYS_FIRE, migrations.RunSQL.noop)]
