"""Which migrations ran, and what models and rights are called, is written by `migrate` alone."""

from django.db import migrations

READ_ONLY = "django_migrations, django_content_type, auth_permission, auth_group, auth_group_permissions"
READ = f"revoke insert, update, delete, truncate on {READ_ONLY} from portal_web;"
READ_REVERSE = f"grant insert, update, delete on {READ_ONLY} to portal_web;"


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("core", "0010_last_try"),
    ]

    operations = [migrations.RunSQL(READ, READ_REVERSE)]
