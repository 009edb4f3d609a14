"""Events are of now and in the own name, acts of the database its own; whether a finding ended is asked past policies."""

from django.db import migrations

from portal.audit.findings.functions import OVER, OVER_REVERSE
from portal.audit.functions import APPEND, APPEND_REVERSE


class Migration(migrations.Migration):
    dependencies = [("audit", "0007_age_of_seals")]

    operations = [
        migrations.RunSQL(APPEND, APPEND_REVERSE),
        migrations.RunSQL(OVER, OVER_REVERSE),
    ]
