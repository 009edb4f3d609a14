"""Numbers of letters and files that wait, for the operator's metrics."""

from django.db import migrations

from portal.notifications.gauges import WAITING, WAITING_REVERSE


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0009_triggers_always_fire"),
        ("notifications", "0003_recipients_of_many"),
    ]

    operations = [migrations.RunSQL(WAITING, WAITING_REVERSE)]
