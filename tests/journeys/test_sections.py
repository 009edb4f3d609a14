"""The dossier's own sections in a real browser: tables of figures, live sums, the editor, a Word file taken over."""

from __future__ import annotations

import io
import re

import docx
import pytest
from playwright.sync_api import expect

from tests import factories_applications as make
from tests import uploads
from tests.journeys.browser import check, follow, look
from tests.journeys.site import open_batch

pytestmark = pytest.mark.browser
UNIT = "350900"
DRAFTER = ("drafter", f"ZF{UNIT}")
PLACES = (
    "",
    "whole/",
    "foundation/",
    "clusters/",
    "clusters/add/",
    "targets/",
    "targets/add/",
    "funding/",
    "funding/unit/",
    "plan/",
    "plan/word/",
    "plan/chapters/tasks/",
    "safety/",
    "safety/record/",
    "safety/risks/add/",
    "edits/",
    "duty/plan/",
)


@pytest.fixture(scope="module")
def row(site, django_db_blocker):
    """Ningde's dossier, being drafted by two people."""
    with django_db_blocker.unblock():
        for number in (1, 2):
            site.person(*DRAFTER, number)
        site.person("signatory", f"ZF{UNIT}")
        open_batch(site)
        return site.do(lambda: make.drafted(unit=UNIT, amount="100000000.00", batch=make.open_batch(3)))


def test_pages(as_, row):
    wide, narrow = as_(*DRAFTER, "zh-hans", 1280), as_(*DRAFTER, "en", 390)
    for place in PLACES:
        name = "section-" + (place.strip("/").replace("/", "-") or "tasks")
        look(wide, f"/applications/{row.pk}/{place}", name)
        look(narrow, f"/applications/{row.pk}/{place}", name)


def test_sums_are_shown_while_amounts_are_typed(as_, row):
    page = as_(*DRAFTER, "en", 1280)
    page.goto(f"/applications/{row.pk}/funding/")
    follow(page.locator("tbody a").first)
    said = page.locator("[data-aims]")
    expect(said).to_contain_text("make up the total investment")
    own = page.locator("[name$=_own]").first
    own.fill("１，０００.10")
    expect(page.locator("[data-row]").first).to_have_text("60,001,000.10")
    expect(said).to_contain_text("539,998,999.90")
    own.fill("a lot")
    expect(page.locator("[data-all]")).to_have_text("?")
    follow(page.locator(".form__actions button"))
    expect(page.locator(".grid__cell--wrong .field__error")).to_be_visible()
    expect(page.locator("[name$=_own]").first).to_have_value("a lot")


def test_a_chapter_is_written_with_table_and_picture(as_, row):
    page = as_(*DRAFTER, "en", 1280)
    page.goto(f"/applications/{row.pk}/plan/chapters/tasks/")
    text = page.get_by_role("textbox", name="Text")
    text.fill("Renew equipment.")
    text.press("Enter")
    page.get_by_role("button", name="Insert a table").click()
    for heading in ("Line", "Before", "After"):
        page.keyboard.type(heading)
        page.keyboard.press("Tab")
    page.get_by_role("button", name="Insert a picture").click()
    page.locator("#rich_file").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": picture()})
    page.locator("#rich_alt").fill("A chart of energy")
    page.locator("#rich_caption").fill("Energy by year")
    page.locator(".rich__dialog button[value=put]").click()
    expect(page.locator(".rich__text img")).to_have_attribute("src", re.compile(r"^/applications/figures/\d+/$"))
    expect(page.locator(".together__state")).to_contain_text("kept at", timeout=15000)
    check(page, "section-editor")
    follow(page.locator(".form__actions button"))
    page.goto(f"/applications/{row.pk}/whole/")
    shown = page.locator(".rich", has_text="Renew equipment.")
    expect(shown.locator("th").first).to_contain_text("Line")
    expect(shown.locator("img")).to_have_attribute("alt", "A chart of energy")
    assert shown.locator("img").evaluate("one => one.naturalWidth") == 40


