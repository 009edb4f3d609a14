from django.db import migrations

from portal.accounts.functions import INVITATIONS_BEFORE, INVITATIONS_OF_OFFICE


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_clockwork_stays'),
    ]

    operations = [
        migrations.RunSQL(INVITATIONS_OF_OFFICE, INVITATIONS_BEFORE),
    ]
