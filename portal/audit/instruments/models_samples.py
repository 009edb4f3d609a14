"""Samples: what was drawn from what, what was found at each item, and what it says of the whole. Nothing changes."""

from __future__ import annotations

from typing import Final

import pgtrigger
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.audit.instruments.models_own import Owned, refuses, rows, stays
from portal.core.money import ZERO, YuanField

SHA256: Final = r"^[0-9a-f]{64}$"


class Method(models.TextChoices):
    """Ways of drawing."""

    MONETARY = "monetary", _("monetary unit sampling")
    STRATIFIED = "stratified", _("stratified random sampling")
    RANDOM = "random", _("simple random sampling")


class Found(models.TextChoices):
    """What the auditor found at an item."""

    RIGHT = "right", pgettext_lazy("sample", "in order")
    WRONG = "wrong", pgettext_lazy("sample", "in error")
    UNPROVEN = "unproven", pgettext_lazy("sample", "not proven")


class Sample(Owned):
    """A drawn sample. With seed, query and moment anybody draws it again and finds the same digests.

    source, query, as_of: the population as registered source, conditions and moment; query_name: of the saved query it
    was taken from. confidence: per cent. expected: the misstatement expected (yuan; of a random sample per cent of the
    items stand in `plan`). plan: what follows from the method, as sizes by stratum. items: [{key, title, url, amount,
    stratum, certain, hits}], amounts as text in yuan.
    """

    name = models.CharField(_("name of the sample"), max_length=120)
    method = models.CharField(_("method"), max_length=10, choices=Method.choices)
    source = models.SlugField(_("population"), max_length=40)
    query = models.JSONField(_("conditions"), default=dict)
    query_name = models.CharField(_("saved query"), max_length=120, blank=True)
    as_of = models.DateTimeField(_("as of"))
    seed = models.CharField(_("seed"), max_length=64)
    confidence = models.DecimalField(_("confidence (%)"), max_digits=4, decimal_places=1)
    materiality = YuanField(_("materiality (yuan)"), null=True, blank=True)
    expected = YuanField(_("expected misstatement (yuan)"), default=ZERO)
    plan = models.JSONField(_("plan of the sample"), default=dict)
    population_count = models.PositiveIntegerField(_("items of the population"))
    population_total = models.DecimalField(_("sum of the population (yuan)"), max_digits=20, decimal_places=2)
    population_sha256 = models.CharField(_("digest of the population (SHA-256)"), max_length=64)
    interval = YuanField(_("sampling interval (yuan)"), null=True, blank=True)
    size = models.PositiveIntegerField(_("items drawn"))
    items = models.JSONField(_("items"), default=list)
    items_sha256 = models.CharField(_("digest of the items (SHA-256)"), max_length=64)

    class Meta:
        verbose_name = pgettext_lazy("audit", "sample")
        verbose_name_plural = pgettext_lazy("audit", "samples")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["organisation", "-id"], name="sample_of_organisation")]
        constraints = [
            models.CheckConstraint(
                name="sample_is_named",
                condition=~Q(name="") & ~Q(seed=""),
                violation_error_message=_("Give the sample a name and a seed."),
            ),
            models.CheckConstraint(
                name="sample_confidence_is_a_share",
                condition=Q(confidence__gte=50, confidence__lt=100),
                violation_error_message=_("The confidence lies between 50 and 99.9 per cent."),
            ),
            models.CheckConstraint(
                name="sample_size_is_that_of_its_items",
                condition=Q(size=Func(F("items"), function="jsonb_array_length", output_field=models.IntegerField()))
                & Q(size__gt=0, size__lte=F("population_count")),
                violation_error_message=_("The sample has no items, or more than its population."),
            ),
            models.CheckConstraint(
                name="sample_digests_are_whole",
                condition=Q(population_sha256__regex=SHA256, items_sha256__regex=SHA256),
                violation_error_message=_("The sample has no digest."),
            ),
            models.CheckConstraint(
                name="sample_of_money_has_its_measure",
                condition=Q(method=Method.RANDOM) | Q(materiality__gt=0),
                violation_error_message=_("A sample of money needs a materiality above zero."),
            ),
            rows("sample_rows"),
        ]
        triggers = stays("sample_never_changes", "a drawn sample never changes")

    def __str__(self) -> str:
        return self.name


