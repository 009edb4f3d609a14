"""The ministries' decision: one computed selection, proposed with grounds, signed by both; and its record."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applications.models.guards import refuse, stays
from portal.core import clock
from portal.core.rls import USER, RowSecurity
from reviews.enums import DecisionState
from reviews.models.guards import OFFICER, OFFICES, ask, holds
from reviews.states import DECISION

_SIGNED = Q(signed_miit_by__isnull=False, signed_miit_at__isnull=False) & Q(
    signed_mof_by__isnull=False, signed_mof_at__isnull=False
)

# The record holds every score: it is read by whoever reads the selection.
_SEES: Final = (
    "exists (select 1 from reviews_decision d join reviews_scenario s on s.id = d.scenario_id where d.id = decision_id)"
)


class Decision(models.Model):
    """What is decided for a batch; a withdrawn proposal stays in the record.

    chosen, reserve: codes of units; reserve in the order of replacement, which is the order of the solver: the higher
    score, then the smaller key of the seed. baseline, price: where rules were changed, the list under the rule set and
    the total score this one gives up against it (none where no list keeps the rule set). versions: canonical JSON, what
    computed it. paper: the lines both ministries sign, each part by its digest (`reviews_decision_paper`); sha256: its
    digest. Each signature names the digest it stands under.
    """

    batch = models.ForeignKey("programme.Batch", models.PROTECT, related_name="decisions", verbose_name=_("batch"))
    scenario = models.ForeignKey("reviews.Scenario", models.PROTECT, related_name="decisions")
    state = models.CharField(_("state"), max_length=10, choices=DecisionState.choices, default=DecisionState.PROPOSED)
    grounds = models.TextField(_("grounds"), max_length=4000)
    chosen = ArrayField(models.CharField(max_length=20), verbose_name=_("chosen units"))
    reserve = ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name=_("reserve"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed"), default=clock.now)
    signed_miit_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_miit_at = models.DateTimeField(_("signed for MIIT"), null=True, blank=True)
    signed_mof_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    signed_mof_at = models.DateTimeField(_("signed for MOF"), null=True, blank=True)
    baseline = models.ForeignKey(
        "reviews.Scenario",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("selection under the rule set"),
    )
    price = models.DecimalField(
        _("total score given up for changed rules"), max_digits=14, decimal_places=6, null=True, blank=True
    )
    versions = models.TextField(_("versions"), blank=True, default="", db_default="")
    paper = models.TextField(_("what is signed"), blank=True, default="", db_default="")
    sha256 = models.CharField(_("digest (SHA-256)"), max_length=64, blank=True, default="", db_default="")
    signed_miit_sha256 = models.CharField(
        _("digest signed for MIIT"), max_length=64, blank=True, default="", db_default=""
    )
    signed_mof_sha256 = models.CharField(
        _("digest signed for MOF"), max_length=64, blank=True, default="", db_default=""
    )
    withdrawn_why = models.TextField(_("why it was withdrawn"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="decision_once_per_batch",
                fields=["batch"],
                condition=~Q(state=DecisionState.WITHDRAWN),
                violation_error_message=_("A proposal is already on the table: withdraw it first."),
            ),
            models.CheckConstraint(
                name="decision_needs_two_ministries",
                condition=Q(state__in=[DecisionState.PROPOSED, DecisionState.WITHDRAWN]) | _SIGNED,
                violation_error_message=_("A decision is adopted with the signatures of MIIT and of MOF."),
            ),
            models.CheckConstraint(
                name="decision_two_people",
                condition=Q(signed_miit_by=None) | Q(signed_mof_by=None) | ~Q(signed_miit_by=F("signed_mof_by")),
                violation_error_message=_("Two people sign, one for each ministry."),
            ),
            models.CheckConstraint(
                name="decision_signed_by_others",
                condition=(Q(signed_miit_by=None) | ~Q(signed_miit_by=F("proposed_by")))
                & (Q(signed_mof_by=None) | ~Q(signed_mof_by=F("proposed_by"))),
                violation_error_message=_("Whoever proposed the decision does not sign it."),
            ),
            models.CheckConstraint(
                name="decision_withdrawn_with_reason",
                condition=~Q(state=DecisionState.WITHDRAWN) | ~Q(withdrawn_why=""),
                violation_error_message=_("Say why the proposal is withdrawn."),
            ),
            RowSecurity(
                name="decision_rows",
                read=OFFICES,
                insert=f"({OFFICER} and proposed_by_id = {USER} and signed_miit_by_id is null"
                " and signed_mof_by_id is null)",
                update=OFFICER,
            ),
        ]
        triggers = [
            DECISION.guard(),
            holds(
                "decision_is_signed_by_its_ministry",
                f"""
                    if tg_op = 'INSERT' then
                        if new.signed_miit_by_id is not null or new.signed_mof_by_id is not null
                           or new.signed_miit_sha256 || new.signed_mof_sha256 <> '' then
                            {refuse("decision_is_signed_by_its_ministry", "a proposal is born without signatures")}
                        end if;
                        {ask("reviews_decision_problem(new.batch_id, new.scenario_id, new.chosen, new.reserve)")}
                        {ask("reviews_proposal_problem(new.scenario_id, new.baseline_id, new.price, new.reserve)")}
                        if new.sha256 <> reviews_sha256(new.paper)
                           or new.paper is distinct from reviews_decision_paper(new.batch_id, new.scenario_id,
                              new.baseline_id, new.grounds, new.chosen, new.reserve, new.price, new.versions,
                              new.proposed_by_id, new.proposed_at) then
                            {refuse("decision_digest_is_its_own", "the digest is not that of what is proposed")}
                        end if;
                        return new;
                    end if;
                    if (new.batch_id, new.scenario_id, new.grounds, new.chosen, new.reserve, new.proposed_by_id,
                        new.proposed_at, new.baseline_id, new.price, new.versions, new.paper, new.sha256)
                       is distinct from (old.batch_id, old.scenario_id, old.grounds, old.chosen, old.reserve,
                        old.proposed_by_id, old.proposed_at, old.baseline_id, old.price, old.versions, old.paper,
                        old.sha256) then
                        {refuse("decision_is_the_scenario", "what is proposed does not change")}
                    end if;
                    if (new.signed_miit_by_id, new.signed_miit_at, new.signed_miit_sha256)
                       is distinct from (old.signed_miit_by_id, old.signed_miit_at, old.signed_miit_sha256)
                       and (old.signed_miit_by_id is not null or old.state <> 'proposed'
                            or new.signed_miit_by_id is distinct from scope_user()
                            or not scope_officer_of('MIIT'))
                       or (new.signed_mof_by_id, new.signed_mof_at, new.signed_mof_sha256)
                       is distinct from (old.signed_mof_by_id, old.signed_mof_at, old.signed_mof_sha256)
                       and (old.signed_mof_by_id is not null or old.state <> 'proposed'
                            or new.signed_mof_by_id is distinct from scope_user()
                            or not scope_officer_of('MOF')) then
                        {refuse("decision_is_signed_by_its_ministry", "an officer of the ministry signs for himself")}
                    end if;
                    if old.signed_miit_by_id is null and new.signed_miit_by_id is not null
                       and (new.sha256 = '' or new.signed_miit_sha256 <> new.sha256)
                       or old.signed_mof_by_id is null and new.signed_mof_by_id is not null
                       and (new.sha256 = '' or new.signed_mof_sha256 <> new.sha256) then
                        {refuse("decision_signed_as_seen", "a signature stands under the digest of what is proposed")}
                    end if;
                    if new.state = 'adopted' and old.state = 'proposed' then
                        {ask("reviews_decision_problem(new.batch_id, new.scenario_id, new.chosen, new.reserve)")}
                    end if;
                """,
            ),
        ]

    def __str__(self) -> str:
        return str(_("Decision on batch %(batch)s") % {"batch": self.batch_id})


class DecisionRecord(models.Model):
    """What goes into the record of an adopted decision beside the texts that are kept already; made with the adoption.

    body: canonical JSON {name: text} of the files that follow from rows which may be renamed later, or from the code
    of that day (names, rule set, marks, signatures, the verifier). sums: SHA-256 of every file of the record, as
    `sha256sum` writes them; sha256: of the ZIP.
    """

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="record", primary_key=True)
    body = models.TextField(_("content"))
    sums = models.TextField(_("digests of the files"))
    sha256 = models.CharField(_("digest (SHA-256)"), max_length=64)
    made_at = models.DateTimeField(_("made"), default=clock.now)

    class Meta:
        verbose_name = _("record of a decision")
        verbose_name_plural = _("records of decisions")
        ordering = ["pk"]
        constraints = [
            RowSecurity(name="decision_record_rows", read=_SEES, insert=f"({OFFICER} and {_SEES})"),
        ]
        triggers = [
            *stays("decision_record_stays", "the record of a decision is never changed or removed"),
            holds(
                "decision_record_is_whole",
                ask("reviews_record_problem(new.decision_id, new.body::jsonb, new.sums)"),
                update=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id}: {self.sha256}"
