"""Acts of drawing experts: MIIT fixes the pool, MOF enters the published seed."""

from __future__ import annotations

from django.db import connection
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.scope import Actor
from portal.programme.models import Batch
from reviews import drawing
from reviews.models import ExpertDraw
from reviews.queries import draw_size


def fix_pool(*, by: Actor, batch: Batch) -> ExpertDraw:
    """Fix who takes part: every expert who is available now.

    Raises NotAllowed; DomainError where the rules ask for no draw, the pool is too small, or it is fixed already.
    """
    with command(by, "reviews.fix_pool", batch) as act:
        size = draw_size(batch)
        if not size:
            raise DomainError("draw_by_the_rules", _("The rules of this batch ask for no draw."))
        if ExpertDraw.objects.filter(batch=batch).exists():
            raise DomainError("draw_once", _("The pool of this batch is fixed already."))
        with connection.cursor() as cursor:
            cursor.execute("select value::bigint from jsonb_array_elements_text(reviews_draw_pool())")
            pool = [key for (key,) in cursor.fetchall()]
        if len(pool) < size:
            raise DomainError(
                "draw_from_the_whole_pool",
                _("The pool has %(count)s experts, the rules want %(size)s.") % {"count": len(pool), "size": size},
            )
        return act.record(ExpertDraw.objects.create(batch=batch, size=size, pool=pool, fixed_by_id=by.id))


def draw(*, by: Actor, row: ExpertDraw, seed: str, source: str) -> ExpertDraw:
    """Draw by a seed published after the pool was fixed. Raises NotAllowed; DomainError without it, or twice."""
    with command(by, "reviews.draw", row) as act:
        if row.seed:
            raise DomainError("draw_is_as_drawn", _("The experts of this batch are drawn already."))
        if not seed.strip() or not source.strip():
            raise DomainError("draw_whole_or_not_yet", _("Give the seed and where it was published."), "seed")
        row.seed, row.source = seed.strip(), source.strip()
        row.drawn = drawing.draw(row.pool, row.seed, row.size)
        row.drawn_by_id, row.drawn_at = by.id, clock.now()
        row.save(update_fields=["seed", "source", "drawn", "drawn_by", "drawn_at"])
        return act.record(row)
