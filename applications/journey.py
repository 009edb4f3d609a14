"""Where an application stands for its reader: sections with their states, the next step, what happened so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications import times
from applications.checks import Finding
from applications.domain.editing import last_change
from applications.enums import ApplicationState as S
from applications.enums import Severity
from applications.models import Application, Ruling, SectionDuty, Snapshot
from applications.posts import sides_of
from applications.sections import SECTIONS, SectionKind
from portal.core.punctuation import enumerated
from portal.core.rules import may
from portal.core.scope import Actor

_UNSENT: Final = (S.DRAFT, S.RETURNED, S.AWAITING_SIGN_OFF, S.CORRECTION)
TITLES: Final = {section.code: section.title for section in SECTIONS.values()}


@dataclass(frozen=True)
class Step:
    """What comes next: the sentence, where, on which button, by when."""

    text: str
    url: str = ""
    label: str = ""
    due: datetime | None = None


def address(application: Application, route: str, *more: Any) -> str:
    """The address of a page of this application."""
    return reverse(f"applications:{route}", args=[application.pk, *more])


def tasks(
    dossier: Application, findings: list[Finding], duties: Mapping[str, SectionDuty] | None = None
) -> list[dict[str, Any]]:
    """One line for each section: its state from the checks and from who touched it (components/task_list.html).

    duties: owners and due dates by section.
    """
    return [
        _task(dossier, section, [row for row in findings if row.section == section.code])
        | _duty(dossier, section, (duties or {}).get(section.code))
        for section in SECTIONS.values()
    ]


def _duty(dossier: Application, section: SectionKind, duty: SectionDuty | None) -> dict[str, Any]:
    """Who writes a section by when, and the ways to change that and to see who changed what."""
    owner = duty.owner.name if duty is not None and duty.owner is not None else ""
    return {
        "owner": _("owner: %(name)s") % {"name": owner} if owner else "",
        "due": times.own_day(dossier, duty.due_on) if duty is not None else None,
        "links": [
            {"label": _("Owner and due date"), "url": address(dossier, "duty", section.code)},
            {"label": _("Who changed what"), "url": f"{address(dossier, 'edits')}?section={section.code}"},
        ],
    }


def _is_empty(content: Any) -> bool:
    """Whether a section's content says nothing yet."""
    if isinstance(content, dict):
        return all(_is_empty(value) for value in content.values())
    return not content


def _task(dossier: Application, section: SectionKind, findings: list[Finding]) -> dict[str, Any]:
    last = last_change(dossier, section.code)
    closed = not dossier.is_open_in(section.code)
    blocked = any(row.severity == Severity.BLOCKS for row in findings)
    if closed:
        state, label, tone = "closed", _("not reopened"), "plain"
    elif blocked and not last:
        state, label, tone = "not_started", _("not started"), "plain"
    elif blocked:
        state, label, tone = "unfinished", _("in progress"), "wait"
    elif any(row.severity == Severity.WARNS for row in findings):
        state, label, tone = "attention", _("needs attention"), "wait"
    elif not last and section.optional and _is_empty(section.content(dossier)):
        state, label, tone = "optional", str(section.untouched), "plain"
    else:
        state, label, tone = "complete", _("complete"), "good"
    hint = ""
    if last:
        when = last["at"][:16].replace("T", " ")
        hint = _("last changed by %(name)s, %(when)s") % {"name": last["name"], "when": when}
    return {
        "label": section.title,
        "url": "" if closed else reverse(section.route, args=[dossier.pk]),
        "state": state,
        "state_label": label,
        "tone": tone,
        "hint": hint,
    }


def next_step(actor: Actor, dossier: Application, findings: list[Finding], due: datetime | None) -> Step:
    """The next step, for this reader."""
    if dossier.state in _UNSENT and times.has_passed(due):
        return Step(_too_late(dossier))
    for find in (_of_drafter, _of_signatory, _of_province):
        step = find(actor, dossier, findings, due)
        if step is not None:
            return step
    return Step(_waiting(dossier), due=due if dossier.state == S.AWAITING_SIGN_OFF else None)


def _too_late(dossier: Application) -> str:
    """What a deadline that has passed means for whoever reads."""
    if dossier.state == S.CORRECTION:
        return _("The deadline of the correction has passed. The ministries decide: a later deadline, or a rejection.")
    return _("The deadline has passed: this dossier can no longer be submitted. It stays readable.")


def _of_drafter(actor: Actor, dossier: Application, findings: list[Finding], due: datetime | None) -> Step | None:
    if not may(actor, "applications.edit", dossier):
        return None
    blocking = [row for row in findings if row.blocks]
    if dossier.state == S.CORRECTION and open_request(dossier) is not None:
        return Step(_("The signature is asked for. A change now means asking again."), due=due)
    if blocking:
        text = ngettext(
            "%(count)s check still stands against the submission. It begins with: %(first)s",
            "%(count)s checks still stand against the submission. They begin with: %(first)s",
            len(blocking),
        ) % {"count": len(blocking), "first": blocking[0].text}
        section = blocking[0].section
        label = _("Open “%(section)s”") % {"section": TITLES[section]}
        return Step(text, address(dossier, section), label, due)
    text = _("Nothing stands against the submission. Ask a signatory of your government to sign.")
    return Step(text, address(dossier, "request_sign_off"), _("Ask for the signature"), due)


