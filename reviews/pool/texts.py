"""What can be wrong in the pool's sheet beyond what any sheet may have, each with how to mend it."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Text

TEXTS: Final[dict[str, Text]] = {
    "person_unknown": _(
        "Nobody with this e-mail holds a reviewer's post. An import creates no account: the security administrator "
        "invites the person first."
    ),
    "name_of_another": _(
        "The person with this e-mail is %(name)s. Correct the e-mail or the name, so that no profile goes to another."
    ),
    "group_not_of_post": _("The person holds no reviewer's post of this group. Leave the cell empty."),
    "province_unknown": _("There is no province of this name or code. Write it as in the list."),
    "soe_unknown": _("No central SOE has this name or code. Write it as in the list."),
    "named_several_times": _("“%(part)s” is the name of several: %(codes)s. Write the code of the one that is meant."),
    "field_unknown": _(
        "“%(part)s” is neither a division of manufacturing in GB/T 4754 nor finance, energy, digital or safety."
    ),
    "field_strength": _(
        "“%(part)s”: write each field with a strength of 1, 2 or 3, and semicolons between, as in C26:3; digital:2."
    ),
    "field_twice": _("The field “%(part)s” stands twice in this cell. Take one of the two out."),
    "language_unknown": _(
        "“%(part)s” is no language of the list: 中文 (zh) or English (en), with a semicolon between."
    ),
    "former_unreadable": _(
        "“%(part)s”: write each former employer as name | credit code | last day, and semicolons between; the code may "
        "be left out."
    ),
    "former_twice": _("The former employer “%(part)s” stands twice with the same day. Take one of the two out."),
    "former_many": _("At most %(most)s former employers are kept. Leave out those of more than three years ago."),
    "away_in_order": _("Say from which day until which later day."),
    "most_is_none": _("A reviewer takes between 1 and 400 applications."),
    "least_above_most": _("The fewest applications are not more than the most."),
}
