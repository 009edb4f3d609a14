"""Builds the rounds one after the other, each from its opening to its stage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from applications.enums import ApplicationState as S
from applications.enums import Side, Verdict
from applications.models import Application
from portal.accounts.models import Organisation
from portal.core import clock
from portal.core.files import Kept
from portal.demonstration import (
    approved,
    assessing,
    auditing,
    batches,
    deciding,
    defending,
    dossiers,
    ended,
    enterprises,
    examined,
    going_back,
    joint,
    money,
    provinces,
    reporting,
    reviewing,
    together,
    turns,
)
from portal.demonstration.dossiers import Writer
from portal.demonstration.invent import InventedDossier, dice
from portal.demonstration.papers import paper
from portal.demonstration.people import REVIEWERS, Holders
from portal.demonstration.rounds import Round
from portal.demonstration.stage import analyze
from portal.programme.enums import UnitKind
from portal.programme.models import Batch, PilotUnit

Say = Callable[[str], None]
# The cast's own places: in the archived round Longyan (of its province), in the paying round Xiamen (money), in the
# defence Zhangzhou (drafter, signatory), in the open one Zhangzhou again and one that Fujian returned and recommends;
# there one waits for both departments of Fujian, and one for its signatory.
RETURNED: Final = "350900"
FIRST: Final = {
    "archived": [ended.OF_FUJIAN],
    "running": ["350200", "350500"],
    "defence": ["350600"],
    "open": ["350600", "350700", "350800", RETURNED],
}
# Where those of the open round stand, so that each of the cast has its step; the returned one goes by the commands.
PLACED: Final = {"350600": "draft", "350700": "with_province", "350800": "awaiting_sign_off"}
# States that an application has before its batch closes.
EARLY: Final = ("draft", "awaiting_sign_off", "with_province", "returned", "not_recommended", "withdrawn")

# Applications of a round from which the planner has to be told of its rows: counting them takes a tenth of a second.
LARGE: Final = 100


@dataclass
class Ground:
    """What all rounds share: people by body and role, writers by unit, the sealed plan and the voucher."""

    people: Holders
    writers: dict[str, Writer]
    plan: Kept
    voucher: Kept
    promise: Kept
    letter: Kept
    enterprises: dict[int, int] = field(default_factory=dict)

    @property
    def miit(self) -> int:
        """The MIIT officer of the cast."""
        return self.people["MIIT", "officer"][0]

    @property
    def proposer(self) -> int:
        """Another officer of MIIT, who proposes what others sign."""
        return self.people["MIIT", "officer"][-1]

    @property
    def mof(self) -> int:
        """The MOF officer of the cast."""
        return self.people["MOF", "officer"][0]


def units_for(one: Round) -> list[PilotUnit]:
    """The units of a round: by turns one of each province in an order of the round, first those of the cast."""
    today = clock.today()
    valid = PilotUnit.objects.filter(Q(valid_to=None) | Q(valid_to__gt=today), predecessors=None)
    by_province: dict[str, list[PilotUnit]] = {}
    for unit in valid.select_related("province").order_by("code"):
        by_province.setdefault(unit.province_id, []).append(unit)
    chance = dice("units", one.number)
    for units in by_province.values():
        chance.shuffle(units)
    turns = sorted(by_province)
    chance.shuffle(turns)
    first = FIRST.get(one.stage, [])
    found = sorted((unit for units in by_province.values() for unit in units if unit.code in first), key=_code)
    depth = 0
    while len(found) < one.applications:
        layer = [by_province[code][depth] for code in turns if len(by_province[code]) > depth]
        if not layer:
            raise ValueError(f"There are not {one.applications} units.")
        for unit in layer:
            if unit.code not in first and not _districts(unit) & {
                code for other in found for code in _districts(other)
            }:
                found.append(unit)
        depth += 1
    return found[: one.applications]


def _districts(unit: PilotUnit) -> set[str]:
    """The districts a unit applies for: each is in one application of a batch at most."""
    return set(unit.districts) if unit.kind in {UnitKind.DISTRICT, UnitKind.JOINT_DISTRICTS} else set()


def neighbours(one: Round) -> list[PilotUnit]:
    """The district that joins another one in the open round."""
    units = units_for(one) if one.stage == "open" else []
    first = next((unit for unit in units if unit.kind == "district"), None)
    found = first and joint.neighbour(first, {unit.code for unit in units})
    return [found] if found else []


def _code(unit: PilotUnit) -> str:
    return unit.code


def ground(people: Holders) -> Ground:
    """Find everybody and make the papers."""
    bodies = Organisation.objects.filter(kind="unit_government")
    writers = {
        body.unit: Writer(body.pk, people[body.code, "drafter"][0], people[body.code, "signatory"][0])
        for body in bodies
        if (body.code, "drafter") in people and (body.code, "signatory") in people
    }
    enterprises = {
        body.pk: people[body.code, "soe_officer"][0]
        for body in Organisation.objects.filter(kind="central_soe")
        if (body.code, "soe_officer") in people
    }
    plan = paper("新型技术改造城市试点实施方案（盖章件）", "盖章实施方案.pdf")
    voucher = paper("国库集中支付凭证", "支付凭证.pdf")
    promise = paper("联合申报承诺函（盖章件）", "承诺函.pdf")
    return Ground(people, writers, plan, voucher, promise, paper("联合推荐函", "联合推荐函.pdf"), enterprises)


def build(one: Round, on: Ground, say: Say) -> None:
    """Build one round up to its stage."""
    batch = batches.open_batch(one, on.miit, on.mof)
    units = units_for(one)
    opens = batches.begins(one)
    invented = dossiers.invent(batch, units)
    if one.stage == "archived":
        invented = {code: ended.with_few_projects(what) for code, what in invented.items()}
    for code in FIRST.get(one.stage, []):  # the cast's own do well, and ask the cast's enterprise
        invented[code] = replace(invented[code], merit=0.95, soes=(1, *invented[code].soes))
    dossiers.begin(batch, units, invented, on.writers, on.plan, opens + timedelta(days=2))
    rows = list(Application.objects.filter(batch=batch).select_related("unit", "organisation").order_by("pk"))
    apart = _by_hand(rows, on, opens) if one.stage == "open" else []
    rows = [row for row in rows if row not in apart]
    plan = _split(one, rows)
    waiting = plan.get("draft", [])[:6]
    at = opens + timedelta(days=4)
    enterprises.commit(batch, on.enterprises, on.promise, at, but=[row.pk for row in waiting])
    enterprises.decline(rows, on.enterprises, opens + timedelta(days=5), but=FIRST["open"])
    _to_provinces(one, batch, plan, on, opens)
    if len(units) >= LARGE:
        analyze("applications", "notifications")
    say(f"  batch {one.number} ({one.stage}): {len(units)} applications")
    if one.stage == "open":
        joint.ask_second(plan["draft"][1], on.people, on.promise, opens + timedelta(days=6))
        examined.find_alike(batch, on.miit, clock.now() - timedelta(hours=3))
        return
    batch = batches.close(batch, on.miit)
    at = (batch.deadline or opens) + timedelta(days=3)
    _screen(one, batch, plan, on, at)
    if one.stage == "screening":
        return
    _review(one, batch, invented, on, at + timedelta(days=5))
    if len(units) >= LARGE:
        analyze("reviews")
    if one.stage == "reviewing":
        return
    if one.stage == "defence":
        defending.hear(batch, on.writers, on.plan, on.miit, on.mof)
        return
    _decide(one, batch, on, at + timedelta(days=24))


def _by_hand(rows: Sequence[Application], on: Ground, opens: datetime) -> list[Application]:
    """Two applications of the open round that go their way by the commands alone: of two districts, and one that its
    province returned and then recommends. The cast's own draft has enterprises that committed and declined.
    """
    district = next(row for row in rows if row.unit.kind == "district")
    returned = next(row for row in rows if row.unit_id == RETURNED)
    second = joint.neighbour(district.unit, {row.unit_id for row in rows})
    if second is None:
        raise ValueError("The municipality has no second district.")
    for row in (district, returned):
        joint.commit_all(row, on.people, on.promise, opens + timedelta(days=3))
    twin = joint.join(district, second, on.people, on.promise, opens + timedelta(days=4))
    days = opens + timedelta(days=5)
    examined.pass_through(returned, twin, on.people, on.letter, days, days + timedelta(days=1))
    joint.ask_enterprises(rows[0], on.people, on.promise, opens + timedelta(days=3))
    return [district, returned]


def _split(one: Round, rows: Sequence[Application]) -> dict[str, list[Application]]:
    """Which application ends in which state; the rest, under "", goes all the way. The cast's stay in the rest."""
    left = list(rows)
    plan: dict[str, list[Application]] = {}
    if one.stage == "open":
        placed = {row.unit_id: row for row in left if row.unit_id in PLACED}
        left = [row for row in left if row.unit_id not in placed]
        for state, count in one.left_out.items():
            own = [row for unit, row in placed.items() if PLACED[unit] == state]
            plan[state], left = own + left[: count - len(own)], left[count - len(own) :]
        return plan
    for state, count in one.left_out.items():
        plan[state], left = left[-count:], left[:-count]
    plan[""] = left
    return plan


