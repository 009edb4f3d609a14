from django.db import migrations

from applications.search.functions import REVERSE, TEXTS


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0013_correction'),
        ('core', '0007_search'),
    ]

    operations = [migrations.RunSQL(TEXTS, REVERSE)]
