"""No setting of a session switches a guard off (`portal.core.firm`); `migrate` puts the rest in force at its end."""

from django.db import migrations

from portal.core.firm import ALWAYS_FIRE


class Migration(migrations.Migration):
    dependencies = [("core", "0008_search_windows")]

    operations = [migrations.RunSQL(ALWAYS_FIRE, migrations.RunSQL.noop)]
