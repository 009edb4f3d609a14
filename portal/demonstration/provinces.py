"""Decisions of the provinces, in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Max

from applications.enums import ApplicationState as S
from applications.enums import Side, Verdict
from applications.models import Application, Letter, Recommendation, Snapshot
from portal.accounts.models import Organisation
from portal.demonstration.dossiers import STEP
from portal.demonstration.invent import MARK
from portal.demonstration.papers import paper
from portal.demonstration.people import Holders

OPINIONS = {
    Verdict.RECOMMEND: f"{MARK}同意推荐。",
    Verdict.NOT_RECOMMEND: f"{MARK}产业基础与项目储备不足，暂不推荐。",
    Verdict.RETURN: f"{MARK}请补充标志性项目的资金来源说明后重新提交。",
}
_CODES = {Side.INDUSTRY: "GX{}", Side.FINANCE: "CZ{}"}


def body(side: Side, province: str) -> str:
    """Code of the department of a province."""
    return "CZP-XPCC" if (side, province) == (Side.FINANCE, "XPCC") else _CODES[side].format(province)


def decide(
    rows: Sequence[Application],
    verdict: Verdict,
    people: Holders,
    at: datetime,
    *,
    sides: Iterable[Side] = (Side.INDUSTRY, Side.FINANCE),
) -> None:
    """Let the departments decide on the current submission; with both (or one that returns) the state follows."""
    current = dict(Snapshot.objects.filter(application__in=[row.pk for row in rows]).values_list("application", "pk"))
    codes = {body(side, row.province_id) for row in rows for side in Side}
    bodies = {one.code: one.pk for one in Organisation.objects.filter(code__in=codes)}
    chosen = tuple(sides)
    letters = _letters(rows, bodies, people, at) if verdict == Verdict.RECOMMEND else {}
    ranks = _ranks(rows) if verdict == Verdict.RECOMMEND else {}
    Recommendation.objects.bulk_create(
        (
            Recommendation(
                application=row,
                snapshot_id=current[row.pk],
                side=side,
                organisation_id=bodies[body(side, row.province_id)],
                decision=verdict,
                letter_id=letters.get((row.batch_id, row.province_id)),
                rank=ranks.get(row.pk),
                opinion=OPINIONS[verdict],
                person_id=people[body(side, row.province_id), "provincial_officer"][0],
                at=at + timedelta(days=place),
            )
            for row in rows
            for place, side in enumerate(chosen)
        ),
        batch_size=STEP,
    )
    state = {Verdict.RECOMMEND: S.RECOMMENDED, Verdict.NOT_RECOMMEND: S.NOT_RECOMMENDED, Verdict.RETURN: S.RETURNED}
    if len(chosen) == len(Side) or verdict == Verdict.RETURN:
        Application.objects.filter(pk__in=[row.pk for row in rows]).update(state=state[verdict])


def _ranks(rows: Sequence[Application]) -> dict[int, int]:
    """The next places of each province, where the rules of the batch ask for a rank."""
    found = Application.objects.filter(pk__in=[row.pk for row in rows], unit__is_separately_planned=False)
    asked = found.filter(batch__rule_set__province_ranks=True).order_by("pk").values_list("pk", "batch", "province")
    ranks: dict[int, int] = {}
    last: dict[str, int] = {}
    for key, batch, province in asked:
        if province not in last:
            given = Recommendation.objects.filter(application__batch=batch, application__province=province)
            last[province] = given.aggregate(last=Max("rank"))["last"] or 0
        last[province] += 1
        ranks[key] = last[province]
    return ranks


def _letters(
    rows: Sequence[Application], bodies: dict[str, int], people: Holders, at: datetime
) -> dict[tuple[int, str], int]:
    """One joint letter for each province in a batch."""
    wanted = {(row.batch_id, row.province_id) for row in rows}
    made = Letter.objects.filter(batch__in={batch for batch, _province in wanted})
    found = {(letter.batch_id, letter.province_id): letter.pk for letter in made}
    missing = sorted(wanted - found.keys())
    if not missing:
        return found
    file = paper("联合推荐函", "联合推荐函.pdf")
    for batch, province in missing:
        code = body(Side.INDUSTRY, province)
        letter = Letter.objects.create(
            batch_id=batch,
            province_id=province,
            organisation_id=bodies[code],
            number=f"演示工信联〔{at.year}〕{batch}号",
            dated=at.date(),
            uploaded_by_id=people[code, "provincial_officer"][0],
            uploaded_at=at,
            **vars(file),
        )
        found[batch, province] = letter.pk
    return found
