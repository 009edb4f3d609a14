"""The register of audit findings and their rectification (整改台账); here, since neither app knows the other."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from portal.audit.findings import queries
from portal.audit.findings.enums import OPEN_STATES, AnswerKind, FindingState, Grade
from portal.audit.findings.outside import TIES
from portal.audit.models import Answer, Finding, FollowUp
from portal.core import clock
from portal.core.money import ZERO
from portal.core.scope import Actor
from portal.reports.catalogue import TABLES, Bars, Column, Order, Report, Sheet
from portal.reports.forms import ReportForm
from portal.reports.tabled import Found, Table, tabled


class FindingsForm(ReportForm):
    """Which findings: by state, grade, province; or those alone whose day has passed."""

    state = forms.ChoiceField(label=pgettext_lazy("list", "State"), required=False)
    grade = forms.ChoiceField(label=gettext_lazy("Grade"), required=False)
    province = forms.ChoiceField(label=gettext_lazy("Province"), required=False)
    late = forms.BooleanField(label=gettext_lazy("Overdue alone"), required=False)

    def limit(self, actor: Actor) -> None:
        """States, grades and provinces to choose from."""
        everything: list[tuple[str, Any]] = [("", gettext_lazy("All"))]
        choices: dict[str, list[Any]] = {
            "state": list(FindingState.choices),
            "grade": list(Grade.choices),
            "province": TIES.provinces(),
        }
        for name, found in choices.items():
            field: Any = self.fields[name]
            field.choices = [*everything, *found]


def read(by: Actor, order: Order) -> Found:
    """Findings in the reader's reach with what became of them, counted by grade and by body. Three queries."""
    values, today = order.values, order.as_of.astimezone(clock.SHANGHAI).date()
    wanted = {"state": values["state"], "current__grade": values["grade"], "in_province": values["province"]}
    rows = queries.register(by).filter(**{name: value for name, value in wanted.items() if value})
    found = [row for row in rows if not values["late"] or _is_late(row, today)]
    answers, followed = queries.answered(found), queries.followed(found)
    return Found(
        [
            _counted("grades", _("By grade"), _("Grade"), _by_grade(found), today),
            _counted("bodies", _("By audited body"), _("Audited body"), _by_body(found), today, charted=True),
            _findings(found, answers, followed, today),
            _rectification(found, answers, followed),
        ],
        notes=[_("Auditors read what lies in their reach; an audited body what is addressed to it.")],
    )


def _is_late(row: Finding, today: date) -> bool:
    """Whether the day that runs now lies before the day of the report."""
    return isinstance(row.due, date) and row.due < today


def _amount(found: list[Finding]) -> Decimal:
    return sum((row.current.amount for row in found if row.current and row.current.amount), ZERO)


def _by_grade(found: list[Finding]) -> dict[str, list[Finding]]:
    groups: dict[str, list[Finding]] = {str(grade.label): [] for grade in Grade}
    for row in found:
        if row.current is not None:
            groups[str(row.current.get_grade_display())].append(row)
    return groups


def _by_body(found: list[Finding]) -> dict[str, list[Finding]]:
    groups: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for row in found:
        groups[row.body.code, str(row.body)].append(row)
    return {name: groups[code, name] for code, name in sorted(groups)}


def _counted(
    name: str, title: str, first: str, groups: dict[str, list[Finding]], today: date, *, charted: bool = False
) -> Table:
    unit = _("audit findings")
    sheet = Sheet(
        name,
        title,
        [
            Column(first, width=28),
            Column(_("Findings"), "number", 12, total=True, unit=unit),
            Column(_("Of these open"), "number", 12, total=True, unit=unit),
            Column(_("Of these overdue"), "number", 12, total=True, unit=unit),
            Column(_("Of these closed"), "number", 12, total=True, unit=unit),
            Column(_("Amount concerned (yuan)"), "yuan", 20, total=True),
        ],
        chart=Bars(_("Findings by audited body"), 0, (1,), lying=True) if charted else None,
    )
    rows: list[list[Any]] = [
        [
            label,
            len(mine),
            sum(row.state in OPEN_STATES for row in mine),
            sum(_is_late(row, today) for row in mine),
            sum(row.state == FindingState.CLOSED for row in mine),
            _amount(mine),
        ]
        for label, mine in groups.items()
    ]
    return Table(sheet, rows)


