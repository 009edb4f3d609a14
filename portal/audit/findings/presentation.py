"""Engagements and findings as pages show them: facts, what happened, what the reader may do next."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.audit.findings import objects
from portal.audit.findings.enums import FindingState
from portal.audit.findings.outside import TIES
from portal.audit.instruments import queries as queries_instruments
from portal.audit.models import Answer, Engagement, Finding, FindingVersion, FollowUp, Handover
from portal.core.errors import Text
from portal.core.punctuation import listed, said_of
from portal.core.rules import may
from portal.core.scope import Actor
from portal.core.sources import in_words
from portal.core.templatetags.portal_ui import deadline, moment, money

Facts = list[tuple[Text, Any]]
TONES = {
    FindingState.DRAFT: "plain",
    FindingState.SHOWN: "wait",
    FindingState.REPLIED: "wait",
    FindingState.RECTIFYING: "bad",
    FindingState.REPORTED: "wait",
    FindingState.FOLLOWED: "good",
    FindingState.CLOSED: "good",
    FindingState.DROPPED: "plain",
}


def tone(row: Finding) -> str:
    """The tone of a finding's state; what is late is bad."""
    return "bad" if row.is_late else TONES[FindingState(row.state)]


def scope_words(row: Engagement) -> str:
    """Where an engagement looks, in words."""
    places = dict(TIES.provinces())
    where = places.get(row.province, row.province) if row.province else _("the whole country")
    if row.units:
        names = dict(TIES.units(row.province))
        where += _(": %(units)s") % {"units": listed(names.get(code, code) for code in row.units)}
    if row.batches:
        where += _("; batches %(batches)s") % {"batches": listed(map(str, row.batches))}
    return where


def engagement_facts(row: Engagement) -> Facts:
    """What an engagement is about."""
    return [
        (_("Audit office"), row.organisation),
        (_("Number of the audit notice"), row.notice_no),
        (_("Objectives"), row.objectives),
        (_("Period looked into"), format_html("{} – {}", moment(row.period_from), moment(row.period_to))),
        (_("Scope"), scope_words(row)),
        (_("Working days an audited body has for its reply"), row.reply_days),
        (pgettext("engagement", "Planned"), format_html("{} · {}", moment(row.created_at), row.created_by)),
        (pgettext("engagement", "Started"), moment(row.started_at)),
        (pgettext("engagement", "Closed"), moment(row.closed_at)),
    ]


def link(url: str, label: Text) -> SafeString | Text:
    """A link, or the words alone where there is no page."""
    return format_html('<a href="{}">{}</a>', url, label) if url else label


def of_kind(type_: str, label: Text, url: str = "") -> SafeString:
    """An object with its kind in words, linked where it has a page."""
    return format_html(_("{kind}: {name}"), kind=objects.label(type_), name=link(url, label))


def amount(value: Decimal | None) -> str:
    """An amount with its unit."""
    return money(value) if value is not None else "–"


def text_facts(text: FindingVersion) -> Facts:
    """One version of the text but its long parts."""
    return [
        (_("Grade"), text.get_grade_display()),
        (_("Law or rule"), text.law),
        (_("Article"), in_words(text.article)),
        (_("Amount"), amount(text.amount)),
    ]


def finding_facts(actor: Actor, row: Finding) -> Facts:
    """What a finding is about and how it stands, for this reader."""
    about = of_kind(row.object_type, row.object_label, objects.address(actor, row.object_type, row.object_id))
    facts: Facts = [(_("Object concerned"), about), (_("Audited body"), row.body)]
    if row.current is not None:
        facts += text_facts(row.current)
    if row.shown_at is not None:
        waits = row.state == FindingState.SHOWN
        facts.append((_("Shown"), moment(row.shown_at)))
        facts.append((_("Reply by"), deadline(row.reply_due) if waits and row.reply_due else moment(row.reply_due)))
    if row.rectify_due is not None:
        runs = row.state == FindingState.RECTIFYING
        facts.append((_("To be rectified by"), deadline(row.rectify_due) if runs else moment(row.rectify_due)))
    if row.closed_at is not None:
        facts.append((pgettext("finding", "Ended"), moment(row.closed_at)))
        facts.append((_("Why it ended"), row.closed_why))
    return facts


def origin_facts(actor: Actor, row: Finding) -> Facts:
    """What a finding began from, for auditors; what belongs to another audit office is named and not linked."""
    if row.lead_id is not None:
        lead = queries_instruments.leads(actor).filter(pk=row.lead_id).first()
        named = link(reverse("instruments:lead", args=[lead.pk]), lead.title) if lead else _("of another audit office")
        return [(_("Lead taken up"), named)]
    if row.sample_id is not None:
        sample = queries_instruments.listed_samples(actor).filter(pk=row.sample_id).first()
        if sample is None:
            return [(_("Item of a sample"), _("of another audit office"))]
        item = reverse("instruments:sample_item", args=[row.sample_id, row.place])
        words = _("%(sample)s, item %(place)s") % {"sample": sample.name, "place": row.place}
        return [(_("Item of a sample"), link(item, words))]
    return []


def record(type_: str, fields: Iterable[tuple[str, Any]]) -> list[tuple[str, Text, str]]:
    """A frozen record: each column by its name in the database, what it is called, and its value as it was frozen."""
    try:
        meta = apps.get_model(type_)._meta
    except (LookupError, ValueError):
        meta = None
    found = []
    for name, value in fields:
        try:
            label = getattr(meta.get_field(name), "verbose_name", "") if meta else ""
        except FieldDoesNotExist:
            label = ""
        found.append((name, label, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)))
    return found


