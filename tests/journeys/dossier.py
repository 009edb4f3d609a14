"""A whole dossier as a drafter writes it, page by page, without a mouse."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.journeys import keys

PROJECTS = (("整车智能工厂（演示）", 900_000_000), ("元器件产业链改造（演示）", 800_000_000))
ASKED = 150_000_000  # yuan of central money for each project


def basics(page: Page, base: str) -> None:
    """What, who and how much."""
    page.goto(f"{base}/basics/")
    keys.fill(page, summary="以电子和汽车为重点，三年完成改造。", contact_name="联系人（演示）")
    keys.fill(page, contact_phone="0592-0000000", amount_asked="300000000")
    keys.send(page)


def industries(page: Page, base: str) -> None:
    """Two focus industries, each justified."""
    for code, share in (("C39", "31.5"), ("C36", "22")):
        page.goto(f"{base}/industries/add/")
        chosen = page.locator("[name=industry] option", has_text=code).first.get_attribute("value")
        keys.fill(page, industry=str(chosen), share_of_output=share, why="产业基础好，带动力强。")
        keys.fill(page, concentration="集中在两个园区。", strategy="列入国家规划。", local_base="链主企业在本地。")
        keys.send(page)


def targets(page: Page, base: str) -> None:
    """From where to where."""
    page.goto(f"{base}/targets/")
    keys.fill(page, digital_base="55", digital_target="85")
    for control in page.locator("main form [name$=_baseline], main form [name$=_goal]").all():
        keys.put(page, control, "40" if str(control.get_attribute("name")).endswith("baseline") else "92")
    keys.send(page)


def projects(page: Page, base: str) -> None:
    """Two projects, the first a landmark."""
    for place, (name, total) in enumerate(PROJECTS):
        page.goto(f"{base}/projects/")
        keys.follow(page, page.locator(f"main a[href$='{base}/projects/add/']").first)
        chosen = page.locator("[name=industry] option").nth(place + 1).get_attribute("value")
        keys.fill(page, name=name, mode="point", industry=str(chosen), enterprise_name="某企业（演示）")
        keys.fill(page, total_investment=str(total), equipment_investment="500000000", support_asked=str(ASKED))
        keys.fill(page, method="investment_subsidy", starts_on="2026-01-01", ends_on="2027-12-31")
        if place == 0:
            keys.fill(page, is_landmark="yes")
        keys.send(page)


def foundation(page: Page, base: str) -> None:
    """The unit's years before."""
    page.goto(f"{base}/foundation/")
    for control in page.locator(".grid__table input").all():
        name = str(control.get_attribute("name"))
        keys.put(page, control, {"growth": "3", "enterprises": "2400"}.get(name.split("_")[1], "500000000000"))
    keys.send(page)


def money(page: Page, base: str) -> None:
    """The money of each project."""
    for place, (_name, total) in enumerate(PROJECTS):
        page.goto(f"{base}/funding/")
        keys.follow(page, page.locator("tbody a").nth(place))
        keys.put(page, page.locator("[name$=_central]").first, str(ASKED))
        keys.put(page, page.locator("[name$=_own]").first, str(total - ASKED))
        keys.send(page)


def plan(page: Page, base: str) -> None:
    """One chapter of the plan."""
    page.goto(f"{base}/plan/chapters/overall/")
    keys.put(page, page.locator(".rich__text"), "总体思路：以设备更新带动数字化转型。")
    keys.send(page)


def safety(page: Page, base: str) -> None:
    """The record, and one risk."""
    page.goto(f"{base}/safety/record/")
    keys.fill(page, work_safety="近三年未发生较大事故。", environment="近三年无重大处罚。")
    keys.send(page)
    page.goto(f"{base}/safety/risks/add/")
    keys.fill(page, title="设备交付延期", kind="delivery", likelihood="2", gravity="2")
    keys.fill(page, measure="提前锁定产能。", responsible="市工业和信息化局")
    keys.send(page)


def sealed_plan(page: Page, base: str) -> None:
    """The plan under seal; it goes up in pieces, and a worker takes it in."""
    page.goto(f"{base}/attachments/add/")
    keys.fill(page, kind="plan_pdf", title="实施方案（盖章）")
    keys.attach(page, "file", "plan")
    keys.send(page)
    page.wait_for_url("**/view/")


def invitation(page: Page, base: str) -> None:
    """The first enterprise of the directory is asked to take part."""
    page.goto(f"{base}/partners/invite/")
    enterprise = page.locator("[name=organisation] option").nth(1).get_attribute("value")
    keys.fill(page, organisation=str(enterprise), role="chain_leader", task="共建数字化改造标杆产线。")
    keys.send(page)


STEPS: tuple[Callable[[Page, str], None], ...] = (
    basics, industries, targets, projects, foundation, money, plan, safety, sealed_plan, invitation,
)  # fmt: skip


def write(page: Page, base: str) -> None:
    """All of it."""
    for step in STEPS:
        step(page, base)
