"""Experts of a batch drawn by lot, where the rule set asks for it."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applications.models.guards import refuse
from portal.core import clock
from portal.core.rls import USER, RowSecurity
from reviews.models.guards import MIIT_OFFICER, OFFICES, ask, holds


class ExpertDraw(models.Model):
    """MIIT fixes the pool first; then MOF enters a seed that was published after that, with where it stands.

    pool: keys of all experts who are available, sorted; drawn: those of the lot in its order (`reviews.drawing`).
    """

    batch = models.OneToOneField("programme.Batch", models.PROTECT, related_name="draw", verbose_name=_("batch"))
    size = models.PositiveSmallIntegerField(_("experts drawn"))
    pool = models.JSONField(_("pool"))
    fixed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    fixed_at = models.DateTimeField(_("pool fixed"), default=clock.now)
    seed = models.CharField(_("seed"), max_length=200, blank=True)
    source = models.CharField(_("where the seed was published"), max_length=300, blank=True)
    drawn = models.JSONField(_("drawn"), default=list)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    drawn_at = models.DateTimeField(_("drawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("draw of experts")
        verbose_name_plural = _("draws of experts")
        ordering = ["batch"]
        constraints = [
            models.CheckConstraint(
                name="draw_whole_or_not_yet",
                condition=Q(seed="", source="", drawn=[], drawn_by=None, drawn_at=None)
                | (~Q(seed="") & ~Q(source="") & Q(drawn_by__isnull=False, drawn_at__isnull=False)),
                violation_error_message=_("Give the seed and where it was published."),
            ),
            models.CheckConstraint(
                name="draw_by_two",
                condition=Q(drawn_by=None) | ~Q(drawn_by=F("fixed_by")),
                violation_error_message=_("Another person than who fixed the pool enters the seed."),
            ),
            RowSecurity(
                name="expert_draw_rows",
                read=OFFICES,
                insert=f"({MIIT_OFFICER} and fixed_by_id = {USER})",
                update="(select scope_officer_of('MOF'))",
            ),
        ]
        triggers = [
            holds(
                "draw_is_as_drawn",
                f"""
                    if tg_op = 'INSERT' then
                        if new.seed <> '' then
                            {refuse("draw_is_as_drawn", "the pool is fixed before the seed is known")}
                        end if;
                        {ask("reviews_draw_problem(new.batch_id, new.pool, new.size)")}
                    elsif old.seed <> '' or (new.batch_id, new.size, new.pool, new.fixed_by_id, new.fixed_at)
                          is distinct from (old.batch_id, old.size, old.pool, old.fixed_by_id, old.fixed_at)
                          or new.drawn_by_id is distinct from scope_user()
                          or new.drawn <> reviews_drawn(new.pool, new.seed, new.size) then
                        {refuse("draw_is_as_drawn", "a draw follows from pool and seed, and never changes")}
                    end if;
                """,
            ),
            pgtrigger.Trigger(
                name="draw_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func=refuse("draw_is_as_drawn", "a draw is never removed"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.size}"