def history(
    row: Finding,
    *,
    answers: Sequence[Answer],
    followed: Sequence[FollowUp],
    handed: Sequence[Handover],
    versions: Iterable[FindingVersion] = (),
    names: bool,
) -> list[dict[str, Any]]:
    """What happened, the newest first. names: the auditors' names stand there; a body reads those of its office."""

    def who(person: Any) -> str:
        return str(person) if names else str(row.office or "")

    events: list[dict[str, Any]] = []
    if names:
        events.append({"what": pgettext("finding", "Raised"), "at": row.raised_at, "who": row.raised_by})
    if row.shown_at is not None:
        events.append(
            {"what": _("Shown to the audited body"), "at": row.shown_at, "who": who(row.shown_by if names else "")}
        )
    for text in versions:
        if text.number > 1:
            said = _("Version %(number)s of the text") % {"number": text.number}
            events.append({"what": said, "at": text.at, "who": who(text.by if names else ""), "note": text.reason})
    for answer in answers:
        stance = answer.get_stance_display()
        words = said_of(answer.get_kind_display(), stance) if stance else answer.get_kind_display()
        events.append({"what": words, "at": answer.at, "who": answer.by, "where": answer.organisation})
    if row.ordered_at is not None:
        due = _("To be rectified by %(day)s") % {"day": f"{row.rectify_due:%Y-%m-%d}"}
        events.append({"what": _("Rectification asked"), "at": row.ordered_at, "who": who(""), "note": due})
    for one in followed:
        said = _("Follow-up: %(outcome)s") % {"outcome": one.get_outcome_display()}
        events.append({"what": said, "at": one.at, "who": who(one.by if names else ""), "note": one.text})
    for paper in handed:
        said = _("Handed over to %(body)s") % {"body": paper.organisation}
        events.append({"what": said, "at": paper.at, "who": who(paper.by if names else ""), "note": paper.note})
    if row.closed_at is not None:
        said = pgettext("finding", "Dropped") if row.state == FindingState.DROPPED else pgettext("finding", "Closed")
        events.append(
            {"what": said, "at": row.closed_at, "who": who(row.closed_by if names else ""), "note": row.closed_why}
        )
    return sorted(events, key=lambda event: event["at"], reverse=True)


# What leads on from each state: act, and whether it is the main one.
_STEPS: dict[str, tuple[str, ...]] = {
    FindingState.DRAFT: ("show", "text", "take_evidence", "drop"),
    FindingState.SHOWN: ("order", "text", "take_evidence", "hand_over", "drop"),
    FindingState.REPLIED: ("order", "text", "take_evidence", "hand_over", "drop"),
    FindingState.RECTIFYING: ("text", "take_evidence", "hand_over"),
    FindingState.REPORTED: ("follow_up", "text", "take_evidence", "hand_over"),
    FindingState.FOLLOWED: ("close", "take_evidence", "hand_over"),
    FindingState.CLOSED: ("hand_over",),
}
_ACTS = {"text": ("audit.rewrite", "audit.reword")}


def acts(actor: Actor, row: Finding) -> list[dict[str, Any]]:
    """Buttons of what the reader may do now; what an otherwise allowed reader may not do yet comes with its reason."""
    labels = {
        "show": _("Show it to the audited body"),
        "text": _("Mend the text") if row.state == FindingState.DRAFT else _("Write a new version"),
        "take_evidence": _("Take evidence"),
        "order": _("Ask for rectification"),
        "follow_up": _("Follow it up"),
        "hand_over": _("Hand it over"),
        "close": _("Close the finding"),
        "drop": _("Drop it"),
    }
    found: list[dict[str, Any]] = []
    for place, name in enumerate(_STEPS.get(row.state, ())):
        names = _ACTS.get(name, (f"audit.{name}",))
        verdicts = [may(actor, one, row) for one in names]
        reason = "" if any(verdicts) else verdicts[0].reason
        if name == "order" and not reason and row.state == FindingState.SHOWN and not row.is_late:
            reason = _("The term for the reply still runs.")
        if reason and name not in ("close", "order", "drop"):
            continue
        kind = "danger" if name == "drop" else "primary" if place == 0 else "secondary"
        url = reverse(f"auditing:{name}", args=[row.pk])
        found.append({"label": labels[name], "url": url, "kind": kind, "reason": reason})
    return found


def next_words(row: Finding) -> str:
    """The next step of the auditors in words."""
    words = {
        FindingState.DRAFT: _("Take evidence, finish the text, then show it: only the team reads a draft."),
        FindingState.SHOWN: _(
            "The audited body has its term to reply. Once it has replied, or the term is over, go on."
        ),
        FindingState.REPLIED: _("Read the reply. Ask for the rectification, mend the text, or drop the finding."),
        FindingState.RECTIFYING: _("The audited body rectifies and reports with proof."),
        FindingState.REPORTED: _("Look at the proof, follow the rectification up and say what you found."),
        FindingState.FOLLOWED: _("A second auditor closes it: neither who raised it nor who alone followed it up."),
        FindingState.CLOSED: _("The finding is closed. Nothing is left to do."),
        FindingState.DROPPED: _("The finding was dropped. Nothing is left to do."),
    }
    return str(words[FindingState(row.state)])
