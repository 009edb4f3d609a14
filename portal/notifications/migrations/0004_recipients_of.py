from django.db import migrations

from portal.notifications.functions import RECIPIENTS_OF, RECIPIENTS_OF_REVERSE


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_sharing'),
        ('notifications', '0003_recipients_of_many'),
    ]

    operations = [
        migrations.RunSQL(RECIPIENTS_OF, RECIPIENTS_OF_REVERSE),
    ]
