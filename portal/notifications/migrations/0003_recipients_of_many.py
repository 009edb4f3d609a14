from django.db import migrations

from portal.notifications.functions import RECIPIENTS_OF, RECIPIENTS_OF_REVERSE


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_sharing'),
        ('notifications', '0002_notices'),
    ]

    operations = [
        migrations.RunSQL(RECIPIENTS_OF, RECIPIENTS_OF_REVERSE),
    ]
