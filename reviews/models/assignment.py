"""Who reads which application."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.guards import UNLESS_OWNER, refuse
from portal.core import clock
from portal.core.rls import USER, RowSecurity
from reviews.enums import AssignmentState, ReviewState
from reviews.models.guards import MIIT_OFFICER, OFFICER, OFFICES, UNCONFLICTED, ask, holds
from reviews.models.reopening import ReviewReopening
from reviews.states import ASSIGNMENT

OPEN = (AssignmentState.ASSIGNED, AssignmentState.DECLARED)


class Assignment(models.Model):
    """One application given to one reviewer. Without conflict, and never to the reviewer's own province."""

    batch = models.ForeignKey("programme.Batch", models.PROTECT, related_name="assignments", verbose_name=_("batch"))
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="assignments")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments", verbose_name=_("reviewer")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=AssignmentState.choices, default=AssignmentState.ASSIGNED
    )
    affinity = models.PositiveSmallIntegerField(_("fit of the fields (0 to 100)"), default=0)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(_("assigned"), default=clock.now)
    # Set by the database when it takes the next best reviewer in place of one who stepped back. announced: false until
    # that reviewer is written to, or MIIT, when nobody could take the place of this one.
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    announced = models.BooleanField(default=True, db_default=True)
    relief = models.CharField(
        _("why it was given to somebody else"), max_length=500, blank=True, default="", db_default=""
    )

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["pk"]
        indexes = [models.Index(fields=["reviewer", "state"]), models.Index(fields=["batch", "state"])]
        constraints = [
            models.UniqueConstraint(
                name="assignment_once",
                fields=["application", "reviewer"],
                condition=Q(state__in=OPEN),
                violation_error_message=_("This reviewer already has this application."),
            ),
            models.CheckConstraint(
                name="assignment_affinity_0_to_100",
                condition=Q(affinity__lte=100),
                violation_error_message=_("The fit lies between 0 and 100."),
            ),
            models.CheckConstraint(
                name="assignment_relief_has_a_reason",
                condition=Q(state=AssignmentState.RELIEVED) & ~Q(relief="")
                | ~Q(state=AssignmentState.RELIEVED) & Q(relief=""),
                violation_error_message=_("Say why the application is given to somebody else."),
            ),
            RowSecurity(
                name="assignment_rows",
                read=f"(reviewer_id = {USER} or ({OFFICES} and {UNCONFLICTED}))",
                insert=f"({MIIT_OFFICER} and assigned_by_id = {USER})",
                update=f"(reviewer_id = {USER} or {OFFICER})",
            ),
        ]
        triggers = [
            ASSIGNMENT.guard(),
            holds(
                "assignment_holds",
                f"""
                    if tg_op = 'INSERT' and {UNLESS_OWNER} then
                        if new.replaces_id is not null or not new.announced then
                            {refuse("assignment_holds", "the database itself replaces")}
                        end if;
                        {ask("reviews_assignment_problem(new.batch_id, new.application_id, new.reviewer_id)")}
                    elsif tg_op = 'INSERT' then
                        {ask("reviews_assignment_fits(new.batch_id, new.application_id, new.reviewer_id)")}
                    elsif (to_jsonb(new) - '{{state,announced,relief}}'::text[])
                          <> (to_jsonb(old) - '{{state,announced,relief}}'::text[])
                          or old.relief <> '' and new.relief <> old.relief
                          or {UNLESS_OWNER} and new.announced < old.announced then
                        {refuse("assignment_holds", "an assignment changes its state and nothing else")}
                    elsif new.state = 'declared' and old.state <> 'declared' and (
                        new.reviewer_id is distinct from scope_user() or not exists (
                            select 1 from reviews_interest i where i.application_id = new.application_id
                               and i.reviewer_id = new.reviewer_id and not i.has_interest)) then
                        {refuse("review_needs_declaration", "the reviewer declares for himself")}
                    elsif new.state = 'recused' and not exists (
                        select 1 from reviews_conflict c where c.application_id = new.application_id
                           and c.reviewer_id = new.reviewer_id) then
                        {refuse("assignment_holds", "a recusal needs a conflict")}
                    elsif new.state = 'recused' and old.state <> 'recused' then
                        -- The second signature has the batch alone: a recusal comes before it, or is refused after.
                        perform reviews_hold_batch(new.batch_id);
                        if not exists (select 1 from programme_batch b where b.id = new.batch_id
                                          and b.state in ('open', 'closed', 'reviewing')) then
                            {refuse("interest_before_the_lock", "the score counts already: the ministries decide")}
                        end if;
                    elsif new.state = 'relieved' and old.state <> 'relieved' and {UNLESS_OWNER} then
                        if not (select scope_officer_of('MIIT')) then
                            {refuse("relief_by_miit", "MIIT gives an application to somebody else")}
                        end if;
                        {ask("reviews_relief_problem(new.id, new.batch_id)")}
                    end if;
                """,
            ),
            # A wish is over once it is in effect: nobody is wanted again for what was taken from them later.
            pgtrigger.Trigger(
                name="assignment_fulfils_a_wish",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func="""
                    delete from reviews_assignmentwish w
                     where w.application_id = new.application_id and w.reviewer_id = new.reviewer_id and w.is_pin;
                    return null;
                """,
            ),
            pgtrigger.Trigger(
                name="assignment_is_replaced",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("state"),  # type: ignore[no-untyped-call]
                func="""
                    if new.state in ('recused', 'relieved') and old.state not in ('recused', 'relieved') then
                        perform reviews_replace(new.id);
                    end if;
                    return null;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.reviewer_id}"

    @property
    def can_be_relieved(self) -> bool:
        """The reviewer has it and has never submitted. Costs a query where the review was not read along, and one
        where it was not read whether the review was opened again (`reopened`).
        """
        review = getattr(self, "review", None)
        if self.state not in OPEN or (review is not None and review.state != ReviewState.DRAFT):
            return False
        if not hasattr(self, "reopened"):
            held = ReviewReopening.objects.filter(application=self.application_id, reviewer=self.reviewer_id)
            return not held.exists()
        return not self.reopened
