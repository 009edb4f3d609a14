"""Dossiers in bulk: from draft to signed snapshots, through every state the tables demand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db.models import F, Value
from django.db.models.functions import Coalesce, Concat

from applications import canonical
from applications.checks import CHECKS
from applications.domain import results
from applications.enums import ApplicationState as S
from applications.enums import Severity, Stage
from applications.models import Application, Attachment, CheckRun, FocusIndustry, Project, SignOff, Snapshot, Target
from applications.queries.dossiers import with_rows
from portal.core.files import Kept
from portal.demonstration import enterprises, rosters, sections
from portal.demonstration.invent import MARK, InventedDossier, dossier
from portal.demonstration.stage import made
from portal.programme.models import Batch, PilotUnit

STEP: Final = 400


@dataclass(frozen=True)
class Writer:
    """Who drafts and signs for a unit: ids of people, and its government."""

    organisation: int
    drafter: int
    signatory: int


def invent(batch: Batch, units: Sequence[PilotUnit]) -> dict[str, InventedDossier]:
    """What each unit's dossier says, by unit."""
    cap = batch.rule_set.grant_cap if batch.rule_set else Decimal(0)
    return {unit.code: dossier(unit.code, unit.name_zh, batch.number, batch.year, cap) for unit in units}


def begin(
    batch: Batch,
    units: Sequence[PilotUnit],
    invented: dict[str, InventedDossier],
    writers: dict[str, Writer],
    plan: Kept,
    at: datetime,
) -> None:
    """Write the dossier of each unit of the batch, as drafts."""
    Application.objects.bulk_create(
        (_application(batch, unit, invented[unit.code], writers[unit.code], at) for unit in units), batch_size=STEP
    )
    rows = {row.unit_id: row for row in Application.objects.filter(batch=batch).select_related("batch__rule_set")}
    _rows(rows, invented)
    rosters.fill(rows, invented, {unit.code: unit.name_zh for unit in units})
    rosters.deepen(rows)
    sections.write(rows, invented)
    enterprises.invite(rows, invented, {unit: one.drafter for unit, one in writers.items()}, at)
    Attachment.objects.bulk_create(
        (
            Attachment(
                **vars(plan),
                application=row,
                organisation_id=row.organisation_id,
                kind="plan_pdf",
                title=f"{MARK}盖章实施方案",
                uploaded_by_id=row.created_by_id,
                uploaded_at=at,
            )
            for row in rows.values()
        ),
        batch_size=STEP,
    )


def _application(batch: Batch, unit: PilotUnit, what: InventedDossier, writer: Writer, at: datetime) -> Application:
    return Application(
        batch=batch,
        unit=unit,
        province_id=unit.province_id,
        organisation_id=writer.organisation,
        title=what.title,
        summary=what.summary,
        contact_name=what.contact,
        contact_phone=what.phone,
        lead_department=f"{MARK}市工业和信息化局",
        leader_name=what.contact,
        leader_post="副市长",
        amount_asked=what.amount,
        digital_base=what.digital_base,
        digital_target=what.digital_target,
        version=1,
        created_by_id=writer.drafter,
        created_at=at,
    )


def _rows(rows: dict[str, Application], invented: dict[str, InventedDossier]) -> None:
    FocusIndustry.objects.bulk_create(
        (
            FocusIndustry(
                application=rows[code],
                industry_id=industry,
                share_of_output=share,
                why=why,
                concentration=f"{MARK}规上企业集中在两个省级园区，前五家企业产值占比较高，配套半径在百公里以内。",
                strategy=f"{MARK}属于国家制造业重点产业链，承担关键环节补短板任务。",
                local_base=f"{MARK}有省级创新中心和职业院校支撑，市级技改政策配套齐全。",
            )
            for code, what in invented.items()
            for industry, share, why in what.industries
        ),
        batch_size=STEP,
    )
    Target.objects.bulk_create(
        (
            Target(application=rows[code], code=name, baseline=baseline, goal=goal)
            for code, what in invented.items()
            for name, baseline, goal in what.targets
        ),
        batch_size=STEP,
    )
    Project.objects.bulk_create(
        (_project(rows[code], one) for code, what in invented.items() for one in what.projects), batch_size=STEP
    )


