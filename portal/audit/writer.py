"""Writes events through the database's own function, the only way into the trail."""

from __future__ import annotations

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Model

from portal.audit.functions import IDENTITY
from portal.core import clock
from portal.core.scope import Actor

SQL = "select audit_append(%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s::jsonb,%s::jsonb,%s)"


def _place(obj: Model | None, actor: Actor) -> tuple[str, str]:
    """Province and unit the event belongs to: the object's, else the actor's own."""
    province = getattr(obj, "province_id", None) or getattr(obj, "province", None)
    unit = getattr(obj, "unit_id", None) or getattr(obj, "unit", None)
    post = actor.organisation
    known = [value if isinstance(value, str) else "" for value in (province, unit)]
    if not any(known) and post:
        return post.province, post.unit
    return known[0], known[1]


def write(*, by: Actor, act: str, obj: Model | None, before: Any, after: Any, why: str, outcome: str) -> None:
    """Append one event. Only what changed is kept of `before` and `after`."""
    if before and after:
        keys = [key for key in after if before.get(key) != after[key]]
        before, after = {key: before.get(key) for key in keys}, {key: after[key] for key in keys}
    province, unit = _place(obj, by)
    post = by.organisation
    values = [
        clock.present(),
        by.id or None,
        by.name,
        post.organisation if post else None,
        by.address,
        by.request_id,
        act,
        outcome,
        obj._meta.label_lower if obj is not None else "",
        str(obj.pk) if obj is not None and obj.pk is not None else "",
        province,
        unit,
        act.split(".", maxsplit=1)[0] in IDENTITY,
        json.dumps(before, cls=DjangoJSONEncoder, ensure_ascii=False),
        json.dumps(after, cls=DjangoJSONEncoder, ensure_ascii=False),
        why,
    ]
    with connection.cursor() as cursor:
        cursor.execute(SQL, values)
