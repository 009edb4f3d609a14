"""Samples in words: how one was drawn, its items, what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.audit.instruments import conditions
from portal.audit.instruments.models_samples import Found, Method
from portal.audit.instruments.sources import SOURCES, has_amounts
from portal.audit.models import Finding, Sample, SampleEvaluation, SampleResult
from portal.core.punctuation import said_of
from portal.core.templatetags.portal_ui import moment

Facts = list[tuple[str, Any]]


def _money(value: Any) -> str:
    return "–" if value is None else f"{Decimal(value):,.2f}"


def _percent(share: Any) -> str:
    return f"{Decimal(share) * 100:.2f} %"


def _of_money(sample: Sample, *rows: tuple[str, Any]) -> Facts:
    """These rows, which speak of money; none where the things of the population have no amount."""
    return [*rows] if has_amounts(sample.source) else []


def facts(sample: Sample) -> Facts:
    """How it was drawn, enough to draw it again elsewhere."""
    source = SOURCES.get(sample.source)
    rows: Facts = [
        (_("Population"), source.label if source else sample.source),
        (_("Conditions"), conditions.words(source, sample.query) if source else "–"),
        (_("As of"), moment(sample.as_of)),
        (_("Items of the population"), f"{sample.population_count:,}"),
        *_of_money(sample, (_("Sum of the population (yuan)"), _money(sample.population_total))),
        (_("Method"), sample.get_method_display()),
        (_("Confidence"), f"{sample.confidence:f} %"),
    ]
    if sample.method == Method.RANDOM:
        rows += [
            (_("Tolerable rate of errors (%)"), sample.plan.get("tolerable")),
            (_("Expected rate of errors (%)"), sample.plan.get("expected_rate")),
        ]
    else:
        rows += [
            (_("Materiality (yuan)"), _money(sample.materiality)),
            (_("Expected misstatement (yuan)"), _money(sample.expected)),
        ]
    if sample.method == Method.MONETARY:
        rows += [
            (_("Sampling interval (yuan)"), _money(sample.interval)),
            (_("Items at or below zero, tested apart"), sample.plan.get("left_out", 0)),
        ]
    return [
        *rows,
        (_("Items drawn"), sample.size),
        (_("Seed"), sample.seed),
        (_("Digest of the population (SHA-256)"), sample.population_sha256),
        (_("Digest of the items (SHA-256)"), sample.items_sha256),
        (_("Drawn by"), sample.by_name),
        (pgettext("sample", "Drawn"), moment(sample.at)),
    ]


def strata(sample: Sample) -> list[dict[str, Any]]:
    """The strata of a stratified sample; nothing for the others."""
    if sample.method != Method.STRATIFIED:
        return []
    source = SOURCES.get(sample.source)
    field = source.field(sample.plan.get("field", "")) if source else None
    names = dict(field.pairs()) if field and field.kind == "choice" else {}
    return [{**one, "name": names.get(one["name"], one["name"] or "–")} for one in sample.plan.get("strata", ())]


def lines(sample: Sample, results: Mapping[int, SampleResult], findings: Mapping[int, Finding]) -> list[dict[str, Any]]:
    """Each item with the result that counts, and the finding on it or where one is raised."""
    rows = []
    for place, item in enumerate(sample.items, start=1):
        result = results.get(place)
        book = Decimal(item["amount"])
        rows.append(
            {
                "place": place,
                "key": item["key"],
                "title": item["title"],
                "open": reverse("instruments:sample_item", args=[sample.pk, place]),
                "stratum": item["stratum"],
                "amount": book,
                "found": result.get_found_display() if result else "",
                "audited": result.audited if result else None,
                "error": book - result.audited if result else None,
                "note": result.note if result else "",
                "person": result.by_name if result else "",
                "at": result.at if result else None,
                **_finding(sample, place, result, findings.get(place)),
            }
        )
    return rows


def _finding(sample: Sample, place: int, result: SampleResult | None, row: Finding | None) -> dict[str, str]:
    """The finding on an item; of an item in error without one, where it is raised."""
    if row is not None:
        words = _("Finding %(number)s") % {"number": row}
        return {"finding": words, "finding_url": reverse("auditing:finding", args=[row.pk])}
    if result is None or result.found == Found.RIGHT:
        return {"finding": "", "finding_url": ""}
    url = f"{reverse('auditing:raise')}?sample={sample.pk}&place={place}"
    return {"finding": _("raise a finding"), "finding_url": url}


def item_facts(sample: Sample, place: int) -> Facts:
    """What the books say of one item."""
    item = sample.items[place - 1]
    rows = _of_money(sample, (_("Amount in the books (yuan)"), _money(item["amount"])))
    rows.append((_("Key in the population"), item["key"]))
    if item["stratum"]:
        rows.append((_("Stratum"), item["stratum"]))
    if sample.method == Method.MONETARY:
        certain = _("as large as the interval: in every sample") if item["certain"] else _("hit by chance")
        rows.append((_("Why it was drawn"), certain))
    return rows


def in_words(sample: Sample, place: int, result: SampleResult) -> str:
    """An item with what was found at it, as the text of a finding begins."""
    item = sample.items[place - 1]
    rows = [
        (pgettext("sample", "Item"), item["title"]),
        *_of_money(sample, (_("Amount in the books (yuan)"), _money(item["amount"]))),
        (pgettext("sample", "Found"), result.get_found_display()),
        *_of_money(sample, (_("Amount found right (yuan)"), _money(result.audited))),
        (_("Note"), result.note),
    ]
    return lined(rows)


def lined(rows: Sequence[tuple[str, Any]]) -> str:
    """Facts as lines of a text, those that say something."""
    line = _("%(label)s: %(value)s")
    return "\n".join(line % {"label": label, "value": value} for label, value in rows if value not in (None, ""))


def history(sample: Sample, results: Sequence[SampleResult]) -> list[dict[str, Any]]:
    """All results of an item, the newest first."""
    amounts = has_amounts(sample.source)
    return [
        {
            "what": said_of(row.get_found_display(), _money(row.audited)) if amounts else row.get_found_display(),
            "at": row.at,
            "who": row.by_name,
            "note": row.note,
        }
        for row in results
    ]


def evaluation(sample: Sample, row: SampleEvaluation) -> Facts:
    """What the sample says of its population."""
    figures = row.figures
    rows: Facts = [
        (_("Items tested"), figures["size"]),
        (_("Items in error"), figures["errors"]),
        *_of_money(sample, (_("Projected misstatement (yuan)"), _money(figures["projected"]))),
    ]
    if sample.method == Method.MONETARY:
        rows += [
            (_("Known in items drawn for certain (yuan)"), _money(figures["known"])),
            (_("Basic precision (yuan)"), _money(figures["basic"])),
            (_("Allowance for errors found (yuan)"), _money(figures["allowance"])),
        ]
    else:
        rows.append((_("Rate of items in error, upper limit"), _percent(figures["rate_upper"])))
    rows += _of_money(
        sample,
        (_("Upper limit of overstatement (yuan)"), _money(figures["upper"])),
        (_("Upper limit of understatement (yuan)"), _money(_turned(figures["lower"]))),
    )
    return [*rows, (_("Evaluated by"), row.by_name), (_("Evaluated"), moment(row.at))]


def _turned(value: str | None) -> Decimal | None:
    return None if value is None else -Decimal(value)


def is_stale(row: SampleEvaluation | None, results: Mapping[int, SampleResult]) -> bool:
    """Whether a result was kept after the evaluation."""
    return row is not None and any(result.at > row.at for result in results.values())


def conclusion(sample: Sample, figures: Mapping[str, Any]) -> str:
    """The conclusion in one sentence: of a random sample on how often something is wrong, of the others on money."""
    if figures.get("acceptable") is None:
        return _("Too few errors for a limit in money: judge by the rate of items in error.")
    if sample.method == Method.RANDOM:
        if figures["acceptable"]:
            return _("The rate of items in error lies within what is tolerable, at this confidence.")
        return pgettext("sample", "The rate of items in error may exceed what is tolerable: extend the audit.")
    if figures["acceptable"]:
        return _("The misstatement lies within what is tolerable, at this confidence.")
    return pgettext("sample", "The misstatement may exceed what is tolerable: extend the audit.")