def _project(row: Application, one: Any) -> Project:
    return Project(
        application=row,
        name=one.name,
        mode=one.mode,
        industry_id=one.industry,
        enterprise_name=one.enterprise,
        total_investment=one.total,
        transformation_investment=(one.total * Decimal("0.8")).quantize(Decimal("0.01")),
        site=f"{MARK}示例园区",
        safety_record=f"{MARK}近三年无安全生产和环境处罚。",
        equipment_investment=one.equipment,
        support_asked=one.support,
        method=one.method,
        other_national_money=one.other_national_money,
        other_money_note=f"{MARK}其他中央资金" if one.other_national_money else "",
        starts_on=one.starts_on,
        ends_on=one.ends_on,
        is_landmark=one.is_landmark,
    )


@dataclass(frozen=True)
class Written:
    """What is signed of a dossier, and what the checks find on it."""

    text: str
    findings: list[dict[str, Any]]


def ask_sign_off(rows: Sequence[Application], at: datetime, *, state: str = S.AWAITING_SIGN_OFF) -> dict[int, Written]:
    """Ask for signatures; gives what is signed by application. state: the dossiers' own from here on."""
    written: dict[int, Written] = {}
    for start in range(0, len(rows), STEP):
        found = with_rows(Application.objects.filter(pk__in=[row.pk for row in rows[start : start + STEP]]))
        for row in found.select_related("batch__rule_set", "unit", "province"):
            written[row.pk] = Written(canonical.text(canonical.content(row)), results.as_rows(row))
    SignOff.objects.bulk_create(
        (
            SignOff(
                application=row,
                content_sha256=canonical.digest(written[row.pk].text),
                requested_by_id=row.created_by_id,
                requested_at=at,
            )
            for row in rows
        ),
        batch_size=STEP,
    )
    _move(rows, state)
    return written


def submit(
    batch: Batch,
    rows: Sequence[Application],
    written: dict[int, Written],
    writers: dict[str, Writer],
    at: datetime,
    turn: int = 1,
    state: str = S.WITH_PROVINCE,
) -> None:
    """Sign and submit: snapshots are kept with the findings of the checks, numbers given, the dossiers go on.

    turn: which time; state: where to.
    """
    by_signatory: dict[int, list[int]] = {}
    for row in rows:
        by_signatory.setdefault(writers[row.unit_id].signatory, []).append(row.pk)
    for person, keys in by_signatory.items():
        SignOff.objects.filter(application__in=keys, signed_by=None).update(signed_by=person, signed_at=at)
    signed = {
        one.application_id: one
        for one in SignOff.objects.filter(application__in=written, signed_by__isnull=False).order_by("pk")
    }
    number = f"{batch.year}-{batch.number}-"
    Snapshot.objects.bulk_create(
        (
            Snapshot(
                application=row,
                number=turn,
                content=written[row.pk].text,
                sha256=signed[row.pk].content_sha256,
                receipt_no=f"{number}{row.unit_id}-{turn:02}",
                submitted_at=at,
                submitted_by_id=writers[row.unit_id].signatory,
                sign_off=signed[row.pk],
            )
            for row in rows
        ),
        batch_size=100,
    )
    _keep_results(rows, written, signed, at)
    Application.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=state,
        number=Concat(Value(number), F("unit_id")),
        submitted_at=at,
        first_submitted_at=Coalesce("first_submitted_at", Value(at)),
    )


def _keep_results(
    rows: Sequence[Application], written: dict[int, Written], signed: dict[int, SignOff], at: datetime
) -> None:
    """What the checks found on each submission, as `keep_results` keeps it."""
    kept = dict(Snapshot.objects.filter(sign_off__in=signed.values()).values_list("application", "pk"))
    engine = results.engine()
    CheckRun.objects.bulk_create(
        (
            CheckRun(
                application=row,
                snapshot_id=kept[row.pk],
                stage=Stage.SUBMISSION,
                asked=len(CHECKS),
                blocking=sum(one["severity"] == Severity.BLOCKS for one in written[row.pk].findings),
                findings=written[row.pk].findings,
                engine=engine,
                person_id=made(signed[row.pk].signed_by_id),
                at=at,
            )
            for row in rows
        ),
        batch_size=STEP,
    )


def _move(rows: Iterable[Application], state: str, **more: Any) -> None:
    Application.objects.filter(pk__in=[row.pk for row in rows]).update(state=state, **more)


def withdraw(rows: Iterable[Application]) -> None:
    """Withdraw the applications."""
    _move(rows, S.WITHDRAWN, withdrawn_why=f"{MARK}申报单位调整计划，撤回申报。")
