"""Files that wait for a scanner are counted while some row names them: content that is gone waits for nothing."""

from django.db import migrations

from portal.core.functions_again import again
from portal.notifications.gauges import WAITING, WAITING_NAMED


class Migration(migrations.Migration):
    dependencies = [("notifications", "0004_waiting_counts"), ("core", "0010_last_try")]

    operations = [migrations.RunSQL(WAITING_NAMED, again(WAITING, "waiting_counts"))]
