import django.db.models.functions.datetime
from django.db import migrations, models

import portal.core.clock

# Invoices from before came, as far as is known, with their request.
KNOWN = """
alter table grants_requestinvoice disable trigger user;
update grants_requestinvoice i set added_at = r.prepared_at from grants_paymentrequest r where r.id = i.request_id;
alter table grants_requestinvoice enable trigger user;
"""


class Migration(migrations.Migration):
    dependencies = [("grants", "0017_open_data")]

    operations = [
        migrations.AddField(
            model_name="requestinvoice",
            name="added_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                default=portal.core.clock.now,
                editable=False,
                verbose_name="added",
            ),
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]