def _of_signatory(actor: Actor, dossier: Application, findings: list[Finding], due: datetime | None) -> Step | None:
    if not may(actor, "applications.submit", dossier) or open_request(dossier) is None:
        return None
    text = _("The drafter asks for your signature. Read what will be submitted, then sign, or send it back.")
    return Step(text, address(dossier, "sign_off"), _("Read and sign"), due)


def _of_province(actor: Actor, dossier: Application, findings: list[Finding], due: datetime | None) -> Step | None:
    if not may(actor, "applications.recommend", dossier):
        return None
    current = current_snapshot(dossier)
    decided = {row.side for row in dossier.recommendations.all() if current and row.snapshot_id == current.pk}
    if all(side in decided for side in sides_of(actor, dossier)):
        return Step(_("Your department has decided; the other department decides next."))
    text = _("Read the submission and decide for your department: recommend, do not recommend, or return it.")
    return Step(text, address(dossier, "recommend"), _("Decide"), times.province_due(dossier.batch))


def _waiting(dossier: Application) -> str:
    """Who acts next, when it is not the reader."""
    if dossier.state == S.WITH_PROVINCE and times.has_passed(times.province_due(dossier.batch)):
        return _("The province did not decide in its time. The application goes no further in this batch.")
    texts = {
        S.DRAFT: _("The unit is drafting its dossier."),
        S.AWAITING_SIGN_OFF: _("A signatory of the unit reads the dossier and signs. Until then it cannot be changed."),
        S.WITH_PROVINCE: _("Both departments of the province decide: industry and finance."),
        S.RETURNED: _("The unit mends its dossier and submits again."),
        S.RECOMMENDED: _("Once the batch is closed, the ministries screen what provinces recommended."),
        S.NOT_RECOMMENDED: _("The province did not recommend the application. It goes no further in this batch."),
        S.SCREENING: _("The ministries are screening the application."),
        S.CORRECTION: _("The unit corrects its dossier and a signatory signs again."),
        S.REJECTED: _("Both ministries rejected the application. The reason stands in its history."),
        S.IN_REVIEW: _("Reviewers read and score the application."),
        S.DEFENCE: _("The unit defends its plan."),
        S.WITHDRAWN: _("The application was withdrawn; it stays readable."),
    }
    return texts.get(S(dossier.state), _("The ministries have decided: see the state above."))


def open_request(dossier: Application) -> Any:
    """The sign-off that waits for its signatory, from the loaded rows; None when there is none."""
    return next(
        (row for row in dossier.sign_offs.all() if row.signed_by_id is None and row.sent_back_by_id is None), None
    )


def current_snapshot(dossier: Application) -> Snapshot | None:
    """The last submission, from the loaded rows; None before the first."""
    made = [row.snapshot for row in dossier.sign_offs.all() if hasattr(row, "snapshot")]
    return max(made, key=lambda row: row.number, default=None)


def decided(dossier: Application, made: Snapshot) -> list[Any]:
    """What departments decided on this submission, from the loaded rows."""
    return [row for row in dossier.recommendations.all() if row.snapshot_id == made.pk]


def history(dossier: Application) -> list[dict[str, Any]]:
    """What happened, the newest first (components/timeline.html), from the loaded rows."""
    events: list[dict[str, Any]] = [{"what": _("Application begun"), "at": dossier.created_at}]
    for row in dossier.sign_offs.all():
        events.append({"what": _("Signature asked for"), "who": row.requested_by, "at": row.requested_at})
        if row.sent_back_at is not None:
            back = {"what": _("Sent back unsigned"), "who": row.sent_back_by, "at": row.sent_back_at}
            events.append(back | {"note": row.sent_back_why})
        if hasattr(row, "snapshot"):
            what = _("Signed and submitted: submission %(number)s") % {"number": row.snapshot.number}
            url = address(dossier, "snapshot", row.snapshot.number)
            events.append({"what": what, "who": row.signed_by, "at": row.snapshot.submitted_at, "url": url})
    for decision in dossier.recommendations.all():
        what = _("%(department)s: %(decision)s") % {
            "department": decision.get_side_display(),
            "decision": decision.get_decision_display(),
        }
        event = {"what": what, "who": decision.person, "where": decision.organisation, "at": decision.at}
        named = _("%(letter)s, rank %(rank)s") if decision.rank else "%(letter)s"
        letter = named % {"letter": decision.letter_no, "rank": decision.rank} if decision.letter_no else ""
        events.append(event | {"note": " · ".join(part for part in (letter, decision.opinion) if part)})
    for ruling in dossier.rulings.all():
        told = {"what": ruling.get_kind_display(), "who": ruling.person, "at": ruling.at, "note": _said(ruling)}
        events.append(told)
    return sorted(events, key=lambda event: event["at"], reverse=True)


def ruling_now(dossier: Application) -> Ruling | None:
    """What the unit has to mend now, or why it was rejected, from the loaded rows; None in all other states."""
    if dossier.state not in (S.CORRECTION, S.REJECTED):
        return None
    return max(dossier.rulings.all(), key=lambda row: row.pk, default=None)


def titles(sections: Iterable[str]) -> list[str]:
    """The titles of sections in the order of the dossier."""
    asked = set(sections)
    return [str(title) for code, title in TITLES.items() if code in asked]


def _said(ruling: Ruling) -> str:
    named = _("Sections: %(names)s") % {"names": enumerated(titles(ruling.sections))} if ruling.sections else ""
    return " · ".join(part for part in (ruling.rule, ruling.reason, named) if part)