# A result belongs to the organisation of its sample, to a place in it, and says the amount its words say.
_OF_ITEM: Final = f"""
    select s.organisation, s.size, (s.items -> (new.place - 1) ->> 'amount')::numeric as book into drawn
      from audit_sample s where s.id = new.sample_id;
    if not found or drawn.organisation <> new.organisation then
        {refuses("sample_result_of_its_organisation", "the sample belongs to another organisation")}
    end if;
    if new.place < 1 or new.place > drawn.size then
        {refuses("sample_result_of_an_item", "the sample has no such item")}
    end if;
    if (new.found = 'right' and new.audited <> drawn.book)
       or (new.found = 'unproven' and new.audited <> 0) then
        {refuses("sample_result_fits_its_amount", "the amount does not fit what was found")}
    end if;
    return new;
"""
_OF_ALL: Final = f"""
    select s.organisation, s.size into drawn from audit_sample s where s.id = new.sample_id;
    if not found or drawn.organisation <> new.organisation then
        {refuses("sample_result_of_its_organisation", "the sample belongs to another organisation")}
    end if;
    select count(distinct r.place) into tested from audit_sampleresult r where r.sample_id = new.sample_id;
    if tested < drawn.size then
        {refuses("sample_evaluated_when_tested", "items of the sample have no result yet")}
    end if;
    return new;
"""


class SampleResult(Owned):
    """What was found at one item: the newest result of an item counts, the earlier ones stay.

    place: of the item in the sample, from 1. audited: the amount the auditor found right (yuan).
    """

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="results", verbose_name=_("sample"))
    place = models.PositiveIntegerField(_("place in the sample"))
    found = models.CharField(pgettext_lazy("sample", "found"), max_length=8, choices=Found.choices)
    audited = models.DecimalField(_("amount found right (yuan)"), max_digits=18, decimal_places=2)
    note = models.TextField(_("note"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("result of a sampled item")
        verbose_name_plural = _("results of sampled items")
        ordering = ["pk"]
        indexes = [models.Index(fields=["sample", "place", "-id"], name="sample_result_of_item")]
        constraints = [
            models.CheckConstraint(
                name="sample_result_says_why",
                condition=Q(found=Found.RIGHT) | ~Q(note=""),
                violation_error_message=_("Say what is wrong with the item, or why it could not be proven."),
            ),
            rows("sample_result_rows"),
        ]
        triggers = [
            *stays("sample_result_stays", "a result is never changed: a later one counts"),
            pgtrigger.Trigger(
                name="sample_result_of_an_item",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("drawn", "record")],
                func=_OF_ITEM,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sample_id} {self.place}"


class SampleEvaluation(Owned):
    """What a sample says of its population, with the digest of the results it rests on. Nobody changes it.

    figures: amounts as text in yuan, rates as shares of one.
    """

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="evaluations", verbose_name=_("sample"))
    figures = models.JSONField(_("figures"), default=dict)
    results_sha256 = models.CharField(_("digest of the results (SHA-256)"), max_length=64)

    class Meta:
        verbose_name = _("evaluation of a sample")
        verbose_name_plural = _("evaluations of samples")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="evaluation_names_its_results",
                condition=Q(results_sha256__regex=SHA256),
                violation_error_message=_("The evaluation does not name its results."),
            ),
            rows("sample_evaluation_rows"),
        ]
        triggers = [
            *stays("sample_evaluation_stays", "an evaluation is never changed"),
            pgtrigger.Trigger(
                name="sample_evaluated_when_tested",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("drawn", "record"), ("tested", "integer")],
                func=_OF_ALL,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sample} {self.at:%Y-%m-%d}"
