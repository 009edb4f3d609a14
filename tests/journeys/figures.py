"""Numbers of a page stand on one line each: `57,711,251.6` above a lone `2` is read as two."""

from __future__ import annotations

from playwright.sync_api import Page

# Words and digits of one name (codes, digests, numbers of documents) are no numbers; what stands on one line is not
# looked at number by number, so that a page costs a millisecond or two.
BROKEN = r"""() => {
    const broken = [], part = document.createRange();
    const lines = (one) => new Set([...one.getClientRects()].filter((box) => box.width).map((box) => Math.round(box.top))).size;
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text; (text = walk.nextNode());) {
        if (!/\d[\d,.]*\d/.test(text.data)) continue;
        part.selectNodeContents(text);
        if (lines(part) < 2) continue;
        const about = text.parentElement;
        if (about.closest('code, .code, .digest, pre, script, style') || !about.checkVisibility()) continue;
        for (const number of text.data.matchAll(/(?<![\w.,\/-])\d[\d,.]*\d(?![\w\/-])/g)) {
            part.setStart(text, number.index);
            part.setEnd(text, number.index + number[0].length);
            if (lines(part) > 1) broken.push(`${number[0]} in ${about.outerHTML.slice(0, 160)}`);
        }
    }
    return broken.slice(0, 5);
}"""


def whole_numbers(page: Page) -> None:
    """Fail when a number of the page stands on more than one line."""
    assert (broken := page.evaluate(BROKEN)) == [], f"{page.url}: numbers on more than one line:\n" + "\n".join(broken)
