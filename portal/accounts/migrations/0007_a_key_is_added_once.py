from django.db import migrations

from portal.accounts.doubles import refuse_doubles
from portal.accounts.functions import FACTORS, FACTORS_REVERSE

# Of an answer that is sent twice at once both would fit: the database keeps the second out, and a key that another
# account holds as well.
ONCE = """
create unique index mfa_key_once on mfa_authenticator ((data -> 'credential' ->> 'rawId')) where type = 'webauthn';
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_clockwork_stays'),
        ('mfa', '0003_authenticator_type_uniq'),
    ]

    operations = [
        migrations.RunPython(refuse_doubles, migrations.RunPython.noop),
        migrations.RunSQL(ONCE, "drop index mfa_key_once"),
        migrations.RunSQL(FACTORS, FACTORS_REVERSE),
    ]
