import django.db.models.functions.text
from django.db import migrations, models

from grants.functions_invoices import DIGITS, DIGITS_REVERSE, SAY_WHICH


class Migration(migrations.Migration):

    dependencies = [
        ('grants', '0025_peers_at_a_moment'),
        ('programme', '0004_limit_of_soes'),
    ]

    operations = [
        migrations.RunSQL(SAY_WHICH, migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name='requestinvoice',
            name='invoice_once_in_nation',
        ),
        migrations.AddConstraint(
            model_name='requestinvoice',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Concat('code', 'number'), condition=models.Q(('counted', True)), name='invoice_once_in_nation', violation_error_message='An invoice of this request counts already for another payment.'),
        ),
        migrations.RunSQL(DIGITS, DIGITS_REVERSE),
    ]
