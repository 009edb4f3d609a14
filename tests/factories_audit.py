"""Audit engagements and findings on the money of the test world, made by their commands."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any

from tests import databases
from tests.factories_grants import acting, pdf, today


def team(cast: Any) -> dict[str, Any]:
    """Auditors of the national office and of bureaus, and people of audited bodies, by what they do."""
    return {
        "lead": cast("auditor", "SJ"),
        "second": cast("auditor", "SJ", 2),
        "third": cast("auditor", "SJ", 3),
        "bureau": cast("auditor", "SJ350000"),
        "other_bureau": cast("auditor", "SJ360000"),
        "unit": cast("finance_maker", "CZ350200"),
        "unit_checker": cast("finance_checker", "CZ350200"),
        "government": cast("signatory", "ZF350200"),
        "drafter": cast("drafter", "ZF350200"),
        "elsewhere": cast("finance_maker", "CZ350500"),
        "province": cast("finance_maker", "CZ350000"),
        "mof": cast("officer", "MOF"),
        "reviewer": cast("reviewer", "MOF"),
    }


def engagement_input(**changes: Any) -> Any:
    from portal.audit.findings.domain.engagements import EngagementInput

    values: dict[str, Any] = {
        "title": "专项审计",
        "objectives": "Whether the money was passed on and used as the rules ask.",
        "period_from": date(2026, 1, 1),
        "period_to": date(2026, 12, 31),
        "province": "350000",
    }
    return EngagementInput(**values | changes)


def engagement(people: dict[str, Any], *members: str, by: str = "lead", start: bool = True, **changes: Any) -> Any:
    """An engagement led by `by` with these members, under way."""
    from portal.accounts.models import Organisation
    from portal.audit.findings.domain import engagements

    with acting(people[by]) as actor:
        row = engagements.plan(by=actor, what=engagement_input(**changes))
        for name in members:
            office = Organisation.objects.get(code="SJ350000" if name == "bureau" else "SJ").pk
            engagements.add_member(by=actor, engagement=row, person=people[name].pk, organisation=office)
        return engagements.start(by=actor, engagement=row) if start else row


def text(**changes: Any) -> Any:
    from portal.audit.findings.domain.findings import TextInput

    values: dict[str, Any] = {
        "title": "Paid before the milestone",
        "text": "The payment was made before the equipment stood.",
        "grade": "serious",
        "law": "财政违法行为处罚处分条例",
        "article": "第十四条",
        "advice": "Show how the milestone was reached, or give the money back.",
    }
    return TextInput(**values | changes)


def thing(actor: Any, row: Any) -> Any:
    from portal.audit.findings import objects

    found = objects.thing(actor, row._meta.label_lower, str(row.pk))
    assert found is not None
    return found


@cache
def body(code: str) -> int:
    """The number of an organisation, whoever asks: the template brings them all."""
    from portal.accounts.models import Organisation

    return int(databases.committed(lambda: Organisation.objects.using("owner").get(code=code).pk))


def finding(
    people: dict[str, Any], engagement: Any, about: Any, *, by: str = "lead", to: str = "CZ350200", **changes: Any
) -> Any:
    """A draft."""
    from portal.audit.findings.domain import findings

    with acting(people[by]) as actor:
        return findings.raise_finding(
            by=actor, engagement=engagement, about=thing(actor, about), body=body(to), what=text(**changes)
        )


def evidence(people: dict[str, Any], row: Any, about: Any, *, by: str = "lead", **how: Any) -> Any:
    """A frozen record."""
    from portal.audit.findings.domain import evidence as domain

    with acting(people[by]) as actor:
        return domain.take(by=actor, finding=row, about=thing(actor, about), **how)


def shown(people: dict[str, Any], engagement: Any, about: Any, **how: Any) -> Any:
    """A finding the audited body reads, with one shared piece of evidence."""
    from portal.audit.findings.domain import findings

    row = finding(people, engagement, about, **how)
    evidence(people, row, about, by=how.get("by", "lead"), is_shared=True)
    with acting(people[how.get("by", "lead")]) as actor:
        return findings.show(by=actor, finding=row)


def replied(people: dict[str, Any], row: Any, *, by: str = "unit", stance: str = "accepted") -> Any:
    from portal.audit.findings.domain import answering

    with acting(people[by]) as actor:
        answering.reply(by=actor, finding=row, what=answering.AnswerInput("We looked into it.", stance))
    return row


def ordered(people: dict[str, Any], row: Any, *, by: str = "lead", days: int = 30) -> Any:
    from portal.audit.findings.domain import findings

    with acting(people[by]) as actor:
        return findings.order(by=actor, finding=row, due_on=today() + timedelta(days=days))


def reported(people: dict[str, Any], row: Any, *, by: str = "unit") -> Any:
    from portal.audit.findings.domain import answering

    with acting(people[by]) as actor:
        what = answering.AnswerInput("The milestone was reached meanwhile.", files=[pdf("proof.pdf")])
        answering.report(by=actor, finding=row, what=what)
    return row


def followed(people: dict[str, Any], row: Any, *, by: str = "second") -> Any:
    from portal.audit.findings.domain import findings

    with acting(people[by]) as actor:
        row.refresh_from_db()
        findings.follow_up(by=actor, finding=row, outcome="mended", text="The equipment stands and runs.")
    return row


def at(state: str, people: dict[str, Any], engagement: Any, about: Any, **how: Any) -> Any:
    """A finding in this state, raised by the lead and followed up by the second auditor."""
    if state == "draft":
        return finding(people, engagement, about, **how)
    row = shown(people, engagement, about, **how)
    steps = {"replied": replied, "rectifying": ordered, "reported": reported, "followed": followed}
    for name, step in steps.items():
        if state == "shown":
            break
        with acting(people["lead"]):
            row.refresh_from_db()
        step(people, row)
        if name == state:
            break
    with acting(people["lead"]):
        row.refresh_from_db()
    return row


def world(people: dict[str, Any], about: Any) -> SimpleNamespace:
    """An engagement in Fujian with three auditors and a shown finding on the object."""
    held = engagement(people, "second", "third")
    return SimpleNamespace(engagement=held, finding=shown(people, held, about))


def lead(people: dict[str, Any], about: Any, *, by: str = "lead", key: str = "k", url: str = "") -> Any:
    """An open lead of the office of `by`, whose line leads to the object's page."""
    from portal.audit.instruments.analyses import ANALYSES
    from portal.audit.instruments.domain import leads

    with acting(people[by]) as actor:
        line = {"key": key, "title": "Round amounts", "url": url or thing(actor, about).url, "amount": "500.00",
                "cells": {"unit": "厦门市", "payments": 4, "amount": "500.00"}}  # fmt: skip
        found = leads.Looked({}, [line], 1, [])
        result = leads.keep_analysis(by=actor, analysis=ANALYSES["round_amounts"], found=found)
        return leads.make_lead(by=actor, result=result, key=key)


def sample(people: dict[str, Any], *, by: str = "lead", source: str = "payments", seed: str = "s", **how: Any) -> Any:
    """A random sample of all the office sees of a source."""
    from decimal import Decimal

    from portal.audit.instruments.domain import samples
    from portal.core import clock

    with acting(people[by]) as actor:
        what = samples.SampleInput(
            name="Payments", method="random", source=source, tree={}, as_of=clock.now(), confidence=Decimal(90),
            tolerable=Decimal(50), seed=seed, **how,
        )  # fmt: skip
        return samples.draw_sample(by=actor, what=what)


def result(people: dict[str, Any], row: Any, place: int, found: str, audited: Any = None, *, by: str = "lead") -> Any:
    """What was found at an item."""
    from portal.audit.instruments.domain import samples

    note = "" if found == "right" else "The invoice says less."
    with acting(people[by]) as actor:
        return samples.keep_result(by=actor, sample=row, place=place, found=found, audited=audited, note=note)
