from django.db import migrations

from applications.functions import PARTNER_DUE, REVERSE_PARTNER_DUE


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0016_lapsed_corrections'),
    ]

    operations = [migrations.RunSQL(PARTNER_DUE, REVERSE_PARTNER_DUE)]
