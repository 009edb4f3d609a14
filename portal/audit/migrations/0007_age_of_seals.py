"""The age of the newest seal, for the operator's metrics."""

from django.db import migrations

from portal.audit.gauges import SEAL_AGE, SEAL_AGE_REVERSE


class Migration(migrations.Migration):
    dependencies = [("audit", "0006_evidence_kept")]

    operations = [migrations.RunSQL(SEAL_AGE, SEAL_AGE_REVERSE)]
