"""Joint applicants by the commands of the portal: enterprises commit and decline, two districts apply as one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from applications.domain import pairs, partners, parts, submission
from applications.enums import PartnerRole
from applications.models import Application, Part, Partner, Project
from applications.queries import open_sign_off
from portal.accounts.models import Organisation
from portal.core import clock
from portal.core.files import Kept
from portal.demonstration.invent import MARK, MILLION
from portal.demonstration.people import Holders
from portal.demonstration.stage import acting, made
from portal.programme.models import PilotUnit

SHARED: Final = f"{MARK}围绕重点产业链开展设备更新和数字化改造，请各联合申报单位填写投入并上传承诺函。"
ASKED: Final = f"{MARK}共建数字化转型标杆，联合开展设备更新。"
GIVES: Final = f"{MARK}投入专项资金，开放工业互联网平台，并派出工艺团队。"
TOGETHER: Final = f"{MARK}两区共建改造服务体系，共享园区检测平台。"
DECLINES: Final = f"{MARK}本年度投资计划已安排完毕，暂不参与。"

CAST_SOE: Final = "YQ001"


def neighbour(unit: PilotUnit, taken: set[str]) -> PilotUnit | None:
    """The first other district of the municipality of `unit` that is not among `taken`."""
    today = clock.today()
    rows = PilotUnit.objects.filter(kind=unit.kind, province=unit.province_id).exclude(code__in={unit.code, *taken})
    return next((row for row in rows.order_by("code") if row.valid_to is None or row.valid_to > today), None)


def invite(
    row: Application, body: Organisation, drafter: int, at: datetime, *, projects: tuple[Project, ...] = ()
) -> Partner:
    """The drafter invites an organisation."""
    what = partners.InviteInput(
        body, ASKED, PartnerRole.IMPLEMENTER if projects else PartnerRole.CO_APPLICANT, projects
    )
    with acting(drafter, at) as by:
        return partners.invite_partner(by=by, application=row, what=what)


def ask(partner: Partner, person: int, letter: Kept, at: datetime, *, says: str = GIVES) -> Part:
    """One person of the organisation writes its part and asks a second one."""
    amounts = {one.project_id: 10 * MILLION for one in partner.projects.all()}
    amount = 20 * MILLION + sum(amounts.values(), Decimal(0)) if says == GIVES else Decimal(0)
    with acting(person, at) as by:
        parts.write(by=by, partner=partner, what=parts.PartInput(says, amount, amounts, letter), version=0)
        return parts.ask(by=by, partner=partner)


def commit(partner: Partner, two: tuple[int, int], letter: Kept, at: datetime, *, says: str = GIVES) -> None:
    """One person of the organisation writes its part and asks, a second one confirms. two: both of them."""
    part = ask(partner, two[0], letter, at, says=says)
    with acting(two[1], at + timedelta(hours=4)) as by:
        parts.confirm(by=by, partner=Partner.objects.get(pk=partner.pk), version=part.version)


def commit_all(row: Application, people: Holders, letter: Kept, at: datetime) -> None:
    """All enterprises of a dossier commit, each by two of its people."""
    for partner in Partner.objects.filter(application=row, kind="soe", state="invited").select_related("organisation"):
        first, second = people[partner.organisation.code, "soe_officer"][:2]
        commit(partner, (first, second), letter, at)


def ask_second(row: Application, people: Holders, letter: Kept, at: datetime) -> None:
    """The cast's enterprise is invited into a draft; one of its people wrote its part, a second one has to confirm."""
    body = Organisation.objects.get(code=CAST_SOE)
    partner = invite(row, body, people[row.organisation.code, "drafter"][0], at)
    ask(partner, people[CAST_SOE, "soe_officer"][0], letter, at + timedelta(hours=5))


def ask_enterprises(row: Application, people: Holders, letter: Kept, at: datetime) -> None:
    """Of a draft: its drafter tells what all may read and invites two more enterprises. One commits itself, in a
    project as well, one declines; the others still wait.
    """
    code = row.organisation.code
    drafter = people[code, "drafter"][0]
    with acting(drafter, at) as by:
        partners.tell(by=by, application=row, text=SHARED, version=row.version)
    yes, no = _enterprises_but(row)
    project = Project.objects.filter(application=row).order_by("pk")[:1]
    first = invite(row, yes, drafter, at + timedelta(hours=1), projects=tuple(project))
    one, two = people[yes.code, "soe_officer"][:2]
    commit(first, (one, two), letter, at + timedelta(hours=8))
    second = invite(row, no, drafter, at + timedelta(hours=2))
    with acting(people[no.code, "soe_officer"][0], at + timedelta(hours=9)) as by:
        parts.decline(by=by, partner=second, why=DECLINES)


def _enterprises_but(row: Application) -> Iterator[Organisation]:
    """The first two central SOEs that the dossier has not invited."""
    invited = Partner.objects.filter(application=row).values("organisation")
    yield from Organisation.objects.filter(kind="central_soe").exclude(pk__in=invited).order_by("code")[:2]


def join(row: Application, second: PilotUnit, people: Holders, letter: Kept, at: datetime) -> Application:
    """A second district joins the dossier of a first; both sign what then lies with the municipality."""
    here = row.organisation.code
    body = Organisation.objects.get(kind="unit_government", unit=second.code)
    drafter, signatory = people[here, "drafter"][0], people[here, "signatory"][0]
    their_drafter, their_signatory = people[body.code, "drafter"][0], people[body.code, "signatory"][0]
    partner = invite(row, body, drafter, at)
    commit(partner, (their_drafter, their_signatory), letter, at + timedelta(hours=3), says=TOGETHER)
    return sign(row, drafter, signatory, at + timedelta(days=1), other=their_signatory)


def sign(row: Application, drafter: int, signatory: int, at: datetime, *, other: int = 0) -> Application:
    """Ask for the signature; the other district's signatory signs first, where there is one; then submit."""
    with acting(drafter, at) as by:
        submission.request_sign_off(by=by, application=Application.objects.get(pk=row.pk))
    asked = made(open_sign_off(row))
    if other:
        with acting(other, at + timedelta(hours=1)) as by:
            pairs.co_sign(by=by, application=Application.objects.get(pk=row.pk), sha256=asked.content_sha256)
    with acting(signatory, at + timedelta(hours=2)) as by:
        submission.submit(by=by, application=Application.objects.get(pk=row.pk), sha256=asked.content_sha256)
    return Application.objects.get(pk=row.pk)