def _last(papers: list[Any]) -> Any:
    return papers[-1] if papers else None


def _of_kind(papers: list[Answer], kind: str) -> Answer | None:
    """The last answer of this kind."""
    return next((row for row in reversed(papers) if row.kind == kind), None)


def _at(paper: Answer | FollowUp | None) -> datetime | None:
    return paper.at if paper else None


def _findings(
    found: list[Finding], answers: dict[int, list[Answer]], followed: dict[int, list[FollowUp]], today: date
) -> Table:
    sheet = Sheet(
        "findings",
        _("Findings"),
        [
            Column(_("Number"), width=8),
            Column(_("Engagement"), width=24),
            Column(_("Audited body"), width=22),
            Column(_("Object concerned"), width=24),
            Column(_("Title"), width=26),
            Column(_("Grade"), width=10),
            Column(_("Law or rule"), width=24),
            Column(_("Article"), width=14),
            Column(_("Amount concerned (yuan)"), "yuan", 20, total=True),
            Column(pgettext("list", "State"), width=14),
            Column(_("Shown"), "moment", 16),
            Column(_("Reply by"), "date", 12),
            Column(_("Replied"), "moment", 16),
            Column(_("To be rectified by"), "date", 12),
            Column(_("Rectification reported"), "moment", 16),
            Column(_("Followed up"), "moment", 16),
            Column(_("Overdue"), width=9),
            Column(pgettext("finding", "Ended"), "moment", 16),
        ],
    )
    return Table(sheet, [_finding(row, answers.get(row.pk, []), followed.get(row.pk, []), today) for row in found])


def _finding(row: Finding, papers: list[Answer], looks: list[FollowUp], today: date) -> list[Any]:
    text = row.current
    return [
        str(row),
        row.matter,
        str(row.body),
        row.object_label,
        text.title if text else None,
        text.get_grade_display() if text else None,
        text.law if text else None,
        text.article if text else None,
        text.amount if text else None,
        row.get_state_display(),
        row.shown_at,
        row.reply_due,
        _at(_of_kind(papers, AnswerKind.REPLY)),
        row.rectify_due,
        _at(_of_kind(papers, AnswerKind.REPORT)),
        _at(_last(looks)),
        _is_late(row, today),
        row.closed_at,
    ]


def _rectification(
    found: list[Finding], answers: dict[int, list[Answer]], followed: dict[int, list[FollowUp]]
) -> Table:
    sheet = Sheet(
        "rectification",
        _("How the rectification stands"),
        [
            Column(_("Number"), width=8),
            Column(_("Audited body"), width=18),
            Column(_("Text of the finding"), width=36),
            Column(_("What is to be done"), width=28),
            Column(_("Stance of the body"), width=12),
            Column(_("Words of the reply"), width=28),
            Column(_("Report on the rectification"), width=28),
            Column(_("Outcome of the follow-up"), width=14),
            Column(_("Words of the follow-up"), width=28),
            Column(_("Why it ended"), width=20),
        ],
        source=_("texts of the findings, answers of the audited bodies, follow-ups"),
    )
    rows = []
    for row in found:
        papers = answers.get(row.pk, [])
        reply, report = (_of_kind(papers, kind) for kind in (AnswerKind.REPLY, AnswerKind.REPORT))
        look = _last(followed.get(row.pk, []))
        rows.append(
            [
                str(row),
                str(row.body),
                row.current.text if row.current else None,
                row.current.advice if row.current else None,
                reply.get_stance_display() if reply else None,
                reply.text if reply else None,
                report.text if report else None,
                look.get_outcome_display() if look else None,
                look.text if look else None,
                row.closed_why,
            ]
        )
    return Table(sheet, rows)


FINDINGS: Final = Report(
    name="audit.findings",
    title=gettext_lazy("Findings and rectification"),
    description=gettext_lazy(
        "The register of audit findings: grade, rule, amount, replies, rectification, follow-up and end of each."
    ),
    act="audit.take_register",
    formats=TABLES,
    form=FindingsForm,
    build=tabled(read),
    source=gettext_lazy("the register of audit findings"),
    group=gettext_lazy("Audit"),
    csv="findings",
    keep_days=90,
)
