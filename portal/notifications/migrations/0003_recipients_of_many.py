from django.db import migrations

from portal.notifications import functions


class Migration(migrations.Migration):
    """Recipients of many places in one query; the function for one place goes."""

    dependencies = [
        ("accounts", "0003_sharing"),
        ("notifications", "0002_notices"),
    ]

    operations = [
        migrations.RunSQL(functions.RECIPIENTS_OF, functions.RECIPIENTS_OF_REVERSE),
        migrations.RunSQL(functions.RECIPIENTS_REVERSE, functions.RECIPIENTS),
    ]
