"""At which link of the trail a bundle ends, once the portal's key was changed."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from portal.audit import keys, seals
from portal.audit.evidence.models import TrailSeal
from portal.audit.verify import Head
from portal.core.clockwork import as_clockwork
from portal.core.errors import DomainError


def closed_by_this_key(end: Head, as_of: datetime) -> tuple[Head, datetime]:
    """The link and the moment at which a bundle asked for at these ends: the last seal up to then is the present key's.

    After a change of the key the last seal is signed with the former one, and whoever checks with the key that the
    portal shows would read that the evidence is broken. It ends at the first seal of the present key then, which is
    made here where there is none yet; asked once more, it ends at the same one. The seal's file comes with the next
    seal: this may run on another host than those. Raises DomainError when the trail does not hold its seals.
    """
    key = keys.public()
    with as_clockwork():
        last = TrailSeal.objects.filter(seq__lte=end.seq, at__lte=as_of).order_by("pk").last()
        if last is None or last.key == key:
            return end, as_of
        found = TrailSeal.objects.filter(pk__gt=last.pk, key=key, seq__gte=end.seq).order_by("pk").first()
    if found is None:
        try:
            with as_clockwork():
                found = seals.add()
        except (seals.Unfit, ValueError) as error:
            raise DomainError(
                "trail_broken", _("The trail is broken. Have it recomputed; the page says where.")
            ) from error
    return Head(found.seq, found.digest), max(as_of, found.at.astimezone(as_of.tzinfo))
