from django.db import migrations, models

from applications.roster.functions import BODIES, BODIES_REVERSE


class Migration(migrations.Migration):
    dependencies = [("applications", "0014_search")]

    operations = [
        migrations.RunSQL(BODIES, BODIES_REVERSE),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(condition=~models.Q(site=""), fields=["site"], name="project_of_site"),
        ),
    ]