def picture() -> bytes:
    from PIL import Image

    made = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(made, "PNG")
    return made.getvalue()


def word() -> bytes:
    document = docx.Document()
    document.add_heading("一、总体思路", 1)
    document.add_paragraph("以设备更新带动数字化转型。")
    document.add_picture(io.BytesIO(picture()))
    document.add_heading("附录", 1)
    document.add_paragraph("不收录。")
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


PASTE = """([html, text]) => {
    const data = new DataTransfer();
    if (text) { data.setData('text/html', html); data.setData('text/plain', text); }
    const png = Uint8Array.from(atob(
        'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
    ), (one) => one.charCodeAt(0));
    data.items.add(new File([png], 'image.png', { type: 'image/png' }));
    const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
    document.querySelector('.rich__text').dispatchEvent(event);
}"""


def test_what_is_pasted_with_a_picture_of_itself_stays_text(as_, row):
    """As Word and tables of figures put it into the clipboard; a picture alone is one."""
    page = as_(*DRAFTER, "en", 1280)
    page.goto(f"/applications/{row.pk}/plan/chapters/projects/")
    page.locator(".rich__text").click()
    page.evaluate(PASTE, ["<table><tr><td>产值</td><td>120</td></tr></table>", "产值\t120"])
    expect(page.locator(".rich__text td")).to_have_text(["产值", "120"])
    expect(page.locator(".rich__text img")).to_have_count(0)
    page.evaluate(PASTE, ["", ""])
    expect(page.locator(".rich__text img")).to_have_count(1)


def test_a_word_file_is_looked_at_and_taken_over(as_, row):
    page = as_(*DRAFTER, "en", 1280)
    page.goto(f"/applications/{row.pk}/plan/word/")
    file = page.locator("main input[name=file]")
    file.set_input_files({"name": "方案.pdf", "mimeType": "application/pdf", "buffer": uploads.pdf()})
    follow(page.locator(".form__actions button"))
    expect(page.locator(".error-summary")).to_be_visible()
    page.locator("main input[name=file]").set_input_files({"name": "方案.docx", "mimeType": "x/y", "buffer": word()})
    follow(page.locator(".form__actions button"))
    expect(page.locator("[name=piece_0]")).to_have_value("overall")
    expect(page.locator("[name=piece_1]")).to_have_value("")
    check(page, "section-word-preview")
    follow(page.locator(".form__actions button"))
    page.goto(f"/applications/{row.pk}/whole/")
    expect(page.locator(".rich", has_text="以设备更新带动数字化转型。").locator("img")).to_have_count(1)
    expect(page.locator("main")).not_to_contain_text("不收录")


def test_a_colleague_is_given_a_section_and_changes_are_told(as_, row):
    page = as_(*DRAFTER, "en", 1280)
    page.goto(f"/applications/{row.pk}/duty/safety/")
    chosen = page.locator("[name=owner] option", has_text=re.compile(r"2$"))
    name = chosen.inner_text()
    page.locator("[name=owner]").select_option(label=name)
    page.locator("[name=due_on]").fill("2026-12-01")
    follow(page.locator(".form__actions button"))
    expect(page.locator(".task", has_text="Risk and safety")).to_contain_text(f"owner: {name}")
    colleague = as_(*DRAFTER, "en", 1280, 2)
    colleague.goto("/desk/")
    follow(colleague.get_by_role("link", name=re.compile("Write “Risk and safety”")))
    follow(colleague.get_by_role("link", name="Add a risk"))
    colleague.locator("[name=title]").fill("Delay of deliveries")
    colleague.locator("[name=likelihood][value='3']").check()
    colleague.locator("[name=gravity][value='1']").check()
    colleague.locator("[name=measure]").fill("Second supplier")
    colleague.locator("[name=responsible]").fill("Industry bureau")
    follow(colleague.locator(".form__actions button"))
    page.goto(f"/applications/{row.pk}/edits/?section=safety")
    change = page.locator(".change").first
    expect(change).to_contain_text(name)
    expect(change).to_contain_text("Delay of deliveries")
