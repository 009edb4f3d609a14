from django.db import migrations

from portal.accounts.functions import INVITATIONS_BEFORE, INVITATIONS_OF_OFFICE


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_a_key_is_added_once'),
    ]

    operations = [
        migrations.RunSQL(INVITATIONS_OF_OFFICE, INVITATIONS_BEFORE),
    ]
