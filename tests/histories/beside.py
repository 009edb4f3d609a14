"""Acts beside the money: findings of the auditors, demands that rest on them, the list of the batch."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests import factories_audit as audit_make
from tests import factories_grants as make
from tests.histories import listing
from tests.histories.listing import every
from tests.histories.money import ACTS, rows_of
from tests.histories.running import applications
from tests.histories.stage import Stage, act

# The auditors


@act(ACTS, "auditor", weight=2)
def find(s: Stage, by: Any) -> Any:
    from portal.accounts.models import Organisation
    from portal.audit.findings.domain import findings

    engagement = s.one(every("audit.Engagement"))
    about = audit_make.thing(by, s.one(rows_of(s.chance.choice(("award", "payment", "grantproject", "recovery")))))
    body = s.one(Organisation.objects.filter(code__in=["CZ350200", "CZ330200", "CZ350000", "MOF"])).pk
    return findings.raise_finding(by=by, engagement=engagement, about=about, body=body, what=audit_make.text())


@act(ACTS, "auditor", weight=3)
def follow_finding(s: Stage, by: Any) -> Any:
    from portal.accounts.models import Organisation
    from portal.audit.findings.domain import evidence, findings

    row = s.one(every("audit.Finding").select_related("engagement", "body"))
    how = s.chance.randrange(7)
    if how == 0 or not row.evidence.exists():
        about = audit_make.thing(by, s.one(rows_of("award")))
        return evidence.take(by=by, finding=row, about=about, is_shared=s.maybe(0.7))
    later = make.today() + timedelta(days=s.chance.choice((30, 30, 0)))
    return (
        lambda: findings.show(by=by, finding=row),
        lambda: findings.show(by=by, finding=row),
        lambda: findings.order(by=by, finding=row, due_on=later),
        lambda: findings.follow_up(
            by=by, finding=row, outcome=s.chance.choice(("mended", "partly", "not")), text=s.text(), new_due=later
        ),
        lambda: findings.hand_over(
            by=by,
            finding=row,
            organisation=s.one(Organisation.objects.filter(code__in=["MOF", "CZ350000"])).pk,
            note=s.text(),
        ),
        lambda: findings.close(by=by, finding=row, why=s.text()),
        lambda: findings.drop(by=by, finding=row, why=s.text()),
    )[how]()


@act(ACTS, "unit_maker", "signatory", weight=2)
def answer_finding(s: Stage, by: Any) -> Any:
    from portal.audit.findings.domain import answering

    row = s.one(every("audit.Finding").select_related("engagement", "body"))
    what = answering.AnswerInput(s.text(), "accepted", [make.pdf("proof.pdf")] if s.maybe(0.8) else [])
    return (answering.reply if s.maybe(0.5) else answering.report)(by=by, finding=row, what=what)


@act(ACTS, "mof_maker", "province_maker", weight=1)
def demand_by_finding(s: Stage, by: Any) -> Any:
    """A demand that rests on a finding, mostly one that can be acted on."""
    from grants.domain import recoveries
    from grants.enums import Ground

    finding = s.one(every("audit.Finding"))
    row = s.one(rows_of("award").select_related("batch__rule_set"), state="confirmed")
    due = make.today() + timedelta(days=30)
    what = recoveries.DemandInput(
        Ground.VIOLATION, s.amount(row.amount / 8), due, "found", s.paper(), None, "diverted", "", finding.pk
    )
    return recoveries.demand(by=by, award=row, what=what)


# The list

act(ACTS, "nobody", weight=1)(listing.lodge)
act(ACTS, "miit", "mof", weight=2)(listing.answer)
act(ACTS, "miit", "mof", weight=1)(listing.release)
act(ACTS, "mof", "miit", weight=2)(listing.move_up)
act(ACTS, "miit", weight=1)(listing.finalise)


@act(ACTS, "signatory", weight=1)
def give_up(s: Stage, by: Any) -> Any:
    from applications.domain import submission

    row = s.one(applications().select_related("unit", "batch"), state="reserve")
    return submission.withdraw(by=by, application=row, why=s.text())
