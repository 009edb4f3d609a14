"""Whoever reviews reads nobody else's scores: no reviewer is officer or auditor as well."""

import django.contrib.postgres.constraints
from django.db import migrations, models

# Who holds both already is for a person to settle; the constraint alone would only say that it could not be made.
SAY_WHO = """
do $$ declare
    people text;
begin
    select string_agg(distinct u.email, ', ' order by u.email) into people
      from accounts_user u
      join accounts_membership r on r.user_id = u.id and r.role = 'reviewer' and r.ended_at is null
      join accounts_membership o on o.user_id = u.id and o.role in ('officer', 'auditor') and o.ended_at is null;
    if people <> '' then
        raise exception 'These people review, and read all scores as officers or auditors: %', people
            using hint = 'End one of the two roles of each in the portal, then migrate again.';
    end if;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_sharing_indexed_once")]

    operations = [
        migrations.RunSQL(SAY_WHO, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="membership",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("ended_at", None), ("role__in", ["reviewer", "officer", "auditor"])),
                expressions=[
                    ("user", "="),
                    (
                        models.Case(
                            models.When(role="reviewer", then=models.Value(1)),
                            default=models.Value(0),
                            output_field=models.IntegerField(),
                        ),
                        "<>",
                    ),
                ],
                name="membership_reviewer_holds_no_office",
                violation_error_message=(
                    "Officers and auditors read the scores of others: a reviewer is neither at the same time."
                ),
            ),
        ),
    ]