def _to_provinces(one: Round, batch: Batch, plan: dict[str, list[Application]], on: Ground, opens: datetime) -> None:
    """Sign-off, submission and the provinces' decisions."""
    days = min(one.open_for, (clock.now() - opens).days)
    at = opens + timedelta(days=max(3, days // 2), hours=10)
    moving = [row for state, rows in plan.items() if state != "draft" for row in rows]
    written = dossiers.ask_sign_off(moving, at)
    unsigned = plan.get("awaiting_sign_off", [])
    signed = [row for row in moving if row not in unsigned]
    dossiers.submit(batch, signed, written, on.writers, at + timedelta(hours=6))
    decided = at + timedelta(days=1)
    waiting = plan.get("with_province", [])
    begun = [row for row in waiting if row.unit_id not in PLACED][: len(waiting) // 2]
    provinces.decide(begun, Verdict.RECOMMEND, on.people, decided, sides=[Side.INDUSTRY])
    provinces.decide(plan.get("returned", []), Verdict.RETURN, on.people, decided, sides=[Side.INDUSTRY])
    provinces.decide(plan.get("not_recommended", []), Verdict.NOT_RECOMMEND, on.people, decided)
    provinces.decide(
        [row for state, rows in plan.items() if state not in EARLY for row in rows],
        Verdict.RECOMMEND,
        on.people,
        decided,
    )
    dossiers.withdraw(plan.get("withdrawn", []))
    together.talk(plan.get("draft", [])[:6], on.people, opens + timedelta(days=4))
    if one.stage == "open":
        mended = waiting[-3:]
        provinces.decide(mended, Verdict.RETURN, on.people, decided, sides=[Side.INDUSTRY])
        together.mend(mended)
        again = dossiers.ask_sign_off(mended, decided + timedelta(hours=20))
        dossiers.submit(batch, mended, again, on.writers, decided + timedelta(hours=22), turn=2)


def _screen(one: Round, batch: Batch, plan: dict[str, list[Application]], on: Ground, at: datetime) -> None:
    reviewing.take_up(batch, on.miit, at)
    due = max(at + timedelta(days=20), clock.now() + timedelta(days=5)).replace(
        hour=23, minute=59, second=59, microsecond=0
    )
    asked = at + timedelta(days=1)
    reviewing.asks_correction(
        plan.get("correction", []),
        on.miit,
        asked,
        due,
        sections=("enterprises", "attachments"),
        reason="请补正企业名册与专利证明。",
    )
    _correct(batch, plan.get("corrected", []), on, asked, due)
    reviewing.rejects(plan.get("rejected", []), on.miit, on.mof, at + timedelta(days=2))
    passed = plan.get("in_review", []) if one.stage == "screening" else plan[""]
    reviewing.passes(passed, on.miit, at + timedelta(days=2))


def _correct(batch: Batch, rows: list[Application], on: Ground, at: datetime, due: datetime) -> None:
    """A correction that was asked for and made: the application is back in screening, with two submissions."""
    reason = "标志性项目总投资与前期手续文件不一致，请更正。"
    reviewing.asks_correction(rows, on.miit, at, due, sections=("projects",), reason=reason)
    together.mend(rows)
    written = dossiers.ask_sign_off(rows, at + timedelta(hours=20), state=S.CORRECTION)
    dossiers.submit(batch, rows, written, on.writers, at + timedelta(hours=22), turn=2, state=S.SCREENING)


def _review(one: Round, batch: Batch, invented: dict[str, InventedDossier], on: Ground, at: datetime) -> None:
    reviewing.keep_profiles(on.people, on.miit, at)
    reviewing.assign(batch, on.miit, at)
    share = 0.6 if one.stage == "reviewing" else 1.0
    busy = [on.people[code, "reviewer"][0] for code in REVIEWERS]  # those of the cast
    reviewing.score(batch, invented, at + timedelta(days=6), share=share, busy=busy)


def _decide(one: Round, batch: Batch, on: Ground, at: datetime) -> None:
    batch = reviewing.lock(batch, (on.miit, on.mof), at)
    deciding.adopt(batch, on.proposer, on.miit, on.mof, at + timedelta(days=1), weighs=one.stage == "decided")
    if one.stage == "decided":
        return
    published = at + timedelta(days=4) if one.stage in {"archived", "running"} else clock.now() - timedelta(days=2)
    batch = deciding.publish(batch, on.miit, published)
    if one.stage == "publicity":
        deciding.examine(batch, on.miit, on.mof, published + timedelta(days=1))
        return
    objection = deciding.object_to(batch, published + timedelta(days=1))
    deciding.dismiss(objection, on.mof, published + timedelta(days=4))
    deciding.finalise(batch, on.miit, published + timedelta(days=16))
    defending.tell(batch, on.miit, on.mof, published + timedelta(days=17))
    if one.stage == "archived":
        ended.live(batch, on, published + timedelta(days=20), before=clock.now() - timedelta(days=one.next_pays))
        return
    payer = money.pay_out(batch, on, published + timedelta(days=20))
    going_back.show(payer)
    assessing.evaluate(batch, on)
    turns.show(payer, on)
    selected = Application.objects.filter(batch=batch, unit=FIRST["running"][0], state=S.SELECTED)
    for row in selected.select_related("batch", "organisation"):
        approved.change_twice(row, on.people, on.miit, published + timedelta(days=25))
    reporting.report_all(batch, on)
    auditing.show(payer, on)
